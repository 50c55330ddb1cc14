//! What the tests of this crate share.

// Each of its users takes what it needs.
#![allow(dead_code)]

pub(crate) mod clock;
#[cfg(feature = "system-user")]
pub(crate) mod cloud;
pub(crate) mod contract;
pub(crate) mod server;
