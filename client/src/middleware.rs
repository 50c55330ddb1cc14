//! A place for headers and metrics of one's own.

use std::time::Duration;

use superoffice_soap::{HttpRequest, HttpResponse, TransportError};

/// Sees every attempt of every call, logins too: to add headers, to count, to measure.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use superoffice_client::{Attempt, Middleware};
/// use superoffice_soap::{HttpRequest, HttpResponse, TransportError};
///
/// #[derive(Default)]
/// struct Failures(AtomicU64);
///
/// impl Middleware for Failures {
///     fn before(&self, attempt: &Attempt<'_>, request: &mut HttpRequest) {
///         let id = format!("{}/{}", attempt.agent(), attempt.operation());
///         request.headers.push(("x-operation", id.into()));
///     }
///
///     fn after(&self, _: &Attempt<'_>, outcome: Result<&HttpResponse, &TransportError>) {
///         if !outcome.is_ok_and(|response| response.status == 200) {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
/// ```
///
/// What it sees holds secrets: the ticket and the application token in the request's body, and in a
/// login's also the password.
pub trait Middleware: Send + Sync + 'static {
    /// Before an attempt is sent.
    fn before(&self, attempt: &Attempt<'_>, request: &mut HttpRequest) {
        let _ = (attempt, request);
    }

    /// After the response came in whole, or it is clear that none will. Not called if the call is
    /// cancelled.
    fn after(&self, attempt: &Attempt<'_>, outcome: Result<&HttpResponse, &TransportError>) {
        let _ = (attempt, outcome);
    }
}

/// One attempt of a call.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    pub(crate) version: &'static str,
    pub(crate) agent: &'a str,
    pub(crate) operation: &'a str,
    pub(crate) number: u32,
    pub(crate) duration: Duration,
}

impl Attempt<'_> {
    /// The version of the services, `Services86`.
    pub fn version(&self) -> &str {
        self.version
    }

    /// The agent's name on the wire.
    pub fn agent(&self) -> &str {
        self.agent
    }

    /// The operation's name on the wire.
    pub fn operation(&self) -> &str {
        self.operation
    }

    /// Which attempt of the call it is, counted from one.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// How long it took; zero before it is sent.
    pub fn duration(&self) -> Duration {
        self.duration
    }
}
