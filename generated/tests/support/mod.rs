//! A server of the tests' own, stricter than the mock and written apart from it.

#![allow(dead_code, unreachable_pub)]

pub mod netserver;
#[path = "../../../client/tests/support/server.rs"]
pub mod server;
