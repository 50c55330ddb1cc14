//! Contracts in, Rust text out: the generator behind `cargo xtask`.

pub mod compare;
pub mod diagnostic;
pub mod ir;
pub mod model;
pub mod read;
