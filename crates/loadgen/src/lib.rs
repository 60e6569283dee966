//! Load on the real binary: benchmarks, and kills with a count of what was lost.
//!
//! Start with [`server`] (the process under test), [`account`] and [`client`] (who talks to it), then [`ledger`] and
//! [`history`]: what was asked and acknowledged, held against what is stored. [`kill`] and [`mod@bench`] are made of these.
//! Everything is measured from outside, through the doors that everybody uses; **nothing here knows the server's code**.
#![warn(missing_docs)]

pub mod account;
pub mod bench;
pub mod client;
pub mod floor;
pub mod glance;
pub mod history;
pub mod kill;
pub mod ledger;
pub mod machine;
pub mod outbox;
pub mod report;
pub mod script;
pub mod server;

pub use account::Account;
pub use client::Client;
pub use kill::kill_rounds;
pub use server::{Server, Setup};

/// A client for HTTP to be. Where TLS is compiled in, its cryptography must be named before a client is made.
pub fn http_builder() -> reqwest::ClientBuilder {
    // A second naming keeps the first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
}
