//! Medicine as pure functions over the tables in `data/*.toml`.
//!
//! Start reading at [`crisis`], which comes before everything else in a turn; then [`exercises`] and [`facts`], which the
//! chat uses; then [`scores`], [`findings`], [`diagnosis`] and [`prescription`], the clinic's engines.
//!
//! This crate must stay pure: no async, network, database, clock, environment or log. Every table names its sources,
//! and a test checks them. A finding is data with a stable code, never an error.

#![warn(missing_docs)]

pub mod crisis;
pub mod diagnosis;
pub mod exercises;
pub mod facts;
pub mod findings;
pub mod prescription;
pub mod scores;
