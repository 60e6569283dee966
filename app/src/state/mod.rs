//! What the pages remember while they are open. Start with [`transcript`], the pure heart of the chat; [`board`] shows it
//! as signals; [`chat`] holds everything together; `socket` is the connection.

pub mod backoff;
pub mod board;
pub mod chat;
pub mod clinic;
pub mod line;
pub mod list;
pub mod look;
pub mod outbox;
pub mod session;
#[cfg(feature = "hydrate")]
pub(crate) mod socket;
pub(crate) mod storage;
pub mod transcript;
pub mod upload;
