//! Walks through the sentences of a message: who is spoken of, what is asked or supposed, what is said.

use super::object::{Line, is_number, is_one_of};
use super::predicate::{Read, Verb};
use super::vocabulary::vocabulary;
use super::words::{Sentence, sentences};
use super::{Kind, Statement};

/// A part of a sentence that begins with one of these asks.
const ASKING: &str = " am is are was were can could do does did should would will may might must shall what whats how why \
    which where who when whose isnt arent cant dont doesnt didnt shouldnt any anyone has ";
/// What follows is supposed, not said.
const SUPPOSING: &str = " if unless whether when whenever until till once suppose supposing imagine assuming while incase \
    case pretend say ";
/// What follows is a part of its own, and said.
const JOINING: &str = " because cos cuz coz since but so although though whereas however ";
/// Where one of these stands before it in its part, it is not certain, or not so.
const UNSURE: &str = " think thinks thought thinking might may maybe perhaps possibly probably could worried worry worries \
    worrying afraid scared fear fears feared suspect suspects suspected wonder wondering unsure sure hope hoping hopes \
    want wants wanted wish wishes trying would should considering recommend recommends recommended suggest suggests \
    suggested offered advised felt feels feel guess guessing believe dreamt dreamed like doubt convinced asked \
    asks asking clearly joke joked lied lying claim claims almost nearly quiz tiktok google internet chatgpt ";
/// Words that open a sentence and belong to nothing.
const OPENING: &str = " hi hello hey please ok okay thanks thank you also and btw oh yes no well so just sorry update but \
    fyi then right yeah yep anyway ";
/// People who are named without "my".
const NAMED: &str = " mum mom mummy dad daddy grandma grandad granddad grandpa nan nana gran granny hubby baby ";
const MEN: &str = " father son husband boyfriend brother grandfather grandson uncle nephew father-in-law ";
const WOMEN: &str = " mother daughter wife girlfriend sister grandmother granddaughter aunt niece mother-in-law ";

/// What a message says of its writer and of those close to them, in the order in which it is said.
pub fn facts(text: &str) -> Vec<Statement> {
    let mut reader = Reader { text, said: Vec::new(), others: Vec::new(), last: None };
    for sentence in sentences(text) {
        reader.read(&sentence);
    }
    let mut said: Vec<Statement> = Vec::new();
    for statement in reader.said {
        if !said.contains(&statement) {
            said.push(statement);
        }
    }
    said
}

struct Reader<'a> {
    text: &'a str,
    said: Vec<Statement>,
    /// Who was spoken of, the last one last.
    others: Vec<String>,
    /// Of whom the last sentence spoke.
    last: Option<String>,
}

/// Of whom a part of a sentence speaks.
#[derive(Clone, Default)]
enum About {
    /// Of nobody who is known.
    #[default]
    Nobody,
    Writer,
    Other(String),
}

impl About {
    fn of(who: Option<&String>) -> Self {
        who.map_or(Self::Writer, |who| Self::Other(who.clone()))
    }
}

/// Where a reader stands in a sentence.
#[expect(clippy::struct_excessive_bools, reason = "four signs that stand by themselves, each met or not")]
struct Part {
    /// Where the part of the sentence begins.
    begin: usize,
    asking: bool,
    supposing: bool,
    /// A word of doubt stands in it.
    unsure: bool,
    /// At the beginning of a part, where a verb can stand alone.
    fresh: bool,
    subject: About,
}

impl Part {
    fn at(begin: usize, subject: About) -> Self {
        Self { begin, asking: false, supposing: false, unsure: false, fresh: true, subject }
    }
}

/// A subject, the place behind it, and what its own word says of the verb (`I'm`).
struct Subject {
    who: Option<String>,
    next: usize,
    verb: Verb,
    /// Said in its name ("my 4-year-old").
    said: Vec<Statement>,
}

