//! A type for each kind of id, so that one can't be passed for another.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps an id that came from a client or from storage. It may name nothing.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The id as it stands on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// A person's account (`UUIDv7`).
    UserId
}
id! {
    /// A conversation (`UUIDv7`); `session_id` on the wire.
    ConversationId
}
id! {
    /// A stored message (`msg_` and a `UUIDv7`).
    MessageId
}
id! {
    /// One turn from stored question to stored answer (`UUIDv7`).
    TurnId
}
id! {
    /// A clinical case (`UUIDv7`).
    CaseId
}
id! {
    /// An uploaded document or picture (`UUIDv7`).
    DocumentId
}
