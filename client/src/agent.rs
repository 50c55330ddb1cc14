//! The facts that emitted code states once for each agent.

use superoffice_soap::Contract;

/// An agent of a contract: one `.svc` endpoint.
#[derive(Clone, Copy, Debug)]
pub struct Agent {
    /// The version it belongs to.
    pub contract: &'static Contract,
    /// `License`: the part of the URL and the SOAPAction.
    pub name: &'static str,
    /// Which headers its operations take.
    pub headers: RequestHeaders,
}

/// The request headers that the operations of an agent take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RequestHeaders {
    /// `ApplicationToken`, `Credentials` and `TimeZone`.
    Session,
    /// `ApplicationToken` alone: operations that begin a session.
    ApplicationToken,
}
