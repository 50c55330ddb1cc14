//! Ways to get a ticket.

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;

use superoffice_soap::{
    Contract, DecodeError, Dictionary, Element, Entry, Kind, Reader, Value, Writer,
};

use crate::agent::RequestHeaders;
use crate::call::RawCall;
use crate::connection::Connection;
use crate::error::{Detail, Error};
use crate::exchange::{Means, deliver};
use crate::redact;
use crate::response::Received;
use crate::secret::Secret;
use crate::trace::Span;

/// Gets a ticket from the server.
pub(crate) trait LogIn: Send + Sync {
    /// What debug output calls it.
    fn name(&self) -> &'static str;

    /// Logs in, where it is by SOAP through the services of this contract.
    fn log_in<'a>(
        &'a self,
        connection: &'a Connection,
        contract: &'static Contract,
        means: Means,
    ) -> LoggingIn<'a>;
}

pub(crate) type LoggingIn<'a> = Pin<Box<dyn Future<Output = Result<Secret, Error>> + Send + 'a>>;

/// By an operation of the agent `SoPrincipal`.
pub(crate) struct Authenticate {
    name: &'static str,
    operation: &'static str,
    takes_access_token: bool,
    parameters: Box<dyn Fn(&mut Writer) + Send + Sync>,
    /// Of what is in the parameters.
    secrets: Vec<Secret>,
}

impl Authenticate {
    pub(crate) fn user(name: Secret, password: Secret) -> Self {
        Self {
            name: "user",
            operation: "AuthenticateUsernamePassword",
            takes_access_token: false,
            secrets: vec![password.clone()],
            parameters: Box::new(move |w| {
                w.text(&Element::plain("UserName", 0), Some(name.expose()));
                w.text(&Element::plain("Password", 0), Some(password.expose()));
            }),
        }
    }

    pub(crate) fn exchanged_access_token(token: Secret) -> Self {
        Self {
            name: "exchanged access token",
            operation: "AuthenticateWithAccessToken",
            takes_access_token: true,
            secrets: vec![token.clone()],
            parameters: Box::new(move |w| {
                w.text(&Element::plain("AccessToken", 0), Some(token.expose()));
            }),
        }
    }

    pub(crate) fn implicit() -> Self {
        Self {
            name: "implicit",
            operation: "AuthenticateImplicit",
            takes_access_token: false,
            secrets: Vec::new(),
            parameters: Box::new(|_| ()),
        }
    }

    pub(crate) fn generic(values: Vec<(String, Secret)>) -> Self {
        Self {
            name: "generic",
            operation: "AuthenticateGeneric",
            takes_access_token: false,
            secrets: values.iter().map(|(_, value)| value.clone()).collect(),
            parameters: Box::new(move |w| {
                let data: Dictionary<String, Option<String>> = values
                    .iter()
                    .map(|(key, value)| (key.clone(), Some(value.expose().to_owned())))
                    .collect();
                w.entity(&Element::new("AuthenticationData", 0, DATA), Some(&data));
            }),
        }
    }

    async fn ticket(
        &self,
        connection: &Connection,
        contract: &'static Contract,
        means: Means,
    ) -> Result<Secret, Error> {
        if self.takes_access_token {
            supports_access_tokens(contract)?;
        }
        let mut writer = Writer::new(contract);
        writer.open_root(self.operation);
        (self.parameters)(&mut writer);
        writer.close_root(self.operation);
        let mut call = RawCall::new(
            connection.clone(),
            contract,
            Cow::Borrowed("SoPrincipal"),
            Cow::Borrowed(self.operation),
            RequestHeaders::ApplicationToken,
        );
        call.wrapper = Some("AuthenticateResponse");
        call.message = writer.into_bytes().into();
        let secrets = self.secrets.iter().cloned();
        call.own_secrets = secrets.flat_map(redact::in_all_forms).collect();
        // Another ticket does no harm, and who fails to log in gets an answer.
        call.options.idempotent = true;
        call.span = Span::of(&call);
        let response = call.span.clone().wrap(deliver(&mut call, means)).await?;
        let received = Received::new(&call, &response);
        let (mut answer, mut succeeded) = (None::<Answer>, false);
        received.read_fields(&mut |r| {
            r.field("Credentials", &mut answer, Kind::Plain);
            r.field("AuthenticationSucceeded", &mut succeeded, Kind::Plain);
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

impl LogIn for Authenticate {
    fn name(&self) -> &'static str {
        self.name
    }

    fn log_in<'a>(
        &'a self,
        connection: &'a Connection,
        contract: &'static Contract,
        means: Means,
    ) -> LoggingIn<'a> {
        Box::pin(self.ticket(connection, contract, means))
    }
}

const DATA: Kind = Kind::Dictionary(&Entry {
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
    fn read(&mut self, r: &mut Reader<'_>, _: Kind) -> Result<(), DecodeError> {
        r.fields(None, &mut |r| {
            r.field("Ticket", &mut self.ticket, Kind::Plain)
        })
    }

    /// It is only ever read.
    fn write(&self, w: &mut Writer, element: &Element) {
        w.nil(element);
    }
}

/// Whether a server of these services knows access tokens.
pub(crate) fn supports_access_tokens(contract: &Contract) -> Result<(), Error> {
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
