//! Reading a note: everything put together.

use serde::Serialize;

use super::context::{Context, contexts};
use super::durations::{Duration, count, durations, unit_days};
use super::labs::labs;
use super::matching::{Match, PATTERNS};
use super::medicines;
use super::patient::{Patient, Sex, patient};
use super::tokens::{Token, cut};
use super::vitals::{Vitals, vitals};
use super::vocabulary::{FindingId, Kind};
use super::words::WORDS;
use super::{Problem, problem};

/// A text longer than this many words is read to there, and says so.
const MAX_TOKENS: usize = 6000;

/// Whether a finding is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is there.
    Present,
    /// It is denied or shown not to be there.
    Absent,
}

/// Whose finding it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The person the note is about.
    Patient,
    /// A relative.
    Family,
}

/// A finding mentioned in the text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mention {
    /// Which.
    pub finding: FindingId,
    /// Present or absent.
    pub state: State,
    /// Said with doubt: `?PE`, `possible`.
    pub is_possible: bool,
    /// Of the patient or of a relative.
    pub subject: Subject,
    /// In the past and over, as far as the text says.
    pub is_past: bool,
    /// First byte of the words.
    pub start: usize,
    /// One past their last byte.
    pub end: usize,
}

impl Mention {
    /// Whether it says something of the patient now. A lasting condition of the past still counts.
    pub fn is_current(&self) -> bool {
        let lasts = matches!(self.finding.get().kind, Kind::History | Kind::Exposure);
        self.subject == Subject::Patient && (!self.is_past || lasts)
    }
}

/// A piece of the text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

/// Everything that was understood of a note, and what was not.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Reading {
    /// Findings in the order of the text.
    pub mentions: Vec<Mention>,
    /// Who the note is about.
    pub patient: Patient,
    /// Measured values.
    pub vitals: Vitals,
    /// How long things have lasted.
    pub durations: Vec<Duration>,
    /// The duration of the complaint in days, where one can be told.
    pub complaint_days: Option<f64>,
    /// Medicines as listed.
    pub medicines: Vec<Span>,
    /// Allergies as listed.
    pub allergies: Vec<Span>,
    /// Words that no finding covers.
    pub not_understood: Vec<Span>,
    /// What must be asked or was left out.
    pub problems: Vec<Problem>,
}

/// Reads a note as a clinician or patient types it. Any text is allowed; it never fails.
pub fn read(text: &str) -> Reading {
    let mut tokens = cut(text, MAX_TOKENS);
    let mut out = Reading::default();
    if tokens.len() == MAX_TOKENS {
        out.problems.push(problem("text_too_long", format!("Only the first {MAX_TOKENS} words were read.")));
    }
    PATTERNS.correct(&mut tokens);
    let mut used = vec![false; tokens.len()];
    out.patient = patient(&tokens, &mut used);
    out.vitals = vitals(&tokens, &mut used, &mut out.problems);
    let results = labs(&tokens, &mut used);
    let measured = used.clone();
    out.durations = durations(&tokens, &mut used);
    let mut matches = PATTERNS.find(&tokens);
    // A word that names a measured value is no finding: the value is.
    matches.retain(|m| !m.tokens.iter().all(|&t| measured[t]));
    let contexts = contexts(&tokens, &matches);
    for found in &matches {
        out.mentions.extend(mention(found, &tokens, &contexts));
        for &token in &found.tokens {
            used[token] = true;
        }
    }
    // What is left over may still hint at a finding, where nothing else told of it.
    for found in PATTERNS.hints(&tokens, &used) {
        let is_told = |m: &Mention| m.finding == found.finding || m.finding.ancestors().contains(&found.finding);
        if !out.mentions.iter().any(is_told) {
            let hinted = mention(&found, &tokens, &contexts);
            out.mentions.extend(hinted.map(|m| Mention { is_possible: true, ..m }));
        }
        used[found.tokens[0]] = true;
    }
    for (shown, place) in results {
        let state = if shown.is_present { State::Present } else { State::Absent };
        let (start, end) = (tokens[place].start, tokens[place].end);
        out.mentions.push(Mention {
            finding: shown.finding,
            state,
            is_possible: false,
            subject: Subject::Patient,
            is_past: false,
            start,
            end,
        });
    }
    relatives(&mut out.mentions);
    out.mentions.sort_by_key(|m| (m.start, m.end, m.finding));
    out.mentions.dedup();
    out.complaint_days = complaint_days(&out, &tokens, &contexts);
    let mut listed = vec![false; tokens.len()];
    lists(&tokens, &mut out, &mut listed);
    for (span, of) in medicines::named(text, &tokens, &contexts, (&listed, &measured)) {
        out.medicines.push(span);
        listed[of].fill(true);
    }
    out.medicines.sort_by_key(|span| span.start);
    used.iter_mut().zip(listed).for_each(|(used, listed)| *used |= listed);
    out.not_understood = left_over(&tokens, &used);
    who(&mut out);
    out
}

