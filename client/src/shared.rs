//! A value that one caller makes while the others wait for it.

use std::future::{Future, poll_fn};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use crate::error::Error;

/// Holds a value, and sees to it that it is made once however many ask for it.
///
/// A failure is told to those who waited for it, not to those who ask afterwards. If the one who
/// makes the value goes away, the next in line makes it.
pub(crate) struct Shared<T>(Mutex<State<T>>);

struct State<T> {
    value: Option<T>,
    /// Why the latest making gave no value.
    failure: Option<Error>,
    /// How many makings have come to an end.
    ended: u64,
    making: bool,
    waiting: Vec<Waker>,
}

/// What asking for the value comes to.
enum Answer<T> {
    Value(T),
    Failure(Error),
    /// The caller makes it.
    Make,
}

impl<T: Clone> Shared<T> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State {
            value: None,
            failure: None,
            ended: 0,
            making: false,
            waiting: Vec::new(),
        }))
    }

    /// The value if there is one that is usable; else the outcome of `make`, which is run by one
    /// caller at a time.
    pub(crate) async fn get(
        &self,
        usable: impl Fn(&T) -> bool,
        make: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let began = self.lock().ended;
        let answer = poll_fn(|context| {
            let mut state = self.lock();
            if let Some(value) = state.value.as_ref().filter(|value| usable(value)) {
                return Poll::Ready(Answer::Value(value.clone()));
            }
            match &state.failure {
                Some(failure) if state.ended != began => {
                    return Poll::Ready(Answer::Failure(failure.share()));
                }
                _ => {}
            }
            if !state.making {
                state.making = true;
                return Poll::Ready(Answer::Make);
            }
            let ours = context.waker();
            if !state.waiting.iter().any(|waker| waker.will_wake(ours)) {
                state.waiting.push(ours.clone());
            }
            Poll::Pending
        });
        let turn = match answer.await {
            Answer::Value(value) => return Ok(value),
            Answer::Failure(failure) => return Err(failure),
            Answer::Make => Turn(self),
        };
        let made = make.await;
        let mut state = self.lock();
        state.ended += 1;
        state.value = made.as_ref().ok().cloned();
        state.failure = made.as_ref().err().map(Error::share);
        drop(state);
        drop(turn);
        made
    }

    /// Changes the value, if there is one.
    pub(crate) fn update(&self, change: impl FnOnce(&mut T)) {
        if let Some(value) = &mut self.lock().value {
            change(value);
        }
    }

    /// Forgets the value if it is the one meant; another may have been made meanwhile.
    pub(crate) fn forget(&self, meant: impl FnOnce(&T) -> bool) {
        self.lock().value.take_if(|value| meant(value));
    }
}

impl<T: Clone> Shared<T> {
    /// The value if there is one.
    pub(crate) fn peek(&self) -> Option<T> {
        self.lock().value.clone()
    }
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // What panicked, if anything did, was not in the middle of a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to make the value. It ends with the caller's future, however that ends.
struct Turn<'a, T>(&'a Shared<T>);

impl<T> Drop for Turn<'_, T> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.making = false;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        // All of them: one alone might have stopped to wait, and the others would wait for ever.
        waiting.into_iter().for_each(Waker::wake);
    }
}
