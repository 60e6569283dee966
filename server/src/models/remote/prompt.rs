//! The prompt: a file that a person can read and edit (`server/data/prompt.md`), and how it is filled.
//!
//! The rules are the system's word and never change. All that others wrote (passages, what was said) is data within the
//! person's messages, and is made harmless before it gets there ([`as_data`]).

use std::collections::HashMap;

use base64::Engine as _;
use genai::chat::{ChatMessage, ChatRequest, ContentPart};
use protocol::{Role, Source};

use crate::models::{FactKind, OfOther, Past, Person, Picture, Prompt};

/// The prompt that is in the binary.
const BUILT_IN: &str = include_str!("../../../data/prompt.md");

/// The parts of the file, each with what is put in.
const PARTS: [(&str, &[&str]); 9] = [
    ("Rules", &[]),
    ("Passages", &["passages"]),
    ("Passage", &["number", "source", "title", "text"]),
    ("No passages", &[]),
    ("Earlier", &["summary"]),
    ("Facts", &["facts"]),
    ("Person", &["person"]),
    ("Understood", &["understood"]),
    ("Question", &["question"]),
];

/// A prompt file that was read and found good.
#[derive(Debug, Clone)]
pub(super) struct Template(HashMap<&'static str, String>);

/// What a message was understood to be, and what it is answered from.
pub(super) struct Material<'a> {
    pub(super) sources: &'a [Source],
    pub(super) understood: &'a [String],
}

impl Template {
    /// The one in the binary.
    pub(super) fn built_in() -> Self {
        Self::parse(BUILT_IN).expect("the prompt in the binary is tested")
    }

    /// Reads a prompt file.
    ///
    /// # Errors
    /// In words for whoever wrote it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut parts: HashMap<&'static str, String> = HashMap::new();
        let mut part: Option<&'static str> = None;
        for line in without_comments(text).lines() {
            if let Some(name) = line.strip_prefix("# ") {
                let known = PARTS.iter().find(|(known, _)| *known == name.trim());
                let (name, _) = known.ok_or_else(|| format!("`# {name}` is no part of a prompt"))?;
                if parts.insert(name, String::new()).is_some() {
                    return Err(format!("`# {name}` stands there twice"));
                }
                part = Some(name);
            } else if let Some(name) = part {
                let text = parts.get_mut(name).expect("just made");
                *text += line;
                text.push('\n');
            } else if !line.trim().is_empty() {
                return Err("there is text before the first part".to_owned());
            }
        }
        for (name, wanted) in PARTS {
            let text = parts.get_mut(name).ok_or_else(|| format!("the part `# {name}` is missing"))?;
            *text = text.trim().to_owned();
            let found = slots(text);
            if let Some(missing) = wanted.iter().find(|slot| !found.contains(*slot)) {
                return Err(format!("`# {name}` needs {{{{{missing}}}}}"));
            }
            if let Some(unknown) = found.iter().find(|slot| !wanted.contains(*slot)) {
                return Err(format!("`# {name}` has {{{{{unknown}}}}}, which nothing is put into"));
            }
        }
        if parts["Rules"].is_empty() {
            return Err("`# Rules` is empty".to_owned());
        }
        Ok(Self(parts))
    }

    /// What is sent: the rules, what was said, and the question with all that belongs to it.
    pub(super) fn request(&self, prompt: &Prompt, material: &Material<'_>) -> ChatRequest {
        let mut messages: Vec<(Role, String)> = Vec::new();
        for Past { role, text, .. } in &prompt.history {
            let text = if *role == Role::Assistant { without_marks(text) } else { text.clone() };
            match role {
                // A conversation that begins with an answer confuses some models' chat formats.
                Role::Assistant if !messages.is_empty() => say(&mut messages, *role, &as_data(&text)),
                Role::User => say(&mut messages, *role, &as_data(&text)),
                Role::Assistant | Role::System | Role::Interactive => {}
            }
        }
        say(&mut messages, Role::User, &self.message(prompt, material));
        let question = messages.pop().map(|(_, text)| with_pictures(text, &prompt.pictures));
        let messages = messages.into_iter().map(|(role, text)| match role {
            Role::Assistant => ChatMessage::assistant(text),
            _ => ChatMessage::user(text),
        });
        ChatRequest::from_system(self.0["Rules"].as_str()).append_messages(messages.chain(question))
    }

    fn message(&self, prompt: &Prompt, material: &Material<'_>) -> String {
        let passages = material.sources.iter().enumerate().map(|(at, source)| {
            self.fill(
                "Passage",
                &[
                    ("number", &(at + 1).to_string()),
                    ("source", &as_data(&source.id).replace('"', "'")),
                    ("title", &as_data(&source.title).replace('"', "'")),
                    ("text", &as_data(&without_links(&source.passage))),
                ],
            )
        });
        let passages = passages.collect::<Vec<_>>().join("\n\n");
        let own = [
            ("what helps them", &prompt.person.helps),
            ("what they want to avoid", &prompt.person.avoid),
            ("what they wish of answers here", &prompt.wish),
        ];
        let own = own.into_iter().filter_map(|(name, text)| Some((name, text.as_deref()?)));
        let facts = prompt.facts.iter().map(|fact| (word(fact.kind), fact.text.as_str())).chain(own);
        let mut facts: Vec<String> = facts.map(|(name, text)| format!("- {name}: {}", as_data(text))).collect();
        facts.extend(prompt.of_others.iter().map(|OfOther { who, fact }| {
            format!(
                "- {}, not theirs but of somebody they call \"{}\": {}",
                word(fact.kind),
                as_data(who),
                as_data(&fact.text)
            )
        }));
        let understood: Vec<String> = material.understood.iter().map(|line| format!("- {}", as_data(line))).collect();
        let summary = prompt.summary.as_deref().map(as_data).unwrap_or_default();
        let mut parts = Vec::new();
        let mut part = |name: &str, slot: &str, value: &str| {
            parts.extend((!value.is_empty()).then(|| self.fill(name, &[(slot, value)])));
        };
        part("Passages", "passages", &passages);
        if passages.is_empty() {
            part("No passages", "", "none");
        }
        part("Earlier", "summary", &summary);
        part("Facts", "facts", &facts.join("\n"));
        part("Person", "person", &person(&prompt.person));
        part("Understood", "understood", &understood.join("\n"));
        part("Question", "question", &as_data(&prompt.question));
        parts.join("\n\n")
    }

    /// Fills a part in one go: what is put in is not looked through for slots again.
    fn fill(&self, part: &str, values: &[(&str, &str)]) -> String {
        let mut text = String::new();
        let mut rest = self.0[part].as_str();
        while let Some((before, after)) = rest.split_once("{{") {
            let (slot, behind) = after.split_once("}}").expect("slots were checked");
            text += before;
            text += values.iter().find(|(name, _)| *name == slot).map_or("", |(_, value)| value);
            rest = behind;
        }
        text + rest
    }
}