/// The mention that a match makes. Words for something being well that are denied themselves (`not drinking well`) make
/// none: that it is well was not said, nor what it is instead.
fn mention(found: &Match, tokens: &[Token], contexts: &[Context]) -> Option<Mention> {
    let of = |test: fn(&Context) -> bool| {
        found.tokens.iter().filter(|&&t| test(&contexts[t])).count() * 2 > found.tokens.len()
    };
    let is_denied = of(|c| c.is_denied);
    // In `D-dimer negative` the denial is part of the words.
    let holds_denial = found.tokens.iter().any(|&t| super::context::is_negator(&tokens[t]));
    if found.is_absent && ((is_denied && !holds_denial) || is_failing(tokens, &found.tokens)) {
        return None;
    }
    let first = &tokens[found.tokens[0]];
    let last = &tokens[found.tokens[found.tokens.len() - 1]];
    Some(Mention {
        finding: found.finding,
        state: if is_denied || found.is_absent { State::Absent } else { State::Present },
        is_possible: of(|c| c.is_possible),
        subject: if of(|c| c.is_family) { Subject::Family } else { Subject::Patient },
        is_past: of(|c| c.is_past),
        start: first.start,
        end: last.end.max(first.end),
    })
}

/// Whether right before these words something says that it is not so: `can't keep fluids down`, `hardly drinking well`.
/// A denial counts here even where another phrase (`not drinking`) uses it up.
fn is_failing(tokens: &[Token], words: &[usize]) -> bool {
    let first = &tokens[words[0]];
    let before =
        (0..words[0]).rev().map_while(|i| Some(&tokens[i]).filter(|t| t.is_word() && t.clause == first.clause));
    let fails = |t: &Token| super::context::is_negator(t) || FAILING.contains(&t.canonical.as_str());
    let leads = |t: &&Token| t.is_stop || fails(t);
    before.take_while(leads).take(4).any(fails)
}

/// In their common form.
const FAILING: [&str; 7] = ["cannot", "unabl", "hard", "bar", "stop", "struggl", "less"];

/// What a relative has or had may be a finding of the patient: a family history, or contact with someone ill.
fn relatives(mentions: &mut Vec<Mention>) {
    let mut more = Vec::new();
    for mention in mentions.iter_mut().filter(|m| m.subject == Subject::Family && m.state == State::Present) {
        if mention.finding.id().starts_with("family_history") {
            mention.subject = Subject::Patient;
            mention.is_past = false;
        } else if let Some(own) = WORDS.tables.family.get(mention.finding.id()) {
            let finding = FindingId::of(own).expect("reading.toml names findings of the vocabulary");
            more.push(Mention { finding, subject: Subject::Patient, is_past: false, ..mention.clone() });
        }
    }
    mentions.extend(more);
}

/// The first duration that is told of the complaint, not of something past, a habit, or a lasting condition.
fn complaint_days(reading: &Reading, tokens: &[Token], contexts: &[Context]) -> Option<f64> {
    let is_of_complaint = |d: &&Duration| {
        let token = &tokens[d.token];
        let mut after = tokens[d.token..].iter().take(7).take_while(|t| t.clause == token.clause);
        let before = || tokens[..d.token].iter().rev().take_while(|t| t.clause == token.clause);
        let is_other = after.any(|t| OTHER_DURATION.contains(&t.canonical.as_str()))
            || before().take(4).any(|t| matches!(t.canonical.as_str(), "smok" | "diabet" | "within"));
        let is_rate = before().take(2).any(|t| RATE.contains(&t.folded.as_str()));
        let is_old = d.days > 300.0 && tokens[d.token..].iter().take(4).any(|t| t.is("ago"));
        !contexts[d.token].is_past && !contexts[d.token].is_family && !is_other && !is_rate && !is_old
    };
    reading.durations.iter().find(is_of_complaint).map(|d| d.days)
}

