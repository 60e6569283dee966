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
    for stop in [
        ". ",
        ";",
        ")",
        " is ",
        " are ",
        " was ",
        " were ",
        " which ",
        " that ",
        " refers ",
        " because ",
        " occurs ",
        ":",
        " and is",
        " affects ",
        " may ",
        " can ",
        " has ",
        " when ",
        " causes ",
    ] {
        end = text.find(stop).map_or(end, |at| at.min(end));
    }
    for part in text[..end]
        .split([',', '/'])
        .flat_map(|part| part.split(" or "))
        .flat_map(|part| part.split(" and also "))
        .take(5)
    {
        let (before, inside) = part.split_once('(').unwrap_or((part, ""));
        for name in [before, inside.trim_end_matches(')')] {
            let name =
                name.trim_matches(|mark: char| mark.is_whitespace() || matches!(mark, '"' | '“' | '”' | '.' | '\''));
            let name = ["the ", "a ", "an ", "as ", "or ", "and "]
                .iter()
                .find_map(|word| name.strip_prefix(word))
                .unwrap_or(name);
            found.push(name.to_owned());
        }
    }
}

/// Initials of a name of three words and more, as people shorten it; the number at its end stands behind them.
pub fn initials(name: &str) -> Vec<String> {
    let words: Vec<&str> = name
        .split(|mark: char| !mark.is_alphanumeric())
        .filter(|word| !word.is_empty() && !SMALL.contains(word))
        .collect();
    let number = words.last().filter(|last| words.len() > 2 && is_number(last));
    let letters: String = (words.iter().filter(|word| !is_number(word) && !word.eq_ignore_ascii_case("type")))
        .filter_map(|word| word.chars().next())
        .collect();
    match (letters.len(), number) {
        (2..=7, Some(number)) => vec![format!("{letters} {number}"), format!("{letters}{number}")],
        (3..=7, None) => vec![letters],
        _ => Vec::new(),
    }
}

/// Words of which initials take no letter.
const SMALL: [&str; 10] = ["of", "the", "and", "with", "in", "to", "a", "or", "s", "due"];

fn is_number(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_digit())
        || (word.len() <= 4 && word.chars().all(|letter| matches!(letter, 'I' | 'V' | 'X')))
}

/// A name without the word that says it is one of a condition: "Huntington's".
pub fn without_kind(name: &str) -> Option<&str> {
    let short = [" disease", " syndrome", " disorder"].iter().find_map(|kind| {
        let at = name.len().checked_sub(kind.len())?;
        name.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(kind)).then(|| &name[..at])
    })?;
    (short.len() >= 4).then_some(short)
}

/// How well a code stands for a name, 0 to 1: its letters are taken from the words in order, each word begun with its
/// first letter, and its number is one of the name's ("COXPD16", "HANE").
pub fn code_fits(letters: &str, number: &str, name: &[&str]) -> f64 {
    let numbers = name.iter().filter(|word| word.starts_with(|first: char| first.is_ascii_digit()));
    if number.is_empty() {
        if numbers.count() > 0 && letters.len() < 3 {
            return 0.0;
        }
    } else if !numbers.into_iter().any(|word| *word == number) {
        return 0.0;
    }
    let words: Vec<&str> = name
        .iter()
        .copied()
        .filter(|word| {
            !word.starts_with(|first: char| first.is_ascii_digit()) && !SMALL.contains(word) && *word != "type"
        })
        .collect();
    let mut left = letters.chars().peekable();
    let (mut begun, mut optional) = (0_usize, 0_usize);
    for word in &words {
        if left.peek() == word.chars().next().as_ref() {
            left.next();
            begun += 1;
            let later: Vec<&str> = words.iter().skip_while(|other| *other != word).skip(1).copied().collect();
            for letter in word.chars().skip(1) {
                // A letter that begins the next word is left to it.
                let next = later.first().is_some_and(|next| left.peek() == next.chars().next().as_ref());
                if left.peek() == Some(&letter) && !next {
                    left.next();
                }
            }
        } else if matches!(
            *word,
            "disease" | "syndrome" | "disorder" | "deficiency" | "autosomal" | "recessive" | "dominant" | "linked"
        ) {
            optional += 1;
        }
    }
    if left.next().is_some() || begun == 0 {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "a handful of words")]
    let (begun, asked, letters) = (begun as f64, (words.len() - optional).max(1) as f64, letters.len() as f64);
    (begun / asked).min(1.0) * (0.5 + 0.5 * (begun / letters).min(1.0))
}

fn is_name(name: &str) -> bool {
    let words = name.split_whitespace().count();
    (1..=MOST_WORDS).contains(&words)
        && name.chars().filter(|letter| letter.is_alphabetic()).count() >= 2
        && !matches!(
            name.to_lowercase().as_str(),
            "it" | "this" | "these" | "they" | "in" | "or" | "and" | "disease" | "syndrome"
        )
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
        assert_eq!(initials("chronic blue fever"), ["cbf"]);
        assert_eq!(initials("hereditary azure neuropathy type V"), ["han V", "hanV"]);
        assert_eq!(without_kind("Norton disease"), Some("Norton"));
    }

    #[test]
    fn codes_stand_for_names() {
        let fits = |letters, number, name: &str| code_fits(letters, number, &name.split(' ').collect::<Vec<_>>());
        assert!(fits("coxpd", "16", "combined oxidative phosphorylation deficiency 16") > 0.7);
        assert!(fits("meb", "", "muscle eye brain disease") > 0.9);
        assert!(fits("hane", "", "hereditary angioedema") > 0.7);
        assert!(fits("meb", "", "muscle pain") < 0.1);
        assert!(fits("coxpd", "17", "combined oxidative phosphorylation deficiency 16") < 0.1);
    }
}
