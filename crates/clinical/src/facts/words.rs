//! A text as sentences of plain words: lower case, without apostrophes, hyphens taken for blanks.

/// A word, or a sign at which a reader pauses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// `im`, `34`, `penicillin`; a pause is `,`, a colon `:`.
    pub(crate) word: String,
    /// Bytes of the text.
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Token {
    pub(crate) fn is_pause(&self) -> bool {
        matches!(self.word.as_str(), "," | ":")
    }
}

/// One sentence.
#[derive(Debug, Default)]
pub(crate) struct Sentence {
    pub(crate) tokens: Vec<Token>,
    /// It ends in a question mark.
    pub(crate) asked: bool,
}

/// The sentences of a text.
pub(crate) fn sentences(text: &str) -> Vec<Sentence> {
    let mut sentences = vec![Sentence::default()];
    let mut open: Option<Token> = None;
    let mut before = ' ';
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let sentence = sentences.last_mut().expect("there is always one");
        if character.is_alphanumeric() {
            let token = open.get_or_insert_with(|| Token { word: String::new(), start: at, end: at });
            token.word.extend(character.to_lowercase());
            token.end = at + character.len_utf8();
        } else if is_apostrophe(character) && open.is_some() {
            // `I'm` is one word.
        } else if character == '.' && before.is_ascii_digit() && next.is_some_and(|next| next.is_ascii_digit()) {
            // `2.5` is one number.
            if let Some(token) = &mut open {
                token.word.push('.');
            }
        } else {
            sentence.tokens.extend(open.take());
            match character {
                '.' if is_short(&sentence.tokens) => {}
                '.' | '!' | '?' | ';' | '\n' | '…' => {
                    sentence.asked = character == '?';
                    if !sentence.tokens.is_empty() {
                        sentences.push(Sentence::default());
                    }
                }
                ',' | '(' | ')' | '–' | '—' | '"' | '“' | '”' => sentence.tokens.push(pause(",", at)),
                '-' if before.is_whitespace() => sentence.tokens.push(pause(",", at)),
                ':' => sentence.tokens.push(pause(":", at)),
                '&' | '+' => sentence.tokens.push(pause("and", at)),
                '/' if !before.is_ascii_digit() => sentence.tokens.push(pause("and", at)),
                _ => {}
            }
        }
        before = character;
    }
    sentences.last_mut().expect("there is always one").tokens.extend(open);
    sentences.retain(|sentence| !sentence.tokens.is_empty());
    sentences
}

fn pause(word: &str, at: usize) -> Token {
    Token { word: word.to_owned(), start: at, end: at + 1 }
}

/// `Dr.` and its like end no sentence.
fn is_short(tokens: &[Token]) -> bool {
    tokens.last().is_some_and(|token| matches!(token.word.as_str(), "dr" | "mr" | "mrs" | "approx" | "vs"))
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '`' | '´' | '‘' | '’' | 'ʼ')
}

#[cfg(test)]
mod tests {
    use super::sentences;

    fn cut(text: &str) -> Vec<String> {
        sentences(text)
            .iter()
            .map(|sentence| sentence.tokens.iter().map(|token| token.word.as_str()).collect::<Vec<_>>().join(" "))
            .collect()
    }

    #[test]
    fn words_are_plain_and_sentences_end_where_they_end() {
        assert_eq!(
            cut("I’m 34-year-old. Dr. Who takes 2.5 mg, twice!"),
            ["im 34 year old", "dr who takes 2.5 mg , twice"]
        );
        assert_eq!(cut("Allergies: eggs & milk?"), ["allergies : eggs and milk"]);
        assert!(sentences("Really?")[0].asked);
        assert!(sentences("... \n").is_empty());
    }
}
