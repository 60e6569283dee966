//! How somebody wants to be answered, as they say it in a conversation ("shorter please", "keep your answers short", "more
//! detail") or in what they think of an answer ("too long"). It goes into their profile, and is told.

use protocol::Role;
use protocol::rest::{AnswerLength, Profile, ProfilePatch, Tone};

use crate::models::Past;

/// Where to a length is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    To(AnswerLength),
    Shorter,
    Longer,
}

/// What is said, whole sentence by whole sentence, without "please" and its like.
const LENGTHS: [(Length, &[&str]); 5] = [
    (
        Length::To(AnswerLength::Short),
        &[
            "keep your answers short",
            "keep answers short",
            "keep the answers short",
            "keep it short",
            "keep them short",
            "keep it brief",
            "short answers",
            "short answers only",
            "only short answers",
            "give me short answers",
            "be brief",
            "be concise",
            "be short",
            "answer briefly",
            "answer in short",
            "answer shortly",
            "make your answers short",
            "i prefer short answers",
            "i like short answers",
            "i want short answers",
        ],
    ),
    (
        Length::Shorter,
        &[
            "shorter",
            "shorter answers",
            "shorter answer",
            "make it shorter",
            "make your answers shorter",
            "keep your answers shorter",
            "say it shorter",
            "say that shorter",
            "shorten it",
            "shorten that",
            "thats too long",
            "that is too long",
            "that was too long",
            "too long",
            "your answers are too long",
            "this is too long",
            "too much text",
            "thats too much text",
            "less text",
            "too much to read",
            "thats too much to read",
            "less detail",
            "fewer words",
            "in fewer words",
            "tldr",
            "tl dr",
        ],
    ),
    (Length::To(AnswerLength::Normal), &["normal answers", "answers of normal length", "normal length"]),
    (
        Length::Longer,
        &[
            "more detail",
            "more details",
            "more detailed",
            "in more detail",
            "be more detailed",
            "with more detail",
            "give me more detail",
            "give me more details",
            "explain in more detail",
            "tell me in more detail",
            "go into more detail",
            "go into detail",
            "longer answers",
            "longer answer",
            "longer",
            "make it longer",
            "make your answers longer",
            "thats too short",
            "that is too short",
            "that was too short",
            "too short",
            "your answers are too short",
            "this is too short",
            "i want more detail",
        ],
    ),
    (
        Length::To(AnswerLength::Full),
        &[
            "full answers",
            "give me full answers",
            "long answers",
            "give me long answers",
            "detailed answers",
            "give me detailed answers",
            "i want full answers",
            "i want detailed answers",
            "i prefer long answers",
            "i prefer detailed answers",
            "answer in full",
            "answer in full detail",
            "give me all the details",
            "i want all the details",
            "keep your answers long",
            "keep your answers detailed",
        ],
    ),
];
const TONES: [(Tone, &[&str]); 2] = [
    (
        Tone::Warm,
        &[
            "be warmer",
            "be kinder",
            "be nicer",
            "be more kind",
            "be more gentle",
            "be gentle",
            "be gentler",
            "be friendlier",
            "be more friendly",
            "warmer tone",
            "use a warmer tone",
            "warmer",
            "talk to me kindly",
            "speak kindly",
            "be warm",
        ],
    ),
    (
        Tone::Plain,
        &[
            "be plain",
            "plainer",
            "plain tone",
            "use a plain tone",
            "plainer tone",
            "the facts",
            "only the facts",
            "facts only",
            "give me the facts",
            "be matter of fact",
            "stick to the facts",
            "less chatty",
            "be less chatty",
            "no small talk",
            "skip the sympathy",
            "no sympathy",
            "dont be so nice",
        ],
    ),
];

/// Of these the ones that may answer a question of the guide, too, where one is open.
const MAY_ANSWER: [&str; 4] = ["longer", "shorter", "too long", "too short"];

/// What somebody wants from now on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wish {
    length: Option<Length>,
    tone: Option<Tone>,
    /// What else the message says.
    pub(crate) rest: String,
}

impl Default for Length {
    fn default() -> Self {
        Self::To(AnswerLength::Normal)
    }
}

