//! From imported text to terms: words as in [`super::super::words`], and what clinical spelling varies in undone — accents,
//! British and American forms, Roman numerals — so that names meet however they are written.

use std::collections::HashMap;

use crate::words;

/// Words that carry nothing in a name: "deficiency of glutathione synthetase" is "glutathione synthetase deficiency".
const JOINING: [&str; 16] =
    ["of", "the", "a", "an", "and", "or", "in", "with", "to", "for", "by", "on", "due", "from", "at", "s"];

/// Words before which a letter is a numeral.
const NUMBERED: [&str; 8] = ["type", "types", "factor", "class", "grade", "stage", "group", "subtype"];

/// A name that ends in a numeral has no more words than this.
const MOST_NUMBERED: usize = 8;

/// Turns words into terms and remembers what it has turned: stems are the costly part of an import.
#[derive(Debug, Default)]
pub struct Terms {
    known: HashMap<String, String>,
}

impl Terms {
    /// The terms of a text, in order.
    pub fn of(&mut self, text: &str) -> Vec<String> {
        let written = words::words(text);
        let mut terms = Vec::with_capacity(written.len());
        for (at, word) in written.iter().enumerate() {
            let before = at.checked_sub(1).map_or("", |before| written[before].as_str());
            terms.push(self.one(word, before));
        }
        // "Usher syndrome I": a letter at the end of a short text, behind a word, is a numeral, too.
        if (2..=MOST_NUMBERED).contains(&written.len())
            && let Some(last) = terms.last_mut()
            && let Some(number) = numeral(last, "type")
        {
            number.clone_into(last);
        }
        terms
    }

    /// The terms of a text, a space between.
    pub fn line(&mut self, text: &str) -> String {
        self.of(text).join(" ")
    }

    fn one(&mut self, word: &str, before: &str) -> String {
        if let Some(number) = numeral(word, before) {
            return number.to_owned();
        }
        if let Some(term) = self.known.get(word) {
            return term.clone();
        }
        let term = term(word);
        self.known.insert(word.to_owned(), term.clone());
        term
    }
}

/// The term of one lower-case word.
pub fn term(word: &str) -> String {
    let folded = folded(word);
    let same = SAME.iter().find(|(_, said)| said.split(' ').any(|said| said == folded));
    words::stem(same.map_or(folded.as_str(), |(one, _)| one))
}

/// Words that mean one thing in the name of a condition.
const SAME: [(&str, &str); 16] = [
    ("kidney", "renal kidneys"),
    ("liver", "hepatic"),
    ("heart", "cardiac"),
    ("lung", "pulmonary lungs"),
    ("brain", "cerebral"),
    ("stomach", "gastric"),
    ("skin", "cutaneous dermal"),
    ("eye", "ocular ophthalmic eyes"),
    ("cancer", "carcinoma carcinomas neoplasm neoplasms malignancy cancers"),
    ("hereditary", "familial inherited heritable"),
    ("disease", "disorder disorders illness diseases"),
    ("deafness", "deaf"),
    ("bladder", "vesical"),
    ("bone", "osseous bones"),
    ("child", "childhood children pediatric juvenile kids"),
    ("adult", "adulthood adults"),
];

/// Whether a term only says that a name is one of a condition.
pub fn is_generic(term: &str) -> bool {
    matches!(term, "diseas" | "syndrom" | "condit")
}

/// The terms of a name without order and joining words: "dysplasia, septo-optic" is "septo-optic dysplasia".
pub fn key(terms: &[String]) -> String {
    let mut content: Vec<&str> =
        terms.iter().map(String::as_str).filter(|term| !joins(term) && *term != "type").collect();
    for term in &mut content {
        // Whether a condition is called a syndrome or a disease is habit.
        if is_generic(term) {
            *term = "diseas";
        }
    }
    content.sort_unstable();
    content.dedup();
    content.join(" ")
}

/// The words of a name with numerals as digits, a space between.
pub fn numbered(name: &str) -> String {
    let written = words::words(name);
    let last = written.len().saturating_sub(1);
    let number = |(at, word): (usize, &String)| {
        let before = at.checked_sub(1).map_or("", |before| written[before].as_str());
        let before = if at == last && at > 0 { "type" } else { before };
        numeral(word, before).map_or_else(|| word.clone(), ToOwned::to_owned)
    };
    written.iter().enumerate().map(number).collect::<Vec<_>>().join(" ")
}

/// Whether a term only joins others in a name.
pub fn joins(term: &str) -> bool {
    JOINING.contains(&term)
}

fn numeral(word: &str, before: &str) -> Option<&'static str> {
    Some(match word {
        "iia" => "2a",
        "iib" => "2b",
        "iic" => "2c",
        "iiia" => "3a",
        "iiib" => "3b",
        "iiic" => "3c",
        "iva" => "4a",
        "ivb" => "4b",
        "ia" if NUMBERED.contains(&before) => "1a",
        "ib" if NUMBERED.contains(&before) => "1b",
        "ii" => "2",
        "iii" => "3",
        "iv" => "4",
        "vi" => "6",
        "vii" => "7",
        "viii" => "8",
        "ix" => "9",
        "xi" => "11",
        "xii" => "12",
        "xiii" => "13",
        "i" if NUMBERED.contains(&before) => "1",
        "v" if NUMBERED.contains(&before) => "5",
        "x" if NUMBERED.contains(&before) => "10",
        _ => return None,
    })
}

/// One spelling for words that are written in several.
fn folded(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    for letter in word.chars() {
        match letter {
            'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => plain.push('a'),
            'é' | 'è' | 'ê' | 'ë' | 'æ' | 'œ' => plain.push('e'),
            'í' | 'ì' | 'î' | 'ï' => plain.push('i'),
            'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' => plain.push('o'),
            'ú' | 'ù' | 'û' | 'ü' => plain.push('u'),
            'ç' => plain.push('c'),
            'ñ' => plain.push('n'),
            'ß' => plain.push_str("ss"),
            other => plain.push(other),
        }
    }
    if plain.len() < 5 {
        return plain;
    }
    let mut plain = plain.replace("ae", "e").replace("oe", "e").replace("synthase", "synthetase");
    if let Some(stem) = plain.strip_suffix("our") {
        plain = format!("{stem}or");
    } else if let Some(stem) = plain.strip_suffix("ours") {
        plain = format!("{stem}ors");
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_of(name: &str) -> String {
        key(&Terms::default().of(name))
    }

    #[test]
    fn spellings_of_one_name_meet() {
        for (one, other) in [
            ("haemophilia", "Hemophilia"),
            ("Sjögren's syndrome", "sjogren syndrome"),
            ("tumour", "tumors"),
            ("glycogen storage disease type II", "Glycogen storage disease, type 2"),
            ("deficiency of glutathione synthase", "glutathione synthetase deficiency"),
            ("oesophageal cancer", "esophageal cancer"),
        ] {
            assert_eq!(key_of(one), key_of(other), "{one}");
        }
        assert_ne!(key_of("diabetes type 1"), key_of("diabetes type 2"));
    }
}
