//! Prose.

pub mod markdown;
