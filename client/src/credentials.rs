//! Who is calling, and what proves it.

use std::fmt;
use std::sync::Arc;

use crate::login::{Authenticate, LogIn};
use crate::secret::Secret;
#[cfg(feature = "system-user")]
use crate::system_user::SystemUser;

/// Where a client's tickets come from.
///
/// All but [`Credentials::ticket`] and [`Credentials::access_token`] log in when the first call needs
/// a ticket, through the services that the call is for; clones of the client share the ticket, and
/// one of them renews it when it has ended.
///
/// ```
/// # use superoffice_client::{Builder, Connection, Credentials, Error};
/// # fn connect(password: &str) -> Result<(), Error> {
/// let connection: Connection = Builder::new("https://crm.example.com/SuperOffice")
///     .credentials(Credentials::user("SAL0", password))
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Credentials(pub(crate) Kind);

#[derive(Clone)]
pub(crate) enum Kind {
    Ticket(Secret),
    AccessToken(Secret),
    /// A programme that does not log in has no code for it.
    LogIn(Arc<dyn LogIn>),
}

impl Credentials {
    /// A ticket that was got elsewhere, `7T:…`. When it ends, calls fail.
    pub fn ticket(ticket: impl Into<Secret>) -> Self {
        Self(Kind::Ticket(ticket.into()))
    }

    /// An OAuth access token, `8A:…`, sent in the place of a ticket, which servers accept from
    /// Services86 on. When it ends, calls fail.
    pub fn access_token(token: impl Into<Secret>) -> Self {
        Self(Kind::AccessToken(token.into()))
    }

    /// An OAuth access token that is exchanged for a ticket by `AuthenticateWithAccessToken`, from
    /// Services86 on. The ticket outlives the token; when both have ended, calls fail.
    pub fn exchanged_access_token(token: impl Into<Secret>) -> Self {
        Self::logging_in(Authenticate::exchanged_access_token(token.into()))
    }

    /// A user name and a password, `AuthenticateUsernamePassword`: installations on site.
    pub fn user(name: impl Into<Secret>, password: impl Into<Secret>) -> Self {
        Self::logging_in(Authenticate::user(name.into(), password.into()))
    }

    /// The Windows account that the transport shows, `AuthenticateImplicit`. The crate's own
    /// transport shows none.
    pub fn implicit() -> Self {
        Self::logging_in(Authenticate::implicit())
    }

    /// Whatever a plug-in of the server asks for, `AuthenticateGeneric`: names and values.
    pub fn generic<K: Into<String>, V: Into<Secret>>(
        values: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let values = values.into_iter();
        let values = values.map(|(key, value)| (key.into(), value.into()));
        Self::logging_in(Authenticate::generic(values.collect()))
    }

    /// A system user of SuperOffice's cloud: programmes that run unattended.
    #[cfg(feature = "system-user")]
    pub fn system_user(user: SystemUser) -> Self {
        Self::logging_in(user)
    }

    fn logging_in(login: impl LogIn + 'static) -> Self {
        Self(Kind::LogIn(Arc::new(login)))
    }
}

#[cfg(feature = "system-user")]
impl From<SystemUser> for Credentials {
    fn from(user: SystemUser) -> Self {
        Self::system_user(user)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.0 {
            Kind::Ticket(_) => "ticket",
            Kind::AccessToken(_) => "access token",
            Kind::LogIn(login) => login.name(),
        };
        write!(f, "Credentials({kind}, [redacted])")
    }
}
