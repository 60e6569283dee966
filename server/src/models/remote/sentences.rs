//! Where the sentences of an answer end.

use super::check::cited_numbers;

/// A full stop behind one of these ends no sentence.
const SHORTENED: [&str; 10] = ["approx", "ca", "dr", "e.g", "i.e", "mr", "mrs", "prof", "st", "vs"];
/// The longest of these, and of a list's numbers, in bytes.
const SHORTENED_BYTES: usize = 6;
/// What closes a sentence behind its full stop.
const CLOSING: [char; 12] = [')', '"', '”', '“', '\'', '’', '»', '*', '_', '`', '」', '』'];
/// Full stops behind which no blank is needed.
const STOPS_ALONE: [char; 7] = ['。', '！', '？', '؟', '۔', '।', '።'];
/// What goes on for so many words is taken for sentences of this length.
const WORDS_MOST: usize = 60;

/// Where the first sentence of a text ends, with what closes it and the marks behind it; `None` where what may still come
/// could belong to it. A line ends a sentence, too.
pub(super) fn sentence_end(text: &str) -> Option<usize> {
    let Found { end, is_over, .. } = find(text)?;
    is_over.then_some(end)
}

/// So many bytes of a text are of its first sentence, whatever still comes.
pub(super) fn surely_within(text: &str) -> usize {
    find(text).map_or(text.len(), |found| found.stop)
}

/// The sentences of a text of which nothing more comes.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = find(rest).map_or(rest.len(), |found| found.end);
        let (sentence, further) = rest.split_at(end);
        rest = further;
        (!sentence.is_empty()).then_some(sentence)
    })
}

/// Whether a sentence asks; what only stands in brackets at its end does not ask.
pub(super) fn is_question(sentence: &str) -> bool {
    let is_whole = sentence.trim_start().starts_with('(');
    let closes = |character: char| {
        character.is_whitespace()
            || character == '!'
            || (CLOSING.contains(&character) && (character != ')' || is_whole))
    };
    sentence.trim_end_matches(closes).ends_with(['?', '？', '؟'])
}

/// Where a sentence ends.
struct Found {
    /// Where its full stop stands.
    stop: usize,
    end: usize,
    /// Something stands behind it that is not of it.
    is_over: bool,
}

/// The end of the first sentence.
fn find(text: &str) -> Option<Found> {
    let mut words = 0;
    text.char_indices().find_map(|(stop, character)| {
        let behind = stop + character.len_utf8();
        words += usize::from(character == ' ');
        match character {
            '\n' => Some(Found { stop, end: behind, is_over: true }),
            ' ' if words == WORDS_MOST => Some(Found { stop, end: behind, is_over: true }),
            '.' if is_shortened(&text[..stop]) => None,
            _ if matches!(character, '.' | '!' | '?' | '…') || STOPS_ALONE.contains(&character) => {
                let more = |next: char| CLOSING.contains(&next) || matches!(next, '.' | '!' | '?' | '…');
                let closed = text.len() - text[behind..].trim_start_matches(more).len();
                let is_end = ends(&text[..stop], character, text[closed..].chars().next());
                let (end, is_over) = with_marks(text, closed);
                is_end.then_some(Found { stop, end, is_over })
            }
            _ => None,
        }
    })
}

/// Whether a sentence ends between these.
fn ends(before: &str, stop: char, next: Option<char>) -> bool {
    let Some(next) = next else { return true };
    // Some models leave the blank out.
    let is_joined =
        || next.is_uppercase() && before.ends_with(|last: char| last.is_lowercase() || matches!(last, ']' | ')' | '*'));
    next.is_whitespace() || matches!(next, '[' | '【') || STOPS_ALONE.contains(&stop) || is_joined()
}

