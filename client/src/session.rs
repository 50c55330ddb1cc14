//! Tickets: got once, shared, renewed when they end.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use superoffice_soap::Contract;

use crate::clock::Clock;
use crate::connection::Connection;
use crate::credentials::{Credentials, Kind};
use crate::error::{Detail, Error};
use crate::exchange::Means;
use crate::login::supports_access_tokens;
use crate::secret::Secret;
use crate::shared::Shared;
use crate::trace;

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
        matches!(self.credentials.0, Kind::LogIn(_))
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
        let login = match &self.credentials.0 {
            Kind::Ticket(ticket) => return Ok(ticket.clone()),
            Kind::AccessToken(token) => {
                supports_access_tokens(contract)?;
                return Ok(token.clone());
            }
            Kind::LogIn(login) => login,
        };
        let now = connection.settings().clock.now();
        let lives = |held: &Held| held.lives(now);
        let login = async {
            let ticket = login.log_in(connection, contract, means).await?;
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
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.credentials.fmt(f)
    }
}