impl Reader<'_> {
    fn read(&mut self, sentence: &Sentence) {
        let line = Line { text: self.text, tokens: &sentence.tokens };
        let mut part = Part::at(0, About::Nobody);
        let asked_from = if sentence.asked { asked_from(&line) } else { usize::MAX };
        let opening = (0..line.tokens.len())
            .find(|at| !(is_one_of(OPENING, line.word(*at)) || line.word(*at) == ","))
            .unwrap_or(0);
        let mut at = 0;
        while at < line.tokens.len() {
            if at == opening {
                // Nobody is named yet: it goes on about whom the sentence before was about.
                (part.fresh, part.subject) = (true, About::of(self.last.as_ref()));
            }
            part.asking |= at >= asked_from;
            at = self.step(&line, &mut part, at, at == opening);
        }
        match part.subject {
            About::Nobody => {}
            About::Writer => self.last = None,
            About::Other(who) => self.last = Some(who),
        }
    }

    fn step(&mut self, line: &Line<'_>, part: &mut Part, at: usize, opening: bool) -> usize {
        let word = line.word(at);
        if line.tokens[at].is_pause() {
            *part = Part::at(at + 1, std::mem::take(&mut part.subject));
            return at + 1;
        }
        let said_next = is_one_of(" i im ive my he she hes shes we a ", line.word(at + 1));
        if is_one_of(JOINING, word) || (matches!(word, "and" | "as" | "plus") && said_next && !part.supposing) {
            if word == "as"
                && is_one_of(" a an ", line.word(at + 1))
                && let Some(end) = self.take(line.as_one(at + 1))
            {
                return end;
            }
            *part = Part::at(at + 1, std::mem::take(&mut part.subject));
            return at + 1;
        }
        if matches!(word, "and" | "or") {
            part.fresh = true;
            return at + 1;
        }
        if is_one_of(SUPPOSING, word) && !(opening && word == "say") {
            part.supposing = true;
            return at + 1;
        }
        if part.fresh && asks(line, at) {
            (part.asking, part.subject) = (true, About::Nobody);
        }
        let certain = !part.supposing && !part.unsure;
        let end = self.meet(line, part, at, certain).or_else(|| self.alone(line, part, at, opening, certain));
        if opening && end.is_none() && !part.asking {
            // It begins with somebody or something else.
            part.subject = About::Nobody;
        }
        // "a woman with asthma on salbutamol": more may be said of the same person.
        part.fresh = end.is_some_and(|end| is_one_of(" on taking ", line.word(end)));
        let end = end.unwrap_or(at + 1);
        part.unsure |= (at..end).any(|at| is_one_of(UNSURE, line.word(at)));
        end
    }

    /// Someone is named here, and perhaps something said of them.
    fn meet(&mut self, line: &Line<'_>, part: &mut Part, at: usize, certain: bool) -> Option<usize> {
        let certain_here = certain && !part.asking;
        if let Some(subject) = self.subject(line, at, part.fresh) {
            let Subject { who, next, verb, said } = subject;
            if certain {
                self.said.extend(said);
            }
            part.subject = if part.asking { About::Nobody } else { About::of(who.as_ref()) };
            let read = if certain_here { line.predicate(who.as_deref(), next, verb) } else { None };
            return Some(self.take(read).unwrap_or(next));
        }
        match line.word(at) {
            "my" if certain => self.take(line.possession(at + 1)),
            "me" if certain_here && at > 0 => {
                let put =
                    matches!((line.word(at - 1), line.word(at + 1)), ("put" | "started" | "keeps" | "kept", "on"));
                let gave = line.word(at - 1) == "prescribed";
                let from = at + if put { 2 } else { 1 };
                if put || gave { self.take(line.given(from)) } else { None }
            }
            "prescribed" if certain_here && by_doctor(line, part.begin, at) => self.take(line.given(at + 1)),
            _ => None,
        }
    }

    /// Something is said without naming of whom.
    fn alone(&mut self, line: &Line<'_>, part: &Part, at: usize, opening: bool, certain: bool) -> Option<usize> {
        if !part.fresh || !certain || part.asking {
            return None;
        }
        let who = match &part.subject {
            About::Nobody => return None,
            About::Writer => None,
            About::Other(who) => Some(who.as_str()),
        };
        let read = line.heading(who, at).or_else(|| {
            let verb = Verb { alone: true, ..Verb::default() };
            let (said, end) = line.predicate(who, at, verb)?;
            // A bare number is an age only where more is said of the person.
            let bare = opening && is_number(line.word(at)) && said.len() == 1 && said[0].kind == Kind::Person;
            (!bare || end > at + 1).then_some((said, end))
        });
        self.take(read)
    }

    fn take(&mut self, read: Read) -> Option<usize> {
        let (said, end) = read?;
        self.said.extend(said);
        Some(end)
    }

    /// Who is named at a place as the one who is or does something.
    fn subject(&mut self, line: &Line<'_>, at: usize, fresh: bool) -> Option<Subject> {
        let own = |next, verb| Some(Subject { who: None, next, verb, said: Vec::new() });
        let be = Verb { be: true, ..Verb::default() };
        match line.word(at) {
            "i" => own(at + 1, Verb::default()),
            "im" => own(at + 1, be),
            "ive" => own(at + 1, Verb { have: true, ..Verb::default() }),
            "my" | "our" => self.close(line, at + 1),
            "he" => Some(self.other("he", MEN, at, Verb::default())),
            "hes" => Some(self.other("he", MEN, at, be)),
            "she" => Some(self.other("she", WOMEN, at, Verb::default())),
            "shes" => Some(self.other("she", WOMEN, at, be)),
            word if fresh && is_one_of(NAMED, word) => self.close(line, at),
            _ => None,
        }
    }

    /// "my son", "my 4-year-old", "my pregnant wife".
    fn close(&mut self, line: &Line<'_>, at: usize) -> Option<Subject> {
        const WHICH: &str = " dear elderly little older younger eldest youngest oldest late new other own teenage \
            pregnant beloved poor sick ";
        let aged = line.age(at, false).filter(|_| !line.ends(at + 1));
        let mut next = aged.as_ref().map_or(at, |(_, end)| *end);
        let pregnant = line.word(next) == "pregnant";
        while is_one_of(WHICH, line.word(next)) && line.name(&vocabulary().people, next).is_none() {
            next += 1;
        }
        let named = line.name(&vocabulary().people, next);
        if named.is_none() && aged.is_none() {
            return None;
        }
        let (who, length) = named.unwrap_or_else(|| ("child".to_owned(), 0));
        let say = |kind, what: String, text| Statement { who: Some(who.clone()), kind, what, text, holds: true };
        let mut said = Vec::new();
        said.extend(aged.map(|((what, text), _)| say(Kind::Person, what, text)));
        said.extend(pregnant.then(|| say(Kind::Pregnancy, "pregnant".to_owned(), "pregnant".to_owned())));
        self.others.push(who.clone());
        Some(Subject { who: Some(who), next: next + length, verb: Verb::default(), said })
    }

    /// "he" or "she": the last one spoken of who can be meant.
    fn other(&self, word: &str, fitting: &str, at: usize, verb: Verb) -> Subject {
        let against = if word == "he" { WOMEN } else { MEN };
        let known = self.others.iter().rev().find(|other| is_one_of(fitting, other));
        let known = known.or_else(|| self.others.iter().rev().find(|other| !is_one_of(against, other)));
        let who = Some(known.map_or_else(|| word.to_owned(), Clone::clone));
        Subject { who, next: at + 1, verb, said: Vec::new() }
    }
}