/// Whether the full stop behind this is one of a word cut short, or of a list's number.
fn is_shortened(before: &str) -> bool {
    let begins = |character: &char| character.is_whitespace() || *character == '(';
    let word = before.chars().rev().take_while(|character| !begins(character)).take(SHORTENED_BYTES + 1);
    let bytes: usize = word.map(char::len_utf8).sum();
    let (line, word) = before.split_at(before.len() - bytes);
    let line = line.trim_end_matches(' ');
    let begins_line = line.is_empty() || line.ends_with('\n');
    let is_number = || word.bytes().all(|byte| byte.is_ascii_digit());
    (1..=SHORTENED_BYTES).contains(&bytes)
        && (SHORTENED.contains(&word.to_lowercase().as_str()) || (begins_line && is_number()))
}

/// The end with the marks behind it, and whether something else follows.
fn with_marks(text: &str, closed: usize) -> (usize, bool) {
    let mut end = closed;
    loop {
        let behind = text[end..].trim_start_matches(' ');
        let Some(open) = behind.chars().next().filter(|first| matches!(first, '[' | '【')) else {
            return (end, !behind.is_empty());
        };
        let Some(close) = behind.find([']', '】', '\n']) else { return (end, false) };
        if cited_numbers(&behind[open.len_utf8()..close]).is_none() || behind[close..].starts_with('\n') {
            return (end, true);
        }
        end = text.len() - behind.len() + close + behind[close..].chars().next().map_or(1, char::len_utf8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_with_its_marks_and_with_what_closes_it() {
        for (text, expected) in [
            ("One. Two! Three?", vec!["One.", " Two!", " Three?"]),
            ("One [1]. Two. [2][3] Three", vec!["One [1].", " Two. [2][3]", " Three"]),
            ("(One.) “Two.” **Three.** 4", vec!["(One.)", " “Two.”", " **Three.**", " 4"]),
            ("At 37.5 °C, e.g. in a bath. So", vec!["At 37.5 °C, e.g. in a bath.", " So"]),
            (
                "1. One\n2. Two.\nThree... Four?! Five",
                vec!["1. One\n", "2. Two.", "\n", "Three...", " Four?!", " Five"],
            ),
            ("One. [Two](/three) four", vec!["One.", " [Two](/three) four"]),
            ("Grüße. 【1】 Öl", vec!["Grüße. 【1】", " Öl"]),
            ("One.Two [1].Three… “Four.”\u{a0}Five", vec!["One.", "Two [1].", "Three…", " “Four.”", "\u{a0}Five"]),
            ("**One?** `Two.` Three", vec!["**One?**", " `Two.`", " Three"]),
            ("**One**.Two (three).Four", vec!["**One**.", "Two (three).", "Four"]),
            ("发烧时多喝水。好好休息！[1] 三", vec!["发烧时多喝水。", "好好休息！[1]", " 三"]),
            ("Dr.Moon has 1.2.3 at nhs.uk. So", vec!["Dr.Moon has 1.2.3 at nhs.uk.", " So"]),
            ("One. [open\nTwo", vec!["One.", " [open\n", "Two"]),
        ] {
            assert_eq!(sentences(text).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn what_never_ends_is_cut_into_pieces() {
        let text = "word ".repeat(WORDS_MOST + 1);
        assert_eq!(sentences(&text).map(|part| part.matches("word").count()).collect::<Vec<_>>(), [WORDS_MOST, 1]);
    }

    #[test]
    fn a_question_asks_whatever_closes_it() {
        for text in ["Why?", " **Why?** ", "“Why?”\n", "(Why?)", "Why?!", "为什么？", "لماذا؟"] {
            assert!(is_question(text), "{text}");
        }
        for text in ["", "Why.", "Why? Because.", "Stop it today (right?)"] {
            assert!(!is_question(text), "{text}");
        }
    }

    #[test]
    fn what_may_go_on_is_not_over() {
        for text in ["One", "One.", "One. ", "One [1].", "One. [", "One. [1]", "37."] {
            assert_eq!(sentence_end(text), None, "{text}");
        }
        for (text, end) in [("One. T", 4), ("One. [1] T", 8), ("One\n", 4), ("One.\nT", 4), ("One. [T\n", 4)] {
            assert_eq!(sentence_end(text), Some(end), "{text}");
        }
    }
}
