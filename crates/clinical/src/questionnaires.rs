//! PHQ-9 and GAD-7 to be filled in: the wording of the forms, what a sum means for a lay reader, and whether it changed.
//!
//! A test holds sums and bands to the clinicians' calculators in [`crate::scores`]. Whoever shows a result looks first
//! whether it [asks about safety](Scored::asks_about_safety); that goes before everything else.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// The highest answer to an item: nearly every day.
pub const ANSWER_MAX: u8 = 3;

/// A questionnaire, as it is read and answered. Items, lead-in and answers are the authors' wording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questionnaire {
    /// `phq9` or `gad7`; also the id of its calculator in [`crate::scores`].
    pub id: String,
    /// As it is called.
    pub name: String,
    /// What it is, for the one who is about to fill it in.
    pub about: String,
    /// The question over all items.
    pub lead_in: String,
    /// The items, in order; each is answered with 0 to [`ANSWER_MAX`].
    pub items: Vec<String>,
    /// Which item, from 1, asks about death and self-harm.
    #[serde(default)]
    pub safety_item: Option<usize>,
    /// What sums mean, from the lowest.
    pub bands: Vec<Band>,
    /// Where the bands and what to do are from.
    pub bands_source: String,
    /// From how many points on a change is more than noise.
    pub change_points: u8,
    /// Where that is from.
    pub change_source: String,
    /// Where the questionnaire is from.
    pub source: String,
}

/// What a sum means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The lowest sum of it.
    pub from: u8,
    /// Stable, as [`crate::scores`] names it.
    pub id: String,
    /// As it is shown.
    pub label: String,
    /// What it means, for a lay reader.
    pub meaning: String,
    /// What to do next.
    pub next: String,
}

/// A question with its answers, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difficulty {
    /// What is asked.
    pub ask: String,
    /// The answers, in order.
    pub labels: Vec<String>,
}

/// That the wording may be shown, and who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permission {
    /// To be shown with the form.
    pub text: String,
    /// Where it stands.
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    questionnaire: Vec<Questionnaire>,
    answers: Labels,
    difficulty: Difficulty,
    permission: Permission,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Labels {
    labels: Vec<String>,
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    toml::from_str(include_str!("../data/questionnaires.toml")).expect("questionnaires.toml is checked by the tests")
});

/// Every questionnaire.
pub fn all() -> &'static [Questionnaire] {
    &DATA.questionnaire
}

/// The questionnaire with this id.
pub fn by_id(id: &str) -> Option<&'static Questionnaire> {
    all().iter().find(|questionnaire| questionnaire.id == id)
}

/// The four answers to every item; their place is what they count.
pub fn answer_labels() -> &'static [String] {
    &DATA.answers.labels
}

/// How difficult it made life: asked when any item was answered with more than 0, and not part of the sum.
pub fn difficulty() -> &'static Difficulty {
    &DATA.difficulty
}

/// Who wrote the forms, and that they may be shown.
pub fn permission() -> &'static Permission {
    &DATA.permission
}

/// Why answers can't be scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Unanswered {
    /// Not one answer to each item.
    #[error("{needed} answers are needed, {given} were given")]
    Number {
        /// How many items there are.
        needed: usize,
        /// How many answers came.
        given: usize,
    },
    /// An answer above [`ANSWER_MAX`].
    #[error("an answer is a number from 0 to 3")]
    Range,
}

/// A filled-in questionnaire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scored {
    /// The sum.
    pub total: u8,
    /// The most that it can be.
    pub out_of: u8,
    /// What it means.
    pub band: &'static Band,
    /// The item about death and self-harm was answered with more than 0: whatever the sum, the person is asked about
    /// safety next, as [`crate::crisis`] words it.
    pub asks_about_safety: bool,
    /// Any item was answered with more than 0, so [`difficulty`] is asked.
    pub asks_about_difficulty: bool,
}

/// Scores a filled-in questionnaire: one answer to each item, in order.
///
/// # Errors
/// See [`Unanswered`]; nothing is guessed for an item left out.
pub fn score(questionnaire: &'static Questionnaire, answers: &[u8]) -> Result<Scored, Unanswered> {
    let needed = questionnaire.items.len();
    if answers.len() != needed {
        return Err(Unanswered::Number { needed, given: answers.len() });
    }
    if answers.iter().any(|&answer| answer > ANSWER_MAX) {
        return Err(Unanswered::Range);
    }
    let total: u8 = answers.iter().sum();
    let band = questionnaire.bands.iter().rev().find(|band| total >= band.from);
    Ok(Scored {
        total,
        out_of: u8::try_from(needed).unwrap_or(u8::MAX).saturating_mul(ANSWER_MAX),
        band: band.unwrap_or(&questionnaire.bands[0]),
        asks_about_safety: questionnaire.safety_item.is_some_and(|item| answers[item - 1] > 0),
        asks_about_difficulty: total > 0,
    })
}

