//! The transport that goes over HTTP: `reqwest` with TLS by `rustls`.
//!
//! Trust is the operating system's (`rustls-platform-verifier`), not a list compiled in: servers on
//! a company's own network have certificates of its own authority, which the system knows and a
//! public list does not. The cryptography is `ring`'s, since that builds with nothing but a C
//! compiler on every platform.

use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::mem;
use std::pin::pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue, USER_AGENT};
use reqwest::{Client, Method, Proxy, Request, Response, Url, redirect, retry};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls_platform_verifier::Verifier;

use crate::transport::{
    HttpHeaders, HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind,
    TransportFuture,
};

/// Sends requests over HTTP/1.1 with pooled connections; it needs a Tokio runtime.
///
/// It takes a proxy from the environment (`HTTPS_PROXY`, `NO_PROXY` …) unless it is told otherwise,
/// except for loopback addresses, which it reaches directly. Redirects are not followed. Clones share
/// the pool.
#[derive(Clone)]
pub struct HttpTransport {
    clients: Arc<Clients>,
}

struct Clients {
    proxied: Client,
    direct: Client,
    /// Why TLS cannot work here. Plain HTTP does all the same, so it is reported when a call needs
    /// TLS.
    no_trust: Option<String>,
    /// URLs that were met before, sorted. Taking one apart takes longer than all else that is done
    /// here, and a client calls the same few again and again.
    targets: RwLock<Vec<(String, Target)>>,
}

/// What the configurations of both clients share; one for each costs less code than a copy.
struct Trust {
    provider: Arc<CryptoProvider>,
    verifier: Result<Arc<Verifier>, rustls::Error>,
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
            proxy: Proxies::Environment,
            roots: Vec::new(),
            identity: None,
        }
    }
}

/// Settings for an [`HttpTransport`].
#[derive(Clone)]
pub struct HttpTransportBuilder {
    connect_timeout: Option<Duration>,
    proxy: Proxies,
    /// PEM, each.
    roots: Vec<Vec<u8>>,
    /// PEM: a chain and its key.
    identity: Option<Vec<u8>>,
}

#[derive(Clone)]
enum Proxies {
    Environment,
    None,
    One(String),
}

impl HttpTransportBuilder {
    /// How long establishing a connection may take; ten seconds if nothing is said, no limit with
    /// `None`.
    pub fn connect_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.connect_timeout = timeout.into();
        self
    }

    /// Sends everything through the HTTP proxy at this URL, which may hold a user name and a
    /// password, instead of asking the environment. Loopback addresses are reached directly.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Proxies::One(url.into());
        self
    }

    /// Uses no proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = Proxies::None;
        self
    }

    /// Trusts these authorities beside those of the system: certificates in PEM, one after another.
    /// Android has no room for others than the system's.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// Shows this certificate to servers that ask for one: its chain and its private key (PKCS#8,
    /// PKCS#1 or SEC1) in PEM.
    pub fn client_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.identity = Some(pem.into());
        self
    }

    /// Builds the transport.
    ///
    /// # Errors
    ///
    /// [`TransportErrorKind::Invalid`]: the proxy's URL is none, or what should be PEM is not.
    pub fn build(self) -> Result<HttpTransport, TransportError> {
        let trust = self.trust()?;
        let proxied = self.client(&trust)?;
        let proxied = match &self.proxy {
            Proxies::Environment => proxied,
            Proxies::None => proxied.no_proxy(),
            Proxies::One(url) => {
                // The error would show the URL, and so the password in it.
                let proxy = Proxy::all(url).map_err(|_| invalid("the proxy's url is none"))?;
                proxied.no_proxy().proxy(proxy)
            }
        };
        let proxied = proxied.build().map_err(failed)?;
        let direct = self.client(&trust)?.no_proxy().build().map_err(failed)?;
        Ok(HttpTransport {
            clients: Arc::new(Clients {
                proxied,
                direct,
                no_trust: trust.verifier.err().map(|error| error.to_string()),
                targets: RwLock::default(),
            }),
        })
    }

    fn client(&self, trust: &Trust) -> Result<reqwest::ClientBuilder, TransportError> {
        let mut builder = Client::builder()
            .tls_backend_preconfigured(self.tls_config(trust)?)
            .redirect(redirect::Policy::none())
            // What may be tried again is the caller's to say, and `reqwest` would keep a copy of each
            // request for it.
            .retry(retry::never().max_retries_per_request(0))
            .tcp_nodelay(true);
        if let Some(timeout) = self.connect_timeout {
            builder = builder.connect_timeout(timeout);
        }
        Ok(builder)
    }

    /// The provider is passed along rather than installed: the process's default belongs to the
    /// application.
    fn trust(&self) -> Result<Trust, TransportError> {
        let provider: Arc<CryptoProvider> = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = verifier(self.extra_roots()?, provider.clone()).map(Arc::new);
        Ok(Trust { provider, verifier })
    }

    fn tls_config(&self, trust: &Trust) -> Result<rustls::ClientConfig, TransportError> {
        let builder = rustls::ClientConfig::builder_with_provider(trust.provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(invalid)?;
        let builder = match &trust.verifier {
            Ok(verifier) => builder
                .dangerous()
                .with_custom_certificate_verifier(verifier.clone()),
            Err(_) => builder.with_root_certificates(rustls::RootCertStore::empty()),
        };
        match &self.identity {
            None => Ok(builder.with_no_client_auth()),
            Some(pem) => {
                let wrong = |_| invalid("the client certificate is not in pem");
                let key = PrivateKeyDer::from_pem_slice(pem).map_err(wrong)?;
                builder
                    .with_client_auth_cert(certificates(pem)?, key)
                    .map_err(invalid)
            }
        }
    }

    fn extra_roots(&self) -> Result<Vec<CertificateDer<'static>>, TransportError> {
        let mut roots = Vec::new();
        for pem in &self.roots {
            roots.extend(certificates(pem)?);
        }
        // One that is no certificate would be reported as if the system's trust were missing.
        let mut store = rustls::RootCertStore::empty();
        for root in &roots {
            store.add(root.clone()).map_err(invalid)?;
        }
        Ok(roots)
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

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match read {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(invalid("a certificate is not in pem")),
    }
}

#[cfg(not(target_os = "android"))]
fn verifier(
    extra: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Verifier, rustls::Error> {
    Verifier::new_with_extra_roots(extra, provider)
}

#[cfg(target_os = "android")]
fn verifier(
    _: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Verifier, rustls::Error> {
    Verifier::new(provider)
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
        if let (Some(error), "https") = (&self.no_trust, target.url.scheme()) {
            return Err(TransportError::new(TransportErrorKind::Tls).with_source(error.clone()));
        }
        let client = if target.is_loopback {
            &self.direct
        } else {
            &self.proxied
        };
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
        Ok(client.execute(prepared))
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
