//! "How have I been doing?", answered in the chat from what a person noted and did: computed and worded here, in turning
//! words; nothing is said that is not in the record, and a pause is nobody's fault.

use std::fmt::Write as _;

use clinical::questionnaires as forms;
use protocol::care::{Filled, Progress};
use protocol::rest::Profile;
use protocol::{Element, Safety, UserId};

use super::questionnaires::{self, BUTTON};
use super::{exercises, progress};
use crate::clock::{Millis, rfc3339};
use crate::db::StoreError;
use crate::state::App;

const DAY: Millis = 86_400_000;
/// How far back "lately" goes: twice what a PHQ-9 asks about.
const LATELY: Millis = 28 * DAY;
/// How many points of mood (0 to 10) two fortnights must differ by on average to be called different. This project's own
/// choice: less than a point is within what people note on one and the same day.
const MOOD_POINTS: f64 = 1.0;

/// By which sentences it is asked, whole, without words of time behind them.
const ASKED: [&str; 24] = [
    "how have i been doing",
    "how have i been",
    "how am i doing",
    "how am i getting on",
    "how have i been getting on",
    "how is my progress",
    "hows my progress",
    "what is my progress",
    "whats my progress",
    "show me my progress",
    "show my progress",
    "my progress",
    "have i made progress",
    "have i made any progress",
    "am i making progress",
    "am i getting better",
    "am i doing better",
    "have i been getting better",
    "have i been doing better",
    "have i improved",
    "how has my mood been",
    "how was my mood",
    "how is my mood doing",
    "have i been doing well",
];
/// What may stand behind them.
const WHEN: [&str; 14] = [
    " lately",
    " recently",
    " this week",
    " this month",
    " so far",
    " these days",
    " over time",
    " now",
    " overall",
    " the last few weeks",
    " the past few weeks",
    " in the last weeks",
    " last week",
    " at all",
];

/// What is said, and with what.
pub(crate) struct Told {
    pub(crate) text: String,
    pub(crate) elements: Vec<Element>,
    pub(crate) safety: Safety,
}

/// Whether a message asks for it.
pub(crate) fn asks(message: &str) -> bool {
    let words = message.replace(['\'', '’'], "").to_lowercase();
    let words: Vec<&str> =
        words.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let polite = |word: &&&str| ["hi", "hello", "hey", "so", "and", "please", "ok", "tell", "me"].contains(*word);
    let begin = words.iter().take_while(polite).count();
    let end = words[begin..].iter().rev().take_while(polite).count();
    let mut said = words[begin..words.len() - end].join(" ");
    while let Some(shorter) = WHEN.iter().find_map(|when| said.strip_suffix(when)) {
        said = shorter.to_owned();
    }
    ASKED.contains(&said.as_str())
}

/// The answer. Where the last PHQ-9 speaks of thoughts of death, lately, help comes first.
pub(crate) async fn answer(
    app: &App,
    (user, profile): (&UserId, &Profile),
    region: Option<&str>,
    seed: u64,
) -> Result<Told, StoreError> {
    let record = progress::progress(app, user).await?;
    let now = app.clock.now();
    let mut told = Told { text: words(&record, now, seed), elements: Vec::new(), safety: Safety::default() };
    if is_empty(&record) {
        told.elements =
            vec![form("phq9"), form("gad7")].into_iter().flatten().chain(exercises::first(profile)).collect();
        return Ok(told);
    }
    if ticked_lately(&record, now) {
        // Whoever is to be told of it was told when it was ticked.
        let (care, reply) = questionnaires::care_for_ticked(app, user, region).await;
        let because =
            "In your last PHQ-9 you ticked that you have thought of being better off dead, or of hurting yourself.";
        told.text = format!("{}\n\n{because}\n\n{}", reply.text, told.text);
        (told.elements, told.safety) = (reply.elements, care.safety);
    }
    Ok(told)
}

fn form(id: &str) -> Option<Element> {
    forms::by_id(id)
        .map(|form| Element::Button { id: format!("{BUTTON}{}", form.id), label: format!("Fill in the {}", form.name) })
}

fn is_empty(record: &Progress) -> bool {
    record.markers.is_empty()
        && record.moods.is_empty()
        && record.questionnaires.is_empty()
        && record.exercises.is_empty()
}

/// Whether the item about death was ticked in the last PHQ-9, and that is not long ago.
fn ticked_lately(record: &Progress, now: Millis) -> bool {
    let last = record.questionnaires.iter().rev().find(|filled| filled.questionnaire == "phq9");
    let asks = |filled: &Filled| {
        forms::by_id(&filled.questionnaire)
            .and_then(|form| forms::score(form, &filled.answers).ok())
            .is_some_and(|scored| scored.asks_about_safety)
    };
    last.is_some_and(|filled| filled.completed_at >= rfc3339(now - LATELY) && asks(filled))
}

/// One of several wordings, the same for the same seed.
fn one_of<'a>(wordings: &[&'a str], seed: u64) -> &'a str {
    let count = wordings.len() as u64;
    wordings[usize::try_from(seed % count).unwrap_or(0)]
}

