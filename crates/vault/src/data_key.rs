use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::aead::{self, NONCE_BYTES, TAG_BYTES};
use crate::associated::{self, Place};
use crate::{KEY_BYTES, MasterKey, VaultError, is_master_key_id, random_bytes};

/// First byte of everything sealed or wrapped. It is bound as associated data too, so that an old form can't be passed
/// off as a new one.
const VERSION: u8 = 1;

/// The key of one conversation or one record. It is stored only wrapped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DataKey {
    key: [u8; KEY_BYTES],
}

impl DataKey {
    /// A new key from the system's randomness.
    pub fn generate() -> Result<Self, VaultError> {
        Ok(Self { key: random_bytes()? })
    }

    /// This key, sealed under `master`: `version ‖ id length ‖ id ‖ nonce ‖ ciphertext ‖ tag`.
    ///
    /// `scope` is the id of the conversation or record that the key belongs to; it must be given again to unwrap.
    pub fn wrap(&self, master: &MasterKey, scope: &str) -> Result<Vec<u8>, VaultError> {
        let id = master.id();
        if !is_master_key_id(id) {
            return Err(VaultError::Format);
        }
        let length = u8::try_from(id.len()).expect("a master key's id has at most 32 bytes");
        let mut wrapped = Vec::with_capacity(2 + id.len() + NONCE_BYTES + KEY_BYTES + TAG_BYTES);
        wrapped.extend_from_slice(&[VERSION, length]);
        wrapped.extend_from_slice(id.as_bytes());
        aead::seal_into(&mut wrapped, master.expose(), &wrap_data(id, scope), &self.key)?;
        Ok(wrapped)
    }

    /// The key that [`DataKey::wrap`] wrapped under the same master key for the same scope.
    ///
    /// Only a foreign master key is told apart ([`VaultError::UnknownKey`]): a wrong scope and changed bytes look the same.
    pub fn unwrap(wrapped: &[u8], master: &MasterKey, scope: &str) -> Result<Self, VaultError> {
        let (id, sealed) = split_wrapped(wrapped).ok_or(VaultError::Format)?;
        if id != master.id() {
            return Err(VaultError::UnknownKey { id: id.to_owned() });
        }
        let opened = aead::open(master.expose(), &wrap_data(id, scope), sealed)?;
        let mut key = Self { key: [0; KEY_BYTES] };
        if opened.len() != KEY_BYTES {
            return Err(VaultError::Format);
        }
        key.key.copy_from_slice(&opened);
        Ok(key)
    }

    /// `plaintext` sealed for one place: `version ‖ nonce ‖ ciphertext ‖ tag`. Sealing the same text twice gives two
    /// different results.
    pub fn seal(&self, place: Place<'_>, plaintext: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut sealed = Vec::with_capacity(1 + NONCE_BYTES + plaintext.len() + TAG_BYTES);
        sealed.push(VERSION);
        aead::seal_into(&mut sealed, &self.key, &seal_data(place), plaintext)?;
        Ok(sealed)
    }

    /// What was sealed for this place under this key.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        match sealed.split_first() {
            Some((&VERSION, rest)) => aead::open(&self.key, &seal_data(place), rest),
            _ => Err(VaultError::Format),
        }
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataKey").finish_non_exhaustive()
    }
}

/// The id of the master key that `wrapped` was wrapped under, so that the right one can be picked. `None` where these
/// bytes are not a wrapped key. The id is not proven until the key is unwrapped.
pub fn wrapped_with(wrapped: &[u8]) -> Option<&str> {
    split_wrapped(wrapped).map(|(id, _)| id)
}

fn split_wrapped(wrapped: &[u8]) -> Option<(&str, &[u8])> {
    let (&[version, length], rest) = wrapped.split_first_chunk::<2>()?;
    let (id, sealed) = rest.split_at_checked(usize::from(length))?;
    let id = std::str::from_utf8(id).ok()?;
    let whole = sealed.len() == NONCE_BYTES + KEY_BYTES + TAG_BYTES;
    (version == VERSION && whole && is_master_key_id(id)).then_some((id, sealed))
}

fn seal_data(place: Place<'_>) -> Vec<u8> {
    associated::encode("anamnesis seal", VERSION, &[place.table, place.column, place.row])
}

fn wrap_data(id: &str, scope: &str) -> Vec<u8> {
    associated::encode("anamnesis wrap", VERSION, &[id, scope])
}

#[cfg(test)]
mod tests {
    use super::DataKey;

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(format!("{:?}", DataKey { key: [0xAB; 32] }), "DataKey { .. }");
    }
}
