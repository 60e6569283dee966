//! What holds over a whole conversation, and how well the labelled texts are judged.

use std::time::{Duration, Instant};

use clinical::crisis::{
    Answer, Asked, Assessment, Danger, Level, Method, Question, Sign, Speaker, Standing, Utterance, Watch, countries,
    help_lines, reply, verified_on,
};

use super::authors::{self, Conversation, Label};
use super::labelled::{self, Half, Judged, Labelled, Share};
use super::{conversation, said};

/// What came of a set, as shares.
struct Figures {
    noticed: Share,
    level_right: Share,
    not_flagged: Share,
}

fn figures(set: &[Labelled], of: impl Fn(&Labelled) -> bool) -> Figures {
    let judged: Vec<Judged> = set.iter().filter(|one| of(one)).map(Labelled::judge).collect();
    let at_risk = || judged.iter().filter(|one| one.at_risk);
    Figures {
        noticed: Share::of(at_risk(), |one| one.is_flagged()),
        level_right: Share::of(at_risk(), |one| one.level_right),
        not_flagged: Share::of(judged.iter().filter(|one| !one.at_risk), |one| !one.is_flagged()),
    }
}

/// The bounds are what was reached: they may be raised, not lowered.
fn at_least(name: &str, figures: &Figures, noticed: f64, level: f64, not_flagged: f64) {
    println!("{name}: noticed {}, level {}, not flagged {}", figures.noticed, figures.level_right, figures.not_flagged);
    assert!(figures.noticed.ratio() >= noticed, "{name}: noticed {}", figures.noticed);
    assert!(figures.level_right.ratio() >= level, "{name}: level {}", figures.level_right);
    assert!(figures.not_flagged.ratio() >= not_flagged, "{name}: not flagged {}", figures.not_flagged);
}

#[test]
fn labelled_utterances_are_judged_at_least_as_well_as_before() {
    let set = labelled::utterances();
    assert!(set.len() >= 600);
    at_least("open half", &figures(&set, |one| one.half == Half::Open), 0.98, 0.98, 0.985);
    at_least("held half", &figures(&set, |one| one.half == Half::Held), 0.67, 0.66, 0.95);
    let other = |one: &Labelled| one.half == Half::Held && one.group != "en";
    at_least("held half, not English", &figures(&set, other), 0.88, 0.87, 0.92);
}

#[test]
fn labelled_conversations_are_judged_at_least_as_well_as_before() {
    let set = labelled::conversations();
    assert!(set.len() >= 60);
    at_least("open half", &figures(&set, |one| one.half == Half::Open), 0.92, 0.92, 0.92);
    at_least("held half", &figures(&set, |one| one.half == Half::Held), 0.59, 0.59, 0.84);
    let apart = labelled::apart();
    assert!(apart.len() >= 45);
    at_least("apart", &figures(&apart, |_| true), 0.81, 0.75, 0.92);
}

#[test]
fn plain_statements_are_noticed_and_ordinary_questions_are_not_flagged() {
    at_least("statements", &figures(&labelled::typical(), |_| true), 0.92, 0.90, 0.99);
    at_least("personas", &figures(&labelled::personas(), |_| true), 0.89, 0.87, 0.98);
    at_least("in passing", &figures(&labelled::in_passing(), |_| true), 0.95, 0.95, 0.94);
}

/// People ask a health library about blood, rashes and pills all day: hardly any of that may be taken for a danger. What
/// is still taken for one is shown, to be read; a good part of it rightly is ("he hits me and I have two kids").
#[test]
fn ordinary_questions_to_a_health_library_are_hardly_ever_flagged() {
    let questions: Vec<_> =
        include_str!("harmless_questions.txt").lines().filter(|line| !line.starts_with('#')).collect();
    assert!(questions.len() >= 4_000);
    let flagged: Vec<_> = questions
        .iter()
        .map(|question| (question, said(question)))
        .filter(|(_, found)| found.is_crisis())
        .map(|(question, found)| {
            let rules: Vec<_> = found.evidence.iter().map(|evidence| evidence.rule).collect();
            format!("{} {rules:?} {question:?}", found.level.as_str())
        })
        .collect();
    let share = Share::of(&questions, |question| said(question).is_crisis());
    println!("harmless questions flagged: {share}\n{}", flagged.join("\n"));
    assert!(share.ratio() <= 0.003, "{share}\n{}", flagged.join("\n"));
}

#[test]
fn facts_of_different_messages_add_up() {
    let hopeless = "nothing will ever get better for me";
    let means = "I bought a rope yesterday";
    let before = [conversation(&[hopeless]).level, conversation(&[means]).level];
    let together = conversation(&[hopeless, ">I'm sorry.", "what should I cook tonight", ">Soup?", means]);
    assert!(before.iter().all(|&level| level < together.level), "{before:?} {:?}", together.level);
    assert!(together.is_crisis());
    let thought = conversation(&["I wish I was dead", ">…", "what's the highest bridge near me?"]);
    assert_eq!(thought.level, Level::High);
}

