//! The checks of a turn.

use std::collections::HashSet;

use server::models::Choice;

use super::reading::Turn;

/// What came back.
#[derive(Default)]
pub(crate) struct Reply {
    pub(crate) text: String,
    pub(crate) kind: &'static str,
    pub(crate) whom: Vec<&'static str>,
    /// Ids of passages.
    pub(crate) sources: Vec<String>,
    pub(crate) choices: Vec<Choice>,
}

/// From so many words a sentence counts as said again.
const NOTICED: usize = 5;

/// What is wrong with a reply, in words.
pub(crate) fn of(turn: &Turn, reply: &Reply, earlier: &[String]) -> Vec<String> {
    let text = plain(&reply.text);
    let first: Vec<&str> = text.split_whitespace().take(40).collect();
    let first = first.join(" ");
    let crisis = reply.kind == "crisis";
    let mut problems = Vec::new();
    for (check, value) in &turn.checks {
        let any: Vec<String> = value.split(" | ").map(|one| plain(one.trim())).collect();
        let holds = match check.as_str() {
            "kind" => any.iter().any(|kind| kind == reply.kind),
            "for" | "cites" if crisis => true,
            "for" => {
                any.iter().any(|whom| reply.whom.contains(&whom.as_str()) || (whom == "adult" && reply.whom.is_empty()))
            }
            "cites" => any.iter().any(|id| reply.sources.contains(&format!("library/{id}"))),
            "urgency" => any.iter().any(|level| names_urgency(&text, level, crisis)),
            "first" => any.iter().any(|words| first.contains(words)),
            "says" => any.iter().any(|words| text.contains(words)),
            "says not" => !any.iter().any(|words| text.contains(words)),
            "asks" if value == "nothing" => reply.choices.is_empty(),
            "asks" => any.iter().any(|slot| asks(reply, slot)),
            "asks not" => !any.iter().any(|slot| asks(reply, slot)),
            "choices" => {
                reply.choices.iter().any(|choice| any.iter().any(|label| plain(&choice.label).contains(label)))
            }
            "new" => crisis || said_again(&reply.text, earlier).is_none(),
            "words" => reply.text.split_whitespace().count() <= value.parse().expect("a number of words"),
            "refuses" => {
                ["can't", "cannot", "won't", "not able", "my answer stays no", "nobody can", "can't say"]
                    .iter()
                    .any(|no| first.contains(no))
                    && ["doctor", "pharmacist", "112", "help", "line"].iter().any(|where_to| text.contains(where_to))
            }
            "unknown" => {
                ["anything reliable", "don't know", "has nothing", "not sure"].iter().any(|no| text.contains(no))
            }
            other => panic!("`{other}` is not a check"),
        };
        if !holds {
            let detail = match check.as_str() {
                "kind" => format!(" but is {}", reply.kind),
                "for" => format!(" but is for {:?}", reply.whom),
                "cites" => format!(" but cites {:?}", reply.sources.iter().collect::<HashSet<_>>()),
                "new" => said_again(&reply.text, earlier).unwrap_or_default(),
                "words" => format!(" but has {}", reply.text.split_whitespace().count()),
                _ => String::new(),
            };
            problems.push(format!("`{check}: {value}` does not hold{detail}"));
        }
    }
    problems
}

/// Lower case, with plain apostrophes and dashes.
fn plain(text: &str) -> String {
    text.to_lowercase().replace(['’', '‘'], "'").replace("**", "")
}

fn asks(reply: &Reply, slot: &str) -> bool {
    reply.choices.iter().any(|choice| choice.id.starts_with(&format!("choice_{slot}_")))
}

fn names_urgency(text: &str, level: &str, crisis: bool) -> bool {
    match level {
        "emergency" => {
            text.contains("emergency – call now")
                || text.contains("call your emergency number")
                || (crisis && text.contains("emergency"))
        }
        "urgent" => text.contains("urgent – same day") || crisis,
        "routine" => text.contains("routine – book"),
        "self_care" => text.contains("self-care:"),
        other => panic!("`{other}` is not an urgency"),
    }
}

/// A sentence that stood in an earlier reply.
fn said_again(text: &str, earlier: &[String]) -> Option<String> {
    let before: HashSet<String> = earlier.iter().flat_map(|text| sentences(text)).collect();
    // To call is said as often as it is needed.
    let call = |sentence: &String| sentence.starts_with("call your emergency number");
    sentences(text).into_iter().find(|sentence| before.contains(sentence) && !call(sentence))
}

/// The sentences of a Markdown text, without the numbers of sources and the labels of urgency.
fn sentences(text: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    for line in text.lines() {
        let line = line.trim_start_matches("- ");
        let line = line.split_once(":** ").map_or(line, |(_, rest)| rest);
        for sentence in line.split_inclusive(". ").flat_map(|part| part.split_inclusive(['?', '!'])) {
            let sentence = sentence.split(" [").next().unwrap_or_default();
            let letters: String =
                sentence.chars().filter(|letter| letter.is_alphanumeric() || *letter == ' ').collect();
            if letters.split_whitespace().count() >= NOTICED {
                sentences.push(letters.trim().to_lowercase());
            }
        }
    }
    sentences
}