fn words(record: &Progress, now: Millis, seed: u64) -> String {
    if is_empty(record) {
        let opening = one_of(
            &[
                "There is nothing noted yet, so I can't say how you have been doing.",
                "I have nothing to go by yet: nothing is noted so far.",
                "So far nothing is noted, and I would only be guessing.",
            ],
            seed,
        );
        return format!(
            "{opening} A beginning that takes a minute: note how you feel today on your [progress page](/progress). The PHQ-9 \
             (low mood) and the GAD-7 (anxiety) take three minutes each and can be compared later; an exercise shows \
             whether it does something for you. All of it is yours alone, and can be deleted."
        );
    }
    let opening = one_of(
        &[
            "This is what your record says.",
            "Going by what you noted and did:",
            "Here is what I can see in your record.",
        ],
        seed,
    );
    let parts: Vec<String> = [Some(days(record, seed)), mood(record, now)]
        .into_iter()
        .flatten()
        .chain(filled_in(record))
        .chain(effects(record))
        .chain(achieved(record))
        .map(|part| format!("- {part}"))
        .collect();
    let closing = one_of(
        &[
            "What stands there is what you noted; how you feel today you know best.",
            "Numbers are a part of it. What would you say yourself?",
            "It is a picture from outside, and you know the rest.",
        ],
        seed >> 8,
    );
    format!("{opening}\n\n{}\n\n{closing} All of it is on your [progress page](/progress).", parts.join("\n"))
}

