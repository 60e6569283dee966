//! Pairs that must alert and pairs that must not, written from medicine and not from the tables.

use clinical::prescription::{Request, Severity, check};

fn pairs(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut parts = line.split('|');
        Some((parts.next()?, parts.next()?))
    })
}

/// The gravest alert about both.
fn gravest(a: &str, b: &str) -> Option<Severity> {
    let result = check(&Request { medicines: vec![a.to_owned(), b.to_owned()], ..Request::default() });
    assert!(
        !result.could_not_check.iter().any(|open| open.code == "unknown_drug"),
        "{a}, {b}: {:?}",
        result.could_not_check
    );
    result.interactions.iter().map(|alert| alert.severity).max()
}

#[test]
fn at_least_ninety_five_in_a_hundred_dangerous_pairs_alert() {
    let all: Vec<_> = pairs(include_str!("must_alert.txt")).collect();
    let silent: Vec<_> = all.iter().filter(|(a, b)| gravest(a, b) < Some(Severity::Caution)).collect();
    println!("{} of {} alert", all.len() - silent.len(), all.len());
    assert!(all.len() >= 200);
    assert!(silent.len() * 20 <= all.len(), "{silent:?}");
}

#[test]
fn at_most_five_in_a_hundred_harmless_pairs_alarm() {
    let all: Vec<_> = pairs(include_str!("unrelated.txt")).collect();
    let loud: Vec<_> = all.iter().filter(|(a, b)| gravest(a, b) >= Some(Severity::Caution)).collect();
    println!("{} of {} alarm", loud.len(), all.len());
    assert!(all.len() >= 200);
    assert!(loud.len() * 20 <= all.len(), "{loud:?}");
    let graver: Vec<_> = all.iter().filter(|(a, b)| gravest(a, b) >= Some(Severity::Serious)).collect();
    assert!(graver.is_empty(), "{graver:?}");
}
