//! The one layout that everything sealed shares: `nonce (24) ‖ ciphertext ‖ tag (16)`, XChaCha20-Poly1305.
//!
//! The nonce is random. At 192 bits two equal ones under one key stay out of reach however many messages are written,
//! so no counter has to survive a crash.

use chacha20poly1305::{AeadInOut, KeyInit, Tag, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::{KEY_BYTES, VaultError, random_bytes};

pub(crate) const NONCE_BYTES: usize = 24;
pub(crate) const TAG_BYTES: usize = 16;

/// Appends `nonce ‖ ciphertext ‖ tag` to `out`, under a fresh nonce.
pub(crate) fn seal_into(
    out: &mut Vec<u8>,
    key: &[u8; KEY_BYTES],
    associated: &[u8],
    plaintext: &[u8],
) -> Result<(), VaultError> {
    let nonce = random_bytes::<NONCE_BYTES>()?;
    seal_with_nonce(out, key, nonce, associated, plaintext)
}

fn seal_with_nonce(
    out: &mut Vec<u8>,
    key: &[u8; KEY_BYTES],
    nonce: [u8; NONCE_BYTES],
    associated: &[u8],
    plaintext: &[u8],
) -> Result<(), VaultError> {
    // All the room is taken before the plaintext is written: a vector that grew afterwards would leave a copy behind.
    out.reserve_exact(NONCE_BYTES + plaintext.len() + TAG_BYTES);
    out.extend_from_slice(&nonce);
    let start = out.len();
    out.extend_from_slice(plaintext);
    let tag = XChaCha20Poly1305::new(&(*key).into())
        .encrypt_inout_detached(&XNonce::from(nonce), associated, out[start..].as_mut().into())
        .map_err(|_| VaultError::Format)?;
    out.extend_from_slice(&tag);
    Ok(())
}

/// Opens `nonce ‖ ciphertext ‖ tag`.
pub(crate) fn open(key: &[u8; KEY_BYTES], associated: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let (nonce, rest) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(VaultError::Format)?;
    let (body, tag) = rest.split_last_chunk::<TAG_BYTES>().ok_or(VaultError::Format)?;
    let mut plaintext = Zeroizing::new(body.to_vec());
    XChaCha20Poly1305::new(&(*key).into())
        .decrypt_inout_detached(&XNonce::from(*nonce), associated, plaintext.as_mut_slice().into(), &Tag::from(*tag))
        .map_err(|_| VaultError::Opened)?;
    Ok(plaintext)
}

#[cfg(test)]
mod tests {
    use super::{open, seal_with_nonce};

    /// draft-irtf-cfrg-xchacha-03, appendix A.3.1.
    const PLAINTEXT: &[u8] =
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
        sunscreen would be it.";
    const ASSOCIATED: &str = "50515253c0c1c2c3c4c5c6c7";
    const CIPHERTEXT: &str = "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb\
        731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452\
        2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9\
        21f9664c97637da9768812f615c68b13b52e";
    const TAG: &str = "c0875924c1c7987947deafd8780acf49";

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    #[test]
    fn agrees_with_the_vector_of_the_xchacha_draft() {
        let key = std::array::from_fn(|at| 0x80 + u8::try_from(at).unwrap());
        let nonce = std::array::from_fn(|at| 0x40 + u8::try_from(at).unwrap());
        let mut sealed = Vec::new();
        seal_with_nonce(&mut sealed, &key, nonce, &bytes(ASSOCIATED), PLAINTEXT).unwrap();
        let expected = [nonce.to_vec(), bytes(CIPHERTEXT), bytes(TAG)].concat();
        assert_eq!(sealed, expected);
        assert_eq!(open(&key, &bytes(ASSOCIATED), &expected).unwrap().as_slice(), PLAINTEXT);
    }
}
