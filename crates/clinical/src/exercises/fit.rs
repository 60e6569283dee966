//! Which exercises fit what somebody wrote. The phrases are data, in `data/exercise_fit.toml`.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{Exercise, FIRST_FOR_ANXIETY, Tag, all, by_id};
use crate::phrases::{Phrase, says};

static PHRASES: LazyLock<BTreeMap<Tag, Vec<Phrase>>> = LazyLock::new(|| {
    let data: BTreeMap<Tag, Vec<String>> = toml::from_str(include_str!("../../data/exercise_fit.toml"))
        .expect("exercise_fit.toml is checked by the tests");
    let parse = |text: &String| Phrase::parse(text).expect("exercise_fit.toml is checked by the tests");
    data.into_iter().map(|(tag, phrases)| (tag, phrases.iter().map(parse).collect())).collect()
});

/// What the writer says of themselves and now, in the order of [`Tag::ALL`]. English; anxiety also where
/// [`super::offers`] hears it.
pub fn tags(text: &str) -> Vec<Tag> {
    let is_anxious = crate::crisis::is_anxious(text);
    let said =
        |tag: &Tag| (*tag == Tag::Anxiety && is_anxious) || PHRASES.get(tag).is_some_and(|phrases| says(text, phrases));
    Tag::ALL.into_iter().filter(said).collect()
}

/// The exercises for these tags, the best fit first: `ex_breathing` and `ex_grounding` lead where anxiety or panic is
/// among them. Empty without tags.
pub fn fits(tags: &[Tag]) -> Vec<&'static Exercise> {
    let place =
        |exercise: &Exercise| tags.iter().filter_map(|tag| exercise.when.iter().position(|own| own == tag)).min();
    let shared = |exercise: &Exercise| exercise.when.iter().filter(|own| tags.contains(own)).count();
    let first: Vec<&Exercise> =
        if is_anxiety(tags) { FIRST_FOR_ANXIETY.into_iter().filter_map(by_id).collect() } else { Vec::new() };
    let mut rest: Vec<(usize, &Exercise)> = all()
        .iter()
        .filter(|exercise| !first.iter().any(|led| led.id == exercise.id))
        .filter_map(|exercise| Some((place(exercise)?, exercise)))
        .collect();
    // A stable sort: exercises that fit alike stay in the order of the file.
    rest.sort_by_key(|&(place, exercise)| (place, Reverse(shared(exercise))));
    first.into_iter().chain(rest.into_iter().map(|(_, exercise)| exercise)).collect()
}

/// Whether the two fixed exercises lead.
pub(super) fn is_anxiety(tags: &[Tag]) -> bool {
    tags.iter().any(|tag| matches!(tag, Tag::Anxiety | Tag::Panic))
}

#[cfg(test)]
mod tests {
    use super::{PHRASES, Tag, fits, tags};

    fn first_for(text: &str) -> Option<&'static str> {
        fits(&tags(text)).first().map(|exercise| exercise.id.as_str())
    }

    #[test]
    fn every_tag_has_phrases_and_an_exercise_of_its_own() {
        for tag in Tag::ALL {
            assert!(tag == Tag::Anxiety || PHRASES[&tag].len() >= 5, "{tag:?}");
            let best = fits(&[tag])[0];
            assert!(best.when.iter().take(2).any(|own| *own == tag), "{tag:?}: {}", best.id);
            assert_eq!(toml::Value::try_from(tag).unwrap().as_str(), Some(tag.as_str()));
        }
    }

    #[test]
    fn what_somebody_wrote_leads_to_what_fits() {
        for (text, expected) in [
            ("I've been feeling so low and I have no energy for anything", "ex_activation"),
            ("I don't enjoy anything anymore", "ex_activation"),
            ("I can't get out of bed, everything feels pointless", "ex_activation"),
            ("I can't sleep", "ex_wind_down"),
            ("I keep waking up at 3am and lie awake for hours", "ex_wind_down"),
            ("I hate myself for what I said", "ex_self_compassion"),
            ("I'm such an idiot, I ruin everything", "ex_self_compassion"),
            ("I have a strong urge to drink tonight", "ex_urge_surfing"),
            ("craving a cigarette so badly", "ex_urge_surfing"),
            ("I'm so angry at my boss I could scream", "ex_breathing_coherent"),
            ("my shoulders are so tense", "ex_muscle_relaxation"),
            ("I can't stop thinking about what could go wrong", "ex_worry_time"),
            ("I keep putting off my thesis", "ex_values"),
            ("I miss my dad so much since he died", "ex_safe_place"),
            ("so stressed at work, too much on my plate", "ex_problem_solving"),
            ("I'm having a panic attack", "ex_breathing"),
            ("I'm anxious and can't sleep", "ex_breathing"),
        ] {
            assert_eq!(first_for(text), Some(expected), "{text}: {:?}", tags(text));
        }
    }

    #[test]
    fn what_is_denied_of_another_or_asked_in_general_fits_nothing() {
        for text in [
            "",
            "hello",
            "I'm not depressed",
            "I don't feel low, just curious",
            "I no longer have cravings",
            "my daughter can't sleep",
            "my husband is so angry all the time",
            "she hates herself",
            "What is depression?",
            "what are the symptoms of burnout",
            "I used to be so angry as a teenager",
            "I sleep well and I'm not stressed",
            "What can I do against a fever?",
            "my knee hurts when I run",
            "low salt diet",
            "is low blood pressure dangerous",
        ] {
            assert_eq!(tags(text), [], "{text}");
        }
    }

    #[test]
    fn anxiety_leads_with_the_two_fixed_ones() {
        for tags in [&[Tag::Anxiety][..], &[Tag::Panic], &[Tag::Sleep, Tag::Anxiety], &[Tag::Anger, Tag::Panic]] {
            let ids: Vec<_> = fits(tags).iter().map(|exercise| exercise.id.as_str()).take(2).collect();
            assert_eq!(ids, ["ex_breathing", "ex_grounding"], "{tags:?}");
        }
        assert_eq!(fits(&[]), Vec::<&super::Exercise>::new());
    }
}
