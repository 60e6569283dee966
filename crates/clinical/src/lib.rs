//! Medicine as pure functions over the tables in `data/*.toml`.
//!
//! Start reading at [`crisis`], which comes before everything else in a turn; then [`findings`] (the vocabulary and the
//! reader of notes), [`diagnosis`] (what is likely, how urgent, what to ask next), and [`exercises`].
//!
//! This crate must stay pure: no async, network, database, clock, environment or log. Every table names its sources,
//! and a test checks them. A finding is data with a stable code, never an error.

#![warn(missing_docs)]

pub mod crisis;
pub mod diagnosis;
pub mod exercises;
pub mod findings;
