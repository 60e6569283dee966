//! Accounts, codes, sessions and refresh tokens as they are stored, and the address that names an account.

use protocol::UserId;
use protocol::rest::{Profile, UserRole};
use serde::{Deserialize, Serialize};
use vault::LookupKey;

use crate::clock::Millis;

pub(crate) const EMAIL_CHARS_MAX: usize = 254;

/// A mail address in the one form that names an account: trimmed and in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads what a person typed; `None` where it can't be an address. Both the form's rule and the mailer's must hold,
    /// so that whatever is stored can be written to.
    pub fn parse(typed: &str) -> Option<Self> {
        let address = typed.trim().to_lowercase();
        let fits = address.len() <= EMAIL_CHARS_MAX
            && garde::rules::email::parse_email(&address).is_ok()
            && address.parse::<lettre::Address>().is_ok();
        fits.then_some(Self(address))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored to find the account again.
    pub fn hash(&self, lookup: &LookupKey) -> String {
        lookup.hash("email", self.0.as_bytes())
    }
}

/// A row of `users`.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: UserId,
    pub(crate) email_hash: String,
    /// [`Identity`], sealed under the user's key.
    pub(crate) identity: Vec<u8>,
    pub(crate) password_hash: String,
    pub(crate) role: UserRole,
    pub(crate) verified: bool,
    pub(crate) active: bool,
    pub(crate) created_at: Millis,
}

/// Who a person is: what stands sealed in `users.identity`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub(crate) email: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    #[serde(default)]
    pub(crate) profile: Profile,
}

/// A mailed code that is neither used nor replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredCode {
    pub(crate) id: String,
    pub(crate) code_hash: String,
    pub(crate) tries: i64,
    pub(crate) expires_at: Millis,
}

/// A browser session that was not ended, with the account it belongs to. It may have been idle for too long.
#[derive(Debug, Clone)]
pub(crate) struct BrowserRow {
    pub(crate) id: String,
    pub(crate) user_id: UserId,
    pub(crate) role: UserRole,
    pub(crate) active: bool,
    pub(crate) last_active_at: Millis,
}

/// A browser session as its owner sees it.
#[derive(Debug, Clone)]
pub(crate) struct BrowserLine {
    pub(crate) id: String,
    /// Browser and system, sealed under the user's key.
    pub(crate) agent: Vec<u8>,
    pub(crate) created_at: Millis,
    pub(crate) last_active_at: Millis,
}

/// A row of `refresh_tokens`.
#[derive(Debug, Clone)]
pub(crate) struct RefreshRow {
    pub(crate) id: String,
    pub(crate) family: String,
    pub(crate) user_id: UserId,
    pub(crate) expires_at: Millis,
    pub(crate) spent_at: Option<Millis>,
    pub(crate) revoked: bool,
}

/// What a socket ticket, an access token or a cookie stands for: the thing that ends when a person signs out.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SessionRef {
    /// A browser session, by id.
    Browser(String),
    /// A family of refresh tokens, by id.
    Family(String),
}

impl SessionRef {
    /// The bare id.
    pub fn id(&self) -> &str {
        match self {
            Self::Browser(id) | Self::Family(id) => id,
        }
    }

    /// As it is stored beside a ticket.
    pub(crate) fn stored(&self) -> String {
        match self {
            Self::Browser(id) => format!("browser/{id}"),
            Self::Family(id) => format!("family/{id}"),
        }
    }

    /// The reverse of [`SessionRef::stored`].
    pub(crate) fn parse(stored: &str) -> Option<Self> {
        match stored.split_once('/')? {
            ("browser", id) => Some(Self::Browser(id.to_owned())),
            ("family", id) => Some(Self::Family(id.to_owned())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_trimmed_and_lower_cased() {
        assert_eq!(EmailAddress::parse("  Ada@Example.ORG ").unwrap().as_str(), "ada@example.org");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@{}.example", "a".repeat(60), "b.".repeat(100));
        for wrong in [
            "",
            "ada",
            "ada@",
            "@example.org",
            "ada example@x.org",
            "a@b@c.org",
            "ada@exam_ple.org",
            "a\n@b.org",
            &long,
        ] {
            assert!(EmailAddress::parse(wrong).is_none(), "{wrong:?}");
        }
    }

    #[test]
    fn a_session_reads_back_as_it_was_stored() {
        for session in [SessionRef::Browser("a".to_owned()), SessionRef::Family("b".to_owned())] {
            assert_eq!(SessionRef::parse(&session.stored()), Some(session));
        }
        assert_eq!(SessionRef::parse("a"), None);
        assert_eq!(SessionRef::parse("other/a"), None);
    }
}
