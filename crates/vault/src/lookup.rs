use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{KEY_BYTES, associated};

/// A pepper: makes keyed hashes of what must be found again but not read (addresses, tokens, codes).
///
/// Without the key nobody who holds the database can try out likely values.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct LookupKey {
    key: [u8; KEY_BYTES],
}

impl LookupKey {
    /// A pepper read from where it is kept.
    pub fn new(key: [u8; KEY_BYTES]) -> Self {
        Self { key }
    }

    /// The secret itself, for writing it to where it is kept.
    pub fn expose(&self) -> &[u8; KEY_BYTES] {
        &self.key
    }

    /// HMAC-SHA256 of `value` as 64 hexadecimal digits. `domain` says what kind of value it is: the same value in two
    /// domains has two unrelated hashes.
    pub fn hash(&self, domain: &str, value: &[u8]) -> String {
        use fmt::Write as _;

        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of every length");
        let mut prefix = Vec::with_capacity(domain.len() + 8);
        associated::push(&mut prefix, domain.as_bytes());
        mac.update(&prefix);
        mac.update(value);
        let mut hex = String::with_capacity(64);
        for byte in mac.finalize().into_bytes() {
            write!(hex, "{byte:02x}").expect("a String takes every write");
        }
        hex
    }
}

impl fmt::Debug for LookupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LookupKey").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::LookupKey;

    #[test]
    fn agrees_with_an_independent_hmac() {
        // Python: hmac.new(bytes(range(32)), (5).to_bytes(8, "little") + b"email" + b"a@example.org", "sha256")
        let key = LookupKey::new(std::array::from_fn(|at| u8::try_from(at).unwrap()));
        assert_eq!(
            key.hash("email", b"a@example.org"),
            "8496e437cdfc1fe3219104c15542df3070c9edd648ac69c862c88554e029dd6a"
        );
    }

    #[test]
    fn key_domain_and_value_each_change_the_hash() {
        let key = LookupKey::new([1; 32]);
        let hash = key.hash("email", b"a@example.org");
        assert_eq!(hash.len(), 64);
        assert_eq!(hash, key.hash("email", b"a@example.org"));
        assert_ne!(hash, key.hash("token", b"a@example.org"));
        assert_ne!(hash, key.hash("emaila", b"@example.org"));
        assert_ne!(hash, key.hash("email", b"b@example.org"));
        assert_ne!(hash, LookupKey::new([2; 32]).hash("email", b"a@example.org"));
    }

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(format!("{:?}", LookupKey::new([0xAB; 32])), "LookupKey { .. }");
    }
}
