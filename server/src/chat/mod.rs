//! Asking over REST: a message with its answer, and an answer as server-sent events. The turn is the one that every door
//! asks for: stored before anything else, and answered whether or not the request is still there.

pub(crate) mod ask;
mod fields;
pub(crate) mod routes;
mod stream;

pub(crate) use fields::Fields;
pub use routes::routes;
