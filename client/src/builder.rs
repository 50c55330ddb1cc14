//! Settings for a connection, and the client that is made from it.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use superoffice_soap::Transport;

use crate::connection::{Connection, Settings, base_url};
use crate::error::Error;
use crate::headers::TimeZone;
use crate::secret::Secret;

const TIMEOUT: Duration = Duration::from_secs(100);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_RESPONSE_BYTES: usize = 64 << 20;

/// Builds a client, or a [`Connection`] that several clients share.
///
/// Nothing goes over the network before the first call.
#[must_use = "a builder makes nothing until `build`"]
pub struct Builder<C> {
    url: String,
    application_token: Option<Secret>,
    ticket: Option<Secret>,
    time_zone: Option<TimeZone>,
    user_agent: Option<String>,
    timeout: Option<Duration>,
    connect_timeout: Option<Duration>,
    max_response_bytes: usize,
    transport: Option<Arc<dyn Transport>>,
    client: PhantomData<fn() -> C>,
}

impl<C: From<Connection>> Builder<C> {
    /// Starts with the URL of the installation, `https://online3.superoffice.com/Cust12345` or
    /// `https://crm.example.com/SuperOffice`.
    ///
    /// A trailing slash makes no difference. What follows as `/Remote`, `/Remote/ServicesNN` or
    /// `/Remote/ServicesNN/<Agent>.svc` is dropped, so that the claim `netserver_url` and the
    /// address of a WSDL can be given as they are: the version is the client's.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            application_token: None,
            ticket: None,
            time_zone: None,
            user_agent: Some(
                concat!("superoffice-services-rust/", env!("CARGO_PKG_VERSION")).to_owned(),
            ),
            timeout: Some(TIMEOUT),
            connect_timeout: Some(CONNECT_TIMEOUT),
            max_response_bytes: MAX_RESPONSE_BYTES,
            transport: None,
            client: PhantomData,
        }
    }

    /// The application's token (its OAuth client secret). Online installations ask for one.
    pub fn application_token(mut self, token: impl Into<Secret>) -> Self {
        self.application_token = Some(token.into());
        self
    }

    /// The ticket of the session, `7T:…`; from Services86 on an access token, `8A:…`, may stand in
    /// its place.
    pub fn ticket(mut self, ticket: impl Into<Secret>) -> Self {
        self.ticket = Some(ticket.into());
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

    /// How long a call may take from connecting to the last byte: 100 seconds if nothing is said,
    /// no limit with `None`. [`Call::timeout`](crate::Call::timeout) sets it for one call.
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeout = timeout.into();
        self
    }

    /// How long establishing a connection may take: ten seconds if nothing is said, no limit of its
    /// own with `None`. A [`Builder::transport`] of one's own is not asked.
    pub fn connect_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.connect_timeout = timeout.into();
        self
    }

    /// The largest response that is read, in bytes: 64 MiB if nothing is said.
    /// [`Call::max_response_bytes`](crate::Call::max_response_bytes) sets it for one call.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Sends through this transport instead of the crate's own.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
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

impl<C> Builder<C> {
    fn connection(self) -> Result<Connection, Error> {
        let base = base_url(&self.url)?;
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
        let transport = match self.transport {
            Some(transport) => transport,
            None => default_transport(self.connect_timeout)?,
        };
        Ok(Connection::new(Settings {
            base,
            transport,
            application_token: self.application_token,
            ticket: self.ticket,
            time_zone: self.time_zone,
            user_agent: self.user_agent,
            timeout: self.timeout,
            max_response_bytes: self.max_response_bytes,
        }))
    }
}

#[cfg(feature = "reqwest")]
fn default_transport(connect_timeout: Option<Duration>) -> Result<Arc<dyn Transport>, Error> {
    let transport = superoffice_soap::HttpTransport::builder()
        .connect_timeout(connect_timeout)
        .build();
    transport
        .map(|transport| Arc::new(transport) as _)
        .map_err(Error::no_transport)
}

#[cfg(not(feature = "reqwest"))]
fn default_transport(_: Option<Duration>) -> Result<Arc<dyn Transport>, Error> {
    Err(Error::configuration(
        "there is no transport: give one, or turn the feature `reqwest` on",
    ))
}

impl<C> fmt::Debug for Builder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the URL: it may have been given with a user name and password, which `build` refuses.
        f.debug_struct("Builder")
            .field("application_token", &self.application_token)
            .field("ticket", &self.ticket)
            .field("time_zone", &self.time_zone)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
