//! Holds back what a language model says until enough of it rests on its sources. What is shown is never taken back, so
//! this is asked before each sentence, and not once for all.

use knowledge::Library;

use super::tied::Ties;

/// From so many words on, the language of a text is told without doubt.
const LANGUAGE_WORDS: usize = 25;
/// An answer of more words has to state something.
const ASIDE_WORDS: usize = 60;
/// After so many words held back, nothing better is waited for.
const WAIT_WORDS: usize = 160;

/// What is held back of one answer.
pub(super) struct Gate<'library> {
    /// `None` where nothing is to be measured, or not any more.
    ties: Option<Ties<'library>>,
    /// The share of its statements that has to rest on something, 0 to 1.
    least: f64,
    /// Whether it may be in another language, whose words are not those of the passages.
    other_language: bool,
    held: String,
    /// The sentence under way may be shown whatever it says: enough would rest on something still.
    open: bool,
    /// How many words had been said when something was shown last.
    shown_at: Option<usize>,
}

/// Nothing that would be shown has come for too long.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hopeless;

/// How an answer ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// This is the rest of it.
    Whole(String),
    /// The rest of it is not shown.
    LeftOut,
    /// None of it is shown.
    Untied,
}

impl<'library> Gate<'library> {
    /// For an answer made from these passages, of which this share has to rest on them; of none, nothing can.
    pub(super) fn new(passages: &[&str], library: &'library Library, least: f64, other_language: bool) -> Self {
        let ties = (least > 0.0).then(|| Ties::new(passages, library));
        Self { ties, least, other_language, held: String::new(), open: false, shown_at: None }
    }

    /// Takes in a part of the answer, and gives what may be shown by now; `said` is all that the model said, with `piece`
    /// as its end.
    pub(super) fn pass(&mut self, part: String, piece: &str, said: &str) -> Result<String, Hopeless> {
        let Some(ties) = &self.ties else { return Ok(part) };
        self.held += &part;
        let (was_open, ends) = (self.open, piece.contains([']', '】', '.', '!', '?', '\n']));
        if was_open && !ends {
            return Ok(std::mem::take(&mut self.held));
        }
        let words = words(said);
        let waited = words >= self.shown_at.unwrap_or(0) + WAIT_WORDS;
        if !ends && !waited {
            return Ok(String::new());
        }
        if self.other_language && words >= LANGUAGE_WORDS && is_foreign(said) {
            self.ties = None;
            return Ok(std::mem::take(&mut self.held));
        }
        let all = ties.of(said);
        let rests = all.tied > 0 && all.share() >= self.least;
        self.open = rests && f64::from(all.tied) >= self.least * f64::from(all.statements + 1);
        if rests {
            self.shown_at = Some(words);
            return Ok(std::mem::take(&mut self.held));
        }
        if was_open {
            // The sentence under way, and of a large piece no more than that.
            self.shown_at = Some(words);
            let rest = self.held.split_off(sentence(&self.held));
            return Ok(std::mem::replace(&mut self.held, rest));
        }
        if waited { Err(Hopeless) } else { Ok(String::new()) }
    }

    /// What becomes of the end of an answer. Where its model only repeated itself in the end, nothing that was held back is
    /// worth showing.
    pub(super) fn end(mut self, rest: &str, said: &str, in_circles: bool) -> Ended {
        self.held += rest;
        let may = self.ties.is_none_or(|ties| {
            let all = ties.of(said);
            let states = all.statements > 0 || words(said) <= ASIDE_WORDS;
            let rests = self.open || (states && all.share() >= self.least);
            !in_circles && (rests || (self.other_language && is_foreign(said)))
        });
        match self.shown_at {
            _ if may => Ended::Whole(self.held),
            Some(_) => Ended::LeftOut,
            None => Ended::Untied,
        }
    }
}

/// Where the first sentence of a text ends, if it goes on behind it.
fn sentence(text: &str) -> usize {
    let mut ends = text.char_indices().filter(|(_, character)| matches!(character, '.' | '!' | '?' | '\n'));
    let end = ends.find(|(at, character)| {
        *character == '\n' || text[at + character.len_utf8()..].starts_with(char::is_whitespace)
    });
    end.map_or(0, |(at, character)| at + character.len_utf8())
}

fn words(said: &str) -> usize {
    said.split_whitespace().count()
}

