//! What a mention is under: denied, doubtful, of a relative, of the past.

use super::matching::Match;
use super::tokens::{Shape, Token};

/// What holds for one token.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four things that hold or not, each by itself")]
pub(super) struct Context {
    pub(super) is_denied: bool,
    pub(super) is_possible: bool,
    pub(super) is_family: bool,
    pub(super) is_past: bool,
}

const NEGATORS: [&str; 16] = [
    "no", "not", "nil", "none", "without", "denies", "denied", "deny", "denying", "neither", "nor", "never",
    "negative", "lacks", "neg", "w/o",
];
/// After these a `no` or `not` denies something else than what follows.
const NOT_A_DENIAL: [&str; 17] = [
    "sure",
    "only",
    "just",
    "better",
    "improving",
    "improvement",
    "relief",
    "relieved",
    "settling",
    "responding",
    "certain",
    "change",
    "easing",
    "helped",
    "resolving",
    "longer",
    "settled",
];
const DOUBT: [&str; 12] = [
    "possible",
    "possibly",
    "maybe",
    "probable",
    "probably",
    "suspected",
    "suspect",
    "query",
    "r/o",
    "perhaps",
    "might",
    "likely",
];
const KIN: [&str; 26] = [
    "mother",
    "father",
    "mum",
    "mom",
    "dad",
    "brother",
    "sister",
    "uncle",
    "aunt",
    "grandmother",
    "grandfather",
    "gran",
    "granddad",
    "grandad",
    "grandma",
    "grandpa",
    "nan",
    "cousin",
    "parents",
    "sibling",
    "siblings",
    "twin",
    "brothers",
    "sisters",
    "mothers",
    "fathers",
];
/// A relative who does one of these tells of the patient, and has nothing.
const TELLS: [&str; 44] = [
    "says",
    "said",
    "reports",
    "reported",
    "noticed",
    "notices",
    "thinks",
    "brought",
    "brings",
    "worried",
    "concerned",
    "describes",
    "gives",
    "states",
    "tells",
    "found",
    "saw",
    "feels",
    "tried",
    "called",
    "of",
    "gave",
    "rang",
    "anxious",
    "noted",
    "notes",
    "observed",
    "observes",
    "report",
    "stated",
    "describe",
    "described",
    "notice",
    "explains",
    "adds",
    "mentions",
    "mentioned",
    "recalls",
    "believes",
    "phoned",
    "calls",
    "confirms",
    "witnessed",
    "measured",
];
/// These do so only where the patient stands behind them: `heard him wheeze`, not `took an overdose`.
const TELLS_OF: [&str; 3] = ["told", "heard", "took"];

/// Whether a token denies what follows.
pub(super) fn is_negator(token: &Token) -> bool {
    token.is_word() && (NEGATORS.contains(&token.folded.as_str()) || token.canonical == "not")
}

/// Works out what each token is under. Denials that are part of a phrase (`no energy`) deny nothing else.
pub(super) fn contexts(tokens: &[Token], matches: &[Match]) -> Vec<Context> {
    let mut out = vec![Context::default(); tokens.len()];
    let is_used = |i: usize| matches.iter().any(|m| m.tokens.contains(&i));
    for at in 0..tokens.len() {
        if is_negator(&tokens[at]) && !is_used(at) && !is_idle(tokens, at) {
            let end = reach_of_denial(tokens, at);
            out[at..end].iter_mut().for_each(|c| c.is_denied = true);
        }
    }
    denied_after(tokens, &mut out);
    doubts(tokens, &mut out);
    kin(tokens, &mut out);
    past(tokens, &mut out);
    out
}

fn is_idle(tokens: &[Token], at: usize) -> bool {
    let next =
        tokens[at + 1..].iter().find(|t| t.is_word() && (!t.is_stop || NOT_A_DENIAL.contains(&t.folded.as_str())));
    next.is_some_and(|t| NOT_A_DENIAL.contains(&t.folded.as_str()))
}

/// Words after `and` or a comma with which a new statement begins.
const NEW_STATEMENT: [&str; 30] = [
    "i",
    "he",
    "she",
    "they",
    "it",
    "has",
    "have",
    "had",
    "is",
    "was",
    "are",
    "also",
    "now",
    "reports",
    "complains",
    "c/o",
    "which",
    "who",
    "when",
    "then",
    "started",
    "having",
    "feels",
    "feeling",
    "looks",
    "some",
    "just",
    "my",
    "his",
    "her",
];