/// The question, with its pictures behind it.
fn with_pictures(text: String, pictures: &[Picture]) -> ChatMessage {
    if pictures.is_empty() {
        return ChatMessage::user(text);
    }
    let picture = |picture: &Picture| {
        let data = base64::engine::general_purpose::STANDARD.encode(&picture.bytes);
        ContentPart::from_binary_base64(picture.media_type, data, None)
    };
    let parts = std::iter::once(ContentPart::from_text(text)).chain(pictures.iter().map(picture));
    ChatMessage::user(parts.collect::<Vec<ContentPart>>())
}

fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("<!--") {
        kept += before;
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    kept + rest
}

fn slots(text: &str) -> Vec<&str> {
    text.split("{{").skip(1).map(|after| after.split_once("}}").map_or(after, |(slot, _)| slot)).collect()
}

/// Adds to the last message where the same speaks again: some models' chat formats want them by turns.
fn say(messages: &mut Vec<(Role, String)>, role: Role, text: &str) {
    match messages.last_mut() {
        Some((last, said)) if *last == role => *said = format!("{said}\n\n{text}"),
        _ => messages.push((role, text.to_owned())),
    }
}

/// Makes a text harmless that others wrote: nothing in it can be taken for a tag of the prompt, for a slot of it, or for
/// the marks that part the speakers in a model's chat format (`<|im_start|>`, `</s>`, `[INST]`, `<start_of_turn>`).
pub(super) fn as_data(text: &str) -> String {
    let mut data = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied();
        let opens = |next: char| next.is_alphabetic() || matches!(next, '/' | '|' | '<' | '!' | '?' | '_' | '｜');
        match character {
            '<' if next.is_some_and(opens) => data.push('‹'),
            '|' if next == Some('>') => data.push('¦'),
            // Kept are line breaks and tabs; a control character shows nothing to a person who looks.
            other if other.is_control() && !matches!(other, '\n' | '\t') => {}
            other => data.push(other),
        }
    }
    for mark in ["INST", "/INST", "SYSTEM_PROMPT", "/SYSTEM_PROMPT", "AVAILABLE_TOOLS", "TOOL_CALLS"] {
        data = data.replace(&format!("[{mark}]"), &format!("({mark})"));
    }
    data
}

/// An earlier answer without the numbers of its passages, which are not those of this message.
fn without_marks(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('[') {
        let (before, bracket) = rest.split_at(at);
        let mark = bracket.find(']').filter(|end| {
            let inside = &bracket[1..*end];
            !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit())
        });
        if let Some(end) = mark {
            plain += before.trim_end_matches(' ');
            rest = &bracket[end + 1..];
        } else {
            plain += before;
            plain.push('[');
            rest = &bracket[1..];
        }
    }
    plain + rest
}

/// A passage's links as their words: they lead from article to article, not out of an answer.
fn without_links(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(close) = rest.find("](") {
        let (Some(open), Some(end)) = (rest[..close].rfind('['), rest[close..].find(')')) else { break };
        plain += &rest[..open];
        plain += &rest[open + 1..close];
        rest = &rest[close + end + 1..];
    }
    plain + rest
}

const fn word(kind: FactKind) -> &'static str {
    match kind {
        FactKind::Person => "who",
        FactKind::Pregnancy => "pregnancy or breastfeeding",
        FactKind::Allergy => "allergy",
        FactKind::Medicine => "medicine",
        FactKind::Condition => "illness",
    }
}

fn person(person: &Person) -> String {
    let Person { country, language, age, .. } = person;
    let lines = [
        age.map(|age| format!("The person is {age} years old.")),
        country.as_deref().map(|country| format!("They live in the country with the code {}.", as_data(country))),
        language.as_deref().map(|language| format!("Their language is set to {}.", as_data(language))),
    ];
    lines.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[path = "prompt_tests.rs"]
mod tests;
