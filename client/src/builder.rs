//! Settings for a connection, and the client that is made from it.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "blocking")]
use superoffice_soap::BlockingTransport;
use superoffice_soap::{HeaderText, Transport};
#[cfg(feature = "reqwest")]
use superoffice_soap::{HttpTransport, HttpTransportBuilder};

use crate::clock::{Clock, SystemClock};
use crate::connection::{Connection, Place, Settings, base_url};
use crate::credentials::Credentials;
use crate::error::Error;
use crate::headers::{LatestSuccess, TimeZone};
use crate::message::LatestHead;
use crate::middleware::Middleware;
use crate::retry::RetryPolicy;
use crate::secret::Secret;
use crate::session::Session;
#[cfg(feature = "online")]
use crate::tenant::{Located, Tenant};

/// Longer than any single operation should take, shorter than what front ends cut off by themselves.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(100);
/// Room for a login and two more attempts.
const TIMEOUT: Duration = Duration::from_secs(300);
const MAX_RESPONSE_BYTES: usize = 64 << 20;

/// Builds a client, or a [`Connection`] that several clients share.
///
/// Nothing goes over the network before the first call.
#[must_use = "a builder makes nothing until `build`"]
pub struct Builder<C> {
    server: Server,
    application_token: Option<Secret>,
    credentials: Option<Credentials>,
    time_zone: Option<TimeZone>,
    user_agent: Option<String>,
    timeout: Option<Duration>,
    attempt_timeout: Option<Duration>,
    max_response_bytes: usize,
    retry: RetryPolicy,
    middleware: Vec<Arc<dyn Middleware>>,
    clock: Arc<dyn Clock>,
    transport: Option<Arc<dyn Transport>>,
    #[cfg(feature = "blocking")]
    blocking: Option<Arc<dyn BlockingTransport>>,
    #[cfg(feature = "reqwest")]
    http: HttpTransportBuilder,
    client: PhantomData<fn() -> C>,
}

/// Where the server is, unchecked.
#[derive(Clone)]
enum Server {
    Url(String),
    #[cfg(feature = "online")]
    Tenant(Tenant),
}

impl<C: From<Connection>> Builder<C> {
    /// Starts with the URL of the installation, `https://online3.superoffice.com/Cust12345` or
    /// `https://crm.example.com/SuperOffice`.
    ///
    /// A trailing slash makes no difference. What follows as `/Remote`, `/Remote/ServicesNN` or
    /// `/Remote/ServicesNN/<Agent>.svc` is dropped, so that the claim `netserver_url` and the
    /// address of a WSDL can be given as they are: the version is the client's.
    pub fn new(url: impl Into<String>) -> Self {
        Self::at(Server::Url(url.into()))
    }

    /// Starts with a tenant of SuperOffice's cloud, whose address is asked for before the first call.
    #[cfg(feature = "online")]
    pub fn tenant(tenant: Tenant) -> Self {
        Self::at(Server::Tenant(tenant))
    }

    fn at(server: Server) -> Self {
        Self {
            server,
            application_token: None,
            credentials: None,
            time_zone: None,
            user_agent: Some(
                concat!("superoffice-services-rust/", env!("CARGO_PKG_VERSION")).to_owned(),
            ),
            timeout: Some(TIMEOUT),
            attempt_timeout: Some(ATTEMPT_TIMEOUT),
            max_response_bytes: MAX_RESPONSE_BYTES,
            retry: RetryPolicy::default(),
            middleware: Vec::new(),
            clock: Arc::new(SystemClock),
            transport: None,
            #[cfg(feature = "blocking")]
            blocking: None,
            #[cfg(feature = "reqwest")]
            http: HttpTransport::builder(),
            client: PhantomData,
        }
    }

    /// The application's token (its OAuth client secret). Online installations ask for one.
    pub fn application_token(mut self, token: impl Into<Secret>) -> Self {
        self.application_token = Some(token.into());
        self
    }

    /// The ticket of the session, `7T:…`; from Services86 on an access token, `8A:…`, may stand in
    /// its place. Short for [`Credentials::ticket`].
    pub fn ticket(self, ticket: impl Into<Secret>) -> Self {
        self.credentials(Credentials::ticket(ticket))
    }

    /// Who is calling. Nothing is sent before the first call.
    pub fn credentials(mut self, credentials: impl Into<Credentials>) -> Self {
        self.credentials = Some(credentials.into());
        self
    }

    /// The time zone that the server reads and writes times in; the user's own if nothing is said.
    pub fn time_zone(mut self, time_zone: TimeZone) -> Self {
        self.time_zone = Some(time_zone);
        self
    }

