//! Holds back what a language model says until enough of it rests on its sources. What is shown is never taken back, so
//! this is asked before each sentence, and not once for all.

use knowledge::Library;

use super::tied::Ties;

/// From so many words on, the language of a text is told without doubt.
const LANGUAGE_WORDS: usize = 25;
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
    /// What is shown stops within a sentence, which is shown to its end: what is held back lags behind what is measured.
    midway: bool,
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
    /// This ends the sentence that is shown; the rest is not shown.
    LeftOut(String),
    /// None of it is shown.
    Untied,
}

impl<'library> Gate<'library> {
    /// For an answer made from these passages, of which this share has to rest on them; of none, nothing can.
    pub(super) fn new(passages: &[&str], library: &'library Library, least: f64, other_language: bool) -> Self {
        let ties = (least > 0.0).then(|| Ties::new(passages, library));
        Self { ties, least, other_language, held: String::new(), open: false, midway: false, shown_at: None }
    }

    /// Takes in a part of the answer, and gives what may be shown by now; `said` is all that the model said, with `piece`
    /// as its end.
    pub(super) fn pass(&mut self, part: String, piece: &str, said: &str) -> Result<String, Hopeless> {
        let Some(ties) = &self.ties else { return Ok(part) };
        self.held += &part;
        let ends = piece.contains([']', '】', '.', '!', '?', '\n']);
        if self.open && !ends {
            let all = self.held.len();
            return Ok(self.show(all));
        }
        let words = words(said);
        let waited = words >= self.shown_at.unwrap_or(0) + WAIT_WORDS;
        if !ends && !waited {
            return Ok(self.begun());
        }
        if self.other_language && words >= LANGUAGE_WORDS && is_foreign(said) {
            self.ties = None;
            return Ok(std::mem::take(&mut self.held));
        }
        let all = ties.of(said);
        let rests = all.tied > 0 && all.share() >= self.least;
        let was_open = std::mem::replace(
            &mut self.open,
            rests && f64::from(all.tied) >= self.least * f64::from(all.statements + 1),
        );
        let mut shown = self.begun();
        let further = match (rests, self.open) {
            (true, true) => self.held.len(),
            (true, false) => sentences(&self.held).last().unwrap_or(0),
            // Of a large piece no more than the sentence that was under way.
            (false, _) if was_open && shown.is_empty() => sentences(&self.held).next().unwrap_or(self.held.len()),
            (false, _) => 0,
        };
        shown += &self.show(further);
        if !shown.is_empty() {
            self.shown_at = Some(words);
        }
        if waited && !rests && shown.is_empty() { Err(Hopeless) } else { Ok(shown) }
    }

    /// The end of the sentence that is shown in part.
    fn begun(&mut self) -> String {
        let end = if self.midway { sentences(&self.held).next().unwrap_or(self.held.len()) } else { 0 };
        self.show(end)
    }

    fn show(&mut self, length: usize) -> String {
        let rest = self.held.split_off(length);
        let shown = std::mem::replace(&mut self.held, rest);
        let words_end = shown.trim_end().len();
        if words_end > 0 {
            self.midway = sentences(&shown).last() < Some(words_end);
        } else if shown.contains('\n') {
            self.midway = false;
        }
        shown
    }

    /// What becomes of the end of an answer. Where its model only repeated itself in the end, nothing that was held back is
    /// worth showing.
    pub(super) fn end(mut self, rest: &str, said: &str, in_circles: bool) -> Ended {
        self.held += rest;
        let may = self.ties.as_ref().is_none_or(|ties| {
            let all = ties.of(said);
            let rests = if all.statements > 0 { all.share() >= self.least } else { ties.is_aside(said) };
            !in_circles && (self.open || rests || (self.other_language && is_foreign(said)))
        });
        match self.shown_at {
            _ if may => Ended::Whole(self.held),
            Some(_) => Ended::LeftOut(self.begun()),
            None => Ended::Untied,
        }
    }
}