fn counted(count: u32, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

fn days(record: &Progress, seed: u64) -> String {
    let days = record.days;
    if days.of_last_28 == 0 {
        return one_of(
            &[
                "**Days:** nothing in the last four weeks. A pause costs nothing, and what you did before still counts.",
                "**Days:** none in the last four weeks, which is all right. You can go on whenever you like.",
            ],
            seed >> 4,
        )
        .to_owned();
    }
    let mut text = format!(
        "**Days:** you did or noted something on {} of the last four weeks, {} of them in the last seven days.",
        counted(days.of_last_28, "day", "days"),
        days.of_last_7
    );
    if days.in_a_row >= 3 {
        // Writing to a string can't fail.
        let _ = write!(text, " The last {} were in a row; if you miss one, nothing is lost.", days.in_a_row);
    }
    text
}

/// Moods that were noted by themselves: those around an exercise are told with it.
fn mood(record: &Progress, now: Millis) -> Option<String> {
    let since = |days: i64| rfc3339(now - days * DAY);
    let (fortnight, month) = (since(14), since(28));
    let noted: Vec<(&str, u8)> =
        record.moods.iter().filter(|mood| mood.exercise.is_none()).map(|mood| (mood.at.as_str(), mood.score)).collect();
    let lately: Vec<u8> = noted.iter().filter(|(at, _)| *at >= month.as_str()).map(|(_, score)| *score).collect();
    let (last_at, last) = noted.last()?;
    if lately.len() < 2 {
        return Some(format!("**Mood:** the last you noted was {last} of 10, on {}.", &last_at[..10]));
    }
    let (low, high) = (lately.iter().min()?, lately.iter().max()?);
    let average = |scores: &[u8]| {
        let count = u32::try_from(scores.len()).unwrap_or(u32::MAX);
        scores.iter().map(|score| f64::from(*score)).sum::<f64>() / f64::from(count)
    };
    let mut text = format!(
        "**Mood:** noted {} times in the last four weeks, between {low} and {high} of 10, {:.1} on average.",
        lately.len(),
        average(&lately)
    );
    let of = |from: &str, to: Option<&str>| -> Vec<u8> {
        let within = noted.iter().filter(|(at, _)| *at >= from && to.is_none_or(|to| *at < to));
        within.map(|(_, score)| *score).collect()
    };
    let (before, after) = (of(&month, Some(&fortnight)), of(&fortnight, None));
    // Of one or two an average says nothing.
    if before.len() >= 3 && after.len() >= 3 {
        let change = average(&after) - average(&before);
        let said = if change >= MOOD_POINTS {
            format!(" The last two weeks were {change:.1} points better than the two before.")
        } else if change <= -MOOD_POINTS {
            format!(" The last two weeks were {:.1} points lower than the two before.", -change)
        } else {
            " The last two weeks were much like the two before.".to_owned()
        };
        text.push_str(&said);
    }
    Some(text)
}

/// Each questionnaire as it stands, with the change since the time before.
fn filled_in(record: &Progress) -> Vec<String> {
    let one = |form: &forms::Questionnaire| {
        let mut of = record.questionnaires.iter().rev().filter(|filled| filled.questionnaire == form.id);
        let last = of.next()?;
        let mut text = format!(
            "**{}:** {} of {} ({}) on {}.",
            form.name,
            last.score,
            last.max,
            last.band,
            &last.completed_at[..10]
        );
        let score = |filled: &Filled| u8::try_from(filled.score).ok();
        if let Some((before, after)) = of.next().and_then(score).zip(score(last)) {
            text.push(' ');
            text.push_str(&capital(&questionnaires::told_change(form, before, after)));
        }
        Some(text)
    };
    ["phq9", "gad7"].into_iter().filter_map(forms::by_id).filter_map(one).collect()
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn effects(record: &Progress) -> Vec<String> {
    let told = record.exercises.iter().take(3).map(|effect| {
        let times = counted(effect.times, "time", "times");
        let did = match effect.mood_change {
            None => String::new(),
            Some(change) if change.abs() < 0.05 => "; your mood was the same before and after".to_owned(),
            Some(change) => {
                let word = if change > 0.0 { "better" } else { "lower" };
                format!("; your mood was {:.1} points {word} after it, over {} noted", change.abs(), effect.rated)
            }
        };
        format!("{} {times}{did}", effect.label)
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() { Vec::new() } else { vec![format!("**Exercises:** {}.", told.join(". "))] }
}

fn achieved(record: &Progress) -> Option<String> {
    let last = record.markers.first()?;
    let count = u32::try_from(record.markers.len()).unwrap_or(u32::MAX);
    let text = last.description.trim_end_matches('.');
    Some(format!(
        "**Marked as achieved:** {}, the last on {}: {text}.",
        counted(count, "thing", "things"),
        &last.achieved_at[..10]
    ))
}

#[cfg(test)]
mod tests {
    use protocol::care::{Days, Effect, Mood};

    use super::*;

    const NOW: Millis = 1_793_534_400_000;

    fn mood_at(days_ago: i64, score: u8) -> Mood {
        Mood { id: format!("m{days_ago}"), at: rfc3339(NOW - days_ago * DAY), score, exercise: None }
    }

    fn phq9(days_ago: i64, last_item: u8, first: u8) -> Filled {
        let mut answers = vec![0; 9];
        (answers[0], answers[8]) = (first, last_item);
        questionnaires::filled("phq9", &answers, "e", NOW - days_ago * DAY).unwrap()
    }

    #[test]
    fn it_is_asked_in_these_words_and_in_none_of_health() {
        for message in [
            "How have I been doing?",
            "so how am I doing lately?",
            "Am I getting better this week?",
            "show me my progress",
        ] {
            assert!(asks(message), "{message}");
        }
        for message in [
            "How am I doing with my diabetes?",
            "How have I been infected?",
            "how are you doing",
            "Is my progress with Parkinson's normal?",
            "",
        ] {
            assert!(!asks(message), "{message}");
        }
    }

    #[test]
    fn nothing_noted_is_said_and_nothing_is_made_up() {
        for seed in 0..12 {
            let text = words(&Progress::default(), NOW, seed);
            assert!(text.contains("nothing") && text.contains("/progress"), "{text}");
            assert!(!text.contains("average") && !text.contains("**"), "{text}");
        }
    }

    #[test]
    fn it_says_what_is_in_the_record_and_no_more() {
        let record = Progress {
            days: Days { of_last_7: 2, of_last_28: 7, in_a_row: 0, longest_row: 3 },
            moods: [(20, 3), (19, 4), (18, 3), (5, 6), (4, 5), (1, 6)].map(|(at, score)| mood_at(at, score)).into(),
            questionnaires: vec![phq9(20, 0, 3), phq9(2, 0, 1)],
            exercises: vec![Effect {
                id: "ex_breathing".to_owned(),
                label: "Box breathing".to_owned(),
                times: 3,
                rated: 2,
                mood_change: Some(1.5),
            }],
            markers: Vec::new(),
        };
        let text = words(&record, NOW, 1);
        for part in [
            "on 7 days of the last four weeks, 2 of them",
            "noted 6 times in the last four weeks, between 3 and 6 of 10, 4.5 on average",
            "2.3 points better",
            "**PHQ-9:** 1 of 27",
            "3 last time, 1 now",
            "Box breathing 3 times; your mood was 1.5 points better after it, over 2 noted",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("GAD-7") && !text.contains("achieved"), "{text}");
        let openings: std::collections::BTreeSet<String> =
            (0..9).map(|seed| words(&record, NOW, seed).lines().next().unwrap().to_owned()).collect();
        assert!(openings.len() >= 3, "{openings:?}");
    }

    #[test]
    fn a_pause_is_nobodys_fault() {
        let record = Progress { moods: vec![mood_at(90, 4)], ..Progress::default() };
        for seed in 0..64 {
            let text = words(&record, NOW, seed);
            assert!(text.contains("last four weeks") && !text.contains("only") && !text.contains("broken"), "{text}");
        }
    }

    #[test]
    fn the_item_about_death_counts_lately_and_in_the_last_form_only() {
        let record = |filled: Vec<Filled>| Progress { questionnaires: filled, ..Progress::default() };
        assert!(ticked_lately(&record(vec![phq9(20, 0, 1), phq9(3, 1, 1)]), NOW));
        assert!(!ticked_lately(&record(vec![phq9(20, 2, 1), phq9(3, 0, 1)]), NOW));
        assert!(!ticked_lately(&record(vec![phq9(40, 3, 1)]), NOW));
    }
}
