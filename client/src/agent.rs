//! The facts that emitted code states once for each agent, and what calls one.

use superoffice_soap::Contract;

use crate::connection::Connection;
use crate::request::Request;

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

/// An agent on a server: what an emitted handle is made of.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint<'a> {
    connection: &'a Connection,
    agent: &'static Agent,
}

/// Gives an emitted handle `Clone`, `Copy` and `Debug`; derives would take the compiler longer.
#[doc(hidden)]
#[macro_export]
macro_rules! handle {
    ($type:ident) => {
        impl ::core::clone::Clone for $type<'_> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl ::core::marker::Copy for $type<'_> {}

        impl ::core::fmt::Debug for $type<'_> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.0, f)
            }
        }
    };
}

impl<'a> Endpoint<'a> {
    pub(crate) fn new(connection: &'a Connection, agent: &'static Agent) -> Self {
        Self { connection, agent }
    }

    /// Begins a request; emitted methods call this.
    pub fn request(&self, operation: &'static str) -> Request {
        Request::new(self.connection.clone(), self.agent, operation)
    }
}
