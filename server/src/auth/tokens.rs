//! Access tokens (JWT, RFC 9068 shape, HS256) and the opaque secrets behind refresh, cookies and tickets.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use protocol::UserId;
use serde::{Deserialize, Serialize};
use vault::{VaultError, random_bytes};
use zeroize::Zeroizing;

use crate::clock::Millis;

const ISSUER: &str = "anamnesis";
const AUDIENCE: &str = "anamnesis-api";
const TYPE: &str = "at+jwt";
/// Ours have some 400; whatever is longer is not decoded at all.
const TOKEN_BYTES_MAX: usize = 2_048;

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    iss: String,
    aud: String,
    sub: String,
    /// Seconds since 1970, as everything with a time in a JWT.
    exp: i64,
    iat: i64,
    jti: String,
    /// The refresh family it was given with: when that is revoked, so is this.
    sid: String,
}

/// What a checked access token stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Access {
    pub(crate) user_id: UserId,
    pub(crate) family: String,
    pub(crate) expires_at: Millis,
}

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenFault {
    /// Not ours, changed, or of another kind.
    Invalid,
    /// It was ours.
    Expired,
}

/// Signs and checks access tokens under one key, for one algorithm.
pub(crate) struct TokenKeys {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl TokenKeys {
    pub(crate) fn new(key: &[u8]) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Compared with our own clock below.
        validation.validate_exp = false;
        Self { encoding: EncodingKey::from_secret(key), decoding: DecodingKey::from_secret(key), validation }
    }

    /// A token for this person, of this family, good for `life` milliseconds.
    pub(crate) fn sign(
        &self,
        user: &UserId,
        family: &str,
        now: Millis,
        life: Millis,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user.as_str().to_owned(),
            exp: now.saturating_add(life).div_euclid(1_000),
            iat: now.div_euclid(1_000),
            jti: crate::ids::plain(now),
            sid: family.to_owned(),
        };
        let header = Header { typ: Some(TYPE.to_owned()), ..Header::new(Algorithm::HS256) };
        jsonwebtoken::encode(&header, &claims, &self.encoding)
    }

    /// Checks signature, algorithm, type, issuer, audience and time. Nothing in the header picks key or algorithm.
    pub(crate) fn check(&self, token: &str, now: Millis) -> Result<Access, TokenFault> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(TokenFault::Invalid);
        }
        let data =
            jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation).map_err(|_| TokenFault::Invalid)?;
        if data.header.typ.as_deref() != Some(TYPE) {
            return Err(TokenFault::Invalid);
        }
        let expires_at = data.claims.exp.saturating_mul(1_000);
        if now >= expires_at {
            return Err(TokenFault::Expired);
        }
        Ok(Access { user_id: UserId::new(data.claims.sub), family: data.claims.sid, expires_at })
    }
}

impl std::fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenKeys(…)")
    }
}

/// 256 random bits that can stand in a cookie, an address or JSON.
pub(crate) fn opaque() -> Result<Zeroizing<String>, VaultError> {
    Ok(Zeroizing::new(URL_SAFE_NO_PAD.encode(random_bytes::<32>()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const NOW: Millis = 1_700_000_000_000;
    const LIFE: Millis = 1_800_000;
    const KEY: [u8; 32] = [7; 32];

    fn keys() -> TokenKeys {
        TokenKeys::new(&KEY)
    }

    fn good_claims() -> Value {
        json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "u", "exp": 1_700_001_800, "iat": 1_700_000_000, "jti": "j", "sid": "f"})
    }

    fn forged(algorithm: Algorithm, typ: Option<&str>, claims: &Value, key: &[u8]) -> String {
        let header = Header { typ: typ.map(ToOwned::to_owned), ..Header::new(algorithm) };
        jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(key)).unwrap()
    }

    #[test]
    fn a_signed_token_says_who_and_until_when() {
        let token = keys().sign(&UserId::new("u"), "f", NOW, LIFE).unwrap();
        let access = keys().check(&token, NOW).unwrap();
        assert_eq!(access, Access { user_id: UserId::new("u"), family: "f".to_owned(), expires_at: NOW + LIFE });
    }

    #[test]
    fn a_token_ends_by_our_clock() {
        let token = keys().sign(&UserId::new("u"), "f", NOW, LIFE).unwrap();
        assert!(keys().check(&token, NOW + LIFE - 1).is_ok());
        assert_eq!(keys().check(&token, NOW + LIFE), Err(TokenFault::Expired));
    }

    #[test]
    fn what_another_key_algorithm_or_type_signed_is_refused() {
        assert!(keys().check(&forged(Algorithm::HS256, Some(TYPE), &good_claims(), &KEY), NOW).is_ok());
        let wrong = [
            forged(Algorithm::HS256, Some(TYPE), &good_claims(), &[8; 32]),
            forged(Algorithm::HS512, Some(TYPE), &good_claims(), &KEY),
            forged(Algorithm::HS256, Some("JWT"), &good_claims(), &KEY),
            forged(Algorithm::HS256, None, &good_claims(), &KEY),
        ];
        for token in wrong {
            assert_eq!(keys().check(&token, NOW), Err(TokenFault::Invalid));
        }
    }

    #[test]
    fn a_token_without_signature_is_refused() {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        for algorithm in ["none", "None", "HS256"] {
            let token = format!("{}.{}.", part(&json!({"alg": algorithm, "typ": TYPE})), part(&good_claims()));
            assert_eq!(keys().check(&token, NOW), Err(TokenFault::Invalid), "{algorithm}");
        }
    }

    #[test]
    fn every_claim_that_is_missing_or_not_ours_refuses_the_token() {
        for claim in ["iss", "aud", "sub", "exp", "sid"] {
            let mut claims = good_claims();
            claims.as_object_mut().unwrap().remove(claim);
            assert_eq!(
                keys().check(&forged(Algorithm::HS256, Some(TYPE), &claims, &KEY), NOW),
                Err(TokenFault::Invalid),
                "{claim}"
            );
        }
        for claim in ["iss", "aud"] {
            let mut claims = good_claims();
            claims[claim] = json!("another");
            assert_eq!(
                keys().check(&forged(Algorithm::HS256, Some(TYPE), &claims, &KEY), NOW),
                Err(TokenFault::Invalid),
                "{claim}"
            );
        }
    }

    #[test]
    fn a_changed_or_senseless_token_is_refused() {
        let token = keys().sign(&UserId::new("u"), "f", NOW, LIFE).unwrap();
        let (rest, signature) = token.rsplit_once('.').unwrap();
        let mut claims = good_claims();
        claims["sub"] = json!("somebody else");
        let (header, _) = rest.split_once('.').unwrap();
        let changed = format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        for wrong in [changed.as_str(), "", ".", "..", "a.b.c", &"x".repeat(3_000)] {
            assert_eq!(keys().check(wrong, NOW), Err(TokenFault::Invalid));
        }
    }

    #[test]
    fn opaque_secrets_have_256_bits_and_differ() {
        let (a, b) = (opaque().unwrap(), opaque().unwrap());
        assert_eq!(URL_SAFE_NO_PAD.decode(a.as_bytes()).unwrap().len(), 32);
        assert_ne!(*a, *b);
    }
}
