//! Finding a tenant of SuperOffice's cloud, which moves from host to host.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use superoffice_soap::{HttpRequest, HttpResponse};

use crate::connection::{Settings, base_url, is_name};
use crate::error::{Detail, Error};
use crate::exchange::{Means, send};
use crate::middleware::Attempt;
use crate::response::excerpt;
use crate::shared::Shared;

/// One of SuperOffice's clouds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// `sod.superoffice.com`, for developers.
    Development,
    /// `qaonline.superoffice.com`, for certification.
    Stage,
    /// `online.superoffice.com`, for customers.
    Production,
    /// One that answers at another URL, `http://127.0.0.1:8080`: for tests.
    Custom(String),
}

impl Environment {
    /// Where it answers, without a trailing slash.
    pub fn url(&self) -> &str {
        match self {
            Self::Development => "https://sod.superoffice.com",
            Self::Stage => "https://qaonline.superoffice.com",
            Self::Production => "https://online.superoffice.com",
            Self::Custom(url) => url.trim_end_matches('/'),
        }
    }
}

/// A tenant of one of SuperOffice's clouds.
///
/// A client that is built for a tenant asks the cloud for its address before the first call, and
/// again once when a host answers that the tenant is not there any more (HTTP 421).
///
/// ```
/// # use superoffice_client::{Builder, Connection, Environment, Error, Tenant};
/// # fn connect(token: &str, ticket: &str) -> Result<(), Error> {
/// let connection: Connection = Builder::tenant(Tenant::new(Environment::Production, "Cust12345"))
///     .application_token(token)
///     .ticket(ticket)
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tenant {
    environment: Environment,
    context: String,
}

impl Tenant {
    /// The tenant with that context identifier, `Cust12345`.
    pub fn new(environment: Environment, context_identifier: impl Into<String>) -> Self {
        Self {
            environment,
            context: context_identifier.into(),
        }
    }

    /// The cloud it is in.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// `Cust12345`
    pub fn context_identifier(&self) -> &str {
        &self.context
    }

    /// Both end up in URLs.
    pub(crate) fn checked(self) -> Result<Self, Error> {
        base_url(self.environment.url())?;
        match is_name(&self.context) {
            true => Ok(self),
            false => Err(Error::configuration(
                "the context identifier is not made of letters, digits and underscores",
            )),
        }
    }
}

/// A tenant and the address that was found for it.
pub(crate) struct Located {
    pub(crate) tenant: Tenant,
    base: Shared<Arc<str>>,
}

impl Located {
    pub(crate) fn new(tenant: Tenant) -> Self {
        let base = Shared::new();
        Self { tenant, base }
    }

    /// The base URL of its services, asked for if it is not known.
    pub(crate) async fn base(&self, settings: &Settings, means: Means) -> Result<Arc<str>, Error> {
        let found = self.base.get(|_| true, self.find(settings, means)).await;
        found.map_err(|error| Error::new(Detail::Discovery(error)))
    }

    /// It is not there.
    pub(crate) fn forget(&self, base: &str) {
        self.base.forget(|known| **known == *base);
    }

    pub(crate) fn known(&self) -> Option<Arc<str>> {
        self.base.peek()
    }

    async fn find(&self, settings: &Settings, means: Means) -> Result<Arc<str>, Error> {
        let environment = self.tenant.environment.url();
        let service = Service("State");
        let url = format!("{environment}/api/state/{}", self.tenant.context);
        let answer = service.get(settings, url, means).await?;
        let state = service.json(&answer, &[])?;
        let name = match &state["State"] {
            Value::String(name) => Cow::Borrowed(name.as_str()),
            Value::Number(number) => state_name(number.as_u64()),
            _ => Cow::Borrowed("unknown"),
        };
        let is_running = state["IsRunning"].as_bool().unwrap_or(false);
        if !is_running && name != "Running" && name != "OnlineMaintenance" {
            return Err(service.error(Detail::Tenant(name.chars().take(64).collect())));
        }
        let endpoint = state["Endpoint"].as_str().unwrap_or_default();
        let base = base_url(endpoint)
            .map_err(|_| service.unusable(&answer, "the state service names no endpoint"))?;
        if base.starts_with("http:") && !environment.starts_with("http:") {
            let why = "the state service names an endpoint without tls";
            return Err(service.unusable(&answer, why));
        }
        Ok(base.into())
    }
}

impl fmt::Debug for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tenant.fmt(f)
    }
}

fn state_name(number: Option<u64>) -> Cow<'static, str> {
    Cow::Borrowed(match number {
        Some(2) => "Running",
        Some(4) => "Suspended",
        Some(5) => "OnlineMaintenance",
        Some(6) => "OfflineMaintenance",
        Some(12) => "MigrationPending",
        Some(number) => return Cow::Owned(number.to_string()),
        None => "unknown",
    })
}

/// A service of the cloud itself, which speaks JSON.
#[derive(Clone, Copy)]
pub(crate) struct Service(pub(crate) &'static str);

impl Service {
    pub(crate) async fn get(
        self,
        settings: &Settings,
        url: String,
        means: Means,
    ) -> Result<HttpResponse, Error> {
        self.ask(settings, &|| HttpRequest::get(url.clone()), means)
            .await
    }

    /// Asks for what may be asked twice.
    pub(crate) async fn ask(
        self,
        settings: &Settings,
        make: &(dyn Fn() -> HttpRequest + Sync),
        means: Means,
    ) -> Result<HttpResponse, Error> {
        let make = || {
            let mut request = make();
            request.headers.push(("accept", "application/json".into()));
            if let Some(user_agent) = &settings.user_agent {
                request.headers.push(("user-agent", user_agent.clone()));
            }
            // None of these answers is longer than a few lines.
            request.max_response_bytes = settings.max_response_bytes.min(1 << 20);
            request
        };
        let attempt = Attempt {
            version: "online",
            agent: "online",
            operation: self.0,
            number: 0,
            duration: Duration::ZERO,
        };
        let sent = send(settings, &make, None, &attempt, true, means).await;
        sent.map_err(|error| self.error(Detail::Transport(error)))
    }

    /// The answer's object.
    pub(crate) fn json(self, answer: &HttpResponse, secrets: &[&str]) -> Result<Value, Error> {
        let read = match answer.status {
            200 => serde_json::from_slice(&answer.body).ok(),
            _ => None,
        };
        match read {
            Some(value @ Value::Object(_)) => Ok(value),
            _ => {
                let detail = Detail::Http(excerpt(&answer.body, secrets));
                Err(self.error(detail).with_response(answer))
            }
        }
    }

    fn unusable(self, answer: &HttpResponse, why: &'static str) -> Error {
        self.error(Detail::Online(why)).with_response(answer)
    }

    pub(crate) fn error(self, detail: Detail) -> Error {
        Error::new(detail).of("online", Cow::Borrowed("online"), Cow::Borrowed(self.0))
    }
}
