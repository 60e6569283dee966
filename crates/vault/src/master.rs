use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{KEY_BYTES, VaultError, random_bytes};

const LONGEST_ID: usize = 32;

/// The key that data keys are wrapped under. It has an id, stored beside what it wraps, so that it can be rotated.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct MasterKey {
    #[zeroize(skip)]
    id: String,
    key: [u8; KEY_BYTES],
}

impl MasterKey {
    /// A master key read from where it is kept. Its id must satisfy [`is_master_key_id`]: with another one nothing can
    /// be wrapped ([`VaultError::Format`]) or unwrapped.
    pub fn new(id: impl Into<String>, key: [u8; KEY_BYTES]) -> Self {
        Self { id: id.into(), key }
    }

    /// A new master key from the system's randomness; [`VaultError::Format`] where the id is not one.
    pub fn generate(id: impl Into<String>) -> Result<Self, VaultError> {
        let id = id.into();
        if !is_master_key_id(&id) {
            return Err(VaultError::Format);
        }
        Ok(Self { id, key: random_bytes()? })
    }

    /// The public name of this key.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The secret itself, for writing it to where it is kept.
    pub fn expose(&self) -> &[u8; KEY_BYTES] {
        &self.key
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MasterKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Whether `id` can name a master key: 1 to 32 of `a`–`z`, `0`–`9` and `-`.
pub fn is_master_key_id(id: &str) -> bool {
    (1..=LONGEST_ID).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::{MasterKey, is_master_key_id};
    use crate::VaultError;

    #[test]
    fn ids_are_short_and_plain() {
        for id in ["a", "main", "2026-11", &"k".repeat(32)] {
            assert!(is_master_key_id(id), "{id}");
        }
        for id in ["", "A", "a b", "ä", "a_b", "a\n", &"k".repeat(33)] {
            assert!(!is_master_key_id(id), "{id}");
            assert_eq!(MasterKey::generate(id).err(), Some(VaultError::Format), "{id}");
        }
    }

    #[test]
    fn debug_shows_the_id_and_no_key() {
        let shown = format!("{:?}", MasterKey::new("main", [0xAB; 32]));
        assert!(shown.contains("main"));
        assert!(!shown.contains("171") && !shown.to_lowercase().contains("ab, ab"), "{shown}");
    }
}