/// The wish that a message says; `None` where it says none. `last`: the answer before it.
pub(crate) fn said(message: &str, last: Option<&Past>) -> Option<Wish> {
    let open = last.is_some_and(|past| !past.choices.is_empty());
    let mut wish = Wish::default();
    let mut rest: Vec<&str> = Vec::new();
    for sentence in message.split_inclusive(['.', '!', '?', ';', '\n', ',']) {
        let words = plain(sentence);
        // "Longer" may as well answer how long it has been going on.
        let of_a_question = open && MAY_ANSWER.contains(&words.as_str()) && !sentence.to_lowercase().contains("please");
        let is = |phrases: &[&str]| !of_a_question && phrases.contains(&words.as_str());
        if let Some((length, _)) = LENGTHS.iter().find(|(_, phrases)| is(phrases)) {
            wish.length = Some(*length);
        } else if let Some((tone, _)) = TONES.iter().find(|(_, phrases)| is(phrases)) {
            wish.tone = Some(*tone);
        } else if !words.is_empty() {
            rest.push(sentence);
        }
    }
    rest.concat().trim().trim_end_matches([',', ';']).clone_into(&mut wish.rest);
    (wish.length.is_some() || wish.tone.is_some()).then_some(wish)
}

/// Lower-case words without what only asks nicely.
fn plain(sentence: &str) -> String {
    const POLITE: [&str; 28] = [
        "please", "pls", "plz", "can", "could", "would", "you", "and", "but", "so", "just", "ok", "okay", "thanks",
        "thank", "hi", "hello", "hey", "id", "like", "from", "now", "on", "always", "a", "bit", "little", "next",
    ];
    let words = sentence.replace(['\'', '’'], "").to_lowercase();
    let words: Vec<&str> =
        words.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_polite = |word: &&&str| POLITE.contains(*word);
    let begin = words.iter().take_while(is_polite).count();
    let end = words[begin..].iter().rev().take_while(is_polite).count();
    let kept = &words[begin..words.len() - end];
    let kept = kept.iter().filter(|word| **word != "please").copied().collect::<Vec<_>>().join(" ");
    kept.replace(" a bit ", " ").replace(" a little ", " ")
}

/// The question that an answer in another manner is given to again, and how many messages stood before it: the last that
/// is neither a wish nor what was tapped.
pub(crate) fn question_before(before: &[Past]) -> Option<(usize, &str)> {
    let tapped = |at: usize| {
        let text = before[at].text.trim();
        at > 0 && before[at - 1].choices.iter().any(|choice| choice.label.eq_ignore_ascii_case(text))
    };
    let own = |at: &usize| {
        let past = &before[*at];
        let last = before[..*at].iter().rev().find(|past| past.role == Role::Assistant);
        past.role == Role::User && !tapped(*at) && said(&past.text, last).is_none_or(|wish| !wish.rest.is_empty())
    };
    (0..before.len()).rev().find(own).map(|at| (at, before[at].text.as_str()))
}

/// The length to which it is changed, at most a step from where it stands unless it is named.
fn changed(length: Length, now: AnswerLength) -> AnswerLength {
    match (length, now) {
        (Length::To(length), _) => length,
        (Length::Shorter, AnswerLength::Full) | (Length::Longer, AnswerLength::Short) => AnswerLength::Normal,
        (Length::Shorter, _) => AnswerLength::Short,
        (Length::Longer, _) => AnswerLength::Full,
    }
}

impl Wish {
    /// What it makes of a profile.
    pub(crate) fn patch(&self, profile: &Profile) -> ProfilePatch {
        let now = profile.answer_length.unwrap_or(AnswerLength::Normal);
        ProfilePatch {
            answer_length: self.length.map(|length| changed(length, now).as_str().to_owned()),
            tone: self.tone.map(|tone| tone.as_str().to_owned()),
            ..ProfilePatch::default()
        }
    }
}

/// What a wish came to, in words; `None` where it came to nothing.
pub(crate) fn told(wish: &Wish, profile: &Profile) -> Option<String> {
    let length = match profile.answer_length.filter(|_| wish.length.is_some()) {
        Some(AnswerLength::Short) => Some("I keep my answers short from now on."),
        Some(AnswerLength::Full) => Some("I give you full answers from now on."),
        Some(AnswerLength::Normal) => Some("My answers are of normal length from now on."),
        None => None,
    };
    let tone = match profile.tone.filter(|_| wish.tone.is_some()) {
        Some(Tone::Warm) => Some("I speak in a warmer tone from now on."),
        Some(Tone::Plain) => Some("I keep to a plain tone from now on."),
        None => None,
    };
    let behind = "What is urgent I always say. You can change this here, or in the settings.";
    let told: Vec<&str> = length.into_iter().chain(tone).collect();
    (!told.is_empty()).then(|| format!("{} {behind}", told.join(" ")))
}

