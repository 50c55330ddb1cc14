//! The transport that goes over HTTP: `reqwest` with TLS by `rustls`.
//!
//! Trust is the operating system's, not a list compiled in: servers on a company's own network have
//! certificates of its own authority, which the system knows and a public list does not. The
//! cryptography is what the application installed for `rustls`, or else `ring`'s, since that builds with
//! nothing but a C compiler on every platform.

use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::mem;
use std::pin::pin;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue, USER_AGENT};
use reqwest::{
    Certificate, Client, ClientBuilder, Identity, Method, Proxy, Request, Response, Url, redirect,
    retry,
};
use rustls::crypto::CryptoProvider;

use crate::transport::{
    HttpHeaders, HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind,
    TransportFuture,
};

/// Sends requests over HTTP/1.1 with pooled connections; it needs a Tokio runtime.
///
/// It takes a proxy from the environment (`HTTPS_PROXY`, `NO_PROXY` …) unless it is told otherwise,
/// except for loopback addresses, which it reaches directly. Redirects are not followed. Clones share
/// the pool.
///
/// The cryptography of TLS is the process's default for `rustls`. An application that wants another one than
/// `ring`'s installs it first: where there is none, the first transport installs that.
#[derive(Clone)]
pub struct HttpTransport {
    clients: Arc<Clients>,
}

struct Clients {
    settings: HttpTransportBuilder,
    proxied: Reach,
    /// Made for the first request to a loopback address; most never meet one.
    direct: OnceLock<Reach>,
    /// URLs that were met before, sorted. Taking one apart takes longer than all else that is done
    /// here, and a client calls the same few again and again.
    targets: RwLock<Vec<(String, Target)>>,
}

struct Reach {
    client: Client,
    /// Why TLS cannot work here. Plain HTTP does all the same, so it is reported when a call needs
    /// TLS.
    no_trust: Option<String>,
}

#[derive(Clone)]
struct Target {
    url: Url,
    /// What the client would put together again for each request.
    host: HeaderValue,
    is_loopback: bool,
}

/// Forgets all of them when there are more, as with a programme that calls very many tenants.
const MOST_TARGETS: usize = 1024;

impl Clients {
    fn direct(&self) -> Result<&Reach, TransportError> {
        if let Some(direct) = self.direct.get() {
            return Ok(direct);
        }
        let direct = self.settings.reach(true)?;
        Ok(self.direct.get_or_init(|| direct))
    }

    fn target(&self, url: &str) -> Result<Target, TransportError> {
        // What panicked, if anything did, was not in the middle of a change.
        let known = self.targets.read().unwrap_or_else(PoisonError::into_inner);
        let find = |targets: &[(String, Target)]| {
            targets.binary_search_by(|(known, _)| known.as_str().cmp(url))
        };
        if let Ok(at) = find(&known) {
            return Ok(known[at].1.clone());
        }
        drop(known);
        let parsed = Url::parse(url).map_err(invalid)?;
        let target = Target {
            host: host(&parsed)?,
            is_loopback: is_loopback(&parsed),
            url: parsed,
        };
        let mut targets = self.targets.write().unwrap_or_else(PoisonError::into_inner);
        if targets.len() >= MOST_TARGETS {
            targets.clear();
        }
        // Another thread may have met it meanwhile.
        if let Err(at) = find(&targets) {
            targets.insert(at, (url.to_owned(), target.clone()));
        }
        Ok(target)
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport").finish_non_exhaustive()
    }
}

impl HttpTransport {
    /// A transport with the default settings of [`HttpTransportBuilder`].
    pub fn new() -> Result<Self, TransportError> {
        Self::builder().build()
    }

    /// Settings for a transport.
    pub fn builder() -> HttpTransportBuilder {
        HttpTransportBuilder {
            connect_timeout: Some(Duration::from_secs(10)),
            more: Vec::new(),
            wrong: None,
        }
    }
}

/// Settings for an [`HttpTransport`].
#[derive(Clone)]
pub struct HttpTransportBuilder {
    connect_timeout: Option<Duration>,
    /// What else was said, in that order: a programme that does not say it has no code for it.
    more: Vec<Arc<Setting>>,
    /// What was said and is no setting.
    wrong: Option<&'static str>,
}

type Setting = dyn Fn(ClientBuilder) -> ClientBuilder + Send + Sync;

