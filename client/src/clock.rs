//! The time, and waiting for it: an application's tests put their own in its place.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

/// What [`Clock::sleep`] returns.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What a client asks for the time: how old a ticket is, how long to wait before another attempt.
///
/// How long a call may take is not measured with it, but with the machine's monotonic clock.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    /// Is ready when this much time is over.
    fn sleep(&self, duration: Duration) -> Sleep;

    /// Returns when this much time is over.
    fn sleep_blocking(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    /// Waits with the timer of the Tokio runtime it is called in, else with a thread.
    fn sleep(&self, duration: Duration) -> Sleep {
        #[cfg(feature = "reqwest")]
        if tokio::runtime::Handle::try_current().is_ok() {
            return Box::pin(tokio::time::sleep(duration));
        }
        crate::wait::slept_by_a_thread(duration)
    }
}
