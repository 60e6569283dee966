//! Where the sentences of an answer end.

use super::check::cited_numbers;

/// A full stop behind one of these ends no sentence.
const SHORTENED: [&str; 10] = ["approx", "ca", "dr", "e.g", "i.e", "mr", "mrs", "prof", "st", "vs"];

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
    text.char_indices().find_map(|(stop, character)| {
        let behind = stop + character.len_utf8();
        match character {
            '\n' => Some(Found { stop, end: behind, is_over: true }),
            '.' | '!' | '?' if character != '.' || !is_shortened(&text[..stop]) => {
                let closing = [')', '"', '”', '\'', '’', '»', '*', '_', '.', '!', '?'];
                let closed = text.len() - text[behind..].trim_start_matches(closing).len();
                let is_end = text[closed..].is_empty() || text[closed..].starts_with([' ', '\n', '[', '【']);
                let (end, is_over) = with_marks(text, closed);
                is_end.then_some(Found { stop, end, is_over })
            }
            _ => None,
        }
    })
}

/// Whether the full stop behind this is one of a word cut short, or of a list's number.
fn is_shortened(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or(before).trim_start();
    let word = line.rsplit([' ', '(']).next().unwrap_or(line).to_lowercase();
    SHORTENED.contains(&word.as_str()) || (!line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The end with the marks behind it, and whether something else follows.
fn with_marks(text: &str, closed: usize) -> (usize, bool) {
    let mut end = closed;
    loop {
        let behind = text[end..].trim_start_matches(' ');
        let Some(open) = behind.chars().next().filter(|first| matches!(first, '[' | '【')) else {
            return (end, !behind.is_empty());
        };
        let Some(close) = behind.find([']', '】']) else { return (end, false) };
        if cited_numbers(&behind[open.len_utf8()..close]).is_none() {
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
        ] {
            assert_eq!(sentences(text).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn what_may_go_on_is_not_over() {
        for text in ["One", "One.", "One. ", "One [1].", "One. [", "One. [1]", "37."] {
            assert_eq!(sentence_end(text), None, "{text}");
        }
        for (text, end) in [("One. T", 4), ("One. [1] T", 8), ("One\n", 4), ("One.\nT", 4)] {
            assert_eq!(sentence_end(text), Some(end), "{text}");
        }
    }
}
