//! Mailed codes: six digits, stored as a keyed hash, good once, for a short time and for five tries.

use protocol::limits::CODE_DIGITS;
use protocol::rest::CodeType;
use subtle::ConstantTimeEq;
use vault::{LookupKey, VaultError, random_bytes};
use zeroize::Zeroizing;

use super::store;
use super::types::StoredCode;
use crate::clock::Millis;
use crate::db::{StoreError, Tx};

/// How often a code may be tried, the right time included.
pub(crate) const TRIES_MAX: i64 = 5;

/// A code to be mailed, with what is stored of it.
#[derive(Debug, Clone)]
pub(crate) struct NewCode {
    pub(crate) id: String,
    pub(crate) kind: CodeType,
    pub(crate) digits: Zeroizing<String>,
    pub(crate) hash: String,
    pub(crate) expires_at: Millis,
}

impl NewCode {
    pub(crate) fn draw(lookup: &LookupKey, kind: CodeType, now: Millis, life: Millis) -> Result<Self, VaultError> {
        let id = crate::ids::plain(now);
        let digits = draw_digits()?;
        let hash = hash(lookup, &id, &digits);
        Ok(Self { id, kind, digits, hash, expires_at: now.saturating_add(life) })
    }
}

/// Six digits, each number as likely as any other.
fn draw_digits() -> Result<Zeroizing<String>, VaultError> {
    const NUMBERS: u32 = 1_000_000;
    // Draws past the last whole multiple are thrown away: they would make small numbers likelier.
    const FAIR: u32 = u32::MAX - u32::MAX % NUMBERS;
    const { assert!(CODE_DIGITS == 6, "as many numbers as there are codes") };
    loop {
        let drawn = u32::from_le_bytes(random_bytes::<4>()?);
        if drawn < FAIR {
            return Ok(Zeroizing::new(format!("{:0width$}", drawn % NUMBERS, width = CODE_DIGITS)));
        }
    }
}

/// Bound to the row, so that equal codes have unrelated hashes.
fn hash(lookup: &LookupKey, id: &str, digits: &str) -> String {
    lookup.hash("code", format!("{id}/{digits}").as_bytes())
}

/// How a try went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Right,
    Wrong,
    Expired,
    Exhausted,
}

impl Verdict {
    /// The word on the trail.
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::Right => "",
            Self::Wrong => "wrong_code",
            Self::Expired => "expired_code",
            Self::Exhausted => "too_many_tries",
        }
    }
}

/// Judges what was typed; the comparison is made, in constant time, whatever else is wrong.
pub(crate) fn judge(lookup: &LookupKey, stored: &StoredCode, typed: &str, now: Millis) -> Verdict {
    let digits: Zeroizing<String> = Zeroizing::new(typed.chars().filter(|c| !c.is_whitespace()).collect());
    let same = bool::from(hash(lookup, &stored.id, &digits).as_bytes().ct_eq(stored.code_hash.as_bytes()));
    if stored.tries >= TRIES_MAX {
        Verdict::Exhausted
    } else if now >= stored.expires_at {
        Verdict::Expired
    } else if same {
        Verdict::Right
    } else {
        Verdict::Wrong
    }
}

/// Stores a code; it replaces those of its kind.
pub(crate) async fn issue(tx: &mut Tx, user: &protocol::UserId, code: &NewCode, now: Millis) -> Result<(), StoreError> {
    store::spend_codes(&mut tx.connection, user, code.kind, now).await?;
    store::insert_code(&mut tx.connection, user, code, now).await
}

/// Tries what was typed on the newest code of this kind; the right one is spent by it.
pub(crate) async fn redeem(
    tx: &mut Tx,
    lookup: &LookupKey,
    user: &protocol::UserId,
    kind: CodeType,
    typed: &str,
    now: Millis,
) -> Result<Verdict, StoreError> {
    let Some(stored) = store::open_code(&mut tx.connection, user, kind).await? else { return Ok(Verdict::Wrong) };
    let verdict = judge(lookup, &stored, typed, now);
    // Counted by the database, so that two nodes can't allow a sixth try between them.
    if !store::count_try(&mut tx.connection, &stored.id, TRIES_MAX).await? {
        return Ok(Verdict::Exhausted);
    }
    if verdict == Verdict::Right {
        store::spend_codes(&mut tx.connection, user, kind, now).await?;
    }
    Ok(verdict)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(lookup: &LookupKey, digits: &str) -> StoredCode {
        StoredCode { id: "c".to_owned(), code_hash: hash(lookup, "c", digits), tries: 0, expires_at: 1_000 }
    }

    #[test]
    fn a_code_has_six_digits_and_draws_differ() {
        let drawn: Vec<_> = (0..50).map(|_| draw_digits().unwrap()).collect();
        assert!(drawn.iter().all(|code| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())));
        assert!(drawn.iter().any(|code| **code != *drawn[0]));
    }

    #[test]
    fn the_right_code_is_right_with_spaces_too() {
        let lookup = LookupKey::new([1; 32]);
        assert_eq!(judge(&lookup, &stored(&lookup, "012345"), " 012 345\n", 999), Verdict::Right);
    }

    #[test]
    fn wrong_expired_and_worn_out_codes_are_refused() {
        let lookup = LookupKey::new([1; 32]);
        let code = stored(&lookup, "012345");
        assert_eq!(judge(&lookup, &code, "012346", 0), Verdict::Wrong);
        assert_eq!(judge(&lookup, &code, "", 0), Verdict::Wrong);
        assert_eq!(judge(&lookup, &code, "12345", 0), Verdict::Wrong);
        assert_eq!(judge(&lookup, &code, "012345", 1_000), Verdict::Expired);
        assert_eq!(judge(&lookup, &StoredCode { tries: 5, ..code }, "012345", 0), Verdict::Exhausted);
    }

    #[test]
    fn a_code_is_good_for_its_own_row_only() {
        let lookup = LookupKey::new([1; 32]);
        assert_ne!(hash(&lookup, "a", "012345"), hash(&lookup, "b", "012345"));
    }
}
