/// Why something could not be sealed or opened. Never says anything about the text or the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The system gave no randomness.
    #[error("the system gave no randomness")]
    Entropy,
    /// The bytes are not in a form that this version knows, or a master key's id has a form that can't be stored.
    #[error("not a sealed value of a known format")]
    Format,
    /// Wrapped under another master key than the one given.
    #[error("wrapped under the master key {id:?}, which was not given")]
    UnknownKey {
        /// The id found beside the wrapped key. It is not authenticated until the key is unwrapped.
        id: String,
    },
    /// Could not be opened: the wrong key, the wrong place, or bytes that were changed. Which of them is not told apart.
    #[error("could not be opened: wrong key, wrong place, or changed bytes")]
    Opened,
}
