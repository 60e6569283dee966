//! What can go wrong with a language model, without a word of what was sent or answered.
//!
//! Providers' errors quote the request: they are looked at for their kind and then let go.

use std::time::Duration;

use genai::Error;

use crate::models::ModelError;

/// The longest wait that a provider may ask for before the one retry; longer, and the guide answers.
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// The wait before the one retry where nobody says how long.
const WAIT: Duration = Duration::from_millis(250);

/// A fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("no connection")]
    Unreachable,
    #[error("no credentials")]
    NoCredentials,
    #[error("it did not begin in time")]
    Late,
    #[error("it fell silent")]
    Silent,
    #[error("it is busy (status 429)")]
    Busy(Option<Duration>),
    #[error("it failed (status {0})")]
    Down(u16),
    #[error("it refused the request (status {0})")]
    Refused(u16),
    #[error("its answer can't be read")]
    Malformed,
    #[error("it reported an error")]
    Reported,
    #[error("the connection broke")]
    Broke,
    #[error("its answer had no text")]
    Empty,
    #[error("its answer was withheld by the provider's filter")]
    Filtered,
    #[error("its answer became too long")]
    Long,
    #[error("it only repeated itself")]
    Circles,
}

impl Fault {
    /// How long to wait before the one retry; `None` where there is no use in one.
    pub(super) fn retry(&self) -> Option<Duration> {
        match self {
            Self::Busy(Some(wait)) => (*wait <= LONGEST_WAIT).then_some((*wait).max(WAIT)),
            Self::NoCredentials | Self::Silent | Self::Refused(_) | Self::Filtered | Self::Long | Self::Circles => None,
            _ => Some(WAIT),
        }
    }

    /// Whether it says something about the model, and not about this one request.
    pub(super) fn counts(&self) -> bool {
        !matches!(self, Self::Filtered | Self::Long | Self::Circles | Self::Empty | Self::Refused(400 | 413 | 422))
    }

    /// For the engine, when words were already said.
    pub(super) fn to_error(&self) -> ModelError {
        match self {
            Self::Silent | Self::Late => ModelError::TimedOut,
            other => ModelError::Broke(other.to_string()),
        }
    }

    fn of_status(error: &Error) -> Option<Self> {
        let status = error.status()?.as_u16();
        let wait = error.headers().and_then(|headers| headers.get("retry-after"));
        let wait = wait.and_then(|value| value.to_str().ok()).and_then(|value| value.trim().parse().ok());
        Some(match status {
            429 => Self::Busy(wait.map(Duration::from_secs)),
            408 | 500.. => Self::Down(status),
            _ => Self::Refused(status),
        })
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let error = match error {
            Error::WebStream { error, .. } => match error.downcast::<Error>() {
                Ok(inner) => *inner,
                Err(other) => return of_transport(other.downcast_ref()),
            },
            other => other,
        };
        if let Some(fault) = Self::of_status(&error) {
            return fault;
        }
        match error {
            Error::StreamParse { .. } | Error::JsonValueExt(_) | Error::SerdeJson(_) => Self::Malformed,
            Error::ChatResponse { .. } => Self::Reported,
            Error::RequiresApiKey { .. } | Error::NoAuthData { .. } | Error::Resolver { .. } => Self::NoCredentials,
            _ => Self::Broke,
        }
    }
}

fn of_transport(error: Option<&reqwest::Error>) -> Fault {
    match error {
        Some(error) if error.is_connect() => Fault::Unreachable,
        Some(error) if error.is_timeout() => Fault::Late,
        _ => Fault::Broke,
    }
}
