//! Passwords: argon2id with a pepper, a few at once, and the commonest ones refused.

use std::collections::HashSet;
use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use protocol::limits::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};
use tokio::sync::Semaphore;
use vault::LookupKey;
use zeroize::Zeroizing;

use crate::error::ApiError;
use crate::limits::RetryAfter;

/// OWASP's first choice: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// How many may wait for their turn; past that a caller is asked to come back.
const WAITING_MAX: usize = 64;

/// Lower case, one a line, those of eight characters and more.
const COMMON: &str = include_str!("../../data/common_passwords.txt");

/// Hashes and checks passwords.
pub(crate) struct Passwords {
    pepper: Zeroizing<Vec<u8>>,
    common: HashSet<&'static str>,
    at_once: Semaphore,
    line: Semaphore,
}

impl Passwords {
    pub(crate) fn new(lookup: &LookupKey, at_once: usize) -> Self {
        let at_once = at_once.max(1);
        Self {
            // A key of its own, made from the pepper, so that no keyed hash elsewhere says anything about it.
            pepper: Zeroizing::new(lookup.hash("argon2", b"").into_bytes()),
            common: COMMON.lines().map(str::trim).filter(|line| !line.is_empty()).collect(),
            at_once: Semaphore::new(at_once),
            line: Semaphore::new(at_once + WAITING_MAX),
        }
    }

    /// Whether a person may choose it: 8 to 128 characters, not one of the commonest; no other rule.
    pub(crate) fn check_new(&self, field: &'static str, password: &str) -> Result<(), ApiError> {
        let length = password.chars().count();
        if length < PASSWORD_CHARS_MIN {
            return Err(ApiError::unprocessable(
                field,
                format!("Use at least {PASSWORD_CHARS_MIN} characters for the password."),
            ));
        }
        if length > PASSWORD_CHARS_MAX {
            return Err(ApiError::unprocessable(
                field,
                format!("Use at most {PASSWORD_CHARS_MAX} characters for the password."),
            ));
        }
        if self.common.contains(password.to_lowercase().as_str()) {
            return Err(ApiError::unprocessable(
                field,
                "This is one of the passwords that are guessed first. Choose another, such as a few words in a row.",
            ));
        }
        Ok(())
    }

    /// The hash to store, in PHC form.
    pub(crate) async fn hash(self: &Arc<Self>, password: &str) -> Result<String, ApiError> {
        self.in_turn(password, |argon2, password| {
            argon2.hash_password(password).map(|hash| hash.to_string()).map_err(|error| error.to_string())
        })
        .await
    }

    /// Whether it is the stored one. Without a stored one (the address is unknown) the same work is done, in vain.
    pub(crate) async fn verify(self: &Arc<Self>, password: &str, stored: Option<String>) -> Result<bool, ApiError> {
        if password.chars().count() > PASSWORD_CHARS_MAX {
            return Ok(false);
        }
        self.in_turn(password, move |argon2, password| match stored {
            Some(stored) => Ok(argon2.verify_password(password, stored.as_str()).is_ok()),
            None => argon2.hash_password(password).map(|_| false).map_err(|error| error.to_string()),
        })
        .await
    }

    /// On the blocking pool, so many at once: each takes 19 MiB and some 20 ms of a core.
    async fn in_turn<T: Send + 'static>(
        self: &Arc<Self>,
        password: &str,
        work: impl FnOnce(&Argon2<'_>, &[u8]) -> Result<T, String> + Send + 'static,
    ) -> Result<T, ApiError> {
        let _place =
            self.line.try_acquire().map_err(|_| ApiError::too_many(RetryAfter(std::time::Duration::from_secs(2))))?;
        let _turn = self.at_once.acquire().await.map_err(ApiError::internal)?;
        let password = Zeroizing::new(password.to_owned());
        let this = Arc::clone(self);
        let worked = tokio::task::spawn_blocking(move || {
            let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters are in range");
            let argon2 = Argon2::new_with_secret(&this.pepper, Algorithm::Argon2id, Version::V0x13, params)
                .expect("the pepper is short enough");
            work(&argon2, password.as_bytes())
        });
        worked.await.map_err(ApiError::internal)?.map_err(ApiError::internal)
    }
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passwords(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passwords(pepper: u8) -> Arc<Passwords> {
        Arc::new(Passwords::new(&LookupKey::new([pepper; 32]), 2))
    }

    #[tokio::test]
    async fn a_hash_verifies_its_password_and_no_other() {
        let passwords = passwords(1);
        let hash = passwords.hash("correct horse battery").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify("correct horse battery", Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("correct horse batterY", Some(hash)).await.unwrap());
        assert!(!passwords.verify("correct horse battery", None).await.unwrap());
    }

    #[tokio::test]
    async fn a_hash_is_worth_nothing_under_another_pepper() {
        let hash = passwords(1).hash("correct horse battery").await.unwrap();
        assert!(!passwords(2).verify("correct horse battery", Some(hash)).await.unwrap());
    }

    #[test]
    fn length_counts_in_characters() {
        let passwords = passwords(1);
        assert!(passwords.check_new("password", "sieben7").is_err());
        assert!(passwords.check_new("password", "éééééééé").is_ok());
        assert!(passwords.check_new("password", &"ü".repeat(128)).is_ok());
        assert!(passwords.check_new("password", &"ü".repeat(129)).is_err());
    }

    #[test]
    fn the_commonest_are_refused_whole_and_in_any_case() {
        let passwords = passwords(1);
        for common in ["password", "Password1", "QWERTYUIOP", "12345678"] {
            let refused = passwords.check_new("password", common).unwrap_err();
            assert_eq!((refused.status().as_u16(), refused.field), (422, Some("password")), "{common}");
        }
        assert!(passwords.check_new("password", "password of mine").is_ok());
    }

    #[test]
    fn the_list_holds_what_could_be_chosen_at_all_and_nothing_twice() {
        let lines: Vec<&str> = COMMON.lines().collect();
        let distinct: HashSet<&str> = lines.iter().copied().collect();
        assert_eq!(lines.len(), distinct.len());
        assert!(lines.len() >= 900, "{}", lines.len());
        for line in lines {
            assert!(
                line.chars().count() >= PASSWORD_CHARS_MIN && line == line.trim() && line == line.to_lowercase(),
                "{line:?}"
            );
        }
    }
}
