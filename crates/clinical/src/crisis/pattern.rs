//! The small language in which `data/crisis.toml` writes phrases, and matching them.
//!
//! ```text
//! word            this word             (a|b c|d)   one of these          {name}   a list from [lists]
//! ..3             up to three words     [a|b]       one of these, or none
//! #               a number below ten    ##          a number from ten up
//! ####            a year
//! ```
//! A match is a set of positions, kept as bits: so no pattern can make matching slow.

use std::collections::BTreeMap;

use super::lexicon::{Lexicon, WordId};
use super::normalise::Token;

/// The longest phrase, in words, is shorter than this.
const REACH: usize = 63;

#[derive(Debug)]
pub(super) struct Pattern {
    root: Node,
    /// Words of which one must occur wherever the pattern matches; the rarest such set.
    pub(super) key: Vec<WordId>,
}

#[derive(Debug)]
enum Node {
    Words(Vec<WordId>),
    Sequence(Vec<Node>),
    Either(Vec<Node>),
    Maybe(Box<Node>),
    Gap(u32),
}

impl Pattern {
    /// Reads a pattern. Its words become known to the lexicon.
    pub(super) fn parse(text: &str, lists: &BTreeMap<String, String>, lexicon: &mut Lexicon) -> Result<Self, String> {
        let mut parser = Parser { rest: text, lists, lexicon, depth: 0 };
        let root = parser.alternatives().map_err(|problem| format!("{problem} in {text:?}"))?;
        if !parser.rest.is_empty() {
            return Err(format!("{:?} is left over in {text:?}", parser.rest));
        }
        let key = root.key(lexicon).ok_or_else(|| format!("{text:?} matches the empty text"))?;
        Ok(Self { root, key })
    }

    /// Where a match that begins at token `start` may end: bit n is set for a match of n tokens.
    pub(super) fn ends(&self, tokens: &[Token], start: usize) -> u64 {
        self.root.ends(&tokens[start..], 1) & !1
    }

    /// The first and shortest match at or after `start`, as a range of tokens.
    pub(super) fn find(&self, tokens: &[Token], start: usize) -> Option<std::ops::Range<usize>> {
        (start..tokens.len()).find_map(|at| {
            let ends = self.ends(tokens, at);
            (ends != 0).then(|| at..at + ends.trailing_zeros() as usize)
        })
    }
}

impl Node {
    fn ends(&self, tokens: &[Token], from: u64) -> u64 {
        match self {
            _ if from == 0 => 0,
            Self::Words(words) => {
                let mut to = 0;
                let mut left = from;
                while left != 0 {
                    let at = left.trailing_zeros() as usize;
                    left &= left - 1;
                    if at < REACH && tokens.get(at).is_some_and(|token| words.contains(&token.word)) {
                        to |= 1 << (at + 1);
                    }
                }
                to
            }
            Self::Sequence(parts) => parts.iter().fold(from, |at, part| part.ends(tokens, at)),
            Self::Either(parts) => parts.iter().fold(0, |ends, part| ends | part.ends(tokens, from)),
            Self::Maybe(part) => from | part.ends(tokens, from),
            Self::Gap(most) => {
                let mut ends = from;
                for _ in 0..*most {
                    ends |= skip_one(tokens, ends);
                }
                ends
            }
        }
    }

    /// A set of words of which one must occur in every match: of all such sets, the one with the least common words.
    fn key(&self, lexicon: &Lexicon) -> Option<Vec<WordId>> {
        match self {
            Self::Words(words) => Some(words.clone()),
            Self::Sequence(parts) => parts.iter().filter_map(|part| part.key(lexicon)).min_by_key(|words| {
                words.iter().map(|&word| if is_common(lexicon.word(word)) { 1_000 } else { 1 }).sum::<usize>()
            }),
            Self::Either(parts) => {
                let mut all = Vec::new();
                for part in parts {
                    all.extend(part.key(lexicon)?);
                }
                all.sort_unstable();
                all.dedup();
                Some(all)
            }
            Self::Maybe(_) | Self::Gap(_) => None,
        }
    }
}

/// A gap goes over any word, but not over the end of a sentence.
fn skip_one(tokens: &[Token], from: u64) -> u64 {
    let (mut to, mut left) = (0, from);
    while left != 0 {
        let at = left.trailing_zeros() as usize;
        left &= left - 1;
        let inside = tokens.get(at).is_some_and(|token| at == 0 || token.sentence == tokens[at - 1].sentence);
        if at < REACH && inside {
            to |= 1 << (at + 1);
        }
    }
    to
}

/// Words so frequent that their presence says nothing; only speed depends on this list.
fn is_common(word: &str) -> bool {
    const COMMON: &str = " i im ive id ill a an the my me to of in on at for with and or if it its is are was were am be \
        been have has had do dont not no cant will going gonna want wanna need feel he she they him her his you your we \
        this that these what how when all so up out about can cannot get got took take from one side now today more \
        de la el que no me je ne pas ich mich nicht yo un una main saya aku tidak ";
    COMMON.split(' ').any(|common| common == word)
}

