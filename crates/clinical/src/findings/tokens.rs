//! Cutting a note into words, numbers and punctuation, with the clause that each stands in.

use super::words::{WORDS, fold};

/// What a token is beside its text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Shape {
    Word,
    /// `38.5`
    Number(f64),
    /// `3/7`, `120/80`, `32/40`
    Fraction(f64, f64),
    /// A comma, bracket, colon, dash.
    Soft(char),
    /// A question mark before a word: `?PE`.
    Query,
}

/// One token of a note.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "four things that hold or not, each by itself")]
pub(super) struct Token {
    /// First byte in the text, and one past the last.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) shape: Shape,
    /// The word folded: lower case, no apostrophes, one spelling.
    pub(super) folded: String,
    /// Its common form, shared by synonyms. Empty for punctuation.
    pub(super) canonical: String,
    /// No finding rests on it (`the`, `my`).
    pub(super) is_stop: bool,
    /// Written in capitals throughout.
    pub(super) is_upper: bool,
    /// A typing error was put right, so it is less sure.
    pub(super) is_corrected: bool,
    /// No space before it.
    pub(super) is_glued: bool,
    /// Clause, from 0.
    pub(super) clause: usize,
    /// Place among the words of the clause that count; commas and `and` leave a gap.
    pub(super) place: usize,
}

impl Token {
    pub(super) fn number(&self) -> Option<f64> {
        if let Shape::Number(value) = self.shape { Some(value) } else { None }
    }

    /// The word itself, in the singular, marked so that it is no synonym's common form.
    pub(super) fn own_form(&self) -> String {
        let word = self.folded.as_str();
        let single =
            if word.len() > 3 && !word.ends_with("ss") { word.strip_suffix('s').unwrap_or(word) } else { word };
        format!("={single}")
    }

    /// Whether its common form is another word.
    pub(super) fn is_synonym(&self) -> bool {
        self.canonical != self.folded && self.canonical != super::words::stem(&self.folded)
    }

    pub(super) fn is_word(&self) -> bool {
        self.shape == Shape::Word
    }

    pub(super) fn is(&self, word: &str) -> bool {
        self.is_word() && self.folded == word
    }
}

/// Words that end what a denial before them reaches, and a phrase.
const TURNS: [&str; 8] = ["but", "however", "although", "though", "except", "whereas", "nevertheless", "yet"];

/// Cuts `text` into tokens, at most `limit` of them.
pub(super) fn cut(text: &str, limit: usize) -> Vec<Token> {
    let mut cutter = Cutter { text, at: 0, clause: 0, glued: false, tokens: Vec::new() };
    while cutter.at < text.len() && cutter.tokens.len() < limit {
        cutter.step();
    }
    let mut tokens = merge(&cutter.tokens);
    place(&mut tokens);
    tokens
}

struct Cutter<'a> {
    text: &'a str,
    at: usize,
    clause: usize,
    glued: bool,
    tokens: Vec<Token>,
}