impl HttpTransportBuilder {
    /// How long establishing a connection may take; ten seconds if nothing is said, no limit with
    /// `None`.
    pub fn connect_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.connect_timeout = timeout.into();
        self
    }

    /// Sends everything through the HTTP proxy at this URL, which may hold a user name and a
    /// password, instead of asking the environment. Loopback addresses are reached directly.
    pub fn proxy(self, url: impl Into<String>) -> Self {
        let url: String = url.into();
        // The error would show the URL, and so the password in it.
        match Proxy::all(url) {
            Ok(proxy) => self.with(move |client| client.no_proxy().proxy(proxy.clone())),
            Err(_) => self.without("the proxy's url is none"),
        }
    }

    /// Uses no proxy, whatever the environment says.
    pub fn no_proxy(self) -> Self {
        self.with(ClientBuilder::no_proxy)
    }

    /// Trusts these authorities beside those of the system: certificates in PEM, one after another.
    /// Android has no room for others than the system's.
    pub fn root_certificates(self, pem: impl Into<Vec<u8>>) -> Self {
        match Certificate::from_pem_bundle(&pem.into()) {
            Ok(roots) if !roots.is_empty() => {
                self.with(move |client| client.tls_certs_merge(roots.iter().cloned()))
            }
            _ => self.without("a root certificate is not in pem"),
        }
    }

    /// Shows this certificate to servers that ask for one: its chain and its private key (PKCS#8,
    /// PKCS#1 or SEC1) in PEM.
    pub fn client_certificate(self, pem: impl Into<Vec<u8>>) -> Self {
        match Identity::from_pem(&pem.into()) {
            Ok(identity) => self.with(move |client| client.identity(identity.clone())),
            Err(_) => self.without("the client certificate and its key are not in pem"),
        }
    }

    fn with(
        mut self,
        setting: impl Fn(ClientBuilder) -> ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.more.push(Arc::new(setting));
        self
    }

    fn without(mut self, wrong: &'static str) -> Self {
        self.wrong = Some(wrong);
        self
    }

    /// Builds the transport.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::Invalid`]: the proxy's URL is none, or what should be PEM is not.
    pub fn build(self) -> Result<HttpTransport, TransportError> {
        if let Some(wrong) = self.wrong {
            return Err(invalid(wrong));
        }
        Ok(HttpTransport {
            clients: Arc::new(Clients {
                proxied: self.reach(false)?,
                direct: OnceLock::new(),
                targets: RwLock::default(),
                settings: self,
            }),
        })
    }

    fn reach(&self, direct: bool) -> Result<Reach, TransportError> {
        // What the application chose counts, and where it chose nothing, that none is installed would be a
        // panic. Two threads may come here at once; one of them is first.
        if CryptoProvider::get_default().is_none() {
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let (client, no_trust) = match self.client(direct).build() {
            Ok(client) => (client, None),
            // It is the system's trust that is missing if what was given can be used without.
            Err(error) => {
                let alone = self.client(direct).tls_certs_only([]).build();
                (alone.map_err(failed)?, Some(innermost(&error)))
            }
        };
        Ok(Reach { client, no_trust })
    }

    fn client(&self, direct: bool) -> ClientBuilder {
        let mut client = Client::builder()
            .redirect(redirect::Policy::none())
            // What may be tried again is the caller's to say, and `reqwest` would keep a copy of each
            // request for it.
            .retry(retry::never().max_retries_per_request(0))
            .tcp_nodelay(true);
        if let Some(timeout) = self.connect_timeout {
            client = client.connect_timeout(timeout);
        }
        for setting in &self.more {
            client = setting(client);
        }
        if direct { client.no_proxy() } else { client }
    }
}

impl fmt::Debug for HttpTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither the proxy's URL nor the identity: both carry secrets.
        f.debug_struct("HttpTransportBuilder")
            .field("connect_timeout", &self.connect_timeout)
            .finish_non_exhaustive()
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        let (timeout, limit) = (request.timeout, request.max_response_bytes);
        // Begun outside of the future, which is small for it.
        let begun = self.clients.begin(request);
        Box::pin(async move {
            let mut exchange = pin!(exchange(begun?, limit));
            // One timer for all of it: `reqwest` would make several and keep them in boxes.
            let mut timer = pin!(timeout.map(tokio::time::sleep));
            poll_fn(|context| {
                if let Poll::Ready(outcome) = exchange.as_mut().poll(context) {
                    return Poll::Ready(outcome);
                }
                match timer.as_mut().as_pin_mut() {
                    Some(timer) => timer
                        .poll(context)
                        .map(|()| Err(TransportError::new(TransportErrorKind::Timeout))),
                    None => Poll::Pending,
                }
            })
            .await
        })
    }
}

const SOAP_ACTION: HeaderName = HeaderName::from_static("soapaction");

