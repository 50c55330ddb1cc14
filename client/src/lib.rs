//! What is particular to SuperOffice NetServer: connections, calls, headers, errors.
//!
//! The crate `superoffice-services` has the agents and their types; its clients are built with
//! [`Builder`], its methods return a [`Call`], and what fails is an [`Error`].

#![deny(missing_docs)]

mod agent;
mod builder;
mod call;
mod connection;
mod encoded;
mod error;
mod exception;
mod fields;
mod headers;
mod paging;
mod redact;
mod request;
mod response;
mod secret;

pub use agent::{Agent, RequestHeaders};
pub use builder::Builder;
pub use call::{Call, CallFuture, WithHeaders, WithHeadersFuture};
pub use connection::Connection;
pub use encoded::{Encoded, HasOffset};
pub use error::{Error, ErrorKind};
pub use exception::ServerException;
pub use fields::FieldsExt;
pub use headers::{ResponseHeaders, TimeZone};
pub use paging::{Pages, paged, paged_by};
pub use request::Request;
pub use response::{RawResponse, Response};
pub use secret::Secret;
