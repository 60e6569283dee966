//! The words that patterns are made of, and the ways in which people misspell or disguise them.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;

use super::normalise::{Token, fold, is_disguise, is_word};

/// Number of a word. Every word that no pattern mentions is [`Lexicon::UNKNOWN`].
pub(super) type WordId = u32;

#[derive(Default)]
pub(super) struct Lexicon {
    ids: HashMap<String, WordId>,
    words: Vec<String>,
    /// Words that say nothing here ("really", "just"): dropped, so that patterns need not mention them.
    fillers: Vec<String>,
    /// Another spelling, and the words it stands for.
    aliases: HashMap<String, Vec<WordId>>,
    /// Two words that are one ("my self").
    pairs: HashMap<(WordId, WordId), WordId>,
    /// Words with doubled letters reduced to one, for `diiie`.
    squeezed: HashMap<String, WordId>,
    /// Long telling words that are recognised with one letter wrong.
    fuzzy: Vec<String>,
    /// Words that people censor with signs (`k*ll`).
    sensitive: Vec<String>,
    /// A run-together word is taken apart only where it holds one of these.
    roots: Option<AhoCorasick>,
}

/// What the lexicon is made of, as written in the data.
#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spelling {
    fillers: Vec<String>,
    fuzzy: Vec<String>,
    sensitive: Vec<String>,
    roots: Vec<String>,
    aliases: HashMap<String, String>,
    pairs: HashMap<String, String>,
}

impl Spelling {
    /// Only what joins two words into one: for short answers, where every word counts.
    pub(super) fn only_pairs(&self) -> Self {
        Self { pairs: self.pairs.clone(), ..Self::default() }
    }
}

impl Lexicon {
    pub(super) const UNKNOWN: WordId = 0;
    /// A number below ten, written in digits.
    pub(super) const NUMBER: WordId = 1;
    /// A number of ten or more, written in digits.
    pub(super) const BIG_NUMBER: WordId = 2;

    /// 1900 to 2099.
    pub(super) const YEAR: WordId = 3;

    pub(super) fn new() -> Self {
        Self { words: vec!["?".to_owned(), "#".to_owned(), "##".to_owned(), "####".to_owned()], ..Self::default() }
    }

    /// The number of a word that patterns use.
    pub(super) fn intern(&mut self, word: &str) -> WordId {
        let mut folded = String::with_capacity(word.len());
        for character in word.chars().filter(|&character| is_word(character)) {
            fold(character, |part| folded.push(part));
        }
        if let Some(&id) = self.ids.get(&folded) {
            return id;
        }
        let id = WordId::try_from(self.words.len()).expect("the data has fewer than four billion words");
        self.words.push(folded.clone());
        self.ids.insert(folded, id);
        id
    }

