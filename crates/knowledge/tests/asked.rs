//! What people ask: every question is whole, and however it is worded it is found, an emergency above all.

use std::collections::HashMap;
use std::sync::LazyLock;

use knowledge::questions::{Level, Rests, Said};
use knowledge::{Article, Library, Question};

static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::load().expect("the library in the binary is whole"));

/// What an answer to an emergency begins with.
const CALL: &str = "Call your emergency number now (112, 911, 999 or your local number).";

fn all() -> impl Iterator<Item = (&'static Article, &'static Question)> {
    LIBRARY.articles().iter().flat_map(|article| article.questions.iter().map(move |question| (article, question)))
}

#[test]
fn every_question_is_whole() {
    let mut wrong = Vec::new();
    let mut asked: HashMap<String, &str> = HashMap::new();
    for (article, question) in all() {
        let mut must = |holds: bool, what: &str| {
            if !holds {
                wrong.push(format!("{}, `{}`: {what}", article.id, question.ask));
            }
        };
        must(asked.insert(question.ask.to_lowercase(), &article.id).is_none(), "asked elsewhere, too");
        must(question.ask.split_whitespace().count() <= 14, "longer than 14 words");
        must(question.answer.split_whitespace().count() <= 70, "the answer is longer than 70 words");
        must(!question.answer.contains(['\n', '*', '#']), "the answer is more than a paragraph");
        must(question.asked.len() >= 5, "fewer than 5 wordings");
        must((1..=4).contains(&question.needs.len()), "1 to 4 groups of phrases");
        must(question.needs.iter().all(|group| group.iter().any(|phrase| !phrase.trim().is_empty())), "an empty group");
        must(
            question.urgency != Some(Level::Emergency) || question.answer.starts_with(CALL),
            "the answer does not begin with the call",
        );
        if let Rests::On(source) = &question.source {
            must(source.url.starts_with("https://") && (1990..2100).contains(&source.year), "its source");
        }
        let passage = article.passages.iter().find(|passage| passage.text.contains(&question.answer));
        must(passage.is_some_and(|passage| passage.text.starts_with("- **")), "no passage of its own");
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(asked.len() >= 1_900, "{} questions", asked.len());
}

/// The question that a message asks first.
fn first(message: &str) -> Option<&'static Question> {
    let said = Said { asserted: message, whole: message, before: "" };
    LIBRARY.asked(said).first().map(|asked| asked.question)
}

#[test]
fn every_wording_finds_its_question_and_no_emergency_is_taken_for_less() {
    let (mut count, mut found, mut milder) = (0_u32, 0_u32, Vec::new());
    for (article, question) in all() {
        for wording in &question.asked {
            let first = first(wording).unwrap_or_else(|| panic!("{}: nothing fits `{wording}`", article.id));
            count += 1;
            found += u32::from(std::ptr::eq(first, question));
            let urgent = matches!(first.urgency, Some(Level::Emergency | Level::Urgent));
            if question.urgency == Some(Level::Emergency) && !urgent {
                milder.push(format!("{}: `{wording}` is taken for `{}`", article.id, first.ask));
            }
        }
    }
    // Neighbouring articles answer some of the same, so not every one finds its own.
    assert!(found * 100 >= count * 90, "{found} of {count}");
    assert!(milder.is_empty(), "{}\n{} in all", milder.join("\n"), milder.len());
}

#[test]
fn what_nobody_asks_is_not_answered() {
    for message in [
        "what is the capital of france",
        "blorp blorp the banana of tuesday",
        "please write me a poem about the sea",
        "how do i fix a flat tyre",
        "the train was late again and nobody told us why",
    ] {
        assert!(first(message).is_none_or(|question| question.urgency != Some(Level::Emergency)), "{message}");
        let said = Said { asserted: message, whole: message, before: "" };
        assert!(LIBRARY.asked(said).first().is_none_or(|asked| asked.score < 0.42), "{message}");
    }
}

#[test]
fn a_subject_named_before_counts_and_the_rest_must_be_said_now() {
    let now = "how long after it can i have my calcium tablet";
    let subject = |before: &'static str| {
        let found = LIBRARY.asked(Said { asserted: now, whole: now, before });
        found.first().map(|asked| asked.article.id.as_str())
    };
    assert_eq!(subject(" i take levothyroxine for my thyroid "), Some("thyroid-medicines"));
    assert_ne!(subject(""), Some("thyroid-medicines"));
}
