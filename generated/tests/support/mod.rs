//! What the tests and examples of this crate share: a server of one's own, or the one that is
//! named.

#![allow(dead_code, unreachable_pub)]

pub mod netserver;
#[path = "../../../client/tests/support/server.rs"]
pub mod server;

use std::env;

/// Where an example calls, and as whom.
pub struct Target {
    pub url: String,
    pub application_token: String,
    pub ticket: String,
    /// Answers as long as this lives, unless a server was named.
    _server: Option<server::Server>,
}

/// The installation that `SUPEROFFICE_URL` names, called with `SUPEROFFICE_APPLICATION_TOKEN` and
/// `SUPEROFFICE_TICKET`; without it, a server in this process.
pub fn target() -> Target {
    let variable = |name| env::var(name).unwrap_or_default();
    match env::var("SUPEROFFICE_URL") {
        Ok(url) => Target {
            url,
            application_token: variable("SUPEROFFICE_APPLICATION_TOKEN"),
            ticket: variable("SUPEROFFICE_TICKET"),
            _server: None,
        },
        Err(_) => {
            let server = netserver::start();
            eprintln!("SUPEROFFICE_URL is not set: calling a server of this process");
            Target {
                url: server.url(),
                application_token: netserver::APPLICATION_TOKEN.to_owned(),
                ticket: netserver::TICKET.to_owned(),
                _server: Some(server),
            }
        }
    }
}