fn reach_of_denial(tokens: &[Token], at: usize) -> usize {
    let clause = tokens[at].clause;
    let clause_end = at + tokens[at..].iter().take_while(|t| t.clause == clause).count();
    let is_list_word = matches!(tokens[at].folded.as_str(), "denies" | "denied" | "deny" | "denying" | "nil" | "none");
    for i in at + 1..clause_end {
        let token = &tokens[i];
        let next = tokens[i + 1..clause_end].iter().find(|t| t.is_word());
        let starts_anew = next.is_some_and(|t| NEW_STATEMENT.contains(&t.folded.as_str()));
        match token.shape {
            Shape::Soft(',' | '(' | ')' | '–' | '—') => {
                if starts_anew || token.shape != Shape::Soft(',') {
                    return i;
                }
                let goes_on = is_list_word || list_goes_on(&tokens[i + 1..clause_end]);
                if !goes_on {
                    return i;
                }
            }
            Shape::Soft(':') if i > at + 1 => return i,
            Shape::Number(_) | Shape::Fraction(..) => return i,
            _ if (token.is("and") || token.is("with")) && starts_anew => return i,
            _ if token.is("because") || token.is("until") || token.is("since") || token.is("despite") => return i,
            _ => {}
        }
    }
    clause_end
}

/// After a comma: whether short items follow up to an `or`, as in `no fever, chills, or cough`.
fn list_goes_on(rest: &[Token]) -> bool {
    let mut run = 0;
    for token in rest {
        if token.is("or") || token.is("nor") {
            return true;
        }
        if token.is("and") || is_negator(token) {
            return false;
        }
        run = if matches!(token.shape, Shape::Soft(',')) { 0 } else { run + 1 };
        if run > 4 {
            return false;
        }
    }
    false
}

/// `fever absent`, `cough: no`, `D-dimer negative`.
fn denied_after(tokens: &[Token], out: &mut [Context]) {
    for at in 1..tokens.len() {
        let is_answer = tokens[at].is("absent")
            || tokens[at].is("neg")
            || tokens[at].is("negative")
            || tokens[at].is("nil")
            || tokens[at].is("excluded");
        let is_no = tokens[at].is("no") && tokens[at - 1].shape == Shape::Soft(':');
        if !(is_answer || is_no) {
            continue;
        }
        let clause = tokens[at].clause;
        let mut back = at;
        let mut steps = 0;
        while back > 0 && tokens[back - 1].clause == clause && steps < 4 {
            if matches!(tokens[back - 1].shape, Shape::Soft(',' | '(' | ')')) || tokens[back - 1].is("and") {
                break;
            }
            back -= 1;
            steps += 1;
        }
        let denies_forward = tokens.get(at + 1).is_some_and(|t| t.is("for"));
        if !denies_forward {
            out[back..at].iter_mut().for_each(|c| c.is_denied = true);
        }
    }
}

fn doubts(tokens: &[Token], out: &mut [Context]) {
    for at in 0..tokens.len() {
        let is_doubt = tokens[at].shape == Shape::Query || DOUBT.contains(&tokens[at].folded.as_str());
        if is_doubt {
            let clause = tokens[at].clause;
            let reach = tokens[at + 1..]
                .iter()
                .take(4)
                .take_while(|t| t.clause == clause && !matches!(t.shape, Shape::Soft(',')))
                .count();
            out[at..=at + reach].iter_mut().for_each(|c| c.is_possible = true);
        }
    }
}

fn kin(tokens: &[Token], out: &mut [Context]) {
    for at in 0..tokens.len() {
        let token = &tokens[at];
        let is_heading = token.is("family_history") || (token.is_upper && (token.is("fh") || token.is("fhx")));
        let clause = tokens[at].clause;
        let end = at + tokens[at..].iter().take_while(|t| t.clause == clause).count();
        if is_heading {
            out[at..end].iter_mut().for_each(|c| c.is_family = true);
        } else if token.is_word() && KIN.contains(&token.folded.as_str()) && !is_patient(tokens, at) {
            let is_of_patient =
                |i: usize| tokens.get(i).is_some_and(|t| matches!(t.folded.as_str(), "me" | "us" | "him" | "her"));
            let tells = (at + 1..end.min(at + 4)).any(|i| {
                let word = tokens[i].folded.as_str();
                TELLS.contains(&word) || (TELLS_OF.contains(&word) && is_of_patient(i + 1))
            });
            let before = at.checked_sub(1).map(|i| tokens[i].folded.as_str());
            let by = matches!(before, Some("by" | "to" | "per" | "s")) || before.is_some_and(|b| b == "a");
            if tells || by {
                continue;
            }
            let stop = (at + 1..end)
                .find(|&i| matches!(tokens[i].shape, Shape::Soft(',')) || tokens[i].is("i"))
                .unwrap_or(end);
            out[at..stop].iter_mut().for_each(|c| c.is_family = true);
        }
    }
}

