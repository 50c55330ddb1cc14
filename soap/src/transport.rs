//! What carries a request to a server and its answer back: one trait with one method.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;

/// What [`Transport::send`] returns.
pub type TransportFuture<'a> =
    Pin<Box<dyn Future<Output = Result<HttpResponse, TransportError>> + Send + 'a>>;

/// Sends one HTTP request and reads the answer to its end.
///
/// Feature `reqwest` brings an implementation, `HttpTransport`. Implement
/// it to use another HTTP client, to add headers, to count, or to answer from memory in a test:
///
/// ```
/// use superoffice_soap::{HttpRequest, HttpResponse, Transport, TransportFuture};
///
/// struct Canned(&'static str);
///
/// impl Transport for Canned {
///     fn send(&self, _request: HttpRequest) -> TransportFuture<'_> {
///         Box::pin(async { Ok(HttpResponse::new(200, self.0)) })
///     }
/// }
/// ```
///
/// An implementation must not follow redirects (a request carries secrets that another host must
/// not see), should stop at [`HttpRequest::max_response_bytes`] and [`HttpRequest::timeout`], and
/// gives every status code back as a response: what the body says decides before the status does.
/// Dropping the future cancels the request.
pub trait Transport: Send + Sync + 'static {
    /// Sends `request`. An error means that no complete response was received.
    fn send(&self, request: HttpRequest) -> TransportFuture<'_>;
}

/// Sends one HTTP request and reads the answer to its end, while the calling thread waits.
///
/// What [`Transport`] says of redirects, limits and status codes holds here too. The features
/// `reqwest` and `blocking` together bring an implementation, `BlockingHttpTransport`.
#[cfg(feature = "blocking")]
pub trait BlockingTransport: Send + Sync + 'static {
    /// Sends `request`. An error means that no complete response was received.
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError>;
}

/// A request as it goes to a [`Transport`].
///
/// `Debug` shows neither the body nor the headers' values, since both carry secrets.
#[derive(Clone)]
#[non_exhaustive]
pub struct HttpRequest {
    /// The method, `POST` for every SOAP call.
    pub method: &'static str,
    /// The absolute URL, `http` or `https`.
    pub url: String,
    /// Header names in lower case with their values.
    pub headers: Vec<(&'static str, String)>,
    /// The body; cloning it is cheap.
    pub body: Bytes,
    /// How long the whole exchange may take, from connecting to the last byte of the body.
    pub timeout: Option<Duration>,
    /// The largest (decompressed) response body that the caller accepts, in bytes.
    pub max_response_bytes: usize,
}

impl HttpRequest {
    /// A `GET` without headers or timeout, with no limit to the response.
    pub fn get(url: impl Into<String>) -> Self {
        Self {
            method: "GET",
            ..Self::post(url, Bytes::new())
        }
    }

    /// A `POST` without headers or timeout, with no limit to the response.
    pub fn post(url: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Self {
            method: "POST",
            url: url.into(),
            headers: Vec::new(),
            body: body.into(),
            timeout: None,
            max_response_bytes: usize::MAX,
        }
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .field(
                "headers",
                &self
                    .headers
                    .iter()
                    .map(|(name, _)| name)
                    .collect::<Vec<_>>(),
            )
            .field("body_bytes", &self.body.len())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// A complete response of any status.
///
/// `Debug` leaves out the body.
#[derive(Clone)]
#[non_exhaustive]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// Header names in lower case with their values, as far as those are text.
    pub headers: Vec<(String, String)>,
    /// The body, decompressed.
    pub body: Bytes,
}

impl HttpResponse {
    /// A response without headers.
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    /// The first header of that name, which is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(have, _)| have == name)
            .map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field(
                "headers",
                &self
                    .headers
                    .iter()
                    .map(|(name, _)| name)
                    .collect::<Vec<_>>(),
            )
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

/// Why there is no response.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    sent: bool,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What a [`TransportError`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The request cannot be sent as it is, for example because of its URL or a header.
    Invalid,
    /// No connection: unknown name, refused, unreachable, proxy trouble.
    Connect,
    /// No secure connection: an untrusted or wrong certificate, no common protocol.
    Tls,
    /// The time given was over.
    Timeout,
    /// The connection broke while sending or receiving, or what came was not HTTP.
    Interrupted,
    /// The response was larger than the caller accepts.
    TooLarge,
    /// Anything else.
    Other,
}

impl TransportError {
    /// An error of which it is assumed that the request may have reached the server, except for the
    /// kinds [`Invalid`](TransportErrorKind::Invalid), [`Connect`](TransportErrorKind::Connect) and
    /// [`Tls`](TransportErrorKind::Tls), where it cannot have.
    pub fn new(kind: TransportErrorKind) -> Self {
        use TransportErrorKind::{Connect, Invalid, Tls};
        Self {
            kind,
            sent: !matches!(kind, Invalid | Connect | Tls),
            source: None,
        }
    }

    /// Adds the cause. It must not contain secrets.
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// States that nothing of the request reached the server, as with a timeout while connecting.
    pub fn not_sent(mut self) -> Self {
        self.sent = false;
        self
    }

    /// What it is about.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Whether the server may have received the request, and so may have acted on it.
    pub fn may_have_been_sent(&self) -> bool {
        self.sent
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.kind, self.sent) {
            (TransportErrorKind::Invalid, _) => "the request cannot be sent",
            (TransportErrorKind::Connect, _) => "no connection to the server",
            (TransportErrorKind::Tls, _) => "no secure connection to the server",
            (TransportErrorKind::Timeout, false) => "timed out while connecting",
            (TransportErrorKind::Timeout, true) => "timed out while waiting for the response",
            (TransportErrorKind::Interrupted, _) => {
                "the connection broke before the response was complete"
            }
            (TransportErrorKind::TooLarge, _) => "the response is larger than the limit",
            (TransportErrorKind::Other, _) => "the transport failed",
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
