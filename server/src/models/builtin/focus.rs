//! What of a message is gone by: of a long one the question in it, and only what is said to be there.

use knowledge::words;

use super::claims::sentences;
use super::phrases::{GUIDE, Tongue, spaced};

/// A message of more words is gone by in part.
const LONG: usize = 90;
/// So many words of it are taken.
const TAKEN: usize = 60;

/// The question in a message, and whether it is only a part of it.
pub(super) fn of(message: &str) -> (String, bool) {
    const OWN: [&str; 12] = ["i", "im", "ive", "my", "me", "is", "can", "should", "what", "how", "does", "do"];
    let count = |text: &str| text.split_whitespace().count();
    if count(message) <= LONG {
        return (message.to_owned(), false);
    }
    let all: Vec<&str> = message.lines().flat_map(sentences).map(str::trim).filter(|text| !text.is_empty()).collect();
    let weight = |sentence: &&str| {
        let said = words::words(sentence);
        let own = said.iter().take(3).any(|word| OWN.contains(&word.as_str()));
        usize::from(sentence.ends_with('?')) * 2 + usize::from(own)
    };
    let mut order: Vec<usize> = (0..all.len()).collect();
    // What stands at either end is most often the person's own.
    order.sort_by_key(|at| (std::cmp::Reverse(weight(&all[*at])), (*at).min(all.len() - 1 - *at)));
    let mut taken = Vec::new();
    let mut words_taken = 0;
    for at in order {
        if words_taken > 0 && words_taken + count(all[at]) > TAKEN {
            continue;
        }
        words_taken += count(all[at]);
        taken.push(at);
    }
    taken.sort_unstable();
    let text = taken.into_iter().map(|at| all[at]).collect::<Vec<_>>().join(" ");
    let text: Vec<&str> = text.split_whitespace().take(LONG).collect();
    (text.join(" "), true)
}

/// A message without what it says is not there ("no fever, no rash"), and whether something was.
///
/// What is missing and should be there ("no appetite", "no periods") is a complaint and stays.
pub(super) fn without_denied(message: &str) -> (String, bool) {
    const MISSING: [&str; 26] = [
        "appetite",
        "energy",
        "periods",
        "period",
        "feeling",
        "movement",
        "movements",
        "urine",
        "wee",
        "pee",
        "wet",
        "sleep",
        "pulse",
        "interest",
        "idea",
        "poo",
        "erection",
        "smell",
        "taste",
        "breath",
        "control",
        "motivation",
        "better",
        "point",
        "longer",
        "response",
    ];
    const DENY: [&[&str]; 9] = [
        &["no"],
        &["without"],
        &["dont", "have"],
        &["havent", "got"],
        &["no", "sign", "of"],
        &["doesnt", "have"],
        &["hasnt", "got"],
        &["not", "pregnant"],
        &["dont", "get"],
    ];
    const ENDS: [&str; 8] = ["but", "and", "though", "just", "or", "tho", "only", "although"];
    let mut kept: Vec<&str> = Vec::new();
    let mut denied = false;
    // Marks end what is denied, so they are looked at word by word.
    let written: Vec<&str> = message.split_whitespace().collect();
    let plain: Vec<String> = written.iter().map(|word| words::words(word).concat()).collect();
    let mut at = 0;
    while at < written.len() {
        let deny = DENY
            .iter()
            .filter(|deny| plain[at..].len() > deny.len() && deny.iter().zip(&plain[at..]).all(|(a, b)| a == b));
        let deny = deny.map(|deny| deny.len()).max().unwrap_or(0);
        let closes = |at: usize| written[at].ends_with([',', '.', ';', '!', '?']);
        let missing = (at + deny..(at + deny + 2).min(plain.len())).any(|next| MISSING.contains(&plain[next].as_str()));
        if deny == 0 || missing || closes(at) {
            kept.push(written[at]);
            at += 1;
            continue;
        }
        denied = true;
        let own = plain[at + deny - 1] == "pregnant";
        at += deny;
        let mut taken = 0;
        while !own && at < written.len() && taken < 3 && !ENDS.contains(&plain[at].as_str()) && plain[at] != "no" {
            at += 1;
            taken += 1;
            if closes(at - 1) {
                break;
            }
        }
    }
    let text = kept.join(" ");
    (text, denied)
}

