//! Phrases in plain English text, and whether the writer says them of themselves now.
//!
//! A phrase is a row of words: `cant|couldnt sleep`. A word may be several (`sad|low`), begin one (`depress*`), be left
//! out (`[so|very]`), or be a gap of up to so many words (`..2`). Texts are compared as [`crate::facts`] cuts them: lower
//! case, without apostrophes.
//!
//! It is for offers and look-ups, where a miss costs little. Danger is [`crate::crisis`]'s, which reads far more.

use std::ops::Range;

use crate::facts::words::{Sentence, Token, sentences};

/// How far before a phrase a denial reaches, in words.
const DENIAL_REACH: usize = 4;
const DENIALS: [&str; 22] = [
    "no", "not", "never", "without", "nor", "neither", "dont", "doesnt", "didnt", "isnt", "wasnt", "arent", "werent",
    "havent", "hasnt", "hadnt", "wont", "cant", "cannot", "aint", "nothing", "nobody",
];
/// After these a denial denies something else than what follows: `can't stop`, `not only`, `don't know why I am so`.
const IDLE: [&str; 14] = [
    "stop",
    "help",
    "only",
    "just",
    "sure",
    "know",
    "understand",
    "want",
    "like",
    "stand",
    "bear",
    "see",
    "get",
    "deal",
];
const FIRST_PERSON: [&str; 8] = ["i", "im", "ive", "id", "ill", "me", "myself", "we"];
/// `my` is the writer's own, unless one of these follows.
const OTHERS: [&str; 44] = [
    "mother",
    "father",
    "mum",
    "mom",
    "dad",
    "brother",
    "sister",
    "son",
    "daughter",
    "wife",
    "husband",
    "partner",
    "boyfriend",
    "girlfriend",
    "friend",
    "friends",
    "child",
    "children",
    "kid",
    "kids",
    "baby",
    "boss",
    "colleague",
    "neighbour",
    "neighbor",
    "grandmother",
    "grandfather",
    "grandma",
    "grandpa",
    "aunt",
    "uncle",
    "cousin",
    "patient",
    "he",
    "she",
    "they",
    "hes",
    "shes",
    "theyre",
    "dog",
    "toddler",
    "twins",
    "mate",
    "grandson",
];
const LONG_PAST: [&[&str]; 6] = [
    &["used", "to"],
    &["when", "i", "was", "a"],
    &["years", "ago"],
    &["in", "the", "past"],
    &["as", "a", "child"],
    &["as", "a", "teenager"],
];
/// A sentence that begins so asks about a thing in general.
const IN_GENERAL: [&[&str]; 8] = [
    &["what", "is"],
    &["what", "are"],
    &["what", "causes"],
    &["what", "does"],
    &["whats"],
    &["how", "common"],
    &["is", "there", "a", "link"],
    &["difference", "between"],
];

/// A phrase that can be looked for.
#[derive(Debug)]
pub(crate) struct Phrase(Vec<Slot>);

#[derive(Debug)]
enum Slot {
    Word(Vec<String>),
    Maybe(Vec<String>),
    Gap(usize),
}

impl Phrase {
    /// Reads a phrase as the tables write it.
    ///
    /// # Errors
    /// An empty phrase, a gap that is no number, and a phrase that begins or ends with what may be missing.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let words = |part: &str| part.split('|').map(str::to_owned).collect();
        let slots: Result<Vec<Slot>, String> = text
            .split_whitespace()
            .map(|part| {
                if let Some(most) = part.strip_prefix("..") {
                    return most.parse().map(Slot::Gap).map_err(|_| format!("the gap {part:?} in {text:?}"));
                }
                let maybe = part.strip_prefix('[').and_then(|part| part.strip_suffix(']'));
                Ok(maybe.map_or_else(|| Slot::Word(words(part)), |part| Slot::Maybe(words(part))))
            })
            .collect();
        let slots = slots?;
        let is_word = |slot: Option<&Slot>| matches!(slot, Some(Slot::Word(_)));
        if is_word(slots.first()) && is_word(slots.last()) {
            Ok(Self(slots))
        } else {
            Err(format!("{text:?} does not begin and end with a word"))
        }
    }

    /// Every place where the phrase stands, as a range of the sentence's tokens.
    fn places<'a>(&'a self, tokens: &'a [Token]) -> impl Iterator<Item = Range<usize>> + 'a {
        (0..tokens.len()).filter_map(move |at| Some(at..at + length(&self.0, &tokens[at..])?))
    }
}

/// How many tokens the slots take at the start of `tokens`.
fn length(slots: &[Slot], tokens: &[Token]) -> Option<usize> {
    let Some((slot, rest)) = slots.split_first() else { return Some(0) };
    match slot {
        Slot::Word(words) => {
            let first = tokens.first()?;
            fits(words, first).then_some(())?;
            length(rest, &tokens[1..]).map(|taken| taken + 1)
        }
        Slot::Maybe(words) => {
            let taken = tokens.first().filter(|token| fits(words, token)).and_then(|_| length(rest, &tokens[1..]));
            taken.map(|taken| taken + 1).or_else(|| length(rest, tokens))
        }
        Slot::Gap(most) => {
            let room = tokens.iter().take(*most).take_while(|token| !token.is_pause()).count();
            (0..=room).find_map(|over| length(rest, &tokens[over..]).map(|taken| taken + over))
        }
    }
}