/// How a sum changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Lower by at least [`Questionnaire::change_points`].
    Better,
    /// Higher by at least as many.
    Worse,
    /// Less than that either way, which may be chance.
    NotClear,
}

/// Whether two sums of the same questionnaire differ by more than noise.
pub fn change(questionnaire: &Questionnaire, before: u8, after: u8) -> Change {
    if before.abs_diff(after) < questionnaire.change_points {
        Change::NotClear
    } else if after < before {
        Change::Better
    } else {
        Change::Worse
    }
}

#[cfg(test)]
mod tests {
    use super::{ANSWER_MAX, Change, Unanswered, all, answer_labels, by_id, change, difficulty, permission, score};
    use crate::scores::{self, Given, Inputs};

    /// Answers with this sum.
    fn answers(items: usize, mut total: u8) -> Vec<u8> {
        (0..items)
            .map(|_| {
                let answer = total.min(ANSWER_MAX);
                total -= answer;
                answer
            })
            .collect()
    }

    #[test]
    fn sums_bands_and_the_safety_flag_agree_with_the_clinicians_calculator() {
        for questionnaire in all() {
            let items = questionnaire.items.len();
            for total in 0..=u8::try_from(items * 3).unwrap() {
                for reversed in [false, true] {
                    let mut answers = answers(items, total);
                    if reversed {
                        answers.reverse();
                    }
                    let own = score(questionnaire, &answers).unwrap();
                    let given = Given::Answers(answers.iter().map(|&answer| f64::from(answer)).collect());
                    let inputs = Inputs::from([("responses".to_owned(), given)]);
                    let theirs = scores::calculate(scores::find(&questionnaire.id).unwrap(), &inputs).unwrap();
                    assert_eq!(theirs.value, Some(scores::Value::Exact(f64::from(own.total))));
                    assert_eq!(theirs.bands, [own.band.id.as_str()], "{} {total}", questionnaire.id);
                    assert_eq!(own.asks_about_safety, theirs.flags.contains(&"self_harm_item"), "{answers:?}");
                    assert_eq!((own.total, own.asks_about_difficulty), (total, total > 0));
                }
            }
        }
    }

    #[test]
    fn item_nine_asks_about_safety_whatever_the_sum() {
        let phq9 = by_id("phq9").unwrap();
        let one = score(phq9, &[0, 0, 0, 0, 0, 0, 0, 0, 1]).unwrap();
        assert!(one.asks_about_safety && one.band.id == "none-minimal");
        assert!(!score(phq9, &[3, 3, 3, 3, 3, 3, 3, 3, 0]).unwrap().asks_about_safety);
        assert!(!score(by_id("gad7").unwrap(), &[3; 7]).unwrap().asks_about_safety);
        assert!(phq9.items[8].contains("better off dead"));
    }

    #[test]
    fn what_is_not_answered_is_refused() {
        let gad7 = by_id("gad7").unwrap();
        assert_eq!(score(gad7, &[1; 6]), Err(Unanswered::Number { needed: 7, given: 6 }));
        assert_eq!(score(gad7, &[]), Err(Unanswered::Number { needed: 7, given: 0 }));
        assert_eq!(score(gad7, &[1; 9]), Err(Unanswered::Number { needed: 7, given: 9 }));
        assert_eq!(score(gad7, &[1, 1, 1, 4, 1, 1, 1]), Err(Unanswered::Range));
        assert_eq!(score(gad7, &[255; 7]), Err(Unanswered::Range));
    }

    #[test]
    fn a_change_counts_from_five_and_four_points_on() {
        for (id, points) in [("phq9", 5), ("gad7", 4)] {
            let questionnaire = by_id(id).unwrap();
            assert_eq!(change(questionnaire, 12, 12 - points), Change::Better, "{id}");
            assert_eq!(change(questionnaire, 12, 12 + points), Change::Worse, "{id}");
            assert_eq!(change(questionnaire, 12, 12 - points + 1), Change::NotClear, "{id}");
            assert_eq!(change(questionnaire, 12, 12 + points - 1), Change::NotClear, "{id}");
            assert_eq!(change(questionnaire, 12, 12), Change::NotClear, "{id}");
        }
    }

    #[test]
    fn the_forms_are_whole() {
        assert_eq!(
            all().iter().map(|form| (form.id.as_str(), form.items.len())).collect::<Vec<_>>(),
            [("phq9", 9), ("gad7", 7)]
        );
        assert_eq!((answer_labels().len(), difficulty().labels.len()), (4, 4));
        assert!(permission().text.contains("No permission required"));
        for form in all() {
            assert_eq!(form.bands[0].from, 0);
            assert!(form.bands.windows(2).all(|pair| pair[0].from < pair[1].from));
            assert!(form.bands.iter().all(|band| !band.meaning.is_empty() && !band.next.is_empty()));
            assert!(form.bands_source.contains("https://") && form.source.contains("https://"));
            assert!(form.safety_item.is_none_or(|item| (1..=form.items.len()).contains(&item)));
        }
        assert_eq!(by_id("phq2"), None);
    }
}
