//! What calls share: where the server is, how to reach it, who is calling.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "blocking")]
use superoffice_soap::BlockingTransport;
use superoffice_soap::{Contract, HeaderText, Transport};
#[cfg(feature = "online")]
use superoffice_soap::{TransportError, TransportErrorKind};

use crate::agent::{Agent, Endpoint, RequestHeaders};
use crate::call::{Call, RawCall};
use crate::clock::Clock;
use crate::credentials::Credentials;
#[cfg(feature = "online")]
use crate::error::Detail;
use crate::error::Error;
use crate::exchange::{Means, Way};
use crate::headers::{LatestSuccess, TimeZone};
use crate::message::LatestHead;
use crate::middleware::Middleware;
use crate::response::RawResponse;
use crate::retry::RetryPolicy;
use crate::secret::Secret;
use crate::session::Session;
#[cfg(feature = "online")]
use crate::tenant::Located;
#[cfg(feature = "online")]
use crate::wait::until;

/// A server and how to call it.
///
/// Clones are cheap and share everything, so clients of several versions can be made from one
/// connection:
///
/// ```
/// # use superoffice_client::{Builder, Connection, Error};
/// # fn connect<OldClient: From<Connection>, NewClient: From<Connection>>() -> Result<(), Error> {
/// let connection: Connection = Builder::new("https://online3.superoffice.com/Cust12345")
///     .application_token("token")
///     .ticket("7T:ticket")
///     .build()?;
/// let old = OldClient::from(connection.clone());
/// let new = NewClient::from(connection);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Connection(Arc<Settings>);

#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) place: Place,
    pub(crate) transport: Option<Arc<dyn Transport>>,
    #[cfg(feature = "blocking")]
    pub(crate) blocking: Option<Arc<dyn BlockingTransport>>,
    pub(crate) application_token: Option<Secret>,
    pub(crate) session: Option<Arc<Session>>,
    pub(crate) time_zone: Option<TimeZone>,
    pub(crate) user_agent: Option<HeaderText>,
    /// Of a call.
    pub(crate) timeout: Option<Duration>,
    /// Of each of its attempts.
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) max_response_bytes: usize,
    pub(crate) retry: RetryPolicy,
    pub(crate) middleware: Vec<Arc<dyn Middleware>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) latest_head: LatestHead,
    pub(crate) latest_success: LatestSuccess,
}

/// Where the server is.
#[derive(Clone)]
pub(crate) enum Place {
    /// Without a trailing slash and without `/Remote…`.
    Known(Arc<str>),
    #[cfg(feature = "online")]
    Tenant(Arc<Located>),
}

impl Place {
    /// The base URL, if it is known.
    fn known(&self) -> Option<Arc<str>> {
        match self {
            Self::Known(base) => Some(base.clone()),
            #[cfg(feature = "online")]
            Self::Tenant(located) => located.known(),
        }
    }
}

#[cfg(feature = "online")]
impl Settings {
    /// The base URL, found if need be.
    pub(crate) async fn base(&self, means: Means) -> Result<Arc<str>, Error> {
        match &self.place {
            Place::Known(base) => Ok(base.clone()),
            Place::Tenant(located) => {
                let found = until(means.deadline, means.way, located.base(self, means)).await;
                found.unwrap_or_else(|| {
                    let error = TransportError::new(TransportErrorKind::Timeout).not_sent();
                    Err(Error::new(Detail::Transport(error)))
                })
            }
        }
    }

    /// Takes note that the server is elsewhere; whether it makes sense to ask where.
    pub(crate) fn is_elsewhere(&self, base: &str) -> bool {
        match &self.place {
            Place::Known(_) => false,
            Place::Tenant(located) => {
                located.forget(base);
                true
            }
        }
    }
}

#[cfg(not(feature = "online"))]
impl Settings {
    pub(crate) async fn base(&self, _: Means) -> Result<Arc<str>, Error> {
        let Place::Known(base) = &self.place;
        Ok(base.clone())
    }

    pub(crate) fn is_elsewhere(&self, _: &str) -> bool {
        false
    }
}

impl Settings {
    /// Why there can be no call that way.
    pub(crate) fn lacks(&self, way: Way) -> Option<&'static str> {
        match way {
            Way::Async if self.transport.is_none() => Some(
                "there is no asynchronous transport: give one, or turn the feature `reqwest` on",
            ),
            #[cfg(feature = "blocking")]
            Way::Blocking if self.blocking.is_none() => Some(
                "there is no blocking transport: where an asynchronous one is given, give a \
                 blocking one too",
            ),
            _ => None,
        }
    }
}

impl Connection {
    pub(crate) fn new(settings: Settings) -> Self {
        Self(Arc::new(settings))
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0
    }

    /// The URL of the installation, without a trailing slash and without `/Remote/ServicesNN`; none
    /// yet if it is a tenant's that was not asked for.
    pub fn base_url(&self) -> Option<String> {
        self.0.place.known().map(|base| (*base).to_owned())
    }

    /// The same connection with another ticket: another user on the same pool.
    pub fn with_ticket(&self, ticket: impl Into<Secret>) -> Self {
        self.with_credentials(Credentials::ticket(ticket))
    }

