//! What the examples share: where they call.

use std::env;

use superoffice_services::mock::{Mock, Server, Version};

/// Where an example calls, and as whom.
pub(crate) struct Target {
    pub(crate) url: String,
    pub(crate) application_token: String,
    pub(crate) ticket: String,
    /// Answers as long as this lives, unless a server was named.
    _server: Option<Server>,
}

/// The installation that `SUPEROFFICE_URL` names, called with `SUPEROFFICE_APPLICATION_TOKEN` and
/// `SUPEROFFICE_TICKET`; without it, a mock of this process, which is told what to answer.
pub(crate) fn target<C: Version>(tell: impl FnOnce(&Mock<C>)) -> Target {
    let variable = |name| env::var(name).unwrap_or_default();
    if let Ok(url) = env::var("SUPEROFFICE_URL") {
        return Target {
            url,
            application_token: variable("SUPEROFFICE_APPLICATION_TOKEN"),
            ticket: variable("SUPEROFFICE_TICKET"),
            _server: None,
        };
    }
    eprintln!("SUPEROFFICE_URL is not set: calling a mock of this process");
    let mock = Mock::new();
    tell(&mock);
    let server = mock.serve().expect("loopback has a free port");
    Target {
        url: server.url(),
        application_token: "application-token".to_owned(),
        ticket: "7T:ticket".to_owned(),
        _server: Some(server),
    }
}