/// `My mother is 80 and …`: told by a relative, of the relative; not of one who died.
fn is_patient(tokens: &[Token], at: usize) -> bool {
    let died = tokens.iter().any(|t| t.clause == tokens[at].clause && (t.is("died") || t.is("dead")));
    !died && at <= 3 && at > 0 && tokens[at - 1].is("my") && !tokens[..at].iter().any(|t| t.is("i"))
}

fn past(tokens: &[Token], out: &mut [Context]) {
    for at in 0..tokens.len() {
        let clause = tokens[at].clause;
        let start = at - tokens[..at].iter().rev().take_while(|t| t.clause == clause).count();
        let end = at + tokens[at..].iter().take_while(|t| t.clause == clause).count();
        let comma = |from: usize| (from..end).find(|&i| matches!(tokens[i].shape, Shape::Soft(','))).unwrap_or(end);
        match tokens[at].folded.as_str() {
            "past_history" => out[at..end].iter_mut().for_each(|c| c.is_past = true),
            "history_of" if !is_present_history(tokens, at, start, end) => {
                let stop = now(tokens, at + 1, end);
                out[at..stop].iter_mut().for_each(|c| c.is_past = true);
            }
            "previous" | "previously" | "prior" | "childhood" | "used_to" | "known" => {
                let stop = comma(at).min(at + 6).min(now(tokens, at + 1, end));
                out[at..stop].iter_mut().for_each(|c| c.is_past = true);
            }
            "long_ago" => {
                let from = (start..at).rev().find(|&i| matches!(tokens[i].shape, Shape::Soft(','))).unwrap_or(start);
                let is_since = tokens[from..at]
                    .iter()
                    .any(|t| t.is("since") || matches!(t.canonical.as_str(), "start" | "began" | "begin" | "notic"));
                // What follows is of the past only where it is what was long ago: `years ago he had a clot`.
                let leads = tokens[from..at].iter().all(|t| t.is_stop || t.number().is_some());
                let stop = if leads { comma(at) } else { at + 1 };
                if !is_since {
                    out[from..stop].iter_mut().for_each(|c| c.is_past = true);
                }
            }
            "ago" if at > 0 && matches!(tokens[at - 1].canonical.as_str(), "year" | "yr" | "decad") => {
                let from = (start..at).rev().find(|&i| matches!(tokens[i].shape, Shape::Soft(','))).unwrap_or(start);
                let began = tokens[from..at].iter().any(|t| t.canonical == "start" || t.canonical == "began");
                if !began {
                    out[from..at].iter_mut().for_each(|c| c.is_past = true);
                }
            }
            _ => {}
        }
    }
}

/// Words with which a note turns from what was to what is.
const NOW: [&str; 22] = [
    "has",
    "presents",
    "presented",
    "presenting",
    "develops",
    "developed",
    "complains",
    "complaining",
    "reports",
    "comes",
    "came",
    "awakens",
    "awoke",
    "woke",
    "collapsed",
    "collapses",
    "now",
    "is",
    "who",
    "notices",
    "noticed",
    "vomits",
];

/// Where the past ends in `with a history of asthma has sudden chest pain`.
fn now(tokens: &[Token], from: usize, end: usize) -> usize {
    (from..end).find(|&i| tokens[i].is_word() && NOW.contains(&tokens[i].folded.as_str())).unwrap_or(end)
}

/// `a 3-day history of`, `presents with a history of`, `history of cough for 2 weeks`: that is now.
fn is_present_history(tokens: &[Token], at: usize, start: usize, end: usize) -> bool {
    let unit = |t: &Token| matches!(t.canonical.as_str(), "dai" | "day" | "week" | "hour" | "month" | "wk" | "hr");
    let before = tokens[start..at].iter().rev().take(4);
    let mut heads = tokens[start..at].iter();
    before.clone().any(|t| unit(t) || matches!(t.shape, Shape::Fraction(..)) || t.is("short") || t.is("long"))
        || heads.any(|t| t.canonical == "present" || t.is("c/o") || t.canonical == "attend")
        || tokens[at + 1..end]
            .iter()
            .any(|t| unit(t) || matches!(t.shape, Shape::Fraction(_, under) if [7.0, 52.0, 12.0].contains(&under)))
}
