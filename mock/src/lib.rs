//! A NetServer in the process of a test: it holds requests against the contract and has an answer to
//! every operation.
//!
//! A [`Table`] is what it knows of a version, a [`NetServer`] makes answers of requests, and a
//! [`Server`] puts it, or anything else that answers, on a port of the loopback interface.
//! `superoffice-services` has typed expectations on top of this behind its feature `mock`, and
//! `cargo xtask mock` serves a version for clients in any language.

#![deny(missing_docs)]

mod answer;
mod check;
mod http;
mod netserver;
mod table;

pub use answer::{Exception, Fill};
pub use http::{Answer, End, Request, Server, Service};
pub use netserver::{Asked, NetServer, has_body};
pub use table::{Table, TableError};
