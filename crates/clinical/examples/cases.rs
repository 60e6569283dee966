//! Measures the diagnosis engine on free-text cases: `cargo run --release -p clinical --example cases [--misses] [--all]`.
//!
//! The cases of `tests/cases/*.toml` were written from medicine alone. Half of them, by a hash of their id, is kept
//! apart: it is only counted, and its misses are never shown, so that nothing is tuned on it.

use std::collections::BTreeMap;

use clinical::diagnosis::{self, Intake, Request, Urgency};

use common::{Case, cases, is_held_apart, is_right, level};

mod common;

#[derive(Default)]
struct Tally {
    cases: f64,
    top: [f64; 3],
    by_name: [f64; 3],
    urgency: f64,
    under: f64,
    over: f64,
    log_loss: f64,
    emergencies: f64,
    seen_today: f64,
    thought_of: f64,
}

fn main() {
    let flags: Vec<String> = std::env::args().skip(1).collect();
    let shows_misses = flags.iter().any(|f| f == "--misses");
    let cases = cases();
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let mut bins = vec![(0.0, 0.0, 0.0); 10];
    for case in &cases {
        let is_held = is_held_apart(&case.id);
        let request = Request { narrative: Some(case.text.clone()), ..Request::default() };
        let intake = diagnosis::intake(&request);
        let outcome = diagnosis::assess(&intake.case);
        let rank = |by_name: bool| outcome.candidates.iter().position(|c| is_right(case, c.condition, by_name));
        let half = if is_held { "held apart" } else { "for tuning" };
        let first = &outcome.candidates[0];
        let is_first_right = is_right(case, first.condition, false);
        let bin = (1..10u8).rev().find(|tenth| first.probability * 10.0 >= f64::from(*tenth)).map_or(0, usize::from);
        bins[bin].0 += 1.0;
        bins[bin].1 += f64::from(u8::from(is_first_right));
        bins[bin].2 += first.probability;
        let origin = match case.id.as_str() {
            id if id < "c" => "first set",
            id if id < "e" => "second set",
            id if id < "f" => "third set, clinical",
            id if id < "g" => "third set, lay",
            _ => "fourth set",
        };
        for key in [half.to_owned(), "all".to_owned(), format!("{origin}, {half}"), format!("  {}", case.kind)] {
            let tally = tallies.entry(key).or_default();
            tally.add(case, &rank, outcome.triage.urgency, first.probability, is_first_right);
            if case.urgency == Urgency::Emergency {
                let is_named = outcome.must_not_miss.iter().any(|c| is_right(case, c.condition, false));
                tally.emergencies += 1.0;
                tally.seen_today += f64::from(u8::from(outcome.triage.urgency >= Urgency::Urgent));
                tally.thought_of += f64::from(u8::from(is_named));
            }
        }
        let is_miss = rank(false) != Some(0) || level(outcome.triage.urgency) != level(case.urgency);
        if shows_misses && !is_held && (is_miss || flags.iter().any(|f| f == "--all")) {
            show(case, &intake, &outcome, rank(false));
        }
    }
    println!(
        "{:<33} {:>5} {:>6} {:>6} {:>6}   {:>6} {:>6}   {:>7} {:>6} {:>6}  {:>8}",
        "", "cases", "top-1", "top-3", "top-5", "name-1", "name-5", "urgency", "under", "over", "log loss"
    );
    for (name, t) in &tallies {
        let percent = |x: f64| 100.0 * x / t.cases;
        println!(
            "{name:<33} {:>5} {:>5.1}% {:>5.1}% {:>5.1}%   {:>5.1}% {:>5.1}%   {:>6.1}% {:>5.1}% {:>5.1}%  {:>8.3}",
            t.cases,
            percent(t.top[0]),
            percent(t.top[1]),
            percent(t.top[2]),
            percent(t.by_name[0]),
            percent(t.by_name[2]),
            percent(t.urgency),
            percent(t.under),
            percent(t.over),
            t.log_loss / t.cases
        );
    }
    println!("\nemergencies: seen the same day, and named among what must not be missed");
    for (name, t) in tallies.iter().filter(|(_, t)| t.emergencies > 0.0) {
        let percent = |x: f64| 100.0 * x / t.emergencies;
        println!("{name:<33} {:>5} {:>6.1}% {:>6.1}%", t.emergencies, percent(t.seen_today), percent(t.thought_of));
    }
    println!("\ncalibration of the first candidate (all cases)\nprobability   cases  mean said  right");
    for (i, (count, right, said)) in bins.iter().enumerate().filter(|(_, b)| b.0 > 0.0) {
        println!(
            "{:>3}–{:<3} %     {count:>5}     {:>5.1}%  {:>5.1}%",
            i * 10,
            i * 10 + 10,
            100.0 * said / count,
            100.0 * right / count
        );
    }
}

impl Tally {
    fn add(&mut self, case: &Case, rank: &dyn Fn(bool) -> Option<usize>, urgency: Urgency, said: f64, is_right: bool) {
        self.cases += 1.0;
        for (i, within) in [1, 3, 5].into_iter().enumerate() {
            self.top[i] += f64::from(u8::from(rank(false).is_some_and(|r| r < within)));
            self.by_name[i] += f64::from(u8::from(rank(true).is_some_and(|r| r < within)));
        }
        let (got, wanted) = (level(urgency), level(case.urgency));
        self.urgency += f64::from(u8::from(got == wanted));
        self.under += f64::from(u8::from(got < wanted));
        self.over += f64::from(u8::from(got > wanted));
        let p = if is_right { said } else { 1.0 - said };
        self.log_loss -= p.max(1e-6).ln();
    }
}

fn show(case: &Case, intake: &Intake, outcome: &diagnosis::Assessment, rank: Option<usize>) {
    println!(
        "── {} · {} ({}) · {:?} → {:?}",
        case.id, case.diagnosis, case.icd10, case.urgency, outcome.triage.urgency
    );
    println!("{}", case.text.trim());
    let told = |is_there: bool| {
        let of = intake.understood.iter().filter(|u| (u.state == clinical::findings::State::Present) == is_there);
        of.map(|u| format!("{} «{}»", u.finding.id(), u.text.replace('\n', " "))).collect::<Vec<_>>().join(", ")
    };
    println!("  there: {}\n  not there: {}", told(true), told(false));
    println!("  who: {:?} {:?} pregnant {:?}", intake.case.age_years, intake.case.sex, intake.case.pregnant);
    println!("  not understood: {}", intake.not_understood.join(" "));
    for (i, c) in outcome.candidates.iter().enumerate().take(4) {
        println!("  {} {:.3} {} [{:?}]", i + 1, c.probability, c.condition.id, c.urgency);
    }
    if let Some(rank) = rank.filter(|r| *r > 0) {
        let c = &outcome.candidates[rank];
        let worst: Vec<String> = c
            .evidence
            .iter()
            .take(8)
            .map(|e| format!("{}{} {:+.1}", if e.is_present { "" } else { "no " }, e.finding.id(), e.log_ratio))
            .collect();
        println!(
            "  right at {}: {:.4} {} · prior {:.5} · {}",
            rank + 1,
            c.probability,
            c.condition.id,
            c.prior,
            worst.join(", ")
        );
    } else if rank.is_none() {
        println!("  right: no such condition");
    }
    println!("  triage: {}\n", outcome.triage.reasons.join(" | "));
}
