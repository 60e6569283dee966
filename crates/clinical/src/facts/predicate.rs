//! What is said of someone: everything behind "I", "my son" or "she".

use super::object::{Line, Object, is_number, is_one_of};
use super::vocabulary::vocabulary;
use super::{Kind, Statement};

/// Words between a subject and its verb that change nothing.
const ADVERBS: &str = " also still currently now just already actually really recently both only regularly always usually \
    sometimes often presently then myself definitely unfortunately sadly officially newly permanently finally that ";

/// What says of an allergy only that there is one.
const VAGUE: &str = " a an my the any no food skin bad severe seasonal mild some many several drug medicine known \
    serious slight terrible other nasty strong multiple lots of new ";
/// What may follow "had my baby" where a birth is meant: "had the baby weighed" is none.
const THEN: &str = " on last in at yesterday today this two three four five six by early and now so a few ";

/// The verb so far: its helpers, and whether it says no.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "signs that stand by themselves, each met or not")]
pub(super) struct Verb {
    pub(super) be: bool,
    pub(super) have: bool,
    pub(super) had: bool,
    pub(super) past: bool,
    pub(super) no: bool,
    /// Nobody is named right before it: only what can stand alone counts.
    pub(super) alone: bool,
}

/// Statements, and the place behind them.
pub(super) type Read = Option<(Vec<Statement>, usize)>;

impl Line<'_> {
    /// What is said of `who`, from a place on.
    pub(super) fn predicate(&self, who: Option<&str>, at: usize, verb: Verb) -> Read {
        let (verb, at) = self.helpers(verb, at)?;
        let say = Say { line: self, who, holds: !verb.no };
        let now = (verb.be || verb.alone) && !verb.past;
        match self.word(at) {
            "allergic" | "alergic" | "allergick" | "intolerant" | "anaphylactic" if now => say.allergy(at),
            "on" if now || (verb.have && verb.be) => say.medicines(at + 1),
            "off" if verb.be && !verb.past && !verb.no => say.over().medicines(at + 1),
            "put" | "started" | "kept" if verb.be && self.word(at + 1) == "on" && !verb.no => say.medicines(at + 2),
            "take" | "takes" | "taking" | "use" | "uses" | "using" | "inject" | "injects" | "injecting"
                if !verb.past =>
            {
                say.medicines(at + 1)
            }
            "started" | "starting" | "begun" | "began" if !verb.past && !verb.no => {
                say.medicines(at + 1 + usize::from(is_one_of(" taking using on ", self.word(at + 1))))
            }
            "prescribed" if (verb.be || verb.have || verb.alone) && !verb.no => say.medicines(at + 1),
            "stopped" | "quit" | "finished" | "discontinued" if !verb.past && !verb.no => say.over().stopped(at + 1),
            "came" | "come" | "went" | "gone" | "taken" | "weaned" if self.word(at + 1) == "off" && !verb.no => {
                say.over().medicines(at + 2)
            }
            "switched" | "swapped" | "changed" if !verb.no => say.switched(at + 1),
            "used" if self.word(at + 1) == "to" => {
                self.predicate(who, at + 2, Verb { no: true, alone: true, ..Verb::default() })
            }
            "diagnosed" if (verb.be || verb.have || verb.alone) && !verb.no => say.diagnosed(at + 1),
            "suffer" | "suffers" | "suffering" | "live" | "lives" | "living" | "struggle" | "struggles"
            | "struggling"
                if is_one_of(" from with ", self.word(at + 1)) && !verb.past =>
            {
                say.conditions(at + 2, false)
            }
            "get" | "gets" if !verb.no && !verb.be => say.conditions(at + 1, false),
            "gave" | "given" if self.word(at + 1) == "birth" && !verb.no => {
                say.over().pregnancy("pregnant", at, at + 2)
            }
            "miscarried" if !verb.no => say.over().pregnancy("pregnant", at, at + 1),
            "lost"
                if is_one_of(" the my our ", self.word(at + 1)) && is_one_of(" baby pregnancy ", self.word(at + 2)) =>
            {
                say.over().pregnancy("pregnant", at, at + 3)
            }
            "react" | "reacts" | "reacted" => say.reaction(at + 1),
            "breastfeed" | "breastfeeds" => say.pregnancy("breastfeeding", at, at + 1),
            _ => say.rest(at, verb, now),
        }
    }

    /// Helpers, denials and adverbs up to the word that says it. `None` where it is wished, supposed or over.
    fn helpers(&self, mut verb: Verb, mut at: usize) -> Option<(Verb, usize)> {
        loop {
            match self.word(at) {
                "am" | "is" | "are" | "been" | "being" | "be" => verb.be = true,
                "was" | "were" => (verb.be, verb.past) = (true, true),
                "have" | "has" | "having" | "got" => verb.have = true,
                "had" => verb.had = true,
                "not" | "never" | "dont" | "doesnt" => verb.no = true,
                "isnt" | "arent" | "aint" => (verb.be, verb.no) = (true, true),
                "havent" | "hasnt" => (verb.have, verb.no) = (true, true),
                "no" if self.word(at + 1) == "longer" => {
                    verb.no = true;
                    at += 1;
                }
                "do" | "does" => {}
                // What was put on someone or found in them lasts; what they were is over.
                "diagnosed" | "prescribed" | "put" | "started" if verb.past => {
                    verb.past = false;
                    return Some((verb, at));
                }
                word if is_one_of(ADVERBS, word) => {}
                _ => break,
            }
            at += 1;
        }
        let over = verb.had && verb.be;
        (!over).then_some((verb, at))
    }
}

