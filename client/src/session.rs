//! Tickets: got once, shared, renewed when they end.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use superoffice_soap::{
    Contract, DecodeError, Dictionary, Element, Entry, Kind as Shape, Reader, Value, Writer,
};

use crate::agent::RequestHeaders;
use crate::call::RawCall;
use crate::clock::Clock;
use crate::connection::Connection;
use crate::credentials::{Credentials, Kind};
use crate::error::{Detail, Error};
use crate::exchange::{Means, deliver};
use crate::redact;
use crate::response::Received;
use crate::secret::Secret;
use crate::shared::Shared;
use crate::trace::{self, Span};

/// A ticket lives six hours from its last use. Ours are given up a little earlier, since the server's
/// count begins when a request arrives there.
const LIFE: Duration = Duration::from_secs(6 * 60 * 60 - 10 * 60);

/// A connection's credentials and the ticket they gave.
pub(crate) struct Session {
    credentials: Credentials,
    held: Shared<Held>,
}

#[derive(Clone)]
struct Held {
    ticket: Secret,
    used: SystemTime,
}

impl Held {
    fn lives(&self, now: SystemTime) -> bool {
        match now.duration_since(self.used) {
            Ok(age) => age < LIFE,
            // The clock was set back, or another call was quicker.
            Err(_) => true,
        }
    }
}

impl Session {
    pub(crate) fn new(credentials: Credentials) -> Arc<Self> {
        Arc::new(Self {
            credentials,
            held: Shared::new(),
        })
    }

    /// Whether logging in again can give another ticket.
    pub(crate) fn is_renewable(&self) -> bool {
        !matches!(self.credentials.0, Kind::Ticket(_) | Kind::AccessToken(_))
    }

    /// A ticket that nobody has to wait for.
    pub(crate) fn at_hand(&self, clock: &dyn Clock) -> Option<Secret> {
        match &self.credentials.0 {
            Kind::Ticket(ticket) => Some(ticket.clone()),
            _ => self
                .held
                .peek()
                .filter(|held| held.lives(clock.now()))
                .map(|held| held.ticket),
        }
    }

    /// The ticket for a call, after a login if there is none that still lives.
    pub(crate) async fn ticket(
        &self,
        connection: &Connection,
        contract: &'static Contract,
        means: Means,
    ) -> Result<Secret, Error> {
        match &self.credentials.0 {
            Kind::Ticket(ticket) => return Ok(ticket.clone()),
            Kind::AccessToken(token) => {
                supports_access_tokens(contract)?;
                return Ok(token.clone());
            }
            _ => {}
        }
        let now = connection.settings().clock.now();
        let lives = |held: &Held| held.lives(now);
        let login = async {
            let ticket = self.login(connection, contract, means).await?;
            trace::logged_in();
            let used = connection.settings().clock.now();
            Ok(Held { ticket, used })
        };
        let held = self.held.get(lives, login).await;
        held.map(|held| held.ticket)
            .map_err(|error| Error::new(Detail::Login(error)))
    }

    /// The server accepted the ticket: its life begins again.
    pub(crate) fn used(&self, ticket: &Secret, now: SystemTime) {
        self.held.update(|held| {
            if held.ticket == *ticket && held.used < now {
                held.used = now;
            }
        });
    }

    /// The server did not accept the ticket.
    pub(crate) fn ended(&self, ticket: &Secret) {
        self.held.forget(|held| held.ticket == *ticket);
    }