    /// The same connection with other credentials, and so with a session of its own: another user on
    /// the same pool.
    pub fn with_credentials(&self, credentials: impl Into<Credentials>) -> Self {
        Self::new(Settings {
            session: Some(Session::new(credentials.into())),
            latest_head: LatestHead::default(),
            latest_success: LatestSuccess::default(),
            ..self.settings().clone()
        })
    }

    /// An agent on this server; emitted clients call this.
    pub fn endpoint(&self, agent: &'static Agent) -> Endpoint<'_> {
        Endpoint::new(self, agent)
    }

    /// Calls an operation that the generated code does not know, or with a body of one's own.
    ///
    /// `body` is the element that goes into the SOAP body, with its namespace declared. The answer
    /// is not decoded beyond its headers, but faults and server exceptions are errors as with any
    /// other call.
    pub fn raw(
        &self,
        contract: &'static Contract,
        agent: &str,
        operation: &str,
        body: impl Into<Vec<u8>>,
    ) -> Call<RawResponse> {
        let headers = match agent {
            "SoPrincipal" => RequestHeaders::ApplicationToken,
            _ => RequestHeaders::Session,
        };
        let mut call = RawCall::new(
            self.clone(),
            contract,
            Cow::Owned(agent.to_owned()),
            Cow::Owned(operation.to_owned()),
            headers,
        );
        call.message = body.into().into();
        // Both end up in the URL or in a header.
        if !is_name(agent) || !is_name(operation) {
            call.invalid = Some(
                "the name of an agent or operation is not made of letters, digits and underscores",
            );
        }
        Call::new(Box::new(call), |received, response| {
            *response = Some(received.read_raw()?);
            Ok(())
        })
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = self.settings();
        f.debug_struct("Connection")
            .field("base_url", &settings.place.known())
            .field("application_token", &settings.application_token)
            .field("session", &settings.session)
            .field("time_zone", &settings.time_zone)
            .field("timeout", &settings.timeout)
            .finish_non_exhaustive()
    }
}

pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Takes the URL of an installation in the forms that people have at hand.
pub(crate) fn base_url(given: &str) -> Result<String, Error> {
    let refuse = |why: &str| Err(Error::configuration(format!("the base URL {why}")));
    let given = given.trim();
    let (scheme, rest) = given.split_once(':').unwrap_or_default();
    let is_http = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let Some(rest) = rest.strip_prefix("//").filter(|_| is_http) else {
        return refuse("does not start with https:// or http://");
    };
    if rest.contains(|c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '?' | '#' | '\\' | '"')
    }) {
        return refuse(
            "has a query, a fragment, blanks or other characters that do not belong there",
        );
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.contains('@') {
        return refuse("has a user name; give a ticket instead");
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    if host.is_empty() {
        return refuse("has no host");
    }
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return refuse("has a port that is no number up to 65535");
    }
    let mut segments: Vec<&str> = path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    if segments.last().is_some_and(|last| ends_with(last, ".svc")) {
        segments.pop();
    }
    if let [.., remote, version] = segments[..]
        && remote.eq_ignore_ascii_case("Remote")
        && starts_with(version, "Services")
    {
        segments.pop();
    }
    if segments
        .last()
        .is_some_and(|last| last.eq_ignore_ascii_case("Remote"))
    {
        segments.pop();
    }
    let mut base = format!("{}://{authority}", scheme.to_ascii_lowercase());
    for segment in segments {
        base.push('/');
        base.push_str(segment);
    }
    Ok(base)
}

/// Letters of either case.
pub(crate) fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}

fn ends_with(text: &str, end: &str) -> bool {
    let at = text.len().saturating_sub(end.len());
    text.get(at..)
        .is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

#[cfg(test)]
mod tests {
    use super::base_url;

    #[test]
    fn base_urls_in_every_form_at_hand() {
        let tenant = "https://online3.superoffice.com/Cust12345";
        for given in [
            "https://online3.superoffice.com/Cust12345",
            "https://online3.superoffice.com/Cust12345/",
            " HTTPS://online3.superoffice.com/Cust12345//",
            "https://online3.superoffice.com/Cust12345/Remote",
            "https://online3.superoffice.com/Cust12345/Remote/Services75/",
            "https://online3.superoffice.com/Cust12345/remote/services88/License.svc",
        ] {
            assert_eq!(base_url(given).expect(given), tenant);
        }
        assert_eq!(base_url("http://crm").expect("host alone"), "http://crm");
        assert_eq!(
            base_url("http://[::1]:8086/").expect("address"),
            "http://[::1]:8086"
        );
        assert_eq!(base_url("http://[::1]").expect("address"), "http://[::1]");
    }

    #[test]
    fn what_is_no_base_url() {
        for given in [
            "",
            "online3.superoffice.com/Cust12345",
            "ftp://crm",
            "https://",
            "https:///Cust12345",
            "https://user:password@crm/",
            "https://crm/?x=1",
            "https://crm/#x",
            "https://crm/a b",
            "https://crm:port/",
            "https://crm:70000/",
        ] {
            let error = base_url(given).expect_err(given);
            assert!(error.to_string().starts_with("the base URL"), "{error}");
            assert!(!error.to_string().contains("password"));
        }
    }
}