/// Makes statements about someone.
#[derive(Clone, Copy)]
struct Say<'a> {
    line: &'a Line<'a>,
    who: Option<&'a str>,
    holds: bool,
}

impl Say<'_> {
    /// The same, taken back.
    fn over(self) -> Self {
        Self { holds: false, ..self }
    }

    fn one(&self, kind: Kind, what: &str, text: String) -> Statement {
        Statement { who: self.who.map(str::to_owned), kind, what: what.to_owned(), text, holds: self.holds }
    }

    fn all(&self, kind: Kind, before: &str, (objects, end): (Vec<Object>, usize)) -> Read {
        let typed = |object: &Object| self.line.typed(object.from, object.to);
        let say = |object: &Object| self.one(kind, &object.what, format!("{before}{}", typed(object)));
        (!objects.is_empty()).then(|| (objects.iter().map(say).collect(), end))
    }

    fn medicines(&self, at: usize) -> Read {
        self.all(Kind::Medicine, "takes ", self.line.medicines(at))
    }

    fn conditions(&self, at: usize, events: bool) -> Read {
        self.all(Kind::Condition, "", self.line.conditions(at, events))
    }

    /// Behind "allergic": what to.
    fn allergy(&self, at: usize) -> Read {
        let before = if self.line.word(at) == "intolerant" { "intolerant to " } else { "allergic to " };
        let to = matches!(self.line.word(at + 1), "to" | "of" | "against" | ":");
        to.then(|| self.all(Kind::Allergy, before, self.line.allergens(at + 2))).flatten()
    }

    fn stopped(&self, at: usize) -> Read {
        let at = at + usize::from(is_one_of(" taking using ", self.line.word(at)));
        match self.line.word(at) {
            "breastfeeding" | "nursing" => self.pregnancy("breastfeeding", at, at + 1),
            _ => self.medicines(at),
        }
    }

    /// From one medicine to another.
    fn switched(&self, at: usize) -> Read {
        let (mut said, at) = match self.line.word(at) {
            "from" => self.over().medicines(at + 1)?,
            _ => (Vec::new(), at),
        };
        let (now, end) = (self.line.word(at) == "to").then(|| self.medicines(at + 1)).flatten()?;
        said.extend(now);
        Some((said, end))
    }

    fn diagnosed(&self, at: usize) -> Read {
        match self.line.word(at) {
            "with" => self.conditions(at + 1, true),
            "as" => self.adjective(at + 1),
            _ => None,
        }
    }

    fn reaction(&self, at: usize) -> Read {
        let at = at + usize::from(is_one_of(" badly strongly terribly ", self.line.word(at)));
        (self.holds && self.line.word(at) == "to")
            .then(|| self.all(Kind::Allergy, "reacts to ", self.line.known_allergens(at + 1)))
            .flatten()
    }

    #[expect(clippy::unnecessary_wraps, reason = "it stands among others that may find nothing")]
    fn pregnancy(&self, what: &str, from: usize, to: usize) -> Read {
        Some((vec![self.one(Kind::Pregnancy, what, self.line.typed(from, to).to_lowercase())], to))
    }

    /// A condition as an adjective: "diabetic", "a type 2 diabetic", "a cancer survivor".
    fn adjective(&self, at: usize) -> Read {
        let from = at + usize::from(is_one_of(" a an ", self.line.word(at)));
        if let Some((what, length)) = self.line.name(&vocabulary().adjectives, from) {
            let typed = self.line.typed(from, from + length).to_owned();
            return Some((vec![self.one(Kind::Condition, &what, typed)], from + length));
        }
        let (said, end) = self.conditions(from, true)?;
        is_one_of(" survivor sufferer patient ", self.line.word(end)).then_some((said, end + 1))
    }

    /// What begins with no verb of its own.
    fn rest(&self, at: usize, verb: Verb, now: bool) -> Read {
        if now && let Some(said) = self.state(at, verb) {
            return Some(said);
        }
        if verb.have && !verb.be {
            return self.has(at, verb);
        }
        (verb.had && self.holds).then(|| self.had(at)).flatten()
    }

    /// Behind "is": expecting, old, ill.
    fn state(&self, at: usize, verb: Verb) -> Read {
        let word = self.line.word(at);
        let weeks = is_number(word) && is_one_of(" week weeks month months ", self.line.word(at + 1));
        let at_word = at + if weeks { 2 } else { usize::from(is_one_of(" heavily currently newly ", word)) };
        match self.line.word(at_word) {
            // Alone it must be all that is said: "Pregnant women" is a subject to ask about.
            "pregnant"
                if verb.be
                    || self.line.ends(at_word + 1)
                    || is_one_of(" and with but so ", self.line.word(at_word + 1)) =>
            {
                return self.pregnancy("pregnant", at, at_word + 1);
            }
            "expecting"
                if self.line.ends(at_word + 1) || is_one_of(" a our my twins ", self.line.word(at_word + 1)) =>
            {
                return self.pregnancy("pregnant", at, at_word + 1);
            }
            "breastfeeding" if verb.be || is_one_of(" my our a ", self.line.word(at_word + 1)) => {
                return self.pregnancy("breastfeeding", at, at_word + 1);
            }
            "breast" if verb.be && self.line.word(at_word + 1) == "feeding" => {
                return self.pregnancy("breastfeeding", at, at_word + 2);
            }
            _ => {}
        }
        let trimester = (at + 1..at + 4).find(|at| self.line.word(*at) == "trimester");
        if word == "in"
            && let Some(end) = trimester
            && self.holds
        {
            return self.pregnancy("pregnant", at, end + 1);
        }
        if let Some((what, length)) = self.line.known_allergen(at)
            && self.line.word(at + length) == "intolerant"
        {
            let typed = self.line.typed(at, at + length + 1).to_owned();
            return Some((vec![self.one(Kind::Allergy, &what, typed)], at + length + 1));
        }
        self.old(at, verb).or_else(|| {
            let (said, end) = self.adjective(at)?;
            // Alone it must be all that is said: "Diabetic diets" are something else.
            let whole = verb.be || self.line.ends(end) || is_one_of(" and with on ", self.line.word(end));
            whole.then_some((said, end))
        })
    }

    fn old(&self, at: usize, verb: Verb) -> Read {
        let is = self.line.age_or_sex(at).filter(|is| self.holds && (verb.be || is.age.is_some()))?;
        // "7 year old with a rash", "13 year old son": nobody writes so of themselves.
        let named = self.line.name(&vocabulary().people, is.end).map(|(name, _)| name);
        let child = is.age.as_ref().is_some_and(|(what, _)| is_childs(what)).then(|| "child".to_owned());
        if let Some(who) = named.or(child).filter(|_| verb.alone && self.who.is_none()) {
            let (what, text) = is.age?;
            let age = Statement { who: Some(who), kind: Kind::Person, what, text, holds: true };
            return Some((vec![age], is.end));
        }
        let mut said = Vec::new();
        said.extend(is.age.map(|(what, text)| self.one(Kind::Person, &what, text)));
        said.extend(is.sex.map(|(what, text)| self.one(Kind::Person, what, text)));
        // "a woman of 34 with asthma", "45, high blood pressure"
        let with = is.end + usize::from(is_one_of(" with , ", self.line.word(is.end)));
        let more = (with > is.end).then(|| self.conditions(with, false)).flatten();
        let end = more.map_or(is.end, |(more, end)| {
            said.extend(more);
            end
        });
        Some((said, end))
    }

    /// Behind "have".
    fn has(&self, at: usize, verb: Verb) -> Read {
        if let Some(said) = self.allergy_had(at) {
            return Some(said);
        }
        let history = (at..at + 3).find(|at| self.line.word(*at) == "history" && self.line.word(at + 1) == "of");
        if let Some(history) = history
            && !(at..history).any(|at| self.line.word(at) == "family")
        {
            return self.conditions(history + 2, true);
        }
        let perfect = verb.had;
        self.conditions(at, perfect)
    }

    /// "a penicillin allergy", "an allergy to nuts", "lactose intolerance".
    pub(super) fn allergy_had(&self, at: usize) -> Read {
        let noun = (at..at + 5).find(|at| is_one_of(" allergy allergies intolerance ", self.line.word(*at)))?;
        if self.line.word(noun + 1) == "to" {
            return self.all(Kind::Allergy, "allergic to ", self.line.allergens(noun + 2));
        }
        let before = |object: &Object| object.to == noun;
        let known = (at..noun).find_map(|from| {
            let (what, length) = self.line.known_allergen(from)?;
            Some(Object { what, from, to: from + length }).filter(before)
        });
        let word = self.line.word(noun.checked_sub(1)?);
        let open = noun > at && !is_one_of(VAGUE, word);
        let object = known.or_else(|| open.then(|| Object { what: word.to_owned(), from: noun - 1, to: noun }))?;
        let text = format!("{} {}", self.line.typed(object.from, object.to), self.line.word(noun));
        Some((vec![self.one(Kind::Allergy, &object.what, text)], noun + 1))
    }

    /// Behind "had": what is over and still counts, or ends a pregnancy.
    fn had(&self, at: usize) -> Read {
        let line = self.line;
        let loss = (at..at + 2).find(|at| is_one_of(" miscarriage abortion termination stillbirth ", line.word(*at)));
        if let Some(loss) = loss {
            return self.over().pregnancy("pregnant", at, loss + 1);
        }
        if is_one_of(" my our the a ", line.word(at))
            && is_one_of(" baby son daughter twins ", line.word(at + 1))
            && (line.ends(at + 2) || is_number(line.word(at + 2)) || is_one_of(THEN, line.word(at + 2)))
        {
            return self.over().pregnancy("pregnant", at, at + 2);
        }
        let reaction = (at..at + 4).find(|at| line.word(*at) == "reaction" && line.word(at + 1) == "to");
        if let Some(reaction) = reaction {
            return self.all(Kind::Allergy, "had a reaction to ", line.known_allergens(reaction + 2));
        }
        let (mut said, mut end) = self.all(Kind::Condition, "", line.events(at))?;
        let year = line.word(end + 1);
        if line.word(end) == "in" && year.len() == 4 && is_number(year) {
            let last = said.last_mut().expect("events were found");
            last.text = format!("{} in {year}", last.text);
            end += 2;
        }
        Some((said, end))
    }
}