struct Parser<'a> {
    rest: &'a str,
    lists: &'a BTreeMap<String, String>,
    lexicon: &'a mut Lexicon,
    depth: usize,
}

impl Parser<'_> {
    fn alternatives(&mut self) -> Result<Node, String> {
        let mut parts = vec![self.sequence()?];
        while self.take('|') {
            parts.push(self.sequence()?);
        }
        if parts.iter().all(|part| matches!(part, Node::Words(_))) {
            let mut words: Vec<_> = parts
                .into_iter()
                .flat_map(|part| if let Node::Words(words) = part { words } else { Vec::new() })
                .collect();
            words.sort_unstable();
            words.dedup();
            return Ok(Node::Words(words));
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Node::Either(parts) })
    }

    fn sequence(&mut self) -> Result<Node, String> {
        let mut parts = Vec::new();
        while let Some(next) = self.peek() {
            match next {
                '|' | ')' | ']' => break,
                '(' => parts.push(self.group(')')?),
                '[' => parts.push(Node::Maybe(Box::new(self.group(']')?))),
                '{' => parts.push(self.list()?),
                _ => parts.push(self.word()?),
            }
        }
        match parts.len() {
            0 => Err("an empty alternative".to_owned()),
            1 => Ok(parts.remove(0)),
            _ => Ok(Node::Sequence(parts)),
        }
    }

    fn group(&mut self, close: char) -> Result<Node, String> {
        self.rest = &self.rest[1..];
        let inner = self.alternatives()?;
        if self.take(close) { Ok(inner) } else { Err(format!("a missing {close:?}")) }
    }

    fn list(&mut self) -> Result<Node, String> {
        let (name, rest) = self.rest[1..].split_once('}').ok_or("a missing '}'")?;
        self.rest = rest;
        let text = self.lists.get(name).ok_or_else(|| format!("the unknown list {name:?}"))?;
        if self.depth > 8 {
            return Err(format!("the list {name:?} within itself"));
        }
        let mut parser = Parser { rest: text, lists: self.lists, lexicon: self.lexicon, depth: self.depth + 1 };
        let node = parser.alternatives()?;
        if parser.rest.is_empty() { Ok(node) } else { Err(format!("a stray bracket in the list {name:?}")) }
    }

    fn word(&mut self) -> Result<Node, String> {
        let end = self.rest.find([' ', '|', '(', ')', '[', ']', '{', '}']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        match word {
            "#" => Ok(Node::Words(vec![Lexicon::NUMBER])),
            "####" => Ok(Node::Words(vec![Lexicon::YEAR])),
            "##" => Ok(Node::Words(vec![Lexicon::BIG_NUMBER])),
            _ => match word.strip_prefix("..") {
                Some(most) => most.parse().map(Node::Gap).map_err(|_| format!("the gap {word:?}")),
                None if word.chars().any(char::is_alphanumeric) => Ok(Node::Words(vec![self.lexicon.intern(word)])),
                None => Err(format!("the stray sign {word:?}")),
            },
        }
    }

    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.rest.chars().next()
    }

    fn take(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        if found {
            self.rest = &self.rest[expected.len_utf8()..];
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Pattern;
    use crate::crisis::lexicon::Lexicon;
    use crate::crisis::normalise::words;

    fn check(pattern: &str, text: &str, expected: bool) {
        let mut lexicon = Lexicon::new();
        let lists = BTreeMap::from([("want".to_owned(), "want to|wanna".to_owned())]);
        let pattern = Pattern::parse(pattern, &lists, &mut lexicon).unwrap();
        let tokens = words(text, &lexicon).tokens;
        assert_eq!(pattern.find(&tokens, 0).is_some(), expected, "{text:?}");
    }

    #[test]
    fn alternatives_options_gaps_and_lists_match() {
        let pattern = "i {want} [please] (go home|sleep) ..2 now";
        check(pattern, "I want to go home now", true);
        check(pattern, "well, I wanna please sleep right about now", true);
        check(pattern, "I wanna sleep one two three now", false);
        check(pattern, "I want go home now", false);
        check("took ## pills", "took 30 pills", true);
        check("took ## pills", "took 2 pills", false);
    }

    #[test]
    fn a_gap_stays_in_its_sentence() {
        check("cold ..3 weather", "cold and very wet weather", true);
        check("cold ..3 weather", "cold and. Then wet weather", false);
    }

    #[test]
    fn malformed_patterns_are_refused() {
        for bad in ["", "(a", "a)", "[a|]", "{nothing}", "a ..x", "[a]", "a -- b", "{want"] {
            assert!(Pattern::parse(bad, &BTreeMap::new(), &mut Lexicon::new()).is_err(), "{bad}");
        }
    }
}
