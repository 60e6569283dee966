//! Holds back what a language model says until enough of it rests on its sources. What is shown is never taken back, so
//! this is asked before each sentence, and not once for all.

use knowledge::Library;

use super::sentences::{sentence_end, sentences, surely_within};
use super::tied::{Tied, Ties};

/// From so many words on, or letters of another script, the language of a text is told without doubt.
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
    text: String,
    /// So many bytes of it are shown.
    shown: usize,
    /// So many bytes of it were measured, which are whole sentences.
    measured: usize,
    /// Up to here, which is where a line begins, this was found.
    lines: (usize, Tied),
    /// The sentence under way may be shown whatever it says: enough would rest on something still.
    open: bool,
}

/// Nothing that would be shown has come for too long.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hopeless;

/// How an answer ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// This is the rest of it.
    Whole(String),
    /// This is the rest of it, and nothing in it is stated.
    Aside(String),
    /// This ends what is shown; the rest is not shown.
    LeftOut(String),
    /// None of it is shown.
    Untied,
}

impl<'library> Gate<'library> {
    /// For an answer made from these passages, of which this share has to rest on them; of none, nothing can.
    pub(super) fn new(passages: &[&str], library: &'library Library, least: f64, other_language: bool) -> Self {
        let ties = (least > 0.0).then(|| Ties::new(passages, library));
        Self {
            ties,
            least,
            other_language,
            text: String::new(),
            shown: 0,
            measured: 0,
            lines: (0, Tied::default()),
            open: false,
        }
    }

    /// Takes in a part of the answer, and gives what may be shown by now; `cited` are the passages that the marks in all of
    /// it stand for.
    pub(super) fn pass(&mut self, part: &str, cited: &[usize]) -> Result<String, Hopeless> {
        if part.is_empty() {
            return Ok(String::new());
        }
        let before = self.shown;
        self.text += part;
        while let Some(end) = sentence_end(&self.text[self.measured..]) {
            self.measure(end, cited);
        }
        if self.open {
            self.shown = self.shown.max(self.measured + surely_within(&self.text[self.measured..]));
        }
        if self.ties.is_none() {
            self.shown = self.text.len();
        }
        let waits = self.shown == before && words(&self.text[before..]) >= WAIT_WORDS;
        if waits { Err(Hopeless) } else { Ok(self.text[before..self.shown].to_owned()) }
    }

    /// What becomes of the end of an answer. Where its model only repeated itself in the end, nothing that was held back is
    /// worth showing.
    pub(super) fn end(mut self, rest: &str, cited: &[usize], in_circles: bool) -> Ended {
        let before = self.shown;
        self.text += rest;
        if !in_circles {
            let left: Vec<usize> = sentences(&self.text[self.measured..]).map(str::len).collect();
            for length in left {
                self.measure(length, cited);
            }
        }
        let measures =
            self.ties.as_ref().filter(|ties| !(self.other_language && ties.is_foreign(&self.text)) || in_circles);
        let is_aside = self.shown == 0 && !in_circles && measures.is_some_and(|ties| ties.is_aside(&self.text, cited));
        if measures.is_none() {
            self.shown = self.text.len();
        }
        let shown = self.text[before..self.shown].to_owned();
        if is_aside {
            Ended::Aside(self.text)
        } else if self.shown == 0 && measures.is_some() {
            Ended::Untied
        } else if self.text[self.shown..].trim().is_empty() {
            Ended::Whole(shown)
        } else {
            Ended::LeftOut(shown)
        }
    }

    /// Measures with one sentence more.
    fn measure(&mut self, length: usize, cited: &[usize]) {
        self.measured += length;
        let Some(ties) = &self.ties else { return };
        let (begins, before) = self.lines;
        let all = before + ties.of(&self.text[begins..self.measured], cited);
        if self.text[..self.measured].ends_with('\n') {
            self.lines = (self.measured, all);
        }
        let rests = all.tied > 0 && all.share() >= self.least;
        if rests || self.open {
            self.shown = self.measured;
        }
        self.open = rests && f64::from(all.tied) >= self.least * f64::from(all.statements + 1);
        if self.is_surely_foreign() {
            self.ties = None;
        }
    }

    /// Whether enough was measured to tell that it is in another language.
    fn is_surely_foreign(&self) -> bool {
        let text = &self.text[..self.measured];
        let other_script = || text.chars().filter(|letter| letter.is_alphabetic() && *letter > '\u{24f}').count();
        let is_enough = || words(text) >= LANGUAGE_WORDS || other_script() >= LANGUAGE_WORDS;
        self.other_language && is_enough() && self.ties.as_ref().is_some_and(|ties| ties.is_foreign(text))
    }
}