/// Whether it is not in English.
fn is_foreign(said: &str) -> bool {
    whatlang::detect_lang(said).is_some_and(|told| told != whatlang::Lang::Eng)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    const PASSAGES: [&str; 1] =
        ["Most coughs end by themselves within three weeks. Honey in warm water soothes the throat."];
    const TIED: &str = "Most coughs go by themselves within three weeks [1]. ";
    const UNTIED: &str = "The moon is made of very old green cheese. ";

    /// What is shown of what is said word by word, before the end and with it.
    fn shown(said: &str, least: f64) -> (String, Result<Ended, Hopeless>) {
        static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::load().expect("the library"));
        let mut gate = Gate::new(&PASSAGES, &LIBRARY, least, false);
        let (mut heard, mut shown) = (String::new(), String::new());
        for piece in said.split_inclusive(' ') {
            heard += piece;
            match gate.pass(piece.to_owned(), piece, &heard) {
                Ok(part) => shown += &part,
                Err(hopeless) => return (shown, Err(hopeless)),
            }
        }
        (shown, Ok(gate.end("", said, false)))
    }

    #[test]
    fn what_rests_on_something_is_shown_as_it_comes() {
        assert_eq!(shown(TIED, 0.34), (TIED.to_owned(), Ok(Ended::Whole(String::new()))));
        let said = format!("{TIED}{TIED}{UNTIED}{TIED}");
        assert_eq!(shown(&said, 0.34), (said, Ok(Ended::Whole(String::new()))));
    }

    #[test]
    fn what_rests_on_nothing_is_not_shown_and_no_more_of_it_is_waited_for() {
        assert_eq!(shown(&UNTIED.repeat(3), 0.34), (String::new(), Ok(Ended::Untied)));
        assert_eq!(shown(&UNTIED.repeat(30), 0.34), (String::new(), Err(Hopeless)));
        let all = UNTIED.repeat(30);
        assert_eq!(shown(&all, 0.0), (all, Ok(Ended::Whole(String::new()))));
    }

    #[test]
    fn one_sentence_that_rests_on_something_lets_no_others_through() {
        let (before, ended) = shown(&format!("{TIED}{}", UNTIED.repeat(8)), 0.34);
        assert_eq!(ended, Ok(Ended::LeftOut));
        assert!(before.starts_with(TIED) && before.matches(UNTIED).count() <= 1, "{before}");
        let (before, ended) = shown(&format!("{TIED}{}", UNTIED.repeat(30)), 0.34);
        assert!(before.matches(UNTIED).count() <= 1 && ended == Err(Hopeless), "{before}");
    }

    #[test]
    fn many_sentences_at_once_are_measured_like_one_after_another() {
        let further = UNTIED.repeat(9).replacen('.', "!", 4);
        for pieces in [[TIED, further.as_str()], [&format!("{TIED}{further}"), ""]] {
            let library = Library::load().expect("the library");
            let mut gate = Gate::new(&PASSAGES, &library, 0.34, false);
            let (mut heard, mut shown) = (String::new(), String::new());
            for piece in pieces {
                heard += piece;
                shown += &gate.pass(piece.to_owned(), piece, &heard).expect("it is not long yet");
            }
            assert!(shown.matches("green cheese").count() <= 1, "{shown}");
            assert_ne!(gate.end("", &heard, false), Ended::Whole(String::new()));
        }
    }

    #[test]
    fn what_has_nothing_to_rest_on_states_nothing_and_not_at_length() {
        let library = Library::load().expect("the library");
        let ended = |said: &str, in_circles, other_language| {
            let mut gate = Gate::new(&[], &library, 0.34, other_language);
            let shown = gate.pass(said.to_owned(), said, said).expect("it is not long yet");
            (shown, gate.end("", said, in_circles))
        };
        let whole = |said: &str| (String::new(), Ended::Whole(said.to_owned()));
        let untied = (String::new(), Ended::Untied);
        assert_eq!(ended(UNTIED, false, false), untied);
        assert_eq!(
            ended("The library has no passage on this.", false, false),
            whole("The library has no passage on this.")
        );
        assert_eq!(ended(&"Why so? ".repeat(40), false, false), untied);
        assert_eq!(ended("No, no, no, no, no, no,", true, false), untied);
        let german = "Bei Fieber hilft es oft, viel zu trinken und sich gut auszuruhen.";
        assert_eq!(ended(german, false, true), whole(german));
        assert_eq!(ended(german, false, false), untied);
    }

    #[test]
    fn what_was_held_back_comes_once_enough_rests_on_something_again() {
        let said = format!("{UNTIED}{UNTIED}{TIED}");
        assert_eq!(shown(&said, 0.5), (String::new(), Ok(Ended::Untied)));
        let said = format!("{UNTIED}{TIED}{TIED}");
        assert_eq!(shown(&said, 0.5), (said, Ok(Ended::Whole(String::new()))));
    }
}
