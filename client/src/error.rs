//! Why a call has no result.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use superoffice_soap::{DecodeError, Fault, HttpResponse, TransportError, TransportErrorKind};

use crate::exception::ServerException;

/// A call failed, or a client could not be built. One word large.
///
/// `Display` says which operation failed and in which way, [`source`](StdError::source) what the
/// transport, the reader or the server says about it. Neither they nor `Debug` show tickets or
/// tokens, also where the server repeats one; [`Error::response_body`] is what came, as it came.
///
/// ```
/// # fn report(error: superoffice_client::Error) {
/// use superoffice_client::ErrorKind;
///
/// if error.is_session_expired() {
///     // log in again
/// } else if error.is_access_denied() {
///     // tell the user
/// } else if error.may_have_executed() {
///     // look before repeating a save
/// }
/// match error.kind() {
///     ErrorKind::Exception | ErrorKind::Fault => {
///         let text = error.exception().and_then(|exception| exception.friendly_text());
///         println!("{}", text.unwrap_or("the server could not do that"));
///     }
///     _ => println!("{error}"),
/// }
/// # }
/// ```
pub struct Error(
    /// What an `Arc` holds is dropped by code that is there once, and what a `Box` holds by a copy in every
    /// place that may meet an error.
    Arc<Inner>,
);

/// What an [`Error`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The settings of a client or a call make no request.
    Configuration,
    /// No complete response: see [`Error::transport`].
    Transport,
    /// A response that is no SOAP message: see [`Error::http_status`].
    Http,
    /// A SOAP fault: see [`Error::fault`] and [`Error::exception`].
    Fault,
    /// The response's header says that the operation failed: see [`Error::exception`].
    Exception,
    /// A SOAP message that is not what the contract says: see [`Error::decode`] and
    /// [`Error::response_body`].
    Decode,
    /// [`Call::required`](crate::Call::required) met a null.
    Null,
    /// Nobody is logged in: the server does not accept the credentials.
    Authentication,
    /// The tenant is not running: see [`Error::tenant_state`].
    Tenant,
}

struct Inner {
    detail: Detail,
    call: Option<Place>,
    http_status: Option<u16>,
    response: Option<Bytes>,
    retry_after: Option<Duration>,
}

/// The call that failed.
struct Place {
    version: &'static str,
    agent: Cow<'static, str>,
    operation: Cow<'static, str>,
}

pub(crate) enum Detail {
    Configuration(Cow<'static, str>, Option<TransportError>),
    Transport(TransportError),
    /// An excerpt of the body, in words.
    Http(String),
    Fault(Arc<Fault>, Option<ServerException>),
    Exception(ServerException),
    Decode(DecodeError),
    /// Another element than the one asked for.
    Unexpected {
        expected: String,
        found: String,
    },
    Null,
    /// A login without success: why, and what the server says about it.
    Authentication(Cow<'static, str>, Option<String>),
    /// The call was not made because the login before it failed; who waited for it gets the same.
    Login(Error),
    /// The call was not made because its tenant was not found.
    #[cfg(feature = "online")]
    Discovery(Error),
    /// The state that the tenant is in.
    #[cfg(feature = "online")]
    Tenant(String),
    /// A service of the cloud answers what cannot be used.
    #[cfg(feature = "online")]
    Online(&'static str),
}

impl Error {
    pub(crate) fn new(detail: Detail) -> Self {
        Self(Arc::new(Inner {
            detail,
            call: None,
            http_status: None,
            response: None,
            retry_after: None,
        }))
    }

    pub(crate) fn configuration(why: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Detail::Configuration(why.into(), None))
    }

    #[cfg(feature = "reqwest")]
    pub(crate) fn no_transport(error: TransportError) -> Self {
        Self::new(Detail::Configuration(
            "the transport could not be set up".into(),
            Some(error),
        ))
    }

    /// Names the call that failed.
    pub(crate) fn of(
        self,
        version: &'static str,
        agent: Cow<'static, str>,
        operation: Cow<'static, str>,
    ) -> Self {
        self.with(|inner| {
            inner.call = Some(Place {
                version,
                agent,
                operation,
            });
        })
    }

    /// Keeps what came.
    pub(crate) fn with_response(self, response: &HttpResponse) -> Self {
        self.with(|inner| {
            inner.http_status = Some(response.status);
            inner.response = Some(response.body.clone());
            inner.retry_after = crate::retry::retry_after(response, SystemTime::now);
        })
    }

    /// The same error for one more who waits.
    pub(crate) fn share(&self) -> Self {
        Self(self.0.clone())
    }

    /// Says more of an error that is not shared yet.
    fn with(mut self, more: impl FnOnce(&mut Inner)) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            more(inner);
        }
        self
    }

