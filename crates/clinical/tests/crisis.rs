//! The crisis detector and its answers, through the public interface.

#[path = "crisis/authors.rs"]
#[expect(dead_code, reason = "the example that fits the weights uses the rest")]
mod authors;
#[path = "crisis/conversations.rs"]
mod conversations;
#[path = "crisis/disguises.rs"]
mod disguises;
#[path = "crisis/labelled.rs"]
#[expect(dead_code, reason = "the example that prints the figures uses the rest")]
mod labelled;

use std::collections::HashSet;
use std::fmt::Write as _;

use clinical::crisis::{Asked, Assessment, Danger, Level, Method, Speaker, Utterance, assess, reply};
use proptest::prelude::*;

struct Case {
    crisis: bool,
    danger: Option<&'static str>,
    text: &'static str,
}

fn cases() -> Vec<Case> {
    include_str!("crisis/cases.tsv")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let mut fields = line.splitn(3, '\t');
            let mut next = || fields.next().unwrap_or_else(|| panic!("three fields: {line:?}"));
            let (crisis, danger) = (next() == "yes", next());
            Case { crisis, danger: (danger != "-").then_some(danger), text: next() }
        })
        .collect()
}

fn said(text: &str) -> Assessment {
    assess(&[Utterance { speaker: Speaker::Person, text }])
}

/// A conversation: lines that begin with `>` are the guide's.
fn conversation(lines: &[&str]) -> Assessment {
    let utterances: Vec<_> = lines
        .iter()
        .map(|line| match line.strip_prefix('>') {
            Some(text) => Utterance { speaker: Speaker::Guide, text },
            None => Utterance { speaker: Speaker::Person, text: line },
        })
        .collect();
    assess(&utterances)
}

fn names(assessment: &Assessment) -> Vec<&'static str> {
    assessment.dangers.iter().map(|danger| danger.as_str()).collect()
}

