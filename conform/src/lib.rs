//! Every operation's public method against the vendor's examples, and against the contract.

#![allow(
    unexpected_cfgs,
    reason = "the obstacle course is emitted like a crate with features that this one has not"
)]

pub mod check;
pub mod contract;
pub mod driver;
pub mod fixture;
pub mod fixtures;
pub mod load;
pub mod obstacle;
pub mod report;
pub mod rules;
pub mod tree;
#[rustfmt::skip]
mod versions;

pub use versions::VERSIONS;