    async fn login(
        &self,
        connection: &Connection,
        contract: &'static Contract,
        means: Means,
    ) -> Result<Secret, Error> {
        let (operation, body, secrets) = match &self.credentials.0 {
            #[cfg(feature = "system-user")]
            Kind::SystemUser(user) => return user.log_in(connection, means).await,
            Kind::Ticket(ticket) | Kind::AccessToken(ticket) => return Ok(ticket.clone()),
            Kind::User { name, password } => {
                let operation = "AuthenticateUsernamePassword";
                let body = body(contract, operation, &|w| {
                    w.text(&Element::plain("UserName", 0), Some(name.expose()));
                    w.text(&Element::plain("Password", 0), Some(password.expose()));
                });
                (operation, body, vec![password.clone()])
            }
            Kind::ExchangedAccessToken(token) => {
                supports_access_tokens(contract)?;
                let operation = "AuthenticateWithAccessToken";
                let body = body(contract, operation, &|w| {
                    w.text(&Element::plain("AccessToken", 0), Some(token.expose()));
                });
                (operation, body, vec![token.clone()])
            }
            Kind::Implicit => {
                let operation = "AuthenticateImplicit";
                (operation, body(contract, operation, &|_| ()), Vec::new())
            }
            Kind::Generic(values) => {
                let operation = "AuthenticateGeneric";
                let data: Dictionary<String, Option<String>> = values
                    .iter()
                    .map(|(key, value)| (key.clone(), Some(value.expose().to_owned())))
                    .collect();
                let body = body(contract, operation, &|w| {
                    w.entity(&Element::new("AuthenticationData", 0, DATA), Some(&data));
                });
                let secrets = values.iter().map(|(_, value)| value.clone()).collect();
                (operation, body, secrets)
            }
        };
        let mut call = RawCall::new(
            connection.clone(),
            contract,
            Cow::Borrowed("SoPrincipal"),
            Cow::Borrowed(operation),
            RequestHeaders::ApplicationToken,
        );
        call.wrapper = Some("AuthenticateResponse");
        call.message = body.into();
        call.own_secrets = secrets.into_iter().flat_map(redact::in_all_forms).collect();
        // Another ticket does no harm, and who fails to log in gets an answer.
        call.options.idempotent = true;
        call.span = Span::of(&call);
        let response = call.span.clone().wrap(deliver(&mut call, means)).await?;
        let received = Received::new(&call, &response);
        let (mut answer, mut succeeded) = (None::<Answer>, false);
        received.read_fields(&mut |r| {
            r.field("Credentials", &mut answer, Shape::Plain);
            r.field("AuthenticationSucceeded", &mut succeeded, Shape::Plain);
        })?;
        if !succeeded {
            return Err(received.error(Detail::Authentication(
                "the server does not accept the credentials".into(),
                None,
            )));
        }
        match answer.and_then(|answer| answer.ticket) {
            Some(ticket) if !ticket.is_empty() => Ok(ticket.into()),
            _ => Err(received.error(Detail::Authentication(
                "the server accepts the credentials but gives no ticket".into(),
                None,
            ))),
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.credentials.fmt(f)
    }
}

const DATA: Shape = Shape::Dictionary(&Entry {
    name: "AuthenticationGenericDataKeyValuePair",
    namespace: 0,
    key: Element::plain("Key", 0),
    value: Element::plain("Value", 0),
});

/// `SoCredentials` of any version.
#[derive(Default)]
struct Answer {
    ticket: Option<String>,
}

impl Value for Answer {
    fn read(&mut self, r: &mut Reader<'_>, _: Shape) -> Result<(), DecodeError> {
        r.fields(None, &mut |r| {
            r.field("Ticket", &mut self.ticket, Shape::Plain)
        })
    }

    /// It is only ever read.
    fn write(&self, w: &mut Writer, element: &Element) {
        w.nil(element);
    }
}

fn body(
    contract: &'static Contract,
    operation: &'static str,
    parameters: &dyn Fn(&mut Writer),
) -> Vec<u8> {
    let mut writer = Writer::new(contract);
    writer.open_root(operation);
    parameters(&mut writer);
    writer.close_root(operation);
    writer.into_bytes()
}

fn supports_access_tokens(contract: &Contract) -> Result<(), Error> {
    let number = contract
        .name
        .strip_prefix("Services")
        .map(str::parse::<u32>);
    match number {
        Some(Ok(..86)) => Err(Error::configuration(
            "access tokens are known from Services86 on",
        )),
        _ => Ok(()),
    }
}