impl Clients {
    /// What is sent when it is polled.
    fn begin(
        &self,
        request: HttpRequest,
    ) -> Result<impl Future<Output = Result<Response, reqwest::Error>> + use<>, TransportError>
    {
        let target = self.target(&request.url)?;
        let reach = if target.is_loopback {
            self.direct()?
        } else {
            &self.proxied
        };
        if let (Some(error), "https") = (&reach.no_trust, target.url.scheme()) {
            return Err(TransportError::new(TransportErrorKind::Tls).with_source(error.clone()));
        }
        let method = Method::from_bytes(request.method.as_bytes()).map_err(invalid)?;
        let mut prepared = Request::new(method, target.url);
        let headers = prepared.headers_mut();
        // And for those that `reqwest` adds.
        headers.reserve(request.headers.len() + 3);
        headers.insert(HOST, target.host);
        for (name, value) in request.headers {
            // A name that is known beforehand is not taken apart.
            let name = match name {
                "content-type" => CONTENT_TYPE,
                "soapaction" => SOAP_ACTION,
                "user-agent" => USER_AGENT,
                _ => HeaderName::from_bytes(name.as_bytes()).map_err(invalid)?,
            };
            let value = HeaderValue::from_maybe_shared(value.into_bytes());
            headers.insert(name, value.map_err(invalid)?);
        }
        *prepared.body_mut() = Some(request.body.into());
        Ok(reach.client.execute(prepared))
    }
}

async fn exchange(
    begun: impl Future<Output = Result<Response, reqwest::Error>>,
    limit: usize,
) -> Result<HttpResponse, TransportError> {
    let mut response = begun.await.map_err(failed)?;
    let body = read_body(&mut response, limit).await?;
    Ok(HttpResponse {
        status: response.status().as_u16(),
        headers: HttpHeaders::new(mem::take(response.headers_mut())),
        body,
    })
}

/// Reads until the end or the limit, whichever comes first; what a server announces reserves no
/// memory.
async fn read_body(response: &mut Response, limit: usize) -> Result<Bytes, TransportError> {
    let too_large = || TransportError::new(TransportErrorKind::TooLarge);
    if response
        .content_length()
        .is_some_and(|announced| announced > limit as u64)
    {
        return Err(too_large());
    }
    let mut body = Bytes::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if chunk.len() > limit - body.len() {
            return Err(too_large());
        }
        // Most answers are one chunk, which then needs no copy.
        body = match body.is_empty() {
            true => chunk,
            false => joined(body, &chunk),
        };
    }
    Ok(body)
}

/// Copies the body once; afterwards it grows in place.
fn joined(body: Bytes, chunk: &[u8]) -> Bytes {
    let mut body = BytesMut::from(body);
    body.extend_from_slice(chunk);
    body.freeze()
}

/// What `Host` says.
fn host(url: &Url) -> Result<HeaderValue, TransportError> {
    let host = url.host_str().unwrap_or_default();
    let host = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    HeaderValue::from_maybe_shared(Bytes::from(host)).map_err(invalid)
}

/// A proxy's loopback is not ours.
fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

/// Takes what an error says and not the error, which would bring a copy of all that `rustls` can print.
fn invalid(why: impl fmt::Display) -> TransportError {
    TransportError::new(TransportErrorKind::Invalid).with_source(why.to_string())
}

/// What an error says that has the true one inside.
fn innermost(error: &dyn StdError) -> String {
    match error.source() {
        Some(source) => innermost(source),
        None => error.to_string(),
    }
}

fn failed(error: reqwest::Error) -> TransportError {
    // The URL names the tenant; whoever reports the error knows it and decides.
    let error = error.without_url();
    let (timeout, connect) = (error.is_timeout(), error.is_connect());
    let kind = if timeout {
        TransportErrorKind::Timeout
    } else if connect && is_tls(&error) {
        TransportErrorKind::Tls
    } else if connect {
        TransportErrorKind::Connect
    } else if error.is_builder() {
        TransportErrorKind::Invalid
    } else if error.is_request() || error.is_body() || error.is_decode() {
        TransportErrorKind::Interrupted
    } else {
        TransportErrorKind::Other
    };
    let failed = TransportError::new(kind);
    let failed = if connect { failed.not_sent() } else { failed };
    failed.with_source(error)
}

/// `rustls` reports through an `io::Error`, whose own `source` skips what it wraps.
fn is_tls(error: &(dyn StdError + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let wrapped = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        if error.is::<rustls::Error>() || wrapped.is_some_and(|inner| is_tls(inner)) {
            return true;
        }
        next = error.source();
    }
    false
}