#[test]
fn low_mood_alone_is_no_crisis_however_often_it_is_said() {
    let lines =
        ["I'm depressed", "I feel worthless", "I have nobody", "I can't sleep", "I cry every day", "I feel worthless"];
    assert!(!conversation(&lines).is_crisis());
}

#[test]
fn weak_signs_in_a_talk_about_another_are_theirs() {
    let lines =
        ["My sister is suicidal", ">…", "nothing will ever get better", ">…", "I bought a lock for the cabinet"];
    let found = conversation(&lines);
    assert!(!found.is_crisis() && found.dangers.contains(&Danger::ThirdParty), "{found:?}");
}

#[test]
fn evidence_says_where_what_and_how_grave() {
    let found = conversation(&["hello", ">hi", "I'm tired. I wish I was dead."]);
    let evidence = found.evidence.iter().find(|evidence| evidence.rule == "ideation.wish_dead").unwrap();
    assert_eq!((evidence.utterance, evidence.level), (2, Level::Elevated));
    assert_eq!(evidence.sign, Some(Sign::PassiveIdeation));
}

#[test]
fn standing_says_why_the_level_is_what_it_is() {
    let mut lines = vec!["hello"];
    let standing = |lines: &[&str]| conversation(lines).standing;
    assert_eq!(standing(&lines), Standing::Clear);
    lines.push("I want to kill myself");
    assert_eq!(standing(&lines), Standing::Said);
    lines.push("just kidding");
    assert_eq!(standing(&lines), Standing::TakenBack);
    lines.push("what is a good breakfast");
    assert_eq!(standing(&lines), Standing::Held);
    lines.extend(["and lunch", "and dinner", "and a snack", "and a drink"]);
    assert_eq!(standing(&lines), Standing::Faded);
}

/// How many further messages it takes until the level is below high.
fn messages_until_lower(after: &str, then: &[&str]) -> usize {
    let mut lines = vec![after];
    lines.extend(then);
    (0..40)
        .find(|_| {
            lines.push("what is a good breakfast");
            conversation(&lines).level < Level::High
        })
        .expect("a danger fades within forty messages")
}

#[test]
fn taking_back_buys_no_time_and_being_safer_does() {
    let said = "I want to kill myself";
    let plain = messages_until_lower(said, &["ok"]);
    assert_eq!(messages_until_lower(said, &["never mind"]), plain + 1);
    assert_eq!(messages_until_lower(said, &["I gave the pills to my sister"]), plain - 1);
    // But not for ever: whoever is fine at every message is fine in the end.
    let fine = ["im fine"; 12];
    let mut lines = vec![said];
    lines.extend(fine);
    assert!(conversation(&lines).level < Level::High);
}

#[test]
fn the_next_question_follows_the_answers() {
    let mut watch = Watch::over(100);
    let person = |watch: &mut Watch, text| watch.hear(Utterance { speaker: Speaker::Person, text });
    let ask = |watch: &mut Watch, turn| {
        let text = reply(&watch.assess(), &Asked { country: Some("US".to_owned()), times_before: turn }).text;
        watch.hear(Utterance { speaker: Speaker::Guide, text: &text });
        text
    };
    person(&mut watch, "I wish I was dead");
    assert!(ask(&mut watch, 0).contains("thoughts of killing yourself?"));
    person(&mut watch, "no");
    assert_eq!(watch.assess().screener.answer(Question::Thoughts), Some(Answer::No));
    // No thoughts of suicide: neither method nor intent is asked, but the past is.
    assert!(ask(&mut watch, 1).contains("ever tried to end your life"));
    person(&mut watch, "yes, twice");
    let found = watch.assess();
    assert!(found.dangers.contains(&Danger::SuicideAttempt) && found.level == Level::High);
    assert_eq!(found.screener.next(&found.evidence), None);
    assert!(!ask(&mut watch, 2).contains("ever tried"));
}

#[test]
fn a_plan_and_means_within_reach_are_imminent_when_asked() {
    let plan = ">Have you started to prepare, or made a plan for when?";
    let means = ">Is there anything within reach right now that you could use to hurt yourself?";
    assert_eq!(conversation(&["I want to die", plan, "yes"]).level, Level::High);
    assert_eq!(conversation(&["I want to die", plan, "yes", means, "yeah"]).level, Level::Imminent);
}

#[test]
fn danger_in_another_language_is_answered_in_it_first() {
    for (text, word, country) in [
        ("quiero morir", "lo tomo en serio", "ES"),
        ("je veux mourir", "au sérieux", "FR"),
        ("ich will sterben", "nehme es ernst", "DE"),
        ("मैं मरना चाहता हूँ", "गंभीरता", "IN"),
        ("mujhe marna hai", "gambhirta", "IN"),
        ("aku mau mati", "dengan serius", "ID"),
    ] {
        let found = said(text);
        assert!(found.is_crisis(), "{text}");
        let answer = reply(&found, &Asked { country: Some(country.to_owned()), times_before: 0 });
        let first = answer.text.split("\n\n").next().unwrap();
        assert!(first.contains(word), "{text}: {first}");
        assert!(!first.contains(['{', '}']), "{first}");
        assert!(reply(&found, &Asked { country: None, times_before: 0 }).text.contains("findahelpline.com"));
    }
}

