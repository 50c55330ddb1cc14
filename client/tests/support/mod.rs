//! What the tests of this crate share.

pub(crate) mod contract;
pub(crate) mod server;