    pub(super) fn word(&self, id: WordId) -> &str {
        &self.words[id as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// Takes up spellings, once every pattern's words are known.
    pub(super) fn finish(&mut self, spelling: &Spelling) {
        for (spelled, meant) in &spelling.aliases {
            assert!(
                !self.ids.contains_key(spelled),
                "the spelling {spelled:?} stands in a pattern, where it hides {meant:?}"
            );
            let meant = meant.split(' ').map(|word| self.intern(word)).collect();
            self.aliases.insert(spelled.clone(), meant);
        }
        for (two, one) in &spelling.pairs {
            let (first, second) = two.split_once(' ').expect("a pair is two words");
            let pair = (self.intern(first), self.intern(second));
            let one = self.intern(one);
            self.pairs.insert(pair, one);
        }
        self.fillers.clone_from(&spelling.fillers);
        for filler in &spelling.fillers {
            assert!(!self.ids.contains_key(filler), "the filler {filler:?} stands in a pattern");
        }
        self.fuzzy.clone_from(&spelling.fuzzy);
        self.sensitive.clone_from(&spelling.sensitive);
        for word in self.fuzzy.iter().chain(&self.sensitive) {
            assert!(self.ids.contains_key(word), "{word:?} stands in no pattern");
        }
        // Where two words look alike once squeezed, the first in the data wins.
        for (word, id) in self.words.iter().zip(0..).skip(4) {
            self.squeezed.entry(squeeze(word)).or_insert(id);
        }
        self.roots = Some(AhoCorasick::new(&spelling.roots).expect("roots are plain words"));
    }

    /// Gives the words that a folded stretch of text stands for; none for a filler.
    pub(super) fn resolve(&self, folded: &str, mut found: impl FnMut(WordId)) {
        if let Some(&id) = self.ids.get(folded) {
            found(id);
        } else if let Some(ids) = self.aliases.get(folded) {
            ids.iter().copied().for_each(found);
        } else if self.fillers.iter().any(|filler| filler == folded) {
            // Said, but means nothing here.
        } else if folded.bytes().all(|byte| byte.is_ascii_digit()) && !folded.is_empty() {
            found(number(folded));
        } else if let Some(id) = self.guess(folded) {
            found(id);
        } else if let Some(ids) = self.run_together(folded) {
            ids.into_iter().for_each(found);
        } else {
            found(Self::UNKNOWN);
        }
    }

    fn guess(&self, folded: &str) -> Option<WordId> {
        if !folded.is_ascii() || folded.len() < 3 || folded.len() > 40 {
            return None;
        }
        if folded.bytes().any(|byte| byte.is_ascii_digit()) {
            return self.undisguise(folded).and_then(|word| self.ids.get(word).copied());
        }
        if is_stretched(folded)
            && let Some(&id) = self.squeezed.get(&squeeze(folded))
        {
            return Some(id);
        }
        let close = self.fuzzy.iter().find(|word| within_one(word.as_bytes(), folded.as_bytes()))?;
        self.ids.get(close).copied()
    }

    fn run_together(&self, folded: &str) -> Option<Vec<WordId>> {
        if !(6..=40).contains(&folded.len()) || !folded.is_ascii() {
            return None;
        }
        let ids = self.segment(folded).filter(|_| self.roots.as_ref().is_some_and(|roots| roots.is_match(folded)))?;
        // The telling part must begin a word of its own: `soldier` is not "sold", "i" and "er".
        let starts: Vec<usize> =
            ids.iter().scan(0, |at, &id| Some(std::mem::replace(at, *at + self.word(id).len()))).collect();
        self.roots.as_ref()?.find_overlapping_iter(folded).any(|root| starts.contains(&root.start())).then_some(ids)
    }

    /// Takes a run of letters apart into known words, the fewest there can be. `None` where a rest stays, or nothing of
    /// three letters or more comes out.
    pub(super) fn segment(&self, letters: &str) -> Option<Vec<WordId>> {
        let end = letters.len();
        // best[i]: the fewest words that `letters[..i]` is made of, and where the last of them begins.
        let mut best: Vec<Option<(usize, usize)>> = vec![None; end + 1];
        best[0] = Some((0, 0));
        for to in 1..=end {
            for from in to.saturating_sub(16)..to {
                let word = &letters[from..to];
                let known = (word.len() > 1 || word == "i" || word == "a") && self.ids.contains_key(word);
                if let (Some((count, _)), true) = (best[from], known)
                    && best[to].is_none_or(|(least, _)| count + 1 < least)
                {
                    best[to] = Some((count + 1, from));
                }
            }
        }
        best[end]?;
        let (mut ids, mut to) = (Vec::new(), end);
        while let Some((_, from)) = best[to].filter(|_| to > 0) {
            ids.push(self.ids[&letters[from..to]]);
            to = from;
        }
        ids.reverse();
        ids.iter().any(|&id| self.word(id).len() >= 3).then_some(ids)
    }

    /// The word meant by one written with digits or signs for letters.
    pub(super) fn undisguise(&self, written: &str) -> Option<&str> {
        for one in ['i', 'l'] {
            let plain: String = written.chars().map(|character| plain_letter(character, one)).collect();
            if plain.bytes().all(|byte| byte.is_ascii_lowercase()) {
                let id = self.ids.get(&plain).or_else(|| self.aliases.get(&plain)?.first());
                if let Some(&id) = id.filter(|&&id| self.word(id).len() >= 3) {
                    return Some(self.word(id));
                }
            }
        }
        let censored = |word: &&String| {
            word.len() == written.len()
                && written.chars().zip(word.chars()).all(|(sign, letter)| sign == letter || is_disguise(sign))
        };
        let letters = written.bytes().filter(u8::is_ascii_lowercase).count();
        if letters >= 2 { self.sensitive.iter().find(censored).map(String::as_str) } else { None }
    }

    /// Joins what is one word but was written as two.
    pub(super) fn join_pairs(&self, tokens: &mut Vec<Token>) {
        tokens.dedup_by(|second, first| match self.pairs.get(&(first.word, second.word)) {
            Some(&joined) => {
                first.word = joined;
                first.end = second.end;
                true
            }
            None => false,
        });
    }
}

fn number(digits: &str) -> WordId {
    match digits.as_bytes() {
        [b'1', b'9', _, _] | [b'2', b'0', _, _] => Lexicon::YEAR,
        _ if digits.trim_start_matches('0').len() > 1 => Lexicon::BIG_NUMBER,
        _ => Lexicon::NUMBER,
    }
}

fn plain_letter(character: char, one: char) -> char {
    match character {
        '1' | '|' => one,
        '!' => 'i',
        '3' => 'e',
        '0' => 'o',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        _ => character,
    }
}

/// Three of a letter in a row, or two at the end: no word is spelled so on purpose.
fn is_stretched(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.windows(3).any(|three| three[0] == three[1] && three[1] == three[2]) || matches!(bytes, [.., a, b] if a == b)
}

fn squeeze(word: &str) -> String {
    let mut squeezed = String::with_capacity(word.len());
    for character in word.chars() {
        if !squeezed.ends_with(character) {
            squeezed.push(character);
        }
    }
    squeezed
}

/// Whether two words with the same first letter differ by one letter missing, added, changed, or swapped with the next.
fn within_one(a: &[u8], b: &[u8]) -> bool {
    if a.first() != b.first() || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    match (a, b) {
        ([], _) | (_, []) => true,
        _ if a.len() > b.len() => a[1..] == *b,
        _ if a.len() < b.len() => *a == b[1..],
        ([a1, a2, a_rest @ ..], [b1, b2, b_rest @ ..]) if a1 == b2 && a2 == b1 => a_rest == b_rest,
        _ => a[1..] == b[1..],
    }
}

#[cfg(test)]
mod tests {
    use super::{is_stretched, squeeze, within_one};

    #[test]
    fn one_wrong_letter_is_close_and_two_are_not() {
        for close in ["suicide", "suicde", "sucide", "suicidee", "suicied", "suiside"] {
            assert!(within_one(b"suicide", close.as_bytes()), "{close}");
        }
        for far in ["homicide", "suit", "suicidal", "uicide", "decide"] {
            assert!(!within_one(b"suicide", far.as_bytes()), "{far}");
        }
    }

    #[test]
    fn stretched_words_shrink() {
        assert!(is_stretched("diiie") && is_stretched("diee") && !is_stretched("killer"));
        assert_eq!(squeeze("kiiilll"), "kil");
    }
}
