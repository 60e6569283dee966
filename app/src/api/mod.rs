//! What the pages ask of the server: [`host`], [`clinic_host`], [`care_host`] and [`document_host`] are the traits that the server provides
//! in context, the rest are the server functions over them. `app` never depends on `server`.

pub mod accounts;
pub mod care;
#[cfg(feature = "ssr")]
pub mod care_host;
pub mod clinic;
#[cfg(feature = "ssr")]
pub mod clinic_host;
pub mod conversations;
#[cfg(feature = "ssr")]
pub mod document_host;
pub mod documents;
mod failure;
#[cfg(feature = "ssr")]
pub mod host;
pub mod library;
pub mod types;

pub use failure::ApiFailure;
