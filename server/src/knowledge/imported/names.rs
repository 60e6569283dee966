//! What a subject is called: its own name, what it has in brackets, the names that the text beside it mentions.

/// How far into a text names are looked for, in bytes: they stand at the beginning.
const LOOKED_AT: usize = 6000;
/// How far behind the subject's name a text may go on to name it otherwise, in bytes.
const BEHIND: usize = 220;
/// A name has no more words than this.
const MOST_WORDS: usize = 9;

/// What stands before another name.
const CUES: [&str; 22] = [
    "also known as",
    "also called",
    "also referred to as",
    "also termed",
    "also named",
    "commonly called",
    "commonly known as",
    "commonly referred to as",
    "sometimes called",
    "sometimes known as",
    "sometimes referred to as",
    "formerly called",
    "formerly known as",
    "previously called",
    "previously known as",
    "better known as",
    "often called",
    "often referred to as",
    "historically known as",
    "or simply",
    "abbreviated as",
    "a.k.a.",
];

/// What a name is called: itself, the part before a bracket and the part in it.
pub fn variants(name: &str) -> Vec<String> {
    let name = name.trim();
    let mut found = vec![name.to_owned()];
    if let Some((before, rest)) = name.split_once('(')
        && let Some((inside, behind)) = rest.split_once(')')
    {
        found.push(format!("{} {}", before.trim(), behind.trim()).trim().to_owned());
        found.push(inside.trim().to_owned());
    }
    if let Some((one, other)) = name.split_once(" / ") {
        found.extend([one.trim().to_owned(), other.trim().to_owned()]);
    }
    found.retain(|name| is_name(name));
    found
}

/// The other names of a subject that a text about it mentions: "gout, also called …", "fatal familial insomnia (FFI)".
pub fn mined(subject: &str, text: &str) -> Vec<String> {
    let text = head(text, LOOKED_AT);
    let lower = text.to_lowercase();
    let subject = subject.to_lowercase();
    let mut found = Vec::new();
    if lower.len() != text.len() || subject.len() < 3 {
        return found;
    }
    for (at, _) in lower.match_indices(&subject).take(12) {
        let from = at + subject.len();
        let behind = sentence(head(&text[from..], BEHIND));
        bracketed(behind, &mut found);
        called(behind, &mut found);
    }
    found.retain(|name| is_name(name) && name.to_lowercase() != subject);
    found
}

/// "… (FFI)", "… (FFI; also called …)" right behind the name.
fn bracketed(behind: &str, found: &mut Vec<String>) {
    let Some(inside) = behind.trim_start_matches('s').trim_start().strip_prefix('(') else { return };
    let inside = inside.split(')').next().unwrap_or("");
    for part in inside.split([';', ',']) {
        let part = part.trim();
        let upper = part.chars().filter(char::is_ascii_uppercase).count();
        if part.len() >= 2 && part.len() <= 12 && !part.contains(' ') && upper >= 2 {
            found.push(part.to_owned());
        }
    }
}

/// "…, also called x, y or z, is …".
fn called(behind: &str, found: &mut Vec<String>) {
    let lower = behind.to_lowercase();
    for cue in CUES {
        if let Some(at) = lower.find(cue) {
            list(&behind[at + cue.len()..], found);
        }
    }
    if let Some(rest) = behind.trim_start().strip_prefix(", or ")
        && let Some((name, _)) = rest.split_once(',')
    {
        found.push(name.trim().to_owned());
    }
}

fn list(text: &str, found: &mut Vec<String>) {
    let mut end = text.len();
    for stop in [". ", ";", ")", " is ", " are ", " was ", " were ", " which ", " that ", " refers ", " because ", " occurs ", ":", " and is", " affects ", " may ", " can ", " has ", " when ", " causes "] {
        end = text.find(stop).map_or(end, |at| at.min(end));
    }
    for part in text[..end].split([',', '/']).flat_map(|part| part.split(" or ")).flat_map(|part| part.split(" and also ")).take(5) {
        let (before, inside) = part.split_once('(').unwrap_or((part, ""));
        for name in [before, inside.trim_end_matches(')')] {
            let name = name.trim_matches(|mark: char| mark.is_whitespace() || matches!(mark, '"' | '“' | '”' | '.' | '\''));
            let name = ["the ", "a ", "an ", "as ", "or ", "and "].iter().find_map(|word| name.strip_prefix(word)).unwrap_or(name);
            found.push(name.to_owned());
        }
    }
}

/// Initials of a name of three words and more, as people shorten it.
pub fn initials(name: &str) -> Option<String> {
    let words: Vec<&str> = name
        .split(|mark: char| !mark.is_alphanumeric())
        .filter(|word| !word.is_empty() && !matches!(*word, "of" | "the" | "and" | "with" | "in" | "to" | "a" | "or" | "s"))
        .collect();
    if !(3..=7).contains(&words.len()) {
        return None;
    }
    Some(words.iter().filter_map(|word| word.chars().next()).collect())
}

fn is_name(name: &str) -> bool {
    let words = name.split_whitespace().count();
    (1..=MOST_WORDS).contains(&words)
        && name.chars().filter(|letter| letter.is_alphabetic()).count() >= 2
        && !matches!(name.to_lowercase().as_str(), "it" | "this" | "these" | "they" | "in" | "or" | "and" | "disease" | "syndrome")
}

fn sentence(text: &str) -> &str {
    text.split_once(". ").map_or(text, |(first, _)| first)
}

/// The beginning of a text, cut between characters.
pub fn head(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let mut end = most;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beside_a_subject_are_its_names() {
        let text = "Blue widget fever (BWF), also known as Norton disease or azure pyrexia, is a made-up illness.";
        assert_eq!(mined("Blue widget fever", text), ["BWF", "Norton disease", "azure pyrexia"]);
        assert!(mined("Blue widget fever", "Red fever is also called Rufus disease.").is_empty());
    }

    #[test]
    fn brackets_hold_a_name() {
        assert_eq!(variants("Rocky River Fever (RRF)"), ["Rocky River Fever (RRF)", "Rocky River Fever", "RRF"]);
        assert_eq!(initials("chronic blue fever").as_deref(), Some("cbf"));
    }
}
