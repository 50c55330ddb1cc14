//! Which attempts may be repeated, and when.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use superoffice_soap::{HttpResponse, TransportError, TransportErrorKind};

/// How often and how soon a call is tried again.
///
/// Tried again is what certainly was not executed: when no connection came about, and when the server
/// answers 503 and says when to come back (`Retry-After`). A call that is marked with
/// [`Call::idempotent`](crate::Call::idempotent) is also tried again after a connection that broke, an
/// attempt that took too long, and the statuses 429, 502, 503 and 504. Nothing else is: a `Save…` that
/// was cut off may have been executed, and no operation is known to be repeatable from its name alone.
///
/// Waiting times double from attempt to attempt and are shortened at random, so that clients that
/// failed together do not come back together. No call waits beyond its overall timeout: it fails at
/// once with the error of its latest attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    attempts: u32,
    first: Duration,
    longest: Duration,
}

impl Default for RetryPolicy {
    /// Three attempts, a quarter of a second at most before the second one, never more than half a
    /// minute.
    fn default() -> Self {
        Self {
            attempts: 3,
            first: Duration::from_millis(250),
            longest: Duration::from_secs(30),
        }
    }
}

impl RetryPolicy {
    /// One attempt.
    pub fn never() -> Self {
        Self::default().attempts(1)
    }

    /// How many attempts there are in all; at least one.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The longest time to wait before the second attempt.
    pub fn first_wait(mut self, wait: Duration) -> Self {
        self.first = wait;
        self
    }

    /// The longest time to wait before any attempt. A server that asks for a longer time is not asked
    /// again; [`Error::retry_after`](crate::Error::retry_after) says what it asked for.
    pub fn longest_wait(mut self, wait: Duration) -> Self {
        self.longest = wait;
        self
    }

    /// How long to wait before another attempt, if there shall be one. `attempt` counts from one.
    pub(crate) fn wait(
        &self,
        attempt: u32,
        idempotent: bool,
        outcome: &Result<HttpResponse, TransportError>,
        now: impl FnOnce() -> SystemTime,
    ) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let asked = match outcome {
            Err(error) => {
                let passing = match error.kind() {
                    TransportErrorKind::Connect | TransportErrorKind::Timeout => true,
                    TransportErrorKind::Interrupted | TransportErrorKind::Other => idempotent,
                    _ => false,
                };
                if !passing || (error.may_have_been_sent() && !idempotent) {
                    return None;
                }
                None
            }
            Ok(response) => {
                if !matches!(response.status, 429 | 502 | 503 | 504)
                    || crate::response::is_soap(&response.body)
                {
                    return None;
                }
                let asked = retry_after(response, now);
                if !idempotent && (response.status != 503 || asked.is_none()) {
                    return None;
                }
                asked
            }
        };
        if asked.is_some_and(|asked| asked > self.longest) {
            return None;
        }
        let doubled = self.first.saturating_mul(1 << (attempt - 1).min(16));
        let backoff = jittered(doubled.min(self.longest), random());
        // Exactly when the server said, everybody comes.
        Some(asked.map_or(backoff, |asked| asked + backoff.min(asked / 4)))
    }
}

/// Half of the time at least; all of it at most.
fn jittered(longest: Duration, random: u64) -> Duration {
    longest.mul_f64(0.5 + 0.5 * (random >> 11) as f64 / (1_u64 << 53) as f64)
}

/// The standard library's hasher is seeded at random; spreading waits needs nothing better.
fn random() -> u64 {
    RandomState::new().hash_one(0)
}

/// What `Retry-After` asks for: seconds, or a date.
pub(crate) fn retry_after(
    response: &HttpResponse,
    now: impl FnOnce() -> SystemTime,
) -> Option<Duration> {
    let value = response.header("retry-after")?.trim();
    if let Ok(seconds) = value.parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let date = UNIX_EPOCH + Duration::from_secs(http_date(value)?);
    Some(date.duration_since(now()).unwrap_or_default())
}

/// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`, the one form of dates that servers send.
fn http_date(text: &str) -> Option<u64> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let (_, date) = text.split_once(',')?;
    let mut words = date.strip_prefix(' ')?.split(' ');
    let day: u64 = words.next()?.parse().ok()?;
    let name = words.next()?;
    let month = MONTHS.iter().position(|month| *month == name)? as u64 + 1;
    let year: u64 = words.next()?.parse().ok()?;
    let mut time = words
        .next()?
        .split(':')
        .map(|part| part.parse::<u64>().ok());
    let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
    if words.next() != Some("GMT")
        || !(1970..10_000).contains(&year)
        || !(1..=31).contains(&day)
        || hour > 23
        || minute > 59
        || second > 60
    {
        return None;
    }
    // Years that begin in March have their leap day at the end.
    let (year, month) = if month < 3 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    let since_1970 = days.checked_sub(719_468)?;
    Some(((since_1970 * 24 + hour) * 60 + minute) * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_http() {
        assert_eq!(
            http_date("Sun, 06 Nov 1994 08:49:37 GMT"),
            Some(784_111_777)
        );
        assert_eq!(http_date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(
            http_date("Thu, 29 Feb 2024 23:59:59 GMT"),
            Some(1_709_251_199)
        );
        for none in [
            "",
            "soon",
            "Sun, 06 Nov 1994",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "x, 1 x 1970 1:1:1 GMT",
        ] {
            assert_eq!(http_date(none), None, "{none}");
        }
    }

    #[test]
    fn waits_are_spread_and_bounded() {
        let longest = Duration::from_secs(8);
        assert_eq!(jittered(longest, 0), longest / 2);
        assert!(jittered(longest, u64::MAX) <= longest);
        let refused = Err(TransportError::new(TransportErrorKind::Connect));
        let policy = RetryPolicy::default().attempts(u32::MAX);
        for attempt in [1, 2, 30, u32::MAX - 1] {
            let wait = policy
                .wait(attempt, false, &refused, || UNIX_EPOCH)
                .expect("another attempt");
            assert!(wait <= Duration::from_secs(30), "{wait:?}");
        }
        assert_eq!(
            policy.attempts(3).wait(3, true, &refused, || UNIX_EPOCH),
            None
        );
    }

    #[test]
    fn only_what_is_safe() {
        use TransportErrorKind::{Connect, Interrupted, Invalid, Other, Timeout, Tls, TooLarge};
        let waits = |idempotent, outcome: Result<HttpResponse, TransportError>| {
            RetryPolicy::default()
                .wait(1, idempotent, &outcome, || UNIX_EPOCH)
                .is_some()
        };
        for (kind, safe, idempotent) in [
            (Connect, true, true),
            (Timeout, false, true),
            (Interrupted, false, true),
            (Other, false, true),
            (Tls, false, false),
            (Invalid, false, false),
            (TooLarge, false, false),
        ] {
            assert_eq!(
                waits(false, Err(TransportError::new(kind))),
                safe,
                "{kind:?}"
            );
            assert_eq!(
                waits(true, Err(TransportError::new(kind))),
                idempotent,
                "{kind:?}"
            );
        }
        assert!(waits(false, Err(TransportError::new(Timeout).not_sent())));
        let answered = |status, after: Option<&str>| {
            let mut response = HttpResponse::new(status, "busy");
            if let Some(after) = after {
                response.headers.push("retry-after", after);
            }
            Ok(response)
        };
        assert!(waits(false, answered(503, Some("7"))));
        assert!(
            !waits(false, answered(503, Some("31"))),
            "longer than is waited"
        );
        assert!(!waits(false, answered(503, None)) && waits(true, answered(503, None)));
        assert!(!waits(false, answered(429, Some("1"))) && waits(true, answered(429, Some("1"))));
        assert!(!waits(true, answered(500, None)) && !waits(true, answered(200, None)));
    }
}
