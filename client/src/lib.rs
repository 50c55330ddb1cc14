//! What is particular to SuperOffice NetServer: connections, calls, headers, errors.
//!
//! The crate `superoffice-services` has the agents and their types; its clients are built with
//! [`Builder`], its methods return a [`Call`], and what fails is an [`Error`].
//!
//! # Features
//!
//! All are additive.
//!
//! | feature | brings |
//! |---|---|
//! | `reqwest` (default) | a transport over HTTP, with TLS |
//! | `tracing` (default) | a span a call, an event an attempt |
//! | `blocking` | `Call::send_blocking`, `paged_blocking`, blocking transports |
//! | `gzip` | compressed responses |
//! | `online` | `Tenant`: finding a tenant of SuperOffice's cloud |
//! | `system-user` | `SystemUser`: sessions for unattended use of the cloud |
//! | `mock` | `mock`: a NetServer in the process of a test |
//! | `chrono`, `jiff`, `time` | conversions of dates and spans |
//! | `serde` | `Serialize` and `Deserialize` for values |

#![deny(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod agent;
#[cfg(feature = "tracing")]
mod blackout;
mod builder;
mod call;
mod clock;
mod connection;
mod credentials;
mod encoded;
mod error;
mod exception;
mod exchange;
mod fields;
mod headers;
mod login;
mod message;
mod middleware;
#[cfg(feature = "mock")]
pub mod mock;
mod paging;
mod redact;
mod request;
mod response;
mod retry;
mod secret;
mod session;
mod shared;
#[cfg(feature = "system-user")]
mod system_user;
#[cfg(feature = "online")]
mod tenant;
mod trace;
mod wait;

pub use agent::{Agent, Endpoint, RequestHeaders};
pub use builder::Builder;
pub use call::{Call, CallFuture, WithHeaders, WithHeadersFuture};
pub use clock::{Clock, Sleep};
pub use connection::Connection;
pub use credentials::Credentials;
pub use encoded::{Encoded, HasOffset};
pub use error::{Error, ErrorKind};
pub use exception::ServerException;
pub use fields::FieldsExt;
pub use headers::{ResponseHeaders, TimeZone};
pub use middleware::{Attempt, Middleware};
#[cfg(feature = "blocking")]
pub use paging::{BlockingPages, paged_blocking};
pub use paging::{Pages, paged, paged_by};
pub use request::Request;
pub use response::{RawResponse, Response};
pub use retry::RetryPolicy;
pub use secret::Secret;
#[cfg(feature = "system-user")]
pub use system_user::SystemUser;
#[cfg(feature = "online")]
pub use tenant::{Environment, Tenant};
