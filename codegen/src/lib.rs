//! Contracts in, Rust text out: the generator behind `cargo xtask`.

pub mod compare;
pub mod describe;
pub mod diagnostic;
pub mod diff;
pub mod ir;
pub mod model;
pub mod read;