#[test]
fn every_case_is_judged_as_labelled() {
    let mut wrong = String::new();
    for case in cases() {
        let found = said(case.text);
        let named = case.danger.is_none_or(|danger| names(&found).contains(&danger));
        if found.is_crisis() != case.crisis || !named {
            let rules: Vec<_> = found.evidence.iter().map(|evidence| evidence.rule).collect();
            writeln!(wrong, "{:?}: {} {:?} {rules:?}", case.text, found.level.as_str(), names(&found)).unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn the_table_is_large_enough_to_mean_something() {
    let cases = cases();
    assert!(cases.len() >= 400);
    assert!(cases.iter().filter(|case| !case.crisis).count() >= 150);
    for danger in Danger::ALL {
        assert!(cases.iter().any(|case| case.danger == Some(danger.as_str())), "{}", danger.as_str());
    }
}

#[test]
fn case_punctuation_and_spacing_do_not_hide_a_known_phrase() {
    for case in cases().iter().filter(|case| case.crisis && case.text.is_ascii()) {
        let plain = case.text.trim_end_matches(['.', '!', '?']);
        let variants = [
            plain.to_uppercase(),
            plain.to_lowercase(),
            format!("  {plain}  !!!"),
            plain.replace(' ', "   "),
            plain.replace(' ', " \n"),
            plain.replace(' ', "\u{a0}"),
            plain.replace('\'', "’"),
            plain.replace('\'', ""),
            plain.replace(' ', "\u{200b} "),
            format!("hello. {plain}. thanks"),
        ];
        for variant in variants.iter().filter(|variant| variant.as_str() != case.text) {
            assert!(said(variant).is_crisis(), "{variant:?}");
        }
    }
}

#[test]
fn evidence_points_at_the_words() {
    let text = "Hello – I’m fine. Actually I want to kill myself, ok?";
    let found = said(text);
    let evidence = &found.evidence[0];
    assert_eq!(&text[evidence.start..evidence.end], "I want to kill myself");
    assert_eq!((evidence.utterance, evidence.rule), (0, "ideation.kill_self"));
}

#[test]
fn dangers_are_sorted_and_unique() {
    let found =
        said("I want to die. I want to die! I took 30 pills and my husband hits me. I'm going to kill myself tonight.");
    assert!(found.dangers.is_sorted());
    assert_eq!(found.dangers.len(), found.dangers.iter().collect::<HashSet<_>>().len());
    assert_eq!(found.level, Level::Imminent);
}

#[test]
fn levels_follow_what_is_said() {
    for (text, level) in [
        ("I have a cough", Level::None),
        ("My friend wants to kill himself", Level::Watch),
        ("I feel hopeless", Level::Watch),
        ("I wish I was dead", Level::Elevated),
        ("I want to kill myself", Level::High),
        ("I am going to kill myself tonight", Level::Imminent),
    ] {
        assert_eq!(said(text).level, level, "{text}");
    }
}

#[test]
fn taking_it_back_does_not_lower_the_level_at_once() {
    let later = ["I am going to kill myself tonight", ">…", "never mind", ">…", "just kidding", ">…", "I'm fine"];
    assert_eq!(conversation(&later).level, Level::Imminent);
}

#[test]
fn a_danger_to_life_fades_slowly_and_stays_watched() {
    let mut lines = vec!["I want to kill myself"];
    let mut levels = vec![];
    for _ in 0..12 {
        levels.push(conversation(&lines).level);
        lines.push("what is a good breakfast");
    }
    assert!(levels.is_sorted_by(|a, b| a >= b), "{levels:?}");
    assert_eq!(levels[3], Level::High);
    assert_eq!(*levels.last().unwrap(), Level::Watch);
}

#[test]
fn what_the_guide_says_is_no_evidence() {
    assert_eq!(conversation(&[">I want to kill myself is what you wrote", "I have a cold"]).level, Level::None);
}

#[test]
fn a_yes_to_a_direct_question_counts() {
    let asked = ">That sounds hard. Are you having thoughts of killing yourself? You can skip this.";
    assert_eq!(conversation(&["I'm sad", asked, "yes"]).level, Level::High);
    assert_eq!(conversation(&["I'm sad", asked, "No, not at all"]).level, Level::None);
    let intent = ">Do you have any intention of acting on these thoughts?";
    assert_eq!(conversation(&[intent, "yeah"]).dangers, [Danger::SuicideIntent]);
}

#[test]
fn half_an_answer_to_a_direct_question_is_an_answer() {
    let asked = ">I'm glad you told me. Are you having thoughts of suicide?";
    for half in [
        "sometimes",
        "maybe",
        "I don't know",
        "idk",
        "kinda",
        "not really",
        "not tonight",
        "I guess so",
        "it crosses my mind",
        "who doesn't",
    ] {
        assert!(conversation(&["my week was long", asked, half]).is_crisis(), "{half}");
    }
    for no in ["no", "No, never", "nah man not that bad lol", "nothing like that, I'm only sad", "I'm not"] {
        assert_eq!(conversation(&["my week was long", asked, no]).level, Level::None, "{no}");
    }
    let intent = ">Do you intend to act on these thoughts?";
    assert_eq!(conversation(&["I wish I was dead", intent, "not tonight"]).level, Level::High);
}

#[test]
fn not_wanting_to_answer_counts_together_with_other_signs() {
    let asked = ">Are you thinking about ending your life?";
    for silent in ["...", "I don't want to answer that", "can we not", "please don't tell anyone"] {
        assert!(!conversation(&["hello", asked, silent]).is_crisis(), "{silent}");
        assert!(conversation(&["I feel hopeless", asked, silent]).is_crisis(), "{silent}");
    }
}

#[test]
fn a_yes_to_a_question_about_something_else_is_no_sign() {
    for asked in [
        ">Do you have a plan for the weekend?",
        ">Is there a pharmacy nearby?",
        ">Have you ever tried a sleep diary in your life?",
        ">Are you safe to drive with these tablets?",
        ">What can I do for you today?",
    ] {
        for said in ["yes", "no", "maybe"] {
            assert_eq!(conversation(&["my back hurts", asked, said]).level, Level::None, "{asked} {said}");
        }
    }
}

#[test]
fn distress_and_a_question_about_means_add_up_over_messages() {
    let means = "what's the highest bridge near me?";
    assert!(!said(means).is_crisis());
    assert!(conversation(&["I just lost my job and I am devastated", ">I'm sorry.", means]).is_crisis());
}

#[test]
fn a_bodily_emergency_does_not_hold_the_conversation_for_long() {
    let lines = ["my son is having a seizure", ">…", "the ambulance came", ">…", "what can I eat with a cold"];
    assert!(!conversation(&lines).is_crisis());
}

fn countries() -> Vec<Option<&'static str>> {
    vec![None, Some("US"), Some("GB"), Some("DE"), Some("IN"), Some("ID"), Some("fr"), Some("ZZ"), Some("")]
}

fn asked(country: Option<&str>, times_before: usize) -> Asked {
    Asked { country: country.map(str::to_owned), times_before }
}

#[test]
fn every_crisis_answer_has_resources_and_says_it_is_an_ai() {
    for case in cases().iter().filter(|case| case.crisis) {
        let found = said(case.text);
        for country in countries() {
            for times in [0, 1, 5] {
                let answer = reply(&found, &asked(country, times));
                assert!(!answer.resources.is_empty(), "{}", case.text);
                assert!(answer.resources.iter().any(|resource| resource.emergency), "{}", case.text);
                assert!(answer.text.contains("AI"), "{}", answer.text);
                assert!(answer.text.chars().count() < 1_600, "{}", answer.text);
                assert!(!answer.text.contains(['{', '}']), "{}", answer.text);
                assert!(!answer.text.contains("  ") && !answer.text.contains(" ."), "{:?}", answer.text);
            }
        }
    }
}

#[test]
fn suicidal_answers_carry_a_line_a_professional_and_trusted_people() {
    for text in ["I want to die", "I have a plan to kill myself", "I am going to kill myself tonight"] {
        for country in countries() {
            let answer = reply(&said(text), &asked(country, 0));
            assert!(answer.resources.iter().any(|resource| !resource.emergency), "{text} {country:?}");
            assert!(answer.text.contains("therapist") || answer.text.contains("professional"), "{}", answer.text);
            assert!(answer.text.contains("trust") || answer.text.contains("someone"), "{}", answer.text);
            assert_eq!(
                answer.text.matches('?').count() - usize::from(answer.text.contains("Can't make that call?")),
                1
            );
        }
    }
}

#[test]
fn an_imminent_danger_names_the_emergency_number_first() {
    let answer = reply(&said("I am going to kill myself tonight"), &asked(Some("GB"), 0));
    assert!(answer.text.starts_with("**Please call 999 now**"), "{}", answer.text);
    assert!(answer.resources[0].emergency && answer.resources[0].info == "999");
    let answer = reply(&said("my mom is unconscious"), &asked(Some("US"), 0));
    assert!(answer.text.starts_with("**Call 911 now**"), "{}", answer.text);
    assert_eq!(answer.resources.len(), 1);
}

#[test]
fn no_two_answers_of_a_conversation_are_the_same() {
    for text in [
        "I want to die",
        "I am going to kill myself tonight",
        "I've been cutting myself again",
        "I want to hurt someone",
        "My husband hits me",
        "I think I overdosed",
        "my mom is unconscious",
    ] {
        let texts: HashSet<_> = (0..6).map(|times| reply(&said(text), &asked(Some("US"), times)).text).collect();
        assert_eq!(texts.len(), 6, "{text}");
    }
}

#[test]
fn questions_go_on_in_the_order_of_the_screener() {
    let question = |times| reply(&said("I wish I was dead"), &asked(None, times)).text;
    assert!(question(0).contains("thoughts of killing yourself?"));
    assert!(question(1).contains("how you might do it?"));
    assert!(question(2).contains("intention of acting"));
    assert!(question(3).contains("made a plan"));
    assert!(question(4).contains("within reach"));
    assert!(question(5).contains("Have you ever tried"));
}

#[test]
fn a_yes_to_each_question_that_is_asked_is_understood() {
    for (times, expected) in [
        (0, Danger::SuicidalIdeation),
        (1, Danger::SuicidePlan),
        (2, Danger::SuicideIntent),
        (3, Danger::SuicidePlan),
        (4, Danger::SuicidePlan),
        (5, Danger::SuicideAttempt),
    ] {
        let question = reply(&said("I wish I was dead"), &asked(Some("US"), times)).text;
        let found = assess(&[
            Utterance { speaker: Speaker::Guide, text: &question },
            Utterance { speaker: Speaker::Person, text: "Yes." },
        ]);
        assert_eq!(found.dangers, [expected], "{question}");
    }
}

#[test]
fn the_lines_of_a_country_are_offered() {
    let first = |country| {
        let answer = reply(&said("I want to die"), &asked(country, 0));
        answer.resources.iter().map(|resource| (resource.method, resource.info.clone())).collect::<Vec<_>>()
    };
    assert!(first(Some("US")).contains(&(Method::Phone, "988".to_owned())));
    assert!(first(Some("US")).contains(&(Method::Text, "988".to_owned())));
    assert!(first(Some("gb")).contains(&(Method::Phone, "116 123".to_owned())));
    assert!(first(Some("IN")).contains(&(Method::Phone, "14416".to_owned())));
    assert!(first(None).contains(&(Method::Website, "https://findahelpline.com".to_owned())));
    assert!(first(None).contains(&(Method::Phone, "988".to_owned())));
    assert_eq!(first(Some("ZZ")), first(None));
}

#[test]
fn poison_lines_and_someone_to_talk_to_come_with_an_overdose() {
    let answer = reply(&said("I took 30 sleeping pills"), &asked(Some("US"), 0));
    let ids: Vec<_> = answer.resources.iter().map(|resource| resource.id.as_str()).collect();
    assert_eq!(ids[0], "emergency");
    assert!(ids.contains(&"us_poison_help") && ids.contains(&"us_988_call"), "{ids:?}");
}

#[test]
fn nothing_noticed_is_answered_with_nothing() {
    let answer = reply(&said("I have a cough"), &Asked::default());
    assert!(answer.text.is_empty() && answer.resources.is_empty());
}

#[test]
fn worry_about_someone_else_is_answered_with_advice() {
    let answer = reply(&said("My friend wants to kill himself"), &asked(Some("US"), 0));
    assert!(answer.text.contains("ask them directly"));
    assert!(answer.resources.iter().any(|resource| resource.info == "988"));
}

/// All of a conversation anew, which a `Watch` need not do; a single message is measured in `conversations`.
#[test]
fn a_long_conversation_is_read_quickly() {
    let mixed: Vec<_> = cases().into_iter().filter(|case| !case.crisis).map(|case| case.text).collect();
    let lines: Vec<_> = (0..200).map(|at| mixed[at % mixed.len()]).collect();
    conversation(&lines);
    let start = std::time::Instant::now();
    for _ in 0..10 {
        conversation(&lines);
    }
    let each = start.elapsed() / 10;
    println!("200 messages: {each:?}");
    assert!(each.as_millis() < if cfg!(debug_assertions) { 2_000 } else { 100 }, "{each:?}");
}

#[test]
fn self_harm_is_asked_about_suicide_once_and_then_about_what_helps() {
    let question = |times| reply(&said("I've been cutting myself again"), &asked(None, times)).text;
    assert!(question(0).contains("thoughts of killing yourself?"));
    assert!(question(1).contains("Who could be with you") && !question(2).contains("how you might do it"));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,300}", other in ".{0,100}") {
        let found = conversation(&[&text, ">Are you having thoughts of killing yourself?", &other]);
        for evidence in &found.evidence {
            let text = if evidence.utterance == 0 { &text } else { &other };
            prop_assert!(text.get(evidence.start..evidence.end).is_some());
        }
        reply(&found, &Asked { country: Some(text), times_before: other.len() });
    }

    #[test]
    fn words_around_a_statement_do_not_hide_it(before in "[a-z ,\\n😀]{0,40}", after in "[a-z ,.!?]{0,40}") {
        let text = format!("{before}. I am going to kill myself tonight. {after}");
        prop_assert!(said(&text).is_crisis(), "{}", text);
    }

    #[test]
    fn letter_case_and_stray_signs_do_not_hide_it(upper in proptest::collection::vec(any::<bool>(), 21), signs in proptest::collection::vec("[ .,_~\u{200b}-]{0,3}", 21)) {
        let phrase = "i want to kill myself";
        let mut text = String::new();
        for (at, character) in phrase.chars().enumerate() {
            text.push(if upper[at] { character.to_ascii_uppercase() } else { character });
            if character == ' ' {
                text.push_str(&signs[at]);
            }
        }
        prop_assert!(said(&text).is_crisis(), "{}", text);
    }
}