fn words(said: &str) -> usize {
    said.split_whitespace().count()
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::super::check::{Checker, NOT_IN_SOURCES};
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
        let mut shown = String::new();
        for piece in pieces {
            match gate.pass(&checker.take(piece), checker.cited()) {
                Ok(part) => shown += &part,
                Err(hopeless) => return (shown, Err(hopeless)),
            }
        }
        match gate.end(&checker.end(), checker.cited(), false) {
            Ended::Whole(rest) => (shown + &rest, Ok("whole")),
            Ended::Aside(rest) => (rest, Ok("aside")),
            Ended::LeftOut(rest) => (shown + &rest, Ok("left out")),
            Ended::Untied => (shown, Ok("untied")),
        }
    }

    fn word_by_word(said: &str, least: f64) -> (String, Result<&'static str, Hopeless>) {
        shown(said.split_inclusive(' '), least)
    }

    fn is_whole(said: &str, least: f64) {
        let (all, ended) = word_by_word(said, least);
        assert_eq!((all.trim_end(), ended), (said.trim_end(), Ok("whole")));
        let (all, ended) = shown(said.split_inclusive(|_| true), least);
        assert_eq!((all.trim_end(), ended), (said.trim_end(), Ok("whole")));
        let (all, ended) = shown([said], least);
        assert_eq!((all.trim_end(), ended), (said.trim_end(), Ok("whole")));
    }

    #[test]
    fn what_rests_on_something_is_shown() {
        is_whole(TIED, 0.34);
        is_whole(&format!("{TIED}{TIED}{UNTIED}{TIED}"), 0.34);
        is_whole(
            &format!("{TIED}\n\n**What helps**\n\n1. {TIED}\n2. {TIED}\n\n{UNTIED}How is it now, Dr. Moon?"),
            0.34,
        );
        is_whole(&format!("{UNTIED}{TIED}{TIED}"), 0.5);
        is_whole(&UNTIED.repeat(30), 0.0);
    }

    #[test]
    fn what_rests_on_something_is_shown_as_it_comes() {
        let mut gate = gate(&PASSAGES, 0.34, false);
        assert_eq!(gate.pass(TIED.trim_end(), &[0]), Ok(String::new()), "a mark could still follow");
        assert_eq!(gate.pass(" Honey ", &[0]), Ok(format!("{TIED}Honey ")));
        assert_eq!(gate.pass("in ", &[0]), Ok("in ".to_owned()));
    }

    #[test]
    fn what_rests_on_nothing_is_not_shown_and_no_more_of_it_is_waited_for() {
        assert_eq!(word_by_word(&UNTIED.repeat(3), 0.34), (String::new(), Ok("untied")));
        assert_eq!(word_by_word(&UNTIED.repeat(30), 0.34), (String::new(), Err(Hopeless)));
        assert_eq!(word_by_word(&format!("{UNTIED}{UNTIED}{TIED}"), 0.5), (String::new(), Ok("untied")));
    }

    #[test]
    fn one_sentence_that_rests_on_something_lets_one_further_through_and_that_to_its_end() {
        for further in [
            UNTIED,
            // Behind a number the checker lags by some words more.
            "Ripe green cheese has 4 moons of its own, which nobody wants to see. ",
            "Green cheese helps, e.g. the old one from Dr. Moon that nobody sees. ",
            "(The moon is made of very old green cheese.) ",
            "“The moon is made of very old green cheese.” ",
        ] {
            let said = format!("{TIED}{}", further.repeat(8));
            for (before, ended) in
                [word_by_word(&said, 0.34), shown(said.split_inclusive(|_| true), 0.34), shown([said.as_str()], 0.34)]
            {
                assert_eq!(ended, Ok("left out"), "{before}");
                assert_eq!(before.trim_end(), format!("{TIED}{further}").trim_end());
            }
        }
        let (before, ended) = word_by_word(&format!("{TIED}{}", UNTIED.repeat(30)), 0.34);
        assert_eq!((before.matches(UNTIED.trim_end()).count(), ended), (1, Err(Hopeless)));
    }

    #[test]
    fn what_comes_first_and_rests_on_nothing_is_not_shown_without_what_does() {
        let (before, ended) = word_by_word(&format!("{UNTIED}{TIED}{}", UNTIED.repeat(4)), 0.34);
        assert_eq!((before.trim_end(), ended), (format!("{UNTIED}{TIED}").trim_end(), Ok("left out")));
    }

    #[test]
    fn what_has_nothing_to_rest_on_states_nothing_and_not_at_length() {
        let ended = |said: &str, in_circles, other_language| {
            let mut gate = gate(&[], 0.34, other_language);
            assert_eq!(gate.pass(said, &[]), Ok(String::new()));
            gate.end("", &[], in_circles)
        };
        for said in [
            "The library has no passage on this.",
            "How old are you?",
            "**How long has the cough lasted, and is there any fever?**",
            "You're very welcome!",
            "You're welcome, Anna!",
            "Hello, Anna! How can I help you today?",
            "Hello! What is it?",
            "I'm sorry to hear that. Since when do you have this cough? Do you have a fever, or any blood in what you \
             cough up? And how old are you?",
        ] {
            assert_eq!(ended(said, false, false), Ended::Aside(said.to_owned()));
        }
        for said in [
            UNTIED,
            "Yes.",
            "Hi, yes.",
            "Glad you asked: yes.",
            "Hello – yes.",
            "Hi, Yes!",
            "“Stress – Questions people ask”",
            "[1]",
            "",
            &"Why so? ".repeat(40),
        ] {
            assert_eq!(ended(said, false, false), Ended::Untied);
        }
        assert_eq!(ended("No, no, no, no, no, no,", true, false), Ended::Untied);
    }

    #[test]
    fn another_language_is_not_measured_where_it_may_be_used() {
        let all = |said: &str, other_language| {
            let mut gate = gate(&PASSAGES, 0.34, other_language);
            (gate.pass(said, &[]), gate.end("", &[], false))
        };
        let german = "Bei Fieber hilft es oft, viel zu trinken und sich gut auszuruhen.";
        assert_eq!(all(german, true), (Ok(String::new()), Ended::Whole(german.to_owned())));
        assert_eq!(all(german, false).1, Ended::Untied);
        for long in [german, "发烧时多喝水，好好休息，也可以用温水擦身。如果三天后还没有好转，请去看医生。"]
        {
            let long = long.repeat(4).replace('.', ". ");
            let (passed, ended) = all(&long, true);
            assert!(passed.is_ok_and(|passed| long.starts_with(&passed) && passed.len() > long.len() / 2), "{ended:?}");
        }
        let amounts = "Erwachsene nehmen bei Fieber meist 400 mg Ibuprofen, höchstens 1200 mg am Tag, bei mehr als 39 °C \
                       oder länger als 3 Tage bitte zum Arzt.";
        let (mut gate, mut checker) = (gate(&PASSAGES, 0.34, true), Checker::new(&PASSAGES, &[]));
        let passed = gate.pass(&checker.take(amounts), &[]).expect("it is not long");
        let Ended::Whole(rest) = gate.end(&checker.end(), &[], false) else { panic!("it is not measured") };
        assert_eq!((passed + &rest).replace(NOT_IN_SOURCES, ""), amounts);
        // What is taken for Hungarian, Uzbek, Romanian and Latin by its letters.
        for english in [
            "Yes.",
            "Yes, you can stop your insulin.",
            "You can safely take a double dose.",
            "Chest pain is mostly harmless.",
            "Take double insulin doses tonight.",
        ] {
            assert_eq!(all(english, true).1, Ended::Untied, "{english}");
        }
    }

    #[test]
    fn english_is_measured_however_far_it_has_come() {
        // Not the words of the library.
        let text = include_str!("../../../../docs/operations.md");
        let ties = gate(&PASSAGES, 0.34, true).ties.expect("it is measured");
        for paragraph in text.split("\n\n") {
            let words: Vec<&str> =
                paragraph.split_whitespace().filter(|word| !word.contains(['`', '|', '_'])).collect();
            for count in LANGUAGE_WORDS..words.len().min(2 * LANGUAGE_WORDS) {
                let said = words[..count].join(" ");
                assert!(!ties.is_foreign(&said), "{said}");
            }
        }
    }

    #[test]
    fn a_few_words_that_rest_on_something_stand_with_a_question() {
        let said = "Honey helps [1]. How long has the cough lasted?";
        assert_eq!(word_by_word(said, 0.34), (said.to_owned(), Ok("aside")));
    }
}
