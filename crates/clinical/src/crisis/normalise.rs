//! From what was typed to words: letters folded, disguises removed, every word with its place in the text.
//!
//! Folding drops accents, case, apostrophes and invisible characters, so that `Don’t`, `DONT` and `don't` are one word.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::lexicon::{Lexicon, WordId};

/// One known or unknown word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) word: WordId,
    /// Bytes of the original text.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Counts up at `.`, `!`, `?`, `;` and empty lines.
    pub(super) sentence: u32,
    /// Counts up at commas, colons, brackets, dashes and line ends as well.
    pub(super) clause: u32,
}

/// The words of a text.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) tokens: Vec<Token>,
    /// Sentences that end in a question mark.
    pub(super) questions: Vec<u32>,
}

/// A stretch of word characters: folded form in `Split::folded`, place in the original.
struct Piece {
    from: usize,
    to: usize,
    token: Token,
}

/// Cuts `text` into words and resolves each against the lexicon.
pub(super) fn words(text: &str, lexicon: &Lexicon) -> Words {
    let mut split = Split::default();
    split.run(text, lexicon);
    let mut tokens = Vec::with_capacity(split.pieces.len());
    let mut at = 0;
    while at < split.pieces.len() {
        let run = split.spelled_run(at);
        if run >= 3
            && let Some(found) = lexicon.segment(&split.folded_run(at, run))
        {
            let whole = Token { end: split.pieces[at + run - 1].token.end, ..split.pieces[at].token };
            tokens.extend(found.into_iter().map(|word| Token { word, ..whole }));
            at += run;
            continue;
        }
        let piece = &split.pieces[at];
        lexicon.resolve(&split.folded[piece.from..piece.to], |word| tokens.push(Token { word, ..piece.token }));
        at += 1;
    }
    lexicon.join_pairs(&mut tokens);
    Words { tokens, questions: split.questions }
}

/// The folded form of one character; nothing for what is dropped.
pub(super) fn fold(character: char, mut push: impl FnMut(char)) {
    match character {
        'ß' | 'ẞ' => ['s', 's'].into_iter().for_each(push),
        'æ' | 'Æ' => ['a', 'e'].into_iter().for_each(push),
        'œ' | 'Œ' => ['o', 'e'].into_iter().for_each(push),
        'ø' | 'Ø' => push('o'),
        'ı' => push('i'),
        // Chandrabindu and anusvara are written for each other (हूँ, हूं).
        '\u{901}' => push('\u{902}'),
        _ => {
            // Compatibility decomposition takes full-width, circled and mathematical letters back to plain ones, and
            // lets accents fall away by themselves.
            for part in std::iter::once(character).nfkd().filter(|&part| !is_accent(part)) {
                part.to_lowercase().filter(|&lower| !is_accent(lower)).for_each(&mut push);
            }
        }
    }
}

/// Accents of European scripts, and the Devanagari nukta, which is often left out.
fn is_accent(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36F}' | '\u{93C}')
}

fn is_invisible(character: char) -> bool {
    matches!(character, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '`' | '´' | '‘' | '’' | '‛' | 'ʼ' | '′' | '＇')
}

pub(super) fn is_word(character: char) -> bool {
    character.is_alphanumeric() || is_combining_mark(character)
}

/// Signs that stand for a letter inside a disguised word (`k!ll`, `$uicide`, `d*e`).
pub(super) fn is_disguise(character: char) -> bool {
    matches!(character, '@' | '$' | '!' | '|' | '*' | '#')
}

#[derive(Default)]
struct Split {
    folded: String,
    pieces: Vec<Piece>,
    questions: Vec<u32>,
    sentence: u32,
    clause: u32,
    /// Whether the last piece is still growing.
    open: bool,
    /// Whether nothing but blanks came since a line break.
    line_ended: bool,
}

impl Split {
    fn run(&mut self, text: &str, lexicon: &Lexicon) {
        let mut rest = text.char_indices().peekable();
        while let Some((at, character)) = rest.next() {
            if !self.open
                && let Some((word, end)) = disguised(&text[at..], lexicon)
            {
                self.push_disguised(word, at, at + end);
                while rest.next_if(|&(next, _)| next < at + end).is_some() {}
                continue;
            }
            let next = rest.peek().map(|&(next, _)| next);
            self.take(character, at, next.unwrap_or(text.len()));
        }
    }

    fn take(&mut self, character: char, at: usize, end: usize) {
        if character.is_ascii_alphanumeric() {
            self.grow(at, end, |folded| folded.push(character.to_ascii_lowercase()));
        } else if is_invisible(character) || (is_apostrophe(character) && self.open) {
            // Neither part of the word nor its end.
        } else if !character.is_ascii() && is_word(character) {
            self.grow(at, end, |folded| fold(character, |part| folded.push(part)));
        } else {
            self.separate(character);
        }
    }

    fn grow(&mut self, at: usize, end: usize, push: impl FnOnce(&mut String)) {
        if !self.open {
            self.line_ended = false;
            let token = Token { word: Lexicon::UNKNOWN, start: at, end, sentence: self.sentence, clause: self.clause };
            self.pieces.push(Piece { from: self.folded.len(), to: self.folded.len(), token });
            self.open = true;
        }
        push(&mut self.folded);
        let piece = self.pieces.last_mut().expect("an open piece is the last one");
        piece.to = self.folded.len();
        piece.token.end = end;
    }

    fn push_disguised(&mut self, word: &str, start: usize, end: usize) {
        self.grow(start, end, |folded| folded.push_str(word));
        self.open = false;
    }

    fn separate(&mut self, character: char) {
        self.open = false;
        match character {
            '.' | '!' | '?' | ';' | '…' | '।' | '。' | '？' | '！' | '¿' | '¡' => {
                if matches!(character, '?' | '？') {
                    self.questions.push(self.sentence);
                }
                self.sentence += 1;
                self.clause += 1;
            }
            // A line break may be only where the window ended; an empty line ends a sentence.
            '\n' => {
                self.clause += 1;
                self.sentence += u32::from(self.line_ended);
            }
            ',' | ':' | '(' | ')' | '–' | '—' | '，' | '、' => self.clause += 1,
            _ => {}
        }
        if character == '\n' || !character.is_whitespace() {
            self.line_ended = character == '\n';
        }
    }

    /// How many pieces from here on are single letters (`k i l l`, `d.i.e`).
    fn spelled_run(&self, at: usize) -> usize {
        let single = |piece: &&Piece| {
            let word = &self.folded[piece.from..piece.to];
            word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_lowercase())
        };
        self.pieces[at..].iter().take(64).take_while(single).count()
    }

    fn folded_run(&self, at: usize, run: usize) -> String {
        self.pieces[at..at + run].iter().map(|piece| &self.folded[piece.from..piece.to]).collect()
    }
}

/// A word written with signs for letters at the start of `rest`, and how many bytes it takes there.
fn disguised<'a>(rest: &str, lexicon: &'a Lexicon) -> Option<(&'a str, usize)> {
    let bytes = rest.as_bytes();
    let length =
        bytes.iter().take(24).take_while(|&&byte| byte.is_ascii_alphanumeric() || is_disguise(byte.into())).count();
    let run = rest[..length].trim_end_matches(['!', '#', '|']);
    if run.len() < 3 || !run.chars().any(is_disguise) {
        return None;
    }
    lexicon.undisguise(&run.to_ascii_lowercase()).map(|word| (word, run.len()))
}