/// What has a duration of its own that is not the complaint's.
const OTHER_DURATION: [&str; 14] = [
    "smok",
    "pack",
    "diabet",
    "pregnant",
    "postpartum",
    "apart",
    "per",
    "surgeri",
    "operation",
    "gestation",
    "marri",
    "job",
    "work",
    "delivery",
];
/// Before a duration these make it a rate, a spacing or the length of an episode.
const RATE: [&str; 20] = [
    "every", "lasts", "lasting", "lasted", "per", "each", "next", "in", "within", "than", "twice", "once", "times",
    "time", "first", "within", "another", "takes", "took", "only",
];

/// Medicines and allergies: what stands behind their headings, to the end of the clause.
fn lists(tokens: &[Token], out: &mut Reading, used: &mut [bool]) {
    let mut at = 0;
    while at < tokens.len() {
        let is_medicines = matches!(
            tokens[at].folded.as_str(),
            "meds" | "medications" | "medication" | "medicines" | "rx" | "dh" | "dhx"
        );
        let is_allergies = matches!(tokens[at].folded.as_str(), "allergies" | "allergy" | "allergic_to");
        let clause = tokens[at].clause;
        // "Penicillin allergy, on metformin": the name stands before, and what follows is something else.
        let before = at.checked_sub(1).filter(|before| {
            let token = &tokens[*before];
            tokens[at].folded == "allergy" && token.clause == clause && token.is_word() && !token.is_stop
        });
        if let Some(before) = before {
            out.allergies.push(Span { start: tokens[before].start, end: tokens[before].end });
            used[before..=at].fill(true);
            at += 1;
            continue;
        }
        let end = at + tokens[at..].iter().take_while(|t| t.clause == clause).count();
        if (is_medicines || is_allergies) && end > at + 1 {
            let to = if is_allergies { &mut out.allergies } else { &mut out.medicines };
            for item in tokens[at + 1..end].split(|t| matches!(t.shape, super::tokens::Shape::Soft(_)) || t.is("and")) {
                if let (Some(first), Some(last)) = (item.first(), item.last()) {
                    to.push(Span { start: first.start, end: last.end });
                }
            }
            used[at..end].fill(true);
            at = end;
        } else {
            at += 1;
        }
    }
}

fn left_over(tokens: &[Token], used: &[bool]) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    for (token, _) in tokens.iter().zip(used).filter(|(t, used)| !**used && t.is_word() && !t.is_stop) {
        let is_idle =
            WORDS.is_ordinary(&token.canonical) || token.canonical.len() < 3 || super::context::is_negator(token);
        if !is_idle && unit_days(&token.folded).is_none() && count(&token.folded).is_none() {
            out.push(Span { start: token.start, end: token.end });
        }
    }
    out
}

/// Completes who it is from the findings: a pregnant person is female.
fn who(out: &mut Reading) {
    let says = |id: &str, state: State| {
        out.mentions.iter().any(|m| m.state == state && m.is_current() && !m.is_possible && m.finding.id() == id)
    };
    let pregnant = FindingId::of("pregnancy_current").expect("in the vocabulary");
    let implied = out.mentions.iter().any(|m| {
        m.state == State::Present
            && m.is_current()
            && !m.is_possible
            && (m.finding == pregnant || m.finding.ancestors().contains(&pregnant))
    });
    if out.patient.pregnant.is_none() {
        out.patient.pregnant = if implied {
            Some(true)
        } else if says("pregnancy_current", State::Absent) || says("pregnancy_test_positive", State::Absent) {
            Some(false)
        } else {
            None
        };
    }
    if out.patient.sex.is_none() && out.patient.pregnant == Some(true) {
        out.patient.sex = Some(Sex::Female);
    }
}

/// A duration as typed into a field (`3 days`, `2/52`, `since Tuesday`) in days.
pub fn days_of(text: &str) -> Option<f64> {
    let tokens = cut(text, 20);
    durations(&tokens, &mut vec![false; tokens.len()]).first().map(|d| d.days)
}