/// Whether an age is one at which somebody else writes.
fn is_childs(age: &str) -> bool {
    const OWN_AGE_MIN: u32 = 16;
    age.strip_prefix("age ").is_some_and(|age| age.parse::<u32>().map_or(true, |years| years < OWN_AGE_MIN))
}

impl Line<'_> {
    /// Behind "my": a condition, a medicine or an allergy that is had.
    pub(super) fn possession(&self, at: usize) -> Read {
        let say = Say { line: self, who: None, holds: true };
        let near = |read: &(Vec<Statement>, usize)| read.1 <= at + 4;
        say.allergy_had(at).filter(near).or_else(|| say.conditions(at, false)).or_else(|| say.medicines(at))
    }

    /// Medicines of the person, from a place on.
    pub(super) fn given(&self, at: usize) -> Read {
        Say { line: self, who: None, holds: true }.medicines(at)
    }

    /// "Allergies: penicillin, latex".
    pub(super) fn heading(&self, who: Option<&str>, at: usize) -> Read {
        let say = Say { line: self, who, holds: true };
        match (self.word(at), self.word(at + 1)) {
            ("allergy" | "allergies" | "allergic", ":") => {
                say.all(Kind::Allergy, "allergic to ", self.allergens(at + 2))
            }
            ("medication" | "medications" | "medicines" | "medicine" | "meds" | "drugs", ":") => say.medicines(at + 2),
            ("conditions" | "diagnoses" | "diagnosis" | "history", ":") => say.conditions(at + 2, true),
            _ => None,
        }
    }

    /// "As a diabetic, …".
    pub(super) fn as_one(&self, at: usize) -> Read {
        Say { line: self, who: None, holds: true }.adjective(at)
    }
}
