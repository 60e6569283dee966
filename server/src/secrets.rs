//! The three secrets (what signs tokens, the master key, the pepper): made on first start into `data/secrets/` with mode 0600, or given by environment or file.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use vault::MasterKey;
use zeroize::Zeroizing;

/// What must never leave the process. `Debug` shows nothing.
pub struct Secrets {
    /// Signs access tokens.
    pub jwt: Zeroizing<[u8; 32]>,
    /// Wraps data keys.
    pub master: Arc<MasterKey>,
    /// Peppers passwords and keyed hashes.
    pub pepper: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// It can't be read or made.
    #[error("secret `{name}`: cannot {act} {place}: {cause}")]
    File {
        /// Which.
        name: &'static str,
        /// `read` or `write`.
        act: &'static str,
        /// Where.
        place: String,
        /// Why.
        cause: std::io::Error,
    },
    /// It is not 32 bytes in base64.
    #[error("secret `{name}` from {place} is not 32 bytes in base64 (make one with `openssl rand -base64 32`)")]
    Form {
        /// Which.
        name: &'static str,
        /// Where.
        place: String,
    },
    /// Data was sealed with one that is not there.
    #[error(
        "secret `{name}`: {place} is missing, and there is data that was sealed with it: put the file back, or start with \
         an empty data folder"
    )]
    Lost {
        /// Which.
        name: &'static str,
        /// Where it should be.
        place: String,
    },
    /// No randomness to be had.
    #[error("the system gives no randomness")]
    Entropy,
}

impl Secrets {
    /// Reads each from `ANAMNESIS_<NAME>_KEY`, from the file named by `ANAMNESIS_<NAME>_KEY_FILE`, or from the data
    /// folder, where it is made if absent. With `in_use`, something was sealed before: only what signs tokens is made anew.
    pub fn open(data: &Path, in_use: bool, environment: impl Fn(&str) -> Option<String>) -> Result<Self, SecretError> {
        let folder = data.join("secrets");
        Ok(Self {
            jwt: one("jwt", &folder, false, &environment)?,
            master: Arc::new(MasterKey::new("m1", *one("master", &folder, in_use, &environment)?)),
            pepper: one("pepper", &folder, in_use, &environment)?,
        })
    }
}

fn one(
    name: &'static str,
    folder: &Path,
    in_use: bool,
    environment: &impl Fn(&str) -> Option<String>,
) -> Result<Zeroizing<[u8; 32]>, SecretError> {
    let variable = format!("ANAMNESIS_{}_KEY", name.to_uppercase());
    if let Some(value) = environment(&variable) {
        return decode(name, &variable, &value);
    }
    let named = environment(&format!("{variable}_FILE"));
    let path = named.as_ref().map_or_else(|| folder.join(format!("{name}.key")), Into::into);
    match std::fs::read_to_string(&path) {
        Ok(text) => decode(name, &path.display().to_string(), &text),
        Err(cause) if cause.kind() == ErrorKind::NotFound && named.is_none() => {
            if in_use {
                return Err(SecretError::Lost { name, place: path.display().to_string() });
            }
            make(name, &path)
        }
        Err(cause) => Err(SecretError::File { name, act: "read", place: path.display().to_string(), cause }),
    }
}

fn decode(name: &'static str, place: &str, text: &str) -> Result<Zeroizing<[u8; 32]>, SecretError> {
    let bytes = STANDARD.decode(text.trim()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    bytes.map(Zeroizing::new).ok_or_else(|| SecretError::Form { name, place: place.to_owned() })
}

fn make(name: &'static str, path: &Path) -> Result<Zeroizing<[u8; 32]>, SecretError> {
    let secret = Zeroizing::new(vault::random_bytes::<32>().map_err(|_| SecretError::Entropy)?);
    let text = Zeroizing::new(STANDARD.encode(*secret) + "\n");
    let write = || -> std::io::Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        // The file's name, too, must outlive a power cut: what is sealed with the key does.
        path.parent().map_or(Ok(()), |folder| std::fs::File::open(folder)?.sync_all())
    };
    write().map_err(|cause| SecretError::File { name, act: "write", place: path.display().to_string(), cause })?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn secrets_are_made_once_and_are_for_the_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let first = Secrets::open(folder.path(), false, |_| None).unwrap();
        let again = Secrets::open(folder.path(), false, |_| None).unwrap();
        assert_eq!(*first.jwt, *again.jwt);
        assert_ne!(*first.jwt, *first.pepper);
        for name in ["jwt", "master", "pepper"] {
            let mode = std::fs::metadata(folder.path().join("secrets").join(format!("{name}.key")))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }

    #[test]
    fn a_key_that_data_was_sealed_with_is_never_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        Secrets::open(folder.path(), false, |_| None).unwrap();
        Secrets::open(folder.path(), true, |_| None).unwrap();
        for (name, lost) in [("jwt", false), ("pepper", true), ("master", true)] {
            std::fs::remove_file(folder.path().join("secrets").join(format!("{name}.key"))).unwrap();
            let opened = Secrets::open(folder.path(), true, |_| None);
            assert_eq!(matches!(opened, Err(SecretError::Lost { name: n, .. }) if n == name), lost, "{name}");
        }
    }

    #[test]
    fn a_given_secret_of_the_wrong_form_is_named_and_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let given = |name: &str| (name == "ANAMNESIS_JWT_KEY").then(|| "c2hvcnQ=".to_owned());
        let error = Secrets::open(folder.path(), false, given).unwrap_err().to_string();
        assert!(
            error.contains("`jwt`") && error.contains("ANAMNESIS_JWT_KEY") && !error.contains("c2hvcnQ"),
            "{error}"
        );
    }

    #[test]
    fn a_named_file_that_is_not_there_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("none.key").display().to_string();
        let error =
            Secrets::open(folder.path(), false, |n| (n == "ANAMNESIS_MASTER_KEY_FILE").then(|| missing.clone()))
                .unwrap_err();
        assert!(matches!(error, SecretError::File { name: "master", act: "read", .. }), "{error}");
    }
}
