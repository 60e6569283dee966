//! Accounts to and from what crosses the wire, and the sealing of who a person is.

use protocol::UserId;
use protocol::rest::{AnswerLength, Profile, ProfilePatch, Tone, User};
use vault::{DataKey, Place};

use super::types::{Account, Identity};
use crate::clock::rfc3339;
use crate::db::StoreError;
use crate::error::ApiError;

pub(crate) const NAME_CHARS_MAX: usize = 100;
pub(crate) const ENTRIES_MAX: usize = 20;
pub(crate) const ENTRY_CHARS_MAX: usize = 200;
pub(crate) const AGE_YEARS_MAX: u16 = 130;
pub(crate) const HEIGHT_CM: std::ops::RangeInclusive<f64> = 20.0..=280.0;
pub(crate) const WEIGHT_KG: std::ops::RangeInclusive<f64> = 0.3..=700.0;
/// What helps and what to avoid, each.
pub(crate) const NOTE_CHARS_MAX: usize = 1_000;

fn place(user: &UserId) -> Place<'_> {
    Place { table: "users", column: "identity", row: user.as_str() }
}

/// Seals who a person is, for their own row.
pub(super) fn seal_identity(key: &DataKey, user: &UserId, identity: &Identity) -> Result<Vec<u8>, StoreError> {
    let json = zeroize::Zeroizing::new(
        serde_json::to_vec(identity).map_err(|_| StoreError::Corrupt("an identity has no JSON form"))?,
    );
    Ok(key.seal(place(user), &json)?)
}

/// Opens who a person is.
pub(super) fn open_identity(key: &DataKey, account: &Account) -> Result<Identity, StoreError> {
    let json = key.open(place(&account.id), &account.identity)?;
    serde_json::from_slice(&json).map_err(|_| StoreError::Corrupt("an identity is not of a known form"))
}

/// A person, as they see themselves.
pub(super) fn user(account: &Account, identity: Identity) -> User {
    User {
        id: account.id.clone(),
        email: identity.email,
        first_name: identity.first_name,
        last_name: identity.last_name,
        role: account.role,
        is_verified: account.verified,
        is_active: account.active,
        created_at: rfc3339(account.created_at),
        profile: identity.profile,
    }
}

/// A name of 1 to 100 characters, trimmed.
pub(super) fn name(field: &'static str, typed: &str) -> Result<String, ApiError> {
    let name = typed.trim();
    let fits = (1..=NAME_CHARS_MAX).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    fits.then(|| name.to_owned())
        .ok_or_else(|| ApiError::unprocessable(field, format!("Use 1 to {NAME_CHARS_MAX} characters for the name.")))
}

/// A last name, which not everyone has or gives.
pub(super) fn last_name(typed: &str) -> Result<String, ApiError> {
    if typed.trim().is_empty() { Ok(String::new()) } else { name("last_name", typed) }
}

/// Changes what the patch names and keeps the rest; an empty text and a figure of 0 clear.
pub(super) fn patch(identity: &mut Identity, patch: ProfilePatch) -> Result<(), ApiError> {
    if let Some(typed) = &patch.first_name {
        identity.first_name = name("first_name", typed)?;
    }
    if let Some(typed) = &patch.last_name {
        identity.last_name = last_name(typed)?;
    }
    let profile = &mut identity.profile;
    measures(profile, &patch)?;
    if let Some(level) = patch.fitness_level {
        profile.fitness_level = word("fitness_level", &level, "beginner, intermediate or advanced", |level| {
            ["beginner", "intermediate", "advanced"].contains(&level)
        })?;
    }
    if let Some(country) = patch.country {
        let country = country.trim().to_ascii_uppercase();
        profile.country = word("country", &country, "a country's two letters, such as DE", |country| {
            country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase())
        })?;
    }
    if let Some(language) = patch.language {
        profile.language = word("language", &language, "a language tag, such as en or pt-BR", |language| {
            language.len() <= 35
                && language
                    .split('-')
                    .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
        })?;
    }
    if let Some(consent) = patch.review_consent {
        profile.review_consent = consent;
    }
    if let Some(entries) = patch.health_goals {
        profile.health_goals = list("health_goals", &entries)?;
    }
    if let Some(entries) = patch.conditions {
        profile.conditions = list("conditions", &entries)?;
    }
    if let Some(length) = patch.answer_length {
        let word = word("answer_length", &length, "short, normal or full", |word| AnswerLength::parse(word).is_some())?;
        profile.answer_length = word.as_deref().and_then(AnswerLength::parse);
    }
    if let Some(tone) = patch.tone {
        let word = word("tone", &tone, "plain or warm", |word| Tone::parse(word).is_some())?;
        profile.tone = word.as_deref().and_then(Tone::parse);
    }
    if let Some(text) = patch.what_helps {
        profile.what_helps = note("what_helps", &text)?;
    }
    if let Some(text) = patch.what_to_avoid {
        profile.what_to_avoid = note("what_to_avoid", &text)?;
    }
    Ok(())
}

