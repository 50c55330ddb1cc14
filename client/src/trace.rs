//! What a call tells `tracing`; nothing at all without that feature.
//!
//! A span a call, at level INFO, with its agent, operation, version, attempts, status, sizes, duration
//! and the kind of its error; an event an attempt, at DEBUG; the messages themselves, with their
//! secrets blacked out, at TRACE.

use std::future::Future;
use std::time::{Duration, Instant};

use superoffice_soap::{HttpRequest, HttpResponse, TransportError};

use crate::call::RawCall;
use crate::error::Error;
use crate::middleware::Attempt;

/// The span of a call.
#[derive(Clone)]
pub(crate) struct Span(#[cfg(feature = "tracing")] tracing::Span);

#[cfg(feature = "tracing")]
mod on {
    use tracing::field::Empty;
    use tracing::{Instrument as _, Level, debug, enabled, info, info_span, trace};

    use super::*;
    use crate::blackout::redacted;

    impl Span {
        pub(crate) const fn none() -> Self {
            Self(tracing::Span::none())
        }

        pub(crate) fn of(call: &RawCall) -> Self {
            Self(info_span!(
                "superoffice",
                version = call.contract.name,
                agent = &*call.agent,
                operation = &*call.operation,
                attempt = Empty,
                status = Empty,
                request_bytes = Empty,
                response_bytes = Empty,
                duration_ms = Empty,
                error = Empty,
            ))
        }

        pub(crate) fn wrap<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
            future.instrument(self.0)
        }

        pub(crate) fn sending(&self, attempt: &Attempt<'_>, request: &HttpRequest) {
            self.0.record("attempt", attempt.number);
            self.0.record("request_bytes", request.body.len());
        }

        pub(crate) fn received(
            &self,
            attempt: &Attempt<'_>,
            outcome: Result<&HttpResponse, &TransportError>,
        ) {
            match outcome {
                Ok(response) => {
                    self.0.record("status", response.status);
                    self.0.record("response_bytes", response.body.len());
                    debug!(
                        operation = attempt.operation,
                        attempt = attempt.number,
                        status = response.status,
                        response_bytes = response.body.len(),
                        duration_ms = milliseconds(attempt.duration),
                        "answered",
                    );
                }
                Err(error) => debug!(
                    operation = attempt.operation,
                    attempt = attempt.number,
                    duration_ms = milliseconds(attempt.duration),
                    %error,
                    "not answered",
                ),
            }
        }

        /// After the response was read, or there is none to read.
        pub(crate) fn finished(&self, started: Instant, error: Option<&Error>) {
            let _entered = self.0.enter();
            if !self.0.is_disabled() {
                self.0
                    .record("duration_ms", milliseconds(started.elapsed()));
            }
            match error {
                None => debug!("done"),
                Some(error) => {
                    let kind = error.kind();
                    self.0.record("error", tracing::field::debug(kind));
                    debug!(?kind, "failed");
                }
            }
        }
    }

    pub(crate) fn request(call: &RawCall) {
        if enabled!(Level::TRACE) {
            let message = match call.is_login() {
                true => "[redacted]".to_owned(),
                false => redacted(&call.to_xml(), &[]),
            };
            trace!(message, "request");
        }
    }

    pub(crate) fn response(call: &RawCall, response: &HttpResponse) {
        if enabled!(Level::TRACE) {
            let message = match call.is_login() {
                true => "[redacted]".to_owned(),
                false => redacted(&String::from_utf8_lossy(&response.body), &call.secrets()),
            };
            trace!(message, "response");
        }
    }

    pub(crate) fn waiting(wait: Duration) {
        info!(wait_ms = milliseconds(wait), "trying again");
    }

    pub(crate) fn logged_in() {
        info!("logged in");
    }

    pub(crate) fn session_ended() {
        info!("the session is over");
    }

    #[cfg(feature = "online")]
    pub(crate) fn moved() {
        info!("the tenant is on another host");
    }

    fn milliseconds(duration: Duration) -> f64 {
        duration.as_secs_f64() * 1e3
    }
}

#[cfg(not(feature = "tracing"))]
mod on {
    use super::*;

    impl Span {
        pub(crate) const fn none() -> Self {
            Self()
        }

        pub(crate) fn of(_: &RawCall) -> Self {
            Self()
        }

        pub(crate) fn wrap<F: Future>(self, future: F) -> F {
            future
        }

        pub(crate) fn sending(&self, _: &Attempt<'_>, _: &HttpRequest) {}

        pub(crate) fn received(&self, _: &Attempt<'_>, _: Result<&HttpResponse, &TransportError>) {}

        pub(crate) fn finished(&self, _: Instant, _: Option<&Error>) {}
    }

    pub(crate) fn request(_: &RawCall) {}

    pub(crate) fn response(_: &RawCall, _: &HttpResponse) {}

    pub(crate) fn waiting(_: Duration) {}

    pub(crate) fn logged_in() {}

    pub(crate) fn session_ended() {}

    #[cfg(feature = "online")]
    pub(crate) fn moved() {}
}

pub(crate) use on::*;