/// By what somebody thinks of an answer ("too long", "too short") its length is changed by one step, and that is told;
/// `None` where they say nothing of it, or it can't be changed further.
pub(super) fn nudge(rating: u8, words: &str, profile: &Profile) -> Option<(ProfilePatch, &'static str)> {
    let words = plain(words);
    let says = |phrases: [&str; 4]| phrases.iter().any(|phrase| format!(" {words} ").contains(&format!(" {phrase} ")));
    let length = match rating {
        4.. => return None,
        _ if says(["too long", "too much text", "too much to read", "too wordy"]) => Length::Shorter,
        _ if says(["too short", "too brief", "not enough detail", "more detail"]) => Length::Longer,
        _ => return None,
    };
    let now = profile.answer_length.unwrap_or(AnswerLength::Normal);
    let next = changed(length, now);
    let told = match next {
        AnswerLength::Short => "I keep my answers shorter from now on; you can change that in the settings.",
        AnswerLength::Normal => "My answers are of normal length from now on; you can change that in the settings.",
        AnswerLength::Full => "I say more in my answers from now on; you can change that in the settings.",
    };
    let patch = ProfilePatch { answer_length: Some(next.as_str().to_owned()), ..ProfilePatch::default() };
    (next != now).then_some((patch, told))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::Choice;

    fn past(role: Role, text: &str) -> Past {
        Past { role, text: text.to_owned(), choices: Vec::new() }
    }

    fn length(message: &str) -> Option<&'static str> {
        let wish = said(message, None)?;
        wish.length.map(|length| changed(length, AnswerLength::Normal).as_str())
    }

    #[test]
    fn a_wish_is_heard_as_people_say_it() {
        for (message, wanted) in [
            ("Shorter please", "short"),
            ("please keep your answers short!", "short"),
            ("Could you be brief?", "short"),
            ("That’s too long.", "short"),
            ("more detail", "full"),
            ("Can you explain in more detail, please?", "full"),
            ("Normal answers please", "normal"),
        ] {
            assert_eq!(length(message), Some(wanted), "{message}");
        }
        assert_eq!(said("be a bit kinder please", None).and_then(|wish| wish.tone), Some(Tone::Warm));
        assert_eq!(said("just the facts", None).and_then(|wish| wish.tone), Some(Tone::Plain));
    }

    #[test]
    fn every_phrase_is_written_as_it_is_heard() {
        let phrases = LENGTHS.iter().flat_map(|(_, phrases)| *phrases);
        for phrase in phrases.chain(TONES.iter().flat_map(|(_, phrases)| *phrases)) {
            assert_eq!(plain(phrase), *phrase);
        }
    }

    #[test]
    fn what_is_about_health_is_no_wish() {
        for message in [
            "my breath is shorter than before",
            "How long is too long for a fever?",
            "short of breath",
            "I had a longer period this month",
            "What does more detailed imaging show?",
            "",
        ] {
            assert_eq!(said(message, None), None, "{message}");
        }
        let mut asked = past(Role::Assistant, "How long has it been going on?");
        asked.choices.push(Choice { id: "choice_how_long_cough.longer".to_owned(), label: "Longer".to_owned() });
        assert_eq!(said("Longer", Some(&asked)), None, "an answer to what was asked");
        assert!(said("longer answers", Some(&asked)).is_some() && said("longer please", Some(&asked)).is_some());
    }

    #[test]
    fn what_else_a_message_says_is_still_asked() {
        let wish = said("What can I do for a headache? Keep it short please.", None).unwrap();
        assert_eq!(wish.rest, "What can I do for a headache?");
        assert_eq!(said("shorter please", None).unwrap().rest, "");
    }

    #[test]
    fn the_question_before_is_found_behind_wishes_and_taps() {
        let mut asks = past(Role::Assistant, "How long?");
        asks.choices.push(Choice { id: "choice_x".to_owned(), label: "A week".to_owned() });
        let before = [
            past(Role::User, "I have a cough"),
            asks,
            past(Role::User, "a week"),
            past(Role::Assistant, "…"),
            past(Role::User, "shorter please"),
            past(Role::Assistant, "…"),
        ];
        assert_eq!(question_before(&before), Some((0, "I have a cough")));
        assert_eq!(question_before(&[]), None);
    }

    #[test]
    fn feedback_moves_the_length_by_one_step_and_only_where_it_says_so() {
        let of = |length| Profile { answer_length: Some(length), ..Profile::default() };
        let next = |rating, words, profile: &Profile| {
            nudge(rating, words, profile).and_then(|(patch, told)| {
                assert!(told.contains("settings"));
                patch.answer_length
            })
        };
        assert_eq!(next(1, "Too long", &Profile::default()).as_deref(), Some("short"));
        assert_eq!(next(1, "Too long", &of(AnswerLength::Full)).as_deref(), Some("normal"));
        assert_eq!(next(2, "it was too short!", &of(AnswerLength::Short)).as_deref(), Some("normal"));
        assert_eq!(next(1, "Too long", &of(AnswerLength::Short)), None, "it can't be shorter");
        assert_eq!(next(5, "not too long at all", &Profile::default()), None);
        assert_eq!(next(1, "wrong about the dose", &Profile::default()), None);
    }
}
