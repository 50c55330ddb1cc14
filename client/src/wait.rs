//! Waiting, in whatever runtime there is or in none.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use crate::clock::{Clock, Sleep, SystemClock};
use crate::exchange::Way;

/// Until when a call may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    /// None if there is no timeout, or one beyond what the machine can count.
    pub(crate) fn after(started: Instant, timeout: Option<Duration>) -> Self {
        Self(timeout.and_then(|timeout| started.checked_add(timeout)))
    }

    /// What is left of the time; `None` is no limit.
    pub(crate) fn left(self, now: Instant) -> Option<Duration> {
        self.0
            .map(|deadline| deadline.saturating_duration_since(now))
    }

    /// Whether that much time is left and some more.
    pub(crate) fn allows(self, duration: Duration) -> bool {
        self.left(Instant::now()).is_none_or(|left| duration < left)
    }
}

/// Waits for `future`, but no longer than the deadline: `None` if that is over. A timer is made only
/// if there is something to wait for.
pub(crate) async fn until<F: Future>(deadline: Deadline, way: Way, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut timer: Option<Sleep> = None;
    poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        let Some(left) = deadline.left(Instant::now()) else {
            return Poll::Pending;
        };
        let timer = timer.get_or_insert_with(|| match way {
            Way::Async => SystemClock.sleep(left),
            // The thread may be the one that would move a runtime's timer.
            #[cfg(feature = "blocking")]
            Way::Blocking => slept_by_a_thread(left),
        });
        timer.as_mut().poll(context).map(|()| None)
    })
    .await
}

/// Runs a future whose own work blocks: it waits for other threads only.
#[cfg(feature = "blocking")]
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(thread::Thread);

    impl std::task::Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = std::task::Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// A timer without a runtime. Waiting is rare: for another attempt, or for somebody else's login.
pub(crate) fn slept_by_a_thread(duration: Duration) -> Sleep {
    enum Timer {
        Waiting(Option<Waker>),
        Over,
    }

    fn lock(timer: &Mutex<Timer>) -> std::sync::MutexGuard<'_, Timer> {
        timer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    let timer = Arc::new(Mutex::new(Timer::Waiting(None)));
    let shared = timer.clone();
    let started = thread::Builder::new().spawn(move || {
        thread::sleep(duration);
        let before = std::mem::replace(&mut *lock(&shared), Timer::Over);
        if let Timer::Waiting(Some(waker)) = before {
            waker.wake();
        }
    });
    if started.is_err() {
        // Without threads there is no timer: better early than never.
        *lock(&timer) = Timer::Over;
    }
    Box::pin(poll_fn(move |context| match &mut *lock(&timer) {
        Timer::Over => Poll::Ready(()),
        Timer::Waiting(waker) => {
            *waker = Some(context.waker().clone());
            Poll::Pending
        }
    }))
}