    /// The `User-Agent` header; the name and version of this crate if nothing is said.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// How long a call may take with all its attempts, a login and what it waits for between them:
    /// five minutes if nothing is said, no limit with `None`.
    /// [`Call::timeout`](crate::Call::timeout) sets it for one call.
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeout = timeout.into();
        self
    }

    /// How long one attempt may take, from connecting to the last byte: 100 seconds if nothing is
    /// said, no limit of its own with `None`.
    pub fn attempt_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.attempt_timeout = timeout.into();
        self
    }

    /// When calls are tried again; see [`RetryPolicy`] for what is done if nothing is said.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Lets this see every attempt; several see it in the order they are given.
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        self.middleware.push(Arc::new(middleware));
        self
    }

    /// Asks this for the time instead of the machine's clock, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The largest response that is read, in bytes: 64 MiB if nothing is said.
    /// [`Call::max_response_bytes`](crate::Call::max_response_bytes) sets it for one call.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Sends through this transport instead of the crate's own. Blocking calls need one of their
    /// own then.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Sends blocking calls through this transport instead of the crate's own.
    #[cfg(feature = "blocking")]
    pub fn blocking_transport(mut self, transport: impl BlockingTransport) -> Self {
        self.blocking = Some(Arc::new(transport));
        self
    }

    /// Checks the settings and makes the client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration): the URL is none of an
    /// installation, the user agent is not printable, TLS cannot be set up, or there is no
    /// transport (feature `reqwest` is off and none was given).
    pub fn build(self) -> Result<C, Error> {
        self.connection().map(C::from)
    }
}

/// Settings of the crate's own transport; one that is given knows nothing of them.
#[cfg(feature = "reqwest")]
impl<C> Builder<C> {
    /// How long establishing a connection may take: ten seconds if nothing is said, no limit of its
    /// own with `None`.
    pub fn connect_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.http = self.http.connect_timeout(timeout);
        self
    }

    /// Sends everything through the HTTP proxy at this URL, which may hold a user name and a
    /// password. If nothing is said the environment decides (`HTTPS_PROXY`, `NO_PROXY` …). Loopback
    /// addresses are reached directly.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.http = self.http.proxy(url);
        self
    }

    /// Uses no proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.http = self.http.no_proxy();
        self
    }

    /// Trusts these authorities beside those of the system: certificates in PEM, one after another.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http = self.http.root_certificates(pem);
        self
    }

    /// Shows this certificate to servers that ask for one: its chain and its private key in PEM.
    pub fn client_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http = self.http.client_certificate(pem);
        self
    }
}

impl<C> Builder<C> {
    fn connection(mut self) -> Result<Connection, Error> {
        let place = match self.server.clone() {
            Server::Url(url) => Place::Known(base_url(&url)?.into()),
            #[cfg(feature = "online")]
            Server::Tenant(tenant) => Place::Tenant(Arc::new(Located::new(tenant.checked()?))),
        };
        if self
            .user_agent
            .iter()
            .flat_map(|agent| agent.chars())
            .any(|c| !matches!(c, ' '..='~'))
        {
            return Err(Error::configuration(
                "the user agent has characters that a header cannot have",
            ));
        }
        self.default_transports()?;
        Ok(Connection::new(Settings {
            place,
            transport: self.transport,
            #[cfg(feature = "blocking")]
            blocking: self.blocking,
            application_token: self.application_token,
            session: self.credentials.map(Session::new),
            time_zone: self.time_zone,
            user_agent: self.user_agent.map(HeaderText::from),
            timeout: self.timeout,
            attempt_timeout: self.attempt_timeout,
            max_response_bytes: self.max_response_bytes,
            retry: self.retry,
            middleware: self.middleware,
            clock: self.clock,
            latest_head: LatestHead::default(),
            latest_success: LatestSuccess::default(),
        }))
    }

    /// Whoever gave a transport of one kind wants no other HTTP stack beside it.
    #[cfg(feature = "reqwest")]
    fn default_transports(&mut self) -> Result<(), Error> {
        if self.is_given() {
            return Ok(());
        }
        let transport = self.http.clone().build().map_err(Error::no_transport)?;
        self.transport = Some(Arc::new(transport));
        #[cfg(feature = "blocking")]
        {
            let http = self.http.clone();
            let transport = http.build_blocking().map_err(Error::no_transport)?;
            self.blocking = Some(Arc::new(transport));
        }
        Ok(())
    }

    #[cfg(not(feature = "reqwest"))]
    fn default_transports(&mut self) -> Result<(), Error> {
        if self.is_given() {
            return Ok(());
        }
        Err(Error::configuration(
            "there is no transport: give one, or turn the feature `reqwest` on",
        ))
    }

    fn is_given(&self) -> bool {
        #[cfg(feature = "blocking")]
        if self.blocking.is_some() {
            return true;
        }
        self.transport.is_some()
    }
}

impl<C> fmt::Debug for Builder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the URL: it may have been given with a user name and password, which `build` refuses.
        f.debug_struct("Builder")
            .field("application_token", &self.application_token)
            .field("credentials", &self.credentials)
            .field("time_zone", &self.time_zone)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
