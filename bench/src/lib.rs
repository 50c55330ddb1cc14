//! What the benchmarks share: the messages, the work on them, the clock.
//!
//! Everything is built from the contracts by constant rules, so each run has the same bytes, and no
//! message of a server is kept here.

#![allow(missing_docs, reason = "a programme, not a library")]

pub mod by_hand;
pub mod clock;
pub mod contracts;
pub mod inputs;
pub mod quick;
