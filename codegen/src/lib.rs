//! Contracts in, Rust text out: the generator behind `cargo xtask`.

pub mod canonical;
pub mod compare;
pub mod describe;
pub mod diagnostic;
pub mod diff;
pub mod infer;
pub mod ir;
pub mod lower;
pub mod merge;
pub mod model;
pub mod provenance;
pub mod read;
