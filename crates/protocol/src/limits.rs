//! The limits that both ends must agree on (PROTOCOL: "Every door").

/// The longest text of a message, in characters after trimming.
pub const MESSAGE_CHARS_MAX: usize = 8_000;
/// The largest frame that is read, in bytes; a larger one is an error and the connection stays.
pub const FRAME_BYTES_MAX: usize = 64 * 1024;
/// The shortest password, in characters.
pub const PASSWORD_CHARS_MIN: usize = 8;
/// The longest password, in characters.
pub const PASSWORD_CHARS_MAX: usize = 128;
/// The digits of a mailed code.
pub const CODE_DIGITS: usize = 6;
/// The longest title of a conversation, in characters.
pub const TITLE_CHARS_MAX: usize = 120;
