//! A clinician is told that a patient is in danger, where the patient shares their record with them and agreed to that.
//!
//! An alert says who, how grave and when, and nothing of what was said. It is stored in the transaction of the answer to
//! danger (`store::raise`), so it is there after a crash if the answer is; a letter without any name follows
//! (`courier.rs`). Worry about someone else tells nobody. A share or a consent that was withdrawn tells nobody.

pub mod store;

mod courier;
mod desk;
pub(crate) mod routes;

use protocol::{Safety, SafetyLevel, SafetyType, UserId};

pub use courier::{Courier, run as courier};
pub(crate) use desk::{list, of_patient, open, unread};
pub use routes::routes;
pub use store::NewAlert;

use crate::auth;
use crate::config::Value;
use crate::db::StoreError;
use crate::state::App;

/// From which level a clinician is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FromLevel(pub SafetyLevel);

impl Value for FromLevel {
    fn parse(text: &str) -> Option<Self> {
        store::level(text).map(Self)
    }
}

/// An alert to be stored with an answer, and the line that tells the person of it.
#[derive(Debug, Clone)]
pub(crate) struct Due {
    /// To be stored with the answer.
    pub(crate) alert: NewAlert,
    /// For the end of the answer; none where it is not known whom it reaches.
    pub(crate) line: Option<String>,
}

/// What is due for what was noticed; nothing where it is not grave enough, about someone else, or nobody is to be told.
/// An answer to danger never fails for want of it: where that can't be read, the store asks again with the answer.
pub(crate) async fn due(app: &App, patient: &UserId, safety: &Safety) -> Option<Due> {
    let own = safety.types.iter().any(|kind| *kind != SafetyType::ThirdParty);
    if !safety.crisis || !own || safety.level < app.settings.alerts_from.0 {
        return None;
    }
    let alert = NewAlert {
        patient: patient.clone(),
        level: safety.level,
        at: app.clock.now(),
        window: i64::try_from(app.settings.alerts_window.as_millis()).unwrap_or(i64::MAX),
    };
    match names(app, patient).await {
        Ok(names) if names.is_empty() => None,
        Ok(names) => Some(Due { alert, line: Some(line(&names)) }),
        Err(error) => {
            tracing::warn!(%error, "whom to tell of danger could not be read before the answer");
            Some(Due { alert, line: None })
        }
    }
}

async fn names(app: &App, patient: &UserId) -> Result<Vec<String>, StoreError> {
    let consenting = {
        let mut connection = app.db.read().await?;
        store::consenting(&mut connection, patient).await?
    };
    let mut names = Vec::with_capacity(consenting.len());
    for (_, clinician) in consenting {
        names.push(plain(&auth::name_of(app, &UserId::new(clinician)).await?.unwrap_or_default()));
    }
    Ok(names)
}

/// A name as it may stand in Markdown: people write their own.
fn plain(name: &str) -> String {
    let name: String = name.chars().filter(|c| c.is_alphanumeric() || " .’'-".contains(*c)).collect();
    if name.trim().is_empty() { "your clinician".to_owned() } else { name.trim().to_owned() }
}

/// Nobody may wait for somebody who may not look.
fn line(names: &[String]) -> String {
    let told = match names {
        [most @ .., last] if !most.is_empty() => format!("{} and {last} are", most.join(", ")),
        names => format!("{} is", names.concat()),
    };
    format!("As you agreed, {told} told that you may be in danger. They may not see it at once: do not wait for them.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_names_who_is_told() {
        let names = |names: &[&str]| line(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
        assert!(names(&["Ada Lo"]).contains("Ada Lo is told that"));
        assert!(names(&["A", "B", "C"]).contains("A, B and C are told that"));
    }

    #[test]
    fn a_name_is_no_markup() {
        assert_eq!(plain("[Ada](https://x.example) *Lo*-O’Neill"), "Adahttpsx.example Lo-O’Neill");
        assert_eq!(plain("**"), "your clinician");
    }

    #[test]
    fn below_a_crisis_there_is_no_level_to_tell_from() {
        assert_eq!(FromLevel::parse("imminent"), Some(FromLevel(SafetyLevel::Imminent)));
        for wrong in ["none", "watch", "HIGH", ""] {
            assert_eq!(FromLevel::parse(wrong), None, "{wrong:?}");
        }
    }
}
