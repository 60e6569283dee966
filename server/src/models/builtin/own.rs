//! What a person's own documents say, quoted under what the library says; and that the guide can't look at pictures.
//!
//! The guide quotes and claims nothing of its own on it: what stands in a letter is the letter's word.

use std::collections::HashSet;

use knowledge::words;

use super::claims::sentences;
use super::compose::plain;
use super::kinds::Kind;
use super::page::Page;
use crate::models::{OwnSource, Prompt};

/// How many passages are quoted, and how many words of each.
const QUOTED: usize = 3;
const WORDS: usize = 60;

/// What stands before an answer to a message with pictures.
const PICTURES: &str = "I can't look at pictures: I work with words only. Tell me what it shows: where it is, how large, what \
                        colour, since when, and whether it hurts or changes. A pharmacist or a doctor can look at it \
                        itself; your picture is kept with your message, so that you can show it to them.";

/// Adds what own documents say, behind what the library says. Where the library says nothing of what is attached, it
/// comes first; `waits`: nothing in the answer is urgent.
pub(super) fn add(page: &mut Page<'_>, prompt: &Prompt, kind: Kind, waits: bool) {
    if !prompt.own.is_empty() {
        let attached = prompt.own.iter().any(|own| own.is_attached);
        let mut behind = String::new();
        if attached && waits && page.sources.is_empty() {
            behind = std::mem::take(&mut page.text);
            // Asked of a letter, that is an answer; "I answer about health only" is none.
            if matches!(kind, Kind::NotHealth | Kind::OwnData) {
                behind.clear();
            }
        }
        // What is asked back stays with what can be tapped.
        let asked = page.text.rfind("\n\n").filter(|_| !page.choices.is_empty());
        let asked = asked.map(|at| page.text.split_off(at));
        page.paragraph(if attached { "**In what you attached**" } else { "**In your documents**" });
        for OwnSource { source, .. } in prompt.own.iter().take(QUOTED) {
            let quote = best(&source.passage, &prompt.question);
            let title = plain(source.title.trim().trim_end_matches(['?', '.', ':', ' ']));
            page.imported(&format!("**{title}:** “{quote}”"), source.clone());
        }
        page.paragraph("I only quote what stands there. Whether it still holds for you, ask whoever wrote it.");
        if !behind.is_empty() {
            page.paragraph(&behind);
        }
        if let Some(asked) = asked {
            page.paragraph(asked.trim_start());
        }
    }
    if prompt.unseen_pictures > 0 {
        let answer = std::mem::take(&mut page.text);
        page.text = if answer.is_empty() { PICTURES.to_owned() } else { format!("{PICTURES}\n\n{answer}") };
    }
}

/// The sentences of a passage that say most of what is asked, without marks of Markdown.
fn best(passage: &str, question: &str) -> String {
    let asked: HashSet<String> = words::stems(question).into_iter().filter(|stem| stem.chars().count() > 2).collect();
    let flat = plain(&passage.split_whitespace().collect::<Vec<_>>().join(" "));
    let all: Vec<&str> = sentences(&flat);
    let (mut best, mut most) = ((0, all.len().min(1)), -1.0);
    for from in 0..all.len() {
        let (mut said, mut length) = (HashSet::new(), 0);
        for (to, sentence) in all.iter().enumerate().skip(from) {
            let count = sentence.split_whitespace().count();
            if to > from && length + count > WORDS {
                break;
            }
            length += count;
            said.extend(words::stems(sentence).into_iter().filter(|stem| asked.contains(stem)));
            #[expect(clippy::cast_precision_loss, reason = "a handful of words")]
            // Of two that say as much, the shorter; where nothing is said, the beginning as far as it fits.
            let score = if said.is_empty() {
                if from == 0 { length as f64 / 1_000.0 - 0.5 } else { -1.0 }
            } else {
                said.len() as f64 - length as f64 / 1_000.0
            };
            if score > most {
                (best, most) = ((from, to + 1), score);
            }
        }
    }
    let chosen = all[best.0..best.1].concat();
    let words: Vec<&str> = chosen.split_whitespace().collect();
    let more = if words.len() > WORDS || best.1 < all.len() { " …" } else { "" };
    let less = if best.0 > 0 { "… " } else { "" };
    format!("{less}{}{more}", words[..words.len().min(WORDS)].join(" "))
}

#[cfg(test)]
mod tests {
    use protocol::Source;

    use super::super::page::Page;
    use super::{Kind, OwnSource, Prompt, add, best};
    use crate::models::Choice;

    #[test]
    fn what_is_asked_back_stays_last_where_it_can_be_answered_by_tapping() {
        let source = Source {
            id: "own/1".into(),
            title: "Letter".into(),
            passage: "Your pressure was 148/92.".into(),
            url: "/documents/1".into(),
            score: 1.0,
            start: 0,
            end: 25,
        };
        let own = vec![OwnSource { source, is_attached: false }];
        let prompt = Prompt { question: "What was my pressure?".into(), own, ..Prompt::default() };
        for (choices, ends) in [
            (vec![Choice { id: "choice_x_y".into(), label: "Today".into() }], "Since when?"),
            (Vec::new(), "whoever wrote it."),
        ] {
            let mut page = Page::default();
            page.text = "It is a little high.\n\nSince when?".into();
            page.choices = choices;
            add(&mut page, &prompt, Kind::Symptom, true);
            assert!(page.text.starts_with("It is a little high.\n\n") && page.text.contains("148/92"), "{}", page.text);
            assert!(page.text.ends_with(ends), "{}", page.text);
        }
    }

    #[test]
    fn the_sentences_that_say_what_is_asked_are_quoted() {
        let letter = "Dear Dr Who. Thank you for seeing her. Apixaban was started. [1] *Do not* stop it. Kind regards.";
        assert_eq!(best(letter, "What about apixaban?"), "… Apixaban was started. …");
        assert_eq!(best("One. Two.", "zebra"), "One. Two.");
        assert!(best(&"word ".repeat(500), "zebra").split_whitespace().count() <= 62);
        assert_eq!(best("", "zebra"), "");
    }
}