    /// What the error is about: the failed login's, if that is what happened.
    fn inner(&self) -> &Inner {
        match &self.0.detail {
            Detail::Login(error) => error.inner(),
            #[cfg(feature = "online")]
            Detail::Discovery(error) => error.inner(),
            _ => &self.0,
        }
    }

    /// What it is about.
    pub fn kind(&self) -> ErrorKind {
        match &self.0.detail {
            Detail::Login(error) => error.kind(),
            #[cfg(feature = "online")]
            Detail::Discovery(error) => error.kind(),
            #[cfg(feature = "online")]
            Detail::Tenant(_) => ErrorKind::Tenant,
            #[cfg(feature = "online")]
            Detail::Online(..) => ErrorKind::Http,
            Detail::Authentication(..) => ErrorKind::Authentication,
            Detail::Configuration(..) => ErrorKind::Configuration,
            Detail::Transport(_) => ErrorKind::Transport,
            Detail::Http(_) => ErrorKind::Http,
            Detail::Fault(..) => ErrorKind::Fault,
            Detail::Exception(_) => ErrorKind::Exception,
            Detail::Decode(_) | Detail::Unexpected { .. } => ErrorKind::Decode,
            Detail::Null => ErrorKind::Null,
        }
    }

    /// The version of the services that was called, `Services86`.
    pub fn version(&self) -> Option<&str> {
        self.0.call.as_ref().map(|call| call.version)
    }

    /// The agent that was called, `License`.
    pub fn agent(&self) -> Option<&str> {
        self.0.call.as_ref().map(|call| &*call.agent)
    }

    /// The operation that was called, by its name on the wire.
    pub fn operation(&self) -> Option<&str> {
        self.0.call.as_ref().map(|call| &*call.operation)
    }

    /// The status of the HTTP response, if there was a response.
    pub fn http_status(&self) -> Option<u16> {
        self.inner().http_status
    }