#[test]
fn the_answer_to_help_for_a_friend_is_for_the_helper() {
    let lines = ["My friend says she wants to die", ">…", "I'm so worried, what do I say to her"];
    let answer = reply(&conversation(&lines), &Asked { country: Some("GB".to_owned()), times_before: 0 });
    assert!(answer.text.contains("ask them directly") && answer.text.contains("999"));
    assert!(!answer.text.contains("thoughts of killing yourself"));
}

#[test]
fn forty_countries_have_a_line_and_every_place_has_help() {
    assert_eq!(verified_on().len(), 10);
    let mut with_line = 0;
    for country in countries() {
        let lines = help_lines(Some(country));
        assert!(lines[0].emergency, "{country}");
        assert!(lines.iter().any(|line| line.info.contains("findahelpline.com")), "{country}");
        assert!(lines.iter().all(|line| line.source.starts_with("https://")), "{country}");
        with_line += usize::from(lines.iter().any(|line| !line.emergency && line.method == Method::Phone));
    }
    assert!(with_line >= 40, "{with_line}");
    for unknown in [None, Some("ZZ"), Some(""), Some("nowhere")] {
        let lines = help_lines(unknown);
        assert!(lines[0].emergency && lines.iter().any(|line| line.info.contains("befrienders")), "{unknown:?}");
    }
}

/// The goal in release on one core; other builds and busy machines get room.
const DECISION_MAX: Duration =
    if cfg!(debug_assertions) { Duration::from_millis(60) } else { Duration::from_millis(2) };

#[test]
fn a_message_is_decided_upon_in_two_milliseconds_after_two_hundred() {
    let texts: Vec<_> = labelled::personas().into_iter().flat_map(|one| one.messages).collect();
    let mut watch = Watch::over(usize::MAX);
    for text in texts.iter().cycle().take(200) {
        watch.hear(Utterance { speaker: Speaker::Person, text });
    }
    let decide = |text: &str| -> (Duration, Assessment) {
        let mut watch = watch.clone();
        let start = Instant::now();
        watch.hear(Utterance { speaker: Speaker::Person, text });
        let found = watch.assess();
        (start.elapsed(), found)
    };
    // The best of three: what else the machine does is not measured.
    let best = |text: &String| (0..3).map(|_| decide(text).0).min();
    let mut times: Vec<_> = texts.iter().filter_map(best).collect();
    times.sort_unstable();
    let (median, most) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    println!("a decision after 200 messages: median {median:?}, 99 in 100 within {most:?}");
    assert!(most < DECISION_MAX, "{most:?}");
}

/// The gravest level of a conversation as it went.
fn gravest(conversation: &Conversation) -> Level {
    let mut watch = Watch::over(usize::MAX);
    let mut gravest = Level::None;
    for (text, _) in &conversation.messages {
        watch.hear(Utterance { speaker: Speaker::Person, text });
        gravest = gravest.max(watch.assess().level);
        watch.hear(Utterance { speaker: Speaker::Guide, text: "I see. Go on." });
    }
    gravest
}

/// Two authors to whom nothing was fitted. The bounds are what was reached: they may be raised, not lowered.
#[test]
fn people_at_risk_are_noticed_who_never_say_it_plainly() {
    let held = authors::all("held");
    let share = |of: &dyn Fn(&Conversation) -> bool, least: Level| {
        let set: Vec<&Conversation> =
            held.iter().flat_map(|author| &author.conversations).filter(|one| of(one)).collect();
        let reached = set.iter().filter(|one| gravest(one) >= least).count();
        println!("{reached} of {}", set.len());
        reached * 1000 / set.len()
    };
    assert!(share(&|one| one.label.is_at_risk() && !one.letter, Level::Elevated) >= 950);
    assert!(share(&|one| one.label == Label::Imminent, Level::High) >= 950);
    assert!(share(&|one| one.label.is_at_risk() && one.letter, Level::Elevated) >= 630);
    assert!(share(&|one| one.label == Label::None && one.letter, Level::Elevated) <= 35);
    assert!(share(&|one| one.label == Label::ThirdParty, Level::Elevated) <= 170);
    assert!(share(&|one| one.label == Label::None && !one.letter, Level::Elevated) <= 420);
}

#[test]
fn a_bodily_emergency_is_no_wish_to_die() {
    let found = said("worst headache of my life, like a whack round the back of the head, easing off a bit now");
    assert_eq!(found.dangers, [Danger::MedicalEmergency]);
}

#[test]
fn unusual_questions_are_no_crisis() {
    for question in [
        "is my data sold to anyone, who can read what i type in here",
        "there's a sort of curtain coming down over one side of my eye, no pain at all so i was gonna leave it till my optician appt on the 14th",
        "i cant stop picking at my skin when im stressed, my arms are a mess and i wear long sleeves so nobody sees",
    ] {
        assert!(!said(question).is_crisis(), "{question}");
    }
}