fn fits(words: &[String], token: &Token) -> bool {
    words.iter().any(|word| match word.strip_suffix('*') {
        Some(start) => token.word.starts_with(start),
        None => *word == token.word,
    })
}

/// Whether one of the phrases stands anywhere in the text, however it is meant.
pub(crate) fn mentions(text: &str, phrases: &[Phrase]) -> bool {
    sentences(text).iter().any(|sentence| phrases.iter().any(|phrase| phrase.places(&sentence.tokens).next().is_some()))
}

/// Whether the writer says one of the phrases of themselves and now: not denied, not of someone else, not long past,
/// not asked in general.
pub(crate) fn says(text: &str, phrases: &[Phrase]) -> bool {
    sentences(text).iter().any(|sentence| {
        !is_in_general(sentence)
            && phrases.iter().any(|phrase| phrase.places(&sentence.tokens).any(|place| holds(&sentence.tokens, &place)))
    })
}

fn is_in_general(sentence: &Sentence) -> bool {
    IN_GENERAL.iter().any(|words| stands(&sentence.tokens, words) == Some(0))
}

fn holds(tokens: &[Token], place: &Range<usize>) -> bool {
    let clause = clause(tokens, place.start);
    let before = &tokens[clause.start..place.start];
    !is_denied(before, tokens[place.start].word.as_str())
        && !is_of_another(&tokens[..place.end], place)
        && !LONG_PAST.iter().any(|words| stands(&tokens[clause.clone()], words).is_some())
}

/// The clause in which a token stands: up to a pause or a word that turns.
fn clause(tokens: &[Token], at: usize) -> Range<usize> {
    let ends = |token: &Token| {
        token.is_pause() || matches!(token.word.as_str(), "but" | "although" | "though" | "however" | "because")
    };
    let start = tokens[..at].iter().rposition(ends).map_or(0, |pause| pause + 1);
    let end = tokens[at..].iter().position(ends).map_or(tokens.len(), |pause| at + pause);
    start..end.max(at)
}

fn is_denied(before: &[Token], first: &str) -> bool {
    let from = before.len().saturating_sub(DENIAL_REACH);
    (from..before.len()).any(|at| {
        let next = before.get(at + 1).map_or(first, |token| token.word.as_str());
        // `Not happy and I hate myself`: a new statement has begun.
        let anew = before[at + 1..].windows(2).any(|pair| pair[0].word == "and" && is_first_person(&pair[1]));
        DENIALS.contains(&before[at].word.as_str()) && !IDLE.contains(&next) && !anew
    })
}

fn is_first_person(token: &Token) -> bool {
    FIRST_PERSON.contains(&token.word.as_str())
}

/// Whether the nearest person named before the phrase, or in it, is someone else than the writer.
fn is_of_another(until: &[Token], place: &Range<usize>) -> bool {
    if until[place.clone()].iter().any(|token| is_first_person(token) || token.word == "my") {
        return false;
    }
    let nearest = until[..place.start]
        .iter()
        .rev()
        .find(|token| is_first_person(token) || OTHERS.contains(&token.word.as_str()) || is_possessive(&token.word));
    nearest.is_some_and(|token| !is_first_person(token))
}

/// `my sisters`: someone of hers; apostrophes are gone by now.
fn is_possessive(word: &str) -> bool {
    word.strip_suffix('s').is_some_and(|word| OTHERS.contains(&word))
}

fn stands(tokens: &[Token], words: &[&str]) -> Option<usize> {
    tokens.windows(words.len()).position(|run| run.iter().zip(words).all(|(token, word)| token.word == *word))
}

#[cfg(test)]
mod tests {
    use super::{Phrase, mentions, says};

    fn check(phrase: &str, text: &str, expected: bool) {
        let phrases = [Phrase::parse(phrase).unwrap()];
        assert_eq!(says(text, &phrases), expected, "{phrase:?} in {text:?}");
    }

    #[test]
    fn alternatives_beginnings_options_and_gaps_match() {
        check("cant|couldnt [really] sleep", "I can’t sleep", true);
        check("cant|couldnt [really] sleep", "I couldn't really sleep.", true);
        check("depress*", "so depressed today", true);
        check("hate ..2 self", "I hate my own self", true);
        check("hate ..2 self", "I hate it, my self", false);
    }

    #[test]
    fn what_is_denied_long_past_or_of_another_is_not_said() {
        for text in [
            "I'm not sad",
            "I don't feel sad",
            "no longer sad",
            "my sister is sad",
            "he seems sad to me",
            "I used to be sad",
            "What is it to be sad?",
            "I was sad years ago",
        ] {
            check("sad", text, false);
        }
        for text in [
            "I'm sad",
            "I can't stop being sad",
            "my husband makes me sad",
            "I don't know why I'm so sad",
            "not only tired, sad too",
            "he left and I'm sad",
            "my mood is sad",
            "It's not fair and I am sad",
        ] {
            check("sad", text, true);
        }
        assert!(mentions("my sister is not sad", &[Phrase::parse("sad").unwrap()]));
    }

    #[test]
    fn a_phrase_that_may_match_nothing_is_refused() {
        for text in ["", "[a]", "..2", "a ..x b", "a [b]"] {
            assert!(Phrase::parse(text).is_err(), "{text:?}");
        }
    }
}
