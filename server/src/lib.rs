//! The server of Anamnesis: one binary with the site, the library and the database engine inside.
//!
//! Start with [`router`], the table of everything that can be reached; then `realtime/socket.rs`, where a message comes
//! in, and `turns/engine.rs`, where it is answered. A domain is a folder with the same file names in each: `mod.rs`
//! (what it is, its routes), `types.rs`, `store.rs` (all its SQL), `routes.rs`, `wire.rs` (to and from `protocol`).
//!
//! Health text, tokens and secrets never reach a log, a metric, an address that we make or an error.

pub mod cli;
pub mod config;
pub mod secrets;

mod cache;
pub mod clock;
pub mod db;
pub mod error;
pub mod ids;
pub mod keys;
pub mod leaves;
pub mod limits;
pub mod openapi;
pub mod rest;
pub mod router;
pub mod serve;
pub mod site;
pub mod state;
pub mod telemetry;
mod tls;

pub mod alerts;
pub mod audit;
pub mod auth;
pub mod care;
pub mod chat;
pub mod clinic;
pub mod conversations;
pub mod documents;
pub mod mail;
pub mod models;
pub mod realtime;
pub mod reviews;
pub mod turns;