/// Where the sentences of a text end, with the marks behind them.
fn sentences(text: &str) -> impl Iterator<Item = usize> {
    let ends = text.char_indices().filter(|(_, character)| matches!(character, '.' | '!' | '?' | '\n'));
    ends.filter_map(|(at, character)| {
        let mut end = at + character.len_utf8();
        let ended = character == '\n' || text[end..].is_empty() || text[end..].starts_with([' ', '\n', '[']);
        while let Some(mark) = text[end..].trim_start_matches(' ').strip_prefix('[')
            && let Some(close) = mark.find(']')
        {
            end = text.len() - mark.len() + close + 1;
        }
        ended.then_some(end)
    })
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

    use super::super::check::Checker;
    use super::*;

    const PASSAGES: [&str; 1] =
        ["Most coughs end by themselves within three weeks. Honey in warm water soothes the throat."];
    const TIED: &str = "Most coughs go by themselves within three weeks [1]. ";
    const UNTIED: &str = "The moon is made of very old green cheese. ";

    fn gate(passages: &[&str], least: f64, other_language: bool) -> Gate<'static> {
        static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::load().expect("the library"));
        Gate::new(passages, &LIBRARY, least, other_language)
    }

    /// What is shown of what is said in these pieces, through the checker, which lags behind.
    fn shown<'a>(pieces: impl IntoIterator<Item = &'a str>, least: f64) -> (String, Result<&'static str, Hopeless>) {
        let (mut gate, mut checker) = (gate(&PASSAGES, least, false), Checker::new(&PASSAGES, &[]));
        let (mut heard, mut shown) = (String::new(), String::new());
        for piece in pieces {
            heard += piece;
            match gate.pass(checker.take(piece), piece, &heard) {
                Ok(part) => shown += &part,
                Err(hopeless) => return (shown, Err(hopeless)),
            }
        }
        match gate.end(&checker.break_off(), &heard, false) {
            Ended::Whole(rest) => (shown + &rest, Ok("whole")),
            Ended::LeftOut(rest) => (shown + &rest, Ok("left out")),
            Ended::Untied => (shown, Ok("untied")),
        }
    }

    fn word_by_word(said: &str, least: f64) -> (String, Result<&'static str, Hopeless>) {
        shown(said.split_inclusive(' '), least)
    }

    #[test]
    fn what_rests_on_something_is_shown() {
        for said in [TIED.to_owned(), format!("{TIED}{TIED}{UNTIED}{TIED}")] {
            assert_eq!(word_by_word(&said, 0.34), (said, Ok("whole")));
        }
    }

    #[test]
    fn what_rests_on_something_is_shown_as_it_comes() {
        let mut gate = gate(&PASSAGES, 0.34, false);
        assert_eq!(gate.pass(TIED.to_owned(), TIED, TIED), Ok(TIED.to_owned()));
        let said = format!("{TIED}Honey ");
        assert_eq!(gate.pass("Honey ".to_owned(), "Honey ", &said), Ok("Honey ".to_owned()));
    }

    #[test]
    fn what_rests_on_nothing_is_not_shown_and_no_more_of_it_is_waited_for() {
        assert_eq!(word_by_word(&UNTIED.repeat(3), 0.34), (String::new(), Ok("untied")));
        assert_eq!(word_by_word(&UNTIED.repeat(30), 0.34), (String::new(), Err(Hopeless)));
        let all = UNTIED.repeat(30);
        assert_eq!(word_by_word(&all, 0.0), (all, Ok("whole")));
    }

    #[test]
    fn one_sentence_that_rests_on_something_lets_one_further_through_and_that_to_its_end() {
        // Behind a number the checker lags by some words more.
        for further in [UNTIED, "Ripe green cheese has 4 moons of its own, which nobody wants to see. "] {
            let (before, ended) = word_by_word(&format!("{TIED}{}", further.repeat(8)), 0.34);
            assert_eq!(ended, Ok("left out"));
            let one = format!("{TIED}{further}");
            assert!([TIED.trim_end(), one.trim_end()].contains(&before.trim_end()), "{before}");
        }
        let (before, ended) = word_by_word(&format!("{TIED}{}", UNTIED.repeat(30)), 0.34);
        assert!(before.matches(UNTIED).count() <= 1 && ended == Err(Hopeless), "{before}");
    }

    #[test]
    fn many_sentences_at_once_are_measured_like_one_after_another() {
        let further = UNTIED.repeat(9).replacen('.', "!", 4);
        let (before, ended) = shown([TIED, further.as_str()], 0.34);
        assert!(before.matches("green cheese").count() <= 1 && before.trim_end().ends_with(['.', '!']), "{before}");
        assert_eq!(ended, Ok("left out"));
        assert_eq!(shown([format!("{TIED}{further}").as_str()], 0.34), (String::new(), Ok("untied")));
    }

    #[test]
    fn what_has_nothing_to_rest_on_states_nothing_and_not_at_length() {
        let ended = |said: &str, in_circles, other_language| {
            let mut gate = gate(&[], 0.34, other_language);
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
        assert_eq!(ended("How old are you?", false, false), whole("How old are you?"));
        for said in ["Yes.", "“Stress – Questions people ask”", "[1]"] {
            assert_eq!(ended(said, false, false), untied);
        }
        assert_eq!(ended("No, no, no, no, no, no,", true, false), untied);
        let german = "Bei Fieber hilft es oft, viel zu trinken und sich gut auszuruhen.";
        assert_eq!(ended(german, false, true), whole(german));
        assert_eq!(ended(german, false, false), untied);
    }

    #[test]
    fn what_was_held_back_comes_once_enough_rests_on_something_again() {
        let said = format!("{UNTIED}{UNTIED}{TIED}");
        assert_eq!(word_by_word(&said, 0.5), (String::new(), Ok("untied")));
        let said = format!("{UNTIED}{TIED}{TIED}");
        assert_eq!(word_by_word(&said, 0.5), (said, Ok("whole")));
    }
}
