//! Medicine as pure functions over the tables in `data/*.toml`.
//!
//! Start reading at [`crisis`], which comes before everything else in a turn; then [`exercises`] and [`facts`], which the
//! chat uses; [`questionnaires`], [`safety_plan`] and [`plans`], which people fill in or ask for, with [`profile`]; then
//! [`scores`], [`findings`], [`diagnosis`] and [`prescription`], the clinic's engines.
//!
//! This crate must stay pure: no async, network, database, clock, environment or log. Every table names its sources,
//! and a test checks them. A finding is data with a stable code, never an error.

#![warn(missing_docs)]

pub mod crisis;
pub mod diagnosis;
pub mod exercises;
pub mod facts;
pub mod findings;
pub mod plans;
pub mod prescription;
pub mod profile;
pub mod questionnaires;
pub mod safety_plan;
pub mod scores;

mod phrases;
