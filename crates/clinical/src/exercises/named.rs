//! Which exercises somebody names in their own words, and what follows from it for what is offered. The names are data, in
//! `data/exercise_names.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{Exercise, by_id};

static NAMES: LazyLock<BTreeMap<String, Vec<String>>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/exercise_names.toml")).expect("exercise_names.toml is checked by the tests")
});

/// The exercises that a text names, by the id of each.
pub fn named(text: &str) -> Vec<&'static Exercise> {
    let text = spaced(text);
    let says = |names: &Vec<String>| names.iter().any(|name| text.contains(&spaced(name)));
    NAMES.iter().filter(|(_, names)| says(names)).filter_map(|(id, _)| by_id(id)).collect()
}

/// What may be offered, as somebody wants it: nothing that `avoid` names, and first what `helps` names. Both are in the
/// person's own words; what stands in both is avoided.
pub fn wished(offered: Vec<&'static Exercise>, helps: &str, avoid: &str) -> Vec<&'static Exercise> {
    let (helps, avoid) = (named(helps), named(avoid));
    let is_in = |list: &[&Exercise], one: &Exercise| list.iter().any(|other| other.id == one.id);
    let may: Vec<&Exercise> = offered.into_iter().filter(|one| !is_in(&avoid, one)).collect();
    let (first, rest): (Vec<_>, Vec<_>) = may.into_iter().partition(|one| is_in(&helps, one));
    first.into_iter().chain(rest).collect()
}

/// Lower-case words with a space around each.
fn spaced(text: &str) -> String {
    let words: Vec<String> = text
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    format!(" {} ", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::super::all;
    use super::{NAMES, named, spaced, wished};

    fn ids(text: &str) -> Vec<&'static str> {
        named(text).iter().map(|exercise| exercise.id.as_str()).collect()
    }

    #[test]
    fn every_exercise_has_names_and_is_named_by_its_own_label() {
        assert!(NAMES.keys().all(|id| all().iter().any(|exercise| exercise.id == *id)), "{:?}", NAMES.keys());
        for exercise in all() {
            let names = NAMES.get(&exercise.id).unwrap_or_else(|| panic!("{} has no name", exercise.id));
            assert!(names.iter().all(|name| spaced(name).trim() == name), "{}: {names:?}", exercise.id);
            assert!(ids(&exercise.label).contains(&exercise.id.as_str()), "{}: {}", exercise.id, exercise.label);
        }
    }

    #[test]
    fn exercises_are_named_in_plain_words() {
        assert_eq!(ids("Please no Body-Scan!"), ["ex_body_scan"]);
        assert_eq!(ids("counting breaths makes it worse").len(), 3);
        assert_eq!(ids("music, my dog, a hot bath"), Vec::<&str>::new());
        assert_eq!(ids(""), Vec::<&str>::new());
    }

    #[test]
    fn what_is_avoided_is_not_offered_and_what_helps_comes_first() {
        let offered = named("box breathing, grounding, body scan, stretching");
        let told = |helps, avoid| -> Vec<&str> {
            wished(offered.clone(), helps, avoid).iter().map(|exercise| exercise.id.as_str()).collect()
        };
        let all: Vec<&str> = offered.iter().map(|exercise| exercise.id.as_str()).collect();
        assert_eq!(told("", ""), all);
        assert!(
            !told("", "breathing exercises, meditation").iter().any(|id| id.contains("breath") || id.contains("scan"))
        );
        assert_eq!(told("grounding", "")[0], "ex_grounding");
        assert!(!told("body scan", "body scan").contains(&"ex_body_scan"), "what stands in both is avoided");
    }
}