    /// How long the server asks to stay away, if it does (`Retry-After`).
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner().retry_after
    }

    /// The state of a tenant that is not running, `Suspended` or `OfflineMaintenance`, as the cloud
    /// names it.
    pub fn tenant_state(&self) -> Option<&str> {
        match &self.inner().detail {
            #[cfg(feature = "online")]
            Detail::Tenant(state) => Some(state),
            _ => None,
        }
    }

    /// Whether it is the login before the call that failed, and not the call, which was not sent.
    pub fn is_login(&self) -> bool {
        matches!(self.0.detail, Detail::Login(_))
    }

    /// The SOAP fault that the server answered with.
    pub fn fault(&self) -> Option<&Fault> {
        match &self.inner().detail {
            Detail::Fault(fault, _) => Some(fault),
            _ => None,
        }
    }

    /// The exception that the server raised, whether it came in the header or in a fault.
    pub fn exception(&self) -> Option<&ServerException> {
        match &self.inner().detail {
            Detail::Exception(exception) | Detail::Fault(_, Some(exception)) => Some(exception),
            _ => None,
        }
    }

    /// Where and how the response departs from the contract.
    pub fn decode(&self) -> Option<&DecodeError> {
        match &self.inner().detail {
            Detail::Decode(error) => Some(error),
            _ => None,
        }
    }

    /// Why there is no complete response.
    pub fn transport(&self) -> Option<&TransportError> {
        match &self.inner().detail {
            Detail::Transport(error) | Detail::Configuration(_, Some(error)) => Some(error),
            _ => None,
        }
    }

    /// The body of the response as it came, which may hold secrets; it is at most as large as the
    /// connection's limit, and is freed with the error.
    pub fn response_body(&self) -> Option<&[u8]> {
        self.inner().response.as_deref()
    }

    /// Whether the time was over, while connecting or while waiting for the response.
    pub fn is_timeout(&self) -> bool {
        self.is_transport(TransportErrorKind::Timeout)
    }

    /// Whether there was no connection, TLS included.
    pub fn is_connect(&self) -> bool {
        let cannot = |error: &TransportError| {
            !error.may_have_been_sent() && error.kind() != TransportErrorKind::Invalid
        };
        matches!(&self.inner().detail, Detail::Transport(error) if cannot(error))
    }

    /// Whether the response was larger than the limit.
    pub fn is_too_large(&self) -> bool {
        self.is_transport(TransportErrorKind::TooLarge)
    }

    /// Whether the session is over or never was: `SoSessionException`, or HTTP 401. Logging in
    /// again may help.
    pub fn is_session_expired(&self) -> bool {
        self.is_exception("SoSessionException") || self.is_http(401)
    }

    /// Whether the user may not do that: `SoSentryException`, or HTTP 403.
    pub fn is_access_denied(&self) -> bool {
        self.is_exception("SoSentryException") || self.is_http(403)
    }

    /// Whether the thing asked for does not exist: `SoNotFoundException`. An endpoint that does not
    /// exist is HTTP 404.
    pub fn is_not_found(&self) -> bool {
        self.is_exception("SoNotFoundException")
    }

    /// Whether the server may have acted on the request: `false` only if it certainly has not.
    ///
    /// It has not if the request never left, if the front end refused it (a redirect, 4xx, 503), if
    /// nobody is logged in or the session was over, or if the server could not make sense of the
    /// message. Anything else may have happened after the fact.
    pub fn may_have_executed(&self) -> bool {
        match &self.0.detail {
            Detail::Configuration(..) | Detail::Authentication(..) | Detail::Login(_) => false,
            #[cfg(feature = "online")]
            Detail::Discovery(_) | Detail::Tenant(_) | Detail::Online(..) => false,
            Detail::Transport(error) => error.may_have_been_sent(),
            Detail::Http(_) => !matches!(self.0.http_status, Some(300..=499 | 503)),
            Detail::Fault(fault, exception) => {
                let refused =
                    matches!(&*fault.code, "ActionNotSupported" | "DeserializationFailed");
                !refused
                    && !exception
                        .as_ref()
                        .is_some_and(|exception| exception.is("SoSessionException"))
            }
            Detail::Exception(exception) => !exception.is("SoSessionException"),
            Detail::Decode(_) | Detail::Unexpected { .. } | Detail::Null => true,
        }
    }

    fn is_transport(&self, kind: TransportErrorKind) -> bool {
        self.transport().is_some_and(|error| error.kind() == kind)
    }

    fn is_exception(&self, short_type_name: &str) -> bool {
        self.exception()
            .is_some_and(|exception| exception.is(short_type_name))
    }

    fn is_http(&self, status: u16) -> bool {
        self.kind() == ErrorKind::Http && self.http_status() == Some(status)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Place {
            version,
            agent,
            operation,
        }) = &self.0.call
        {
            write!(f, "{version} {agent}/{operation}: ")?;
        }
        match &self.0.detail {
            Detail::Configuration(why, _) => f.write_str(why),
            Detail::Transport(_) => f.write_str("the server could not be asked"),
            Detail::Http(excerpt) => {
                let status = self.0.http_status.unwrap_or_default();
                match excerpt.as_str() {
                    "" => write!(f, "http status {status} without a body"),
                    _ => write!(
                        f,
                        "http status {status} with a body that is not soap: {excerpt:?}"
                    ),
                }
            }
            Detail::Fault(_, Some(exception)) if !exception.type_name().is_empty() => {
                write!(
                    f,
                    "the server answered with a fault, {}",
                    exception.short_type_name()
                )
            }
            Detail::Fault(fault, _) => {
                write!(f, "the server answered with a fault, code {}", fault.code)
            }
            Detail::Exception(exception) if !exception.type_name().is_empty() => {
                write!(f, "the server raised {}", exception.short_type_name())
            }
            Detail::Exception(_) => f.write_str("the server raised an exception"),
            Detail::Decode(_) => f.write_str("the response is not what the contract says"),
            Detail::Unexpected { expected, found } => {
                write!(
                    f,
                    "the response is not what the contract says: expected {expected}, found {found}"
                )
            }
            Detail::Null => f.write_str("the result is null"),
            Detail::Authentication(why, None) => f.write_str(why),
            Detail::Authentication(why, Some(said)) => write!(f, "{why}: {said:?}"),
            Detail::Login(_) => f.write_str("not sent, since the login before it failed"),
            #[cfg(feature = "online")]
            Detail::Discovery(_) => f.write_str("not sent, since its tenant was not found"),
            #[cfg(feature = "online")]
            Detail::Tenant(state) => write!(f, "the tenant is not running, its state is {state:?}"),
            #[cfg(feature = "online")]
            Detail::Online(why) => f.write_str(why),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Error");
        out.field("kind", &self.kind());
        if let Some(Place {
            version,
            agent,
            operation,
        }) = &self.0.call
        {
            out.field("call", &format_args!("{version} {agent}/{operation}"));
        }
        if let Some(status) = self.0.http_status {
            out.field("http_status", &status);
        }
        match &self.0.detail {
            Detail::Configuration(why, error) => out.field("why", why).field("transport", error),
            Detail::Transport(error) => out.field("transport", error),
            Detail::Http(excerpt) => out.field("excerpt", excerpt),
            Detail::Fault(fault, None) => out.field("fault", &format_args!("{fault}")),
            Detail::Fault(_, Some(exception)) | Detail::Exception(exception) => out
                .field("type", &exception.type_name())
                .field("message", &exception.message()),
            Detail::Decode(error) => out.field("decode", error),
            Detail::Unexpected { expected, found } => {
                out.field("expected", expected).field("found", found)
            }
            Detail::Null => &mut out,
            Detail::Authentication(why, said) => out.field("why", why).field("said", said),
            Detail::Login(error) => out.field("login", error),
            #[cfg(feature = "online")]
            Detail::Discovery(error) => out.field("discovery", error),
            #[cfg(feature = "online")]
            Detail::Tenant(state) => out.field("tenant_state", state),
            #[cfg(feature = "online")]
            Detail::Online(why) => out.field("why", why),
        };
        out.field("response_bytes", &self.0.response.as_ref().map(Bytes::len))
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.detail {
            Detail::Transport(error) | Detail::Configuration(_, Some(error)) => Some(error),
            Detail::Fault(_, Some(exception)) | Detail::Exception(exception) => Some(exception),
            Detail::Fault(fault, None) => Some(fault),
            Detail::Decode(error) => Some(error),
            Detail::Login(error) => Some(error),
            #[cfg(feature = "online")]
            Detail::Discovery(error) => Some(error),
            #[cfg(feature = "online")]
            Detail::Tenant(_) | Detail::Online(..) => None,
            Detail::Configuration(_, None)
            | Detail::Authentication(..)
            | Detail::Http(_)
            | Detail::Unexpected { .. }
            | Detail::Null => None,
        }
    }
}
