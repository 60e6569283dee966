//! The trail: who, whose record, what, when, from where, outcome, why.
//!
//! Each entry hashes the one before it on its node and is written in the transaction of the act that it records.
//! It holds ids and words of a fixed list, never health text. `anamnesis audit verify` walks it.

pub mod store;
mod types;
pub mod verify;

pub use types::{Action, Actor, Chain, Entry, Origin, Outcome};