/// What a message that is not in English is written in.
pub(super) enum Tongues {
    /// One in which the guide can say that it has English only.
    Known(&'static Tongue),
    /// Another.
    Other,
}

/// From so many English words in a hundred on, no guess at another language counts.
const SOME_ENGLISH: usize = 12;

/// The language of a message, where it is not English.
pub(super) fn tongue(message: &str) -> Option<Tongues> {
    const ENGLISH: [&str; 30] = [
        "the", "i", "my", "is", "a", "and", "to", "of", "it", "im", "have", "ive", "with", "for", "on", "what", "can",
        "how", "do", "you", "he", "she", "am", "are", "not", "but", "been", "should", "her", "his",
    ];
    let said = words::words(message);
    let letters = message.chars().filter(|character| character.is_alphabetic());
    let (latin, other): (Vec<char>, Vec<char>) = letters.partition(|character| u32::from(*character) < 0x250);
    if other.len() > latin.len() {
        return Some(Tongues::Other);
    }
    if said.len() < 3 {
        return None;
    }
    let share = |count: usize| count * 100 / said.len();
    let english = share(said.iter().filter(|word| ENGLISH.contains(&word.as_str())).count());
    let of = |tongue: &Tongue| share(said.iter().filter(|word| tongue.signs.have(&format!(" {word} "))).count());
    let (best, found) = GUIDE.tongue.iter().map(|tongue| (of(tongue), tongue)).max_by_key(|(share, _)| *share)?;
    if best >= 34 && best > english * 2 {
        return Some(Tongues::Known(found));
    }
    // Short and misspelt English looks like many languages, so a guess counts only without English words.
    let guessed =
        whatlang::detect(message).filter(|guess| said.len() >= 5 && guess.is_reliable() && english < SOME_ENGLISH)?;
    if guessed.lang() == whatlang::Lang::Eng {
        return None;
    }
    let known = GUIDE.tongue.iter().find(|tongue| tongue.code == guessed.lang().code());
    Some(known.map_or(Tongues::Other, Tongues::Known))
}

impl Tongues {
    /// What the guide says of a danger that the message tells of, as far as it can read it.
    pub(super) fn danger(&self, message: &str) -> Option<&'static str> {
        let Self::Known(tongue) = self else { return None };
        tongue.danger.are_in(&spaced(message)).then_some(tongue.now.as_str())
    }
}

/// Whether a text asks for another language than English by its name: "in German", "he speaks Spanish".
pub(super) fn asks_for_a_language(text: &str) -> bool {
    // As people call those that the library for languages calls otherwise, or does not know.
    const OTHERWISE: [&str; 6] = ["chinese", "cantonese", "norwegian", "farsi", "filipino", "flemish"];
    let words = words::words(text);
    words.windows(2).any(|pair| {
        let names = |lang: &whatlang::Lang| lang.eng_name().eq_ignore_ascii_case(&pair[1]);
        ["in", "into", "to", "speak", "speaks"].contains(&pair[0].as_str())
            && (OTHERWISE.contains(&pair[1].as_str())
                || whatlang::Lang::all().iter().any(|lang| *lang != whatlang::Lang::Eng && names(lang)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_denied_is_not_gone_by() {
        for (message, left) in [
            ("headache, no stiff neck, no fever", "headache,"),
            ("chest pain but no sweating", "chest pain but"),
            ("no appetite for weeks", "no appetite for weeks"),
            ("i dont have a rash but i itch", "i but i itch"),
            ("No, he drinks ok", "No, he drinks ok"),
        ] {
            assert_eq!(without_denied(message).0, left, "{message}");
        }
    }

    #[test]
    fn other_languages_are_noticed() {
        for message in [
            "hola, me duele mucho la cabeza desde ayer, que puedo tomar?",
            "Mein Kind hat seit heute Fieber, was soll ich tun?",
            "у меня болит голова",
            "minha mãe tem 70 anos e toma remédio pra pressão, hoje ela caiu 2 vezes",
            "Witam, mam 34 lata, od 3 dni boli mnie gardło i mam gorączkę 38,5",
        ] {
            assert!(tongue(message).is_some(), "{message}");
        }
        for message in [
            "my head hurts and i feel sick",
            "can i have la di da",
            "sore throat",
            "is it mal de mer",
            "no blood no",
            "no chest pain no fainting",
        ] {
            assert!(tongue(message).is_none(), "{message}");
        }
    }

    #[test]
    fn of_a_long_message_the_question_is_taken() {
        let long =
            format!("Is this true? {} I take warfarin.", "Golden spice melts the pounds away today. ".repeat(40));
        let (taken, shortened) = of(&long);
        assert!(shortened && taken.contains("Is this true?") && taken.contains("warfarin"), "{taken}");
    }
}
