//! What crosses the wire, shared by the browser and the server.
//!
//! Start with [`message`], the unit everything is about; then [`engine`], what a client can ask and what
//! the engine answers; then [`native`], the JSON of door 1; then [`rest`], the bodies of the REST routes, [`clinic`], cases, and
//! [`care`], exercises and progress, [`document`], what people upload, and [`review`], rated answers that are read.
//!
//! Serde types only: no clock, no randomness, no network. Builds for wasm32.
#![warn(missing_docs)]

pub mod care;
pub mod clinic;
pub mod document;
pub mod engine;
pub mod ids;
pub mod limits;
pub mod message;
pub mod native;
pub mod rest;
pub mod review;

pub use ids::{CaseId, ConversationId, DocumentId, MessageId, TurnId, UserId};
pub use message::{Content, Element, FinishReason, Message, Metadata, Role, Safety, SafetyLevel, SafetyType, Source};