/// A few lines in a person's own words; nothing where nothing is written.
fn note(field: &'static str, typed: &str) -> Result<Option<String>, ApiError> {
    let text = typed.trim();
    if text.chars().count() > NOTE_CHARS_MAX {
        return Err(ApiError::unprocessable(field, format!("Use at most {NOTE_CHARS_MAX} characters.")));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

fn measures(profile: &mut Profile, patch: &ProfilePatch) -> Result<(), ApiError> {
    if let Some(age) = patch.age {
        if age > AGE_YEARS_MAX {
            return Err(ApiError::unprocessable("age", "Give the age in years, 0 to 130."));
        }
        profile.age = (age > 0).then_some(age);
    }
    if let Some(height) = patch.height_cm {
        if height != 0.0 && !HEIGHT_CM.contains(&height) {
            return Err(ApiError::unprocessable("height_cm", "Give the height in centimetres, 20 to 280."));
        }
        profile.height_cm = (height > 0.0).then_some(height);
    }
    if let Some(weight) = patch.weight_kg {
        if weight != 0.0 && !WEIGHT_KG.contains(&weight) {
            return Err(ApiError::unprocessable("weight_kg", "Give the weight in kilograms, 0.3 to 700."));
        }
        profile.weight_kg = (weight > 0.0).then_some(weight);
    }
    Ok(())
}

fn word(
    field: &'static str,
    typed: &str,
    allowed: &str,
    fits: impl Fn(&str) -> bool,
) -> Result<Option<String>, ApiError> {
    match typed.trim() {
        "" => Ok(None),
        word if fits(word) => Ok(Some(word.to_owned())),
        _ => Err(ApiError::unprocessable(field, format!("Allowed: {allowed}, or nothing."))),
    }
}

fn list(field: &'static str, entries: &[String]) -> Result<Vec<String>, ApiError> {
    let entries: Vec<String> =
        entries.iter().map(|entry| entry.trim().to_owned()).filter(|entry| !entry.is_empty()).collect();
    if entries.len() > ENTRIES_MAX || entries.iter().any(|entry| entry.chars().count() > ENTRY_CHARS_MAX) {
        return Err(ApiError::unprocessable(
            field,
            format!("Give at most {ENTRIES_MAX} entries of at most {ENTRY_CHARS_MAX} characters."),
        ));
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> Identity {
        Identity {
            email: "ada@example.org".to_owned(),
            first_name: "Ada".to_owned(),
            last_name: "L".to_owned(),
            profile: Profile { age: Some(36), country: Some("GB".to_owned()), ..Profile::default() },
        }
    }

    #[test]
    fn what_a_patch_leaves_out_stays_and_an_empty_text_clears() {
        let mut identity = ada();
        let change = ProfilePatch {
            first_name: Some(" Augusta ".to_owned()),
            country: Some(String::new()),
            conditions: Some(vec![" asthma ".to_owned(), " ".to_owned()]),
            ..ProfilePatch::default()
        };
        patch(&mut identity, change).unwrap();
        assert_eq!((identity.first_name.as_str(), identity.last_name.as_str()), ("Augusta", "L"));
        assert_eq!((identity.profile.age, identity.profile.country), (Some(36), None));
        assert_eq!(identity.profile.conditions, ["asthma"]);
    }

    #[test]
    fn a_field_out_of_range_is_named() {
        let none = ProfilePatch::default;
        let wrong = [
            ("first_name", ProfilePatch { first_name: Some("  ".to_owned()), ..none() }),
            ("last_name", ProfilePatch { last_name: Some("x".repeat(101)), ..none() }),
            ("age", ProfilePatch { age: Some(131), ..none() }),
            ("height_cm", ProfilePatch { height_cm: Some(f64::NAN), ..none() }),
            ("weight_kg", ProfilePatch { weight_kg: Some(-1.0), ..none() }),
            ("fitness_level", ProfilePatch { fitness_level: Some("heroic".to_owned()), ..none() }),
            ("country", ProfilePatch { country: Some("Germany".to_owned()), ..none() }),
            ("language", ProfilePatch { language: Some("en_US".to_owned()), ..none() }),
            ("health_goals", ProfilePatch { health_goals: Some(vec!["g".to_owned(); 21]), ..none() }),
            ("conditions", ProfilePatch { conditions: Some(vec!["c".repeat(201)]), ..none() }),
            ("answer_length", ProfilePatch { answer_length: Some("endless".to_owned()), ..none() }),
            ("tone", ProfilePatch { tone: Some("rude".to_owned()), ..none() }),
            ("what_helps", ProfilePatch { what_helps: Some("h".repeat(1_001)), ..none() }),
            ("what_to_avoid", ProfilePatch { what_to_avoid: Some("a".repeat(1_001)), ..none() }),
        ];
        for (field, change) in wrong {
            let refused = patch(&mut ada(), change).unwrap_err();
            assert_eq!((refused.status().as_u16(), refused.field), (422, Some(field)));
        }
    }

    #[test]
    fn an_identity_opens_in_its_own_row_only() {
        let key = DataKey::generate().unwrap();
        let id = UserId::new("u");
        let sealed = seal_identity(&key, &id, &ada()).unwrap();
        let mut account = Account {
            id,
            email_hash: String::new(),
            identity: sealed,
            password_hash: String::new(),
            role: protocol::rest::UserRole::Patient,
            verified: true,
            active: true,
            created_at: 0,
        };
        assert_eq!(open_identity(&key, &account).unwrap(), ada());
        account.id = UserId::new("another");
        assert!(open_identity(&key, &account).is_err());
    }
}
