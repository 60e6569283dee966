//! Why something of the clinic was not done, for every door.

use protocol::engine::ErrorCode;

use crate::db::StoreError;
use crate::error::ApiError;
use crate::limits::RetryAfter;
use crate::realtime::commands::Refusal;

/// Why it was not done.
#[derive(Debug)]
pub enum Fault {
    /// The input can't be run; what is wrong with it, in sentences.
    Input(String),
    /// Unknown, or somebody else's; never told apart.
    NotFound(&'static str),
    /// Their role does not allow it.
    Forbidden(&'static str),
    /// It does not go with how things stand.
    Conflict(&'static str),
    /// Enough is running.
    Busy,
    /// Too much in too short a time.
    Limited(RetryAfter),
    /// The server stops; the case goes on when it is there again.
    Parked,
    /// The engine broke off.
    Broken,
    /// The store.
    Store(StoreError),
}

const BUSY: &str = "Several of your cases are running already. Wait for one to end.";
const PARKED: &str = "The server is being restarted. The case is kept and goes on by itself.";
const BROKEN: &str = "The case could not be worked out. It is kept; please tell whoever runs this server.";

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<RetryAfter> for Fault {
    fn from(wait: RetryAfter) -> Self {
        Self::Limited(wait)
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Input(text) => Self::new(ErrorCode::BadField, text),
            Fault::NotFound(what) => Self::not_found(what),
            Fault::Forbidden(text) => Self::new(ErrorCode::Forbidden, text),
            Fault::Conflict(text) => Self::new(ErrorCode::Conflict, text),
            Fault::Busy => Self::new(ErrorCode::Busy, BUSY),
            Fault::Limited(wait) => wait.into(),
            Fault::Parked => Self::new(ErrorCode::Busy, PARKED),
            Fault::Broken => Self::new(ErrorCode::Internal, BROKEN),
            Fault::Store(error) => error.into(),
        }
    }
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        use http::StatusCode;
        match fault {
            Fault::Input(text) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, text),
            Fault::NotFound(what) => Self::not_found(what),
            Fault::Forbidden(text) => Self::forbidden(text),
            Fault::Conflict(text) => Self::conflict(text),
            Fault::Busy => Self::new(StatusCode::TOO_MANY_REQUESTS, BUSY),
            Fault::Limited(wait) => wait.into(),
            Fault::Parked => Self::new(StatusCode::SERVICE_UNAVAILABLE, PARKED),
            Fault::Broken => Self::new(StatusCode::INTERNAL_SERVER_ERROR, BROKEN),
            Fault::Store(error) => error.into(),
        }
    }
}
