//! Ages and sexes: `34`, `a 34-year-old woman`, `34F`, `6 months old`.

use super::object::{Line, is_one_of};

/// What someone is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Is {
    /// `age 34`, `age 6 months`, and what was typed.
    pub(super) age: Option<(String, String)>,
    /// `female` or `male`, and the word for it.
    pub(super) sex: Option<(&'static str, String)>,
    /// The place behind it.
    pub(super) end: usize,
}

const FEMALE: &str = " woman female lady girl f ";
const MALE: &str = " man male guy boy bloke m ";
/// What may follow a bare number that is an age.
const AFTER_AGE: &str = " and with but so now male female m f taking on ";
/// The oldest age that is taken for one.
const YEARS_MAX: u32 = 115;

impl Line<'_> {
    /// An age, a sex, or both, after `I am`. A bare number counts only where nothing else can be meant.
    pub(super) fn age_or_sex(&self, at: usize) -> Option<Is> {
        let from = at + usize::from(matches!(self.word(at), "a" | "an" | "aged" | "age"));
        if let Some((age, end)) = self.age(from, from > at && self.word(at).starts_with("age")) {
            let glued = sex_of(self.word(from).trim_start_matches(|c: char| c.is_ascii_digit()));
            let sex = glued.map(|sex| (sex, sex.to_owned())).or_else(|| self.sex(end));
            let end = if glued.is_none() && sex.is_some() { self.past_sex(end) } else { end };
            return Some(Is { age: Some(age), sex, end });
        }
        let sex = self.sex(from).filter(|_| from > at || matches!(self.word(at), "female" | "male"))?;
        Some(Is { age: None, sex: Some(sex), end: self.past_sex(from) })
    }

    /// An age at a place, and the place behind it.
    pub(super) fn age(&self, at: usize, named: bool) -> Option<((String, String), usize)> {
        let word = self.word(at);
        let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: u32 = word[..digits].parse().ok().filter(|years| (1..=YEARS_MAX).contains(years))?;
        let years = |end: usize| {
            let what = (format!("age {number}"), format!("{number} years old"));
            Some((what, end))
        };
        match &word[digits..] {
            "f" | "m" | "yo" | "yr" | "yrs" => return years(at + 1),
            "" => {}
            _ => return None,
        }
        let unit = self.word(at + 1);
        match unit {
            "year" | "years" | "yr" | "yrs" => {
                let old = matches!(self.word(at + 2), "old" | "of");
                let age = old || (named && self.ends(at + 2));
                let behind = at + if self.word(at + 2) == "of" { 4 } else { 3 };
                age.then(|| years(behind)).flatten()
            }
            "yo" => years(at + 2),
            "y" if self.word(at + 2) == "o" => years(at + 3),
            "month" | "months" | "week" | "weeks" if self.word(at + 2) == "old" => {
                let unit = unit.trim_end_matches('s');
                let counted = if number == 1 { format!("1 {unit}") } else { format!("{number} {unit}s") };
                Some(((format!("age {counted}"), format!("{counted} old")), at + 3))
            }
            _ if self.ends(at + 1) || is_one_of(AFTER_AGE, unit) => years(at + 1),
            _ => None,
        }
    }

    fn sex(&self, at: usize) -> Option<(&'static str, String)> {
        let at = at + usize::from(is_one_of(" white black asian healthy young old trans fit ", self.word(at)));
        sex_of(self.word(at)).map(|sex| (sex, sex.to_owned()))
    }

    fn past_sex(&self, at: usize) -> usize {
        (at..at + 2).find(|at| sex_of(self.word(*at)).is_some()).map_or(at, |at| at + 1)
    }
}

fn sex_of(word: &str) -> Option<&'static str> {
    if is_one_of(FEMALE, word) {
        Some("female")
    } else if is_one_of(MALE, word) {
        Some("male")
    } else {
        None
    }
}
