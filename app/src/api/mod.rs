//! What the pages ask of the server: [`host`] is the trait that the server provides in context, the rest are the
//! server functions over it. `app` never depends on `server`.

pub mod accounts;
pub mod conversations;
mod failure;
#[cfg(feature = "ssr")]
pub mod host;
pub mod library;
pub mod types;

pub use failure::ApiFailure;
