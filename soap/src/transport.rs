//! What carries a request to a server and its answer back: one trait with one method.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::ops::Deref;
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
    pub headers: Vec<(&'static str, HeaderText)>,
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

/// The value of a request's header; cloning it is cheap. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct HeaderText(Bytes);

impl HeaderText {
    /// The bytes, which are text.
    #[cfg(feature = "reqwest")]
    pub(crate) fn into_bytes(self) -> Bytes {
        self.0
    }
}

impl From<String> for HeaderText {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&'static str> for HeaderText {
    fn from(text: &'static str) -> Self {
        Self(Bytes::from_static(text.as_bytes()))
    }
}

impl Deref for HeaderText {
    type Target = str;

    fn deref(&self) -> &str {
        // Invariant: it was made of text.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for HeaderText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HeaderText")
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
    /// The headers.
    pub headers: HttpHeaders,
    /// The body, decompressed.
    pub body: Bytes,
}

impl HttpResponse {
    /// A response without headers.
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: HttpHeaders::default(),
            body: body.into(),
        }
    }

    /// The first header of that name, which is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find_map(|(have, value)| (have == name).then_some(value))
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

/// The headers of a response: names in lower case with their values, as far as those are text.
///
/// `Debug` shows the names.
#[derive(Clone, Default)]
pub struct HttpHeaders {
    /// As the HTTP client has them: few calls look at any, so they are not taken out of it.
    #[cfg(feature = "reqwest")]
    received: reqwest::header::HeaderMap,
    added: Vec<(String, String)>,
}

impl HttpHeaders {
    #[cfg(feature = "reqwest")]
    pub(crate) fn new(received: reqwest::header::HeaderMap) -> Self {
        let added = Vec::new();
        Self { received, added }
    }

    /// Adds one; the name is in lower case.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.added.push((name.into(), value.into()));
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let added = self.added.iter();
        let added = added.map(|(name, value)| (name.as_str(), value.as_str()));
        #[cfg(feature = "reqwest")]
        let added = self
            .received
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
            .chain(added);
        added
    }
}

impl fmt::Debug for HttpHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.iter().map(|(name, _)| name))
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
