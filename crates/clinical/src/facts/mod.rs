//! What a person says of themselves, or of someone close, and that stays true: allergies, medicines taken, lasting
//! conditions, pregnancy, age and sex.
//!
//! [`facts`] reads one message. It would rather miss a fact than make one up: what is asked, supposed, feared or wanted
//! is no fact, and a verb counts only where its subject stands right before it. What is said to be over or untrue is
//! taken back ([`Statement::holds`] is false).
//!
//! Start reading at `read.rs`, which walks through a sentence; `predicate.rs` reads what is said of someone, `words.rs`
//! cuts a text into words, `vocabulary.rs` knows the names in `data/facts.toml`.
//!
//! What it does not do: it knows English only, and the names in its table; it does not check what is said, and takes
//! no past that is over for the present.

mod age;
mod object;
mod predicate;
mod read;
mod vocabulary;
pub(crate) mod words;

pub use read::facts;

/// What a fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Age or sex.
    Person,
    /// A pregnancy, or breastfeeding.
    Pregnancy,
    /// An allergy or intolerance.
    Allergy,
    /// A medicine that is taken.
    Medicine,
    /// An illness that lasts, or one that was had and still counts.
    Condition,
}

/// Something that a person said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Of whom: `None` is the person who writes; otherwise how that one is called (`son`, `mother`, `he`).
    pub who: Option<String>,
    /// What it is about.
    pub kind: Kind,
    /// What exactly, in lower case and one spelling: `penicillin`, `type 2 diabetes`, `age 34`, `pregnant`.
    pub what: String,
    /// In the person's words, to be shown: `allergic to Penicillin`, `20 weeks pregnant`.
    pub text: String,
    /// True where it is said to be so; false where it is taken back.
    pub holds: bool,
}

impl Statement {
    /// Whether this one and an earlier one can't both stand: they say the same, or one takes the other's place.
    pub fn replaces(&self, who: Option<&str>, kind: Kind, what: &str) -> bool {
        if self.who.as_deref() != who || self.kind != kind {
            return false;
        }
        match kind {
            Kind::Person => is_age(&self.what) == is_age(what),
            Kind::Pregnancy => self.what == what,
            // "I don't have diabetes" takes back type 2 diabetes, too, but having diabetes does not add to that.
            _ if !self.holds => is_part(&self.what, what) || is_part(what, &self.what),
            _ => self.what == what || is_part(what, &self.what),
        }
    }

    /// Whether an earlier fact says this already, and more exactly.
    pub fn is_said_by(&self, who: Option<&str>, kind: Kind, what: &str) -> bool {
        let open = matches!(kind, Kind::Allergy | Kind::Medicine | Kind::Condition);
        self.holds && open && self.who.as_deref() == who && self.kind == kind && is_part(&self.what, what)
    }
}

fn is_age(what: &str) -> bool {
    what.starts_with("age ")
}

/// Whether all words of one name stand in the other.
fn is_part(less: &str, more: &str) -> bool {
    less.split(' ').all(|word| more.split(' ').any(|other| singular(other) == singular(word)))
}

/// Without the plural's ending: only for comparing.
fn singular(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(stem) if stem.len() >= 3 && !stem.ends_with('s') => stem,
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, facts, is_part};

    #[test]
    fn a_name_is_part_of_a_more_exact_one() {
        assert!(is_part("diabetes", "type 2 diabetes"));
        assert!(is_part("nut", "nuts"));
        assert!(!is_part("type 1 diabetes", "type 2 diabetes"));
    }

    #[test]
    fn a_later_age_takes_the_place_of_an_earlier_one_and_a_sex_does_not() {
        let said = facts("I'm 34").remove(0);
        assert!(said.replaces(None, Kind::Person, "age 33"));
        assert!(!said.replaces(None, Kind::Person, "female"));
        assert!(!said.replaces(Some("son"), Kind::Person, "age 4"));
    }
}