impl Cutter<'_> {
    fn step(&mut self) {
        let rest = &self.text[self.at..];
        let c = rest.chars().next().expect("not at the end");
        match c {
            '0'..='9' => self.number(rest),
            _ if c.is_alphabetic() => self.word(rest),
            '+' | '-' if rest[1..].starts_with("ve") && !rest[3..].starts_with(char::is_alphabetic) => {
                let word = if c == '+' { "positive" } else { "negative" };
                self.push(3, Shape::Word, word);
            }
            '\n' => self.newline(rest),
            '?' if rest[1..].trim_start().starts_with(char::is_alphabetic) && !self.glued => {
                self.push(1, Shape::Query, "?");
            }
            '.' | ';' | '!' | '?' | '•' => {
                self.clause += 1;
                self.skip(c);
            }
            ',' | ':' | '(' | ')' | '–' | '—' | '/' | '&' | '+' | '%' => {
                self.push(c.len_utf8(), Shape::Soft(c), "");
            }
            '-' if !self.glued && rest[1..].starts_with(' ') => self.push(1, Shape::Soft(','), ""),
            _ => self.skip(c),
        }
    }

    fn skip(&mut self, c: char) {
        self.at += c.len_utf8();
        self.glued = !c.is_whitespace();
    }

    fn push(&mut self, len: usize, shape: Shape, word: &str) {
        let (start, end) = (self.at, self.at + len);
        let folded = fold(word);
        let is_word = shape == Shape::Word;
        let canonical = match shape {
            Shape::Word => WORDS.canonical(&folded),
            Shape::Number(_) | Shape::Fraction(..) => folded.clone(),
            Shape::Soft(_) | Shape::Query => String::new(),
        };
        if is_word && TURNS.contains(&folded.as_str()) {
            self.clause += 1;
        }
        self.tokens.push(Token {
            start,
            end,
            shape,
            is_stop: is_word && WORDS.is_stop(&folded),
            is_upper: is_word && word.chars().all(|c| !c.is_lowercase()),
            folded,
            canonical,
            is_corrected: false,
            is_glued: self.glued,
            clause: self.clause,
            place: 0,
        });
        self.at = end;
        self.glued = true;
    }

    fn word(&mut self, rest: &str) {
        let is_inner = |c: char| c.is_alphabetic() || matches!(c, '\'' | '’');
        let mut len = rest.find(|c| !is_inner(c)).unwrap_or(rest.len());
        // Single letters joined by a slash, `&` or `+` are one abbreviation: c/o, N&V, D+V.
        if rest[..len].chars().count() == 1 {
            let mut after = rest[len..].chars();
            while let (Some('/' | '&' | '+'), Some(letter)) = (after.next(), after.next()) {
                let next = after.clone().next();
                if !letter.is_ascii_alphabetic() || next.is_some_and(char::is_alphabetic) {
                    break;
                }
                len += 2;
            }
        }
        let word = rest[..len].replace(['&', '+'], "/");
        self.push(len, Shape::Word, word.trim_end_matches(['\'', '’']));
    }

    fn number(&mut self, rest: &str) {
        let bytes = rest.as_bytes();
        let mut len = digits(bytes, 0);
        if len < bytes.len() && matches!(bytes[len], b'.' | b',') {
            let more = digits(bytes, len + 1);
            let decimals = more - len - 1;
            // A comma is decimal before one figure only: 38,5. With three it parts thousands: 4,100.
            if decimals > 0 && (bytes[len] == b'.' || decimals == 1) {
                len = more;
            } else if bytes[len] == b',' && decimals == 3 {
                let value = rest[..more].replace(',', "").parse().unwrap_or(f64::MAX);
                let text = rest[..more].to_owned();
                self.push(more, Shape::Number(value), &text);
                return;
            }
        }
        let value: f64 = rest[..len].replace(',', ".").parse().unwrap_or(f64::MAX);
        if len < bytes.len() && bytes[len] == b'/' {
            let more = digits(bytes, len + 1);
            if more > len + 1 {
                let under = rest[len + 1..more].parse().unwrap_or(f64::MAX);
                let text = rest[..more].to_owned();
                self.push(more, Shape::Fraction(value, under), &text);
                return;
            }
        }
        let text = rest[..len].to_owned();
        self.push(len, Shape::Number(value), &text);
    }

    /// A line that was wrapped goes on; a short one, a list item or an empty line ends the clause.
    fn newline(&mut self, rest: &str) {
        let line = self.text[..self.at].rsplit('\n').next().unwrap_or("");
        let next = rest[1..].trim_start_matches([' ', '\t']);
        if line.chars().count() < 45 || next.starts_with(['\n', '-', '*', '•']) {
            self.clause += 1;
        }
        self.skip('\n');
    }
}

fn digits(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < bytes.len() && bytes[at].is_ascii_digit() {
        at += 1;
    }
    at
}

/// Puts several words that stand for one together: `short of breath`, `pins and needles`.
fn merge(tokens: &[Token]) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let run: Vec<&str> = tokens[at..]
            .iter()
            .take(6)
            .take_while(|t| t.is_word() && t.clause == tokens[at].clause)
            .map(|t| t.folded.as_str())
            .collect();
        if let Some((len, canonical)) = WORDS.merge(&run) {
            let mut token = tokens[at].clone();
            token.end = tokens[at + len - 1].end;
            canonical.clone_into(&mut token.canonical);
            token.folded = canonical.replace(' ', "_");
            token.is_stop = WORDS.is_stop(canonical);
            out.push(token);
            at += len;
        } else {
            out.push(tokens[at].clone());
            at += 1;
        }
    }
    out
}

/// Words for how something looks or feels. A comma between two of them parts nothing: `hard, hot, red and sore`.
const HOW: [&str; 36] = [
    "red",
    "hot",
    "warm",
    "swollen",
    "sore",
    "hard",
    "tender",
    "painful",
    "itchy",
    "dry",
    "tight",
    "white",
    "blue",
    "cold",
    "pale",
    "puffy",
    "stiff",
    "numb",
    "tingly",
    "blistered",
    "cracked",
    "peeling",
    "scaly",
    "crusty",
    "weeping",
    "raised",
    "shiny",
    "flaky",
    "watery",
    "gritty",
    "sticky",
    "smelly",
    "lumpy",
    "heavy",
    "pink",
    "round",
];

fn place(tokens: &mut [Token]) {
    let (mut clause, mut place) = (usize::MAX, 0);
    let is_how = |at: Option<usize>| at.and_then(|at| tokens.get(at)).is_some_and(|t| HOW.contains(&t.folded.as_str()));
    let lists: Vec<bool> = (0..tokens.len()).map(|at| is_how(at.checked_sub(1)) && is_how(Some(at + 1))).collect();
    for (token, is_list) in tokens.iter_mut().zip(lists) {
        if token.clause != clause {
            (clause, place) = (token.clause, 0);
        }
        match token.shape {
            Shape::Soft('/' | '&' | '+' | '%') => place += 1,
            Shape::Soft(',') if is_list => {}
            Shape::Soft(_) | Shape::Query => place += 4,
            _ if token.is("and") || token.is("or") || token.is("with") => place += 1,
            _ if token.is_stop || matches!(token.canonical.as_str(), "lef" | "righ" | "l" | "r" | "both") => {}
            _ => place += 1,
        }
        token.place = place;
    }
}
