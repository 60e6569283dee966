//! Live connections: [`hub`] knows who is connected and fans events out, [`socket`] moves frames and keeps the limits,
//! a door in [`doors`] translates between its JSON and the engine, [`commands`] does what a client asks.
//!
//! A closed socket never cancels an answer. No live frame overtakes a replay.

pub mod commands;
pub mod doors;
pub mod hub;
pub mod queue;
pub mod resume;
pub mod socket;

use axum::Router;
use axum::routing::get;

use crate::state::App;

/// The sockets' routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/ws/chat", get(doors::native::open))
        .route("/ws/chat/{conversation_id}", get(doors::several::open))
        .route("/chat/ws", get(doors::plain::open))
        .route("/ws/{user_id}", get(doors::clinic::open))
}