/// From which word on a sentence with a question mark asks, where no part of it begins as a question does.
fn asked_from(line: &Line<'_>) -> usize {
    let begins =
        |at: usize| at == 0 || line.tokens[at - 1].is_pause() || is_one_of(" and but so or ", line.word(at - 1));
    if (0..line.tokens.len()).any(|at| begins(at) && asks(line, at)) {
        return usize::MAX;
    }
    line.tokens.iter().rposition(super::words::Token::is_pause).map_or(0, |pause| pause + 1)
}

/// Whether a part of a sentence that begins here asks.
fn asks(line: &Line<'_>, at: usize) -> bool {
    let someone = is_one_of(" i you he she they we it my ", line.word(at + 1));
    match line.word(at) {
        // "Don't have diabetes" is said, "don't I have" is asked.
        "have" | "had" | "dont" | "doesnt" => someone,
        "may" | "might" | "must" | "will" | "any" | "has" | "was" | "were" | "is" | "are" | "am" if at > 0 => {
            someone || is_one_of(" it this that there the a ", line.word(at + 1)) || line.word(at) == "any"
        }
        word => is_one_of(ASKING, word),
    }
}

fn by_doctor(line: &Line<'_>, begin: usize, at: usize) -> bool {
    const DOCTORS: &str = " doctor gp nurse hospital psychiatrist dentist consultant specialist they he she dr ";
    (begin..at).any(|at| is_one_of(DOCTORS, line.word(at)))
}
