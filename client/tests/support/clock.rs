//! A clock that stands still until a test moves it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use superoffice_client::{Clock, Sleep};

/// Nobody waits for it; what somebody would have waited for is remembered.
#[derive(Clone, Debug)]
pub(crate) struct FakeClock(Arc<Mutex<Hands>>);

#[derive(Debug)]
struct Hands {
    now: SystemTime,
    slept: Vec<Duration>,
}

impl FakeClock {
    pub(crate) fn at(now: SystemTime) -> Self {
        let slept = Vec::new();
        Self(Arc::new(Mutex::new(Hands { now, slept })))
    }

    pub(crate) fn new() -> Self {
        Self::at(SystemTime::now())
    }

    pub(crate) fn advance(&self, duration: Duration) {
        self.0.lock().expect("no panic").now += duration;
    }

    pub(crate) fn slept(&self) -> Vec<Duration> {
        self.0.lock().expect("no panic").slept.clone()
    }

    fn wait(&self, duration: Duration) {
        let mut hands = self.0.lock().expect("no panic");
        hands.now += duration;
        hands.slept.push(duration);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> SystemTime {
        self.0.lock().expect("no panic").now
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.wait(duration);
        Box::pin(std::future::ready(()))
    }

    fn sleep_blocking(&self, duration: Duration) {
        self.wait(duration);
    }
}
