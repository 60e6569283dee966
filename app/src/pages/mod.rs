//! Pages load, components show. Each page is a route of [`crate::App`].

pub mod auth;
pub mod care;
pub mod chat;
pub mod clinic;
pub mod documents;
pub mod error;
pub mod landing;
pub mod library;
pub mod records;
pub mod resources;
pub mod reviews;
pub mod settings;
pub mod shares;
pub mod signed_in;
