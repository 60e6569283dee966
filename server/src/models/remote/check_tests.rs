use proptest::prelude::*;

use super::*;

const FEVER: &str = "An adult may take **500 mg** to 1 g of paracetamol every 4 to 6 hours, at most 4 g in 24 hours. \
                     See a doctor after three days, or at 39 °C or above. More at https://library.example/fever.";
const COUGH: &str = "A cough mostly ends by itself within 3 weeks. Honey is not for babies under 12 months.";

fn checker() -> Checker {
    Checker::new(&[FEVER, COUGH], &["I weigh 82 kg and took two tablets at 10:30"])
}

fn checked(text: &str) -> String {
    let mut checker = checker();
    let mut shown = checker.take(text);
    shown += &checker.end();
    shown
}

#[test]
fn what_the_passages_or_the_person_say_stands_as_it_is() {
    for text in [
        "Take 500 mg to 1 g every 4 to 6 hours [1].",
        "Take 0.5 g, or 1000 mg, no more than 4,000 mg in 1 day.",
        "five hundred milligrams",
        "After 3 days, or at 39 degrees, see a doctor.",
        "You weigh 82 kg and slept at 10:30.",
        "Not before 1 year of age, and after twenty-one days",
        "1. Rest.\n2. Drink.\n10. Sleep.",
        "There are 2 things to do. One day it is over. In 2019 it was so.",
        "Call 112, 999 or 911, 24/7.",
        "Vitamin B12 and COVID-19 have digits in their names.",
    ] {
        assert_eq!(checked(text), text);
    }
}

#[test]
fn an_amount_that_nobody_gave_is_marked() {
    for (text, shown) in [
        ("Take 800 mg.", "Take 800 mg (not in the sources)."),
        ("Take **800 mg** now", "Take **800 mg (not in the sources)** now"),
        ("Take 800mg", "Take 800mg (not in the sources)"),
        ("Take 500 g", "Take 500 g (not in the sources)"),
        ("500 to 800 mg", "500 to 800 mg (not in the sources)"),
        ("three tablets a day", "three tablets (not in the sources) a day"),
        // That they took two, or asked whether they may, is no source for it.
        ("Yes, take two tablets", "Yes, take two tablets (not in the sources)"),
        ("one tablet", "one tablet (not in the sources)"),
        ("for 5 days", "for 5 days (not in the sources)"),
        ("about 70 of 100", "about 70 (not in the sources) of 100 (not in the sources)"),
        ("at 40.5 °C", "at 40.5 °C (not in the sources)"),
        ("10 mg/kg", "10 mg/kg (not in the sources)"),
        ("82 mg", "82 mg (not in the sources)"),
        ("call 0800 123 456", "call 0800 123 456 (not in the sources)"),
        ("5 Tabletten", "5 Tabletten (not in the sources)"),
    ] {
        assert_eq!(checked(text), shown);
    }
}

#[test]
fn citations_are_numbered_as_they_come_and_unknown_ones_say_so() {
    let mut checker = checker();
    let text = "Cough [2], fever [1]. Both [1, 2] and [7], [0], [passage 2], 【1】, 【2†source】, [^1].";
    let mut shown = checker.take(text);
    shown += &checker.end();
    assert_eq!(shown, "Cough [1], fever [2]. Both [2][1] and (no such source), (no such source), [1], [2], [1], [2].");
    assert_eq!(checker.cited(), [1, 0]);
}

#[test]
fn addresses_stay_only_where_they_were_shown() {
    for (text, shown) in [
        ("See https://library.example/fever.", "See https://library.example/fever."),
        ("See [the page](https://library.example/fever) now", "See [the page](https://library.example/fever) now"),
        ("See https://evil.example/?q=fever now", "See (address removed) now"),
        ("See [the page](https://evil.example/) now", "See the page now"),
        ("![a picture](https://evil.example/x.png?q=secret)", "a picture"),
        ("See www.evil.example.", "See (address removed)."),
        ("[a note] without an address", "[a note] without an address"),
        ("[take 800 mg](https://evil.example/)", "take 800 mg (not in the sources)"),
        ("[ring [now]](mailto:x@evil.example)", "[ring [now]] (mailto:x@evil.example)"),
        ("ring [1](mailto:x@evil.example)", "ring [1] (mailto:x@evil.example)"),
    ] {
        assert_eq!(checked(text), shown);
    }
}

#[test]
fn an_answer_that_makes_statements_and_cites_nothing_says_so() {
    let long = "word ".repeat(STATEMENT_WORDS);
    let whole = |text: &str| {
        let mut checker = checker();
        checker.take(text) + &checker.end() + checker.note()
    };
    assert!(whole(&long).ends_with(UNTIED));
    assert!(!whole(&format!("{long}[1]")).contains(UNTIED));
    assert!(!whole("Hello, what can I do for you?").contains(UNTIED));
}

#[test]
fn words_are_let_go_at_once_and_amounts_when_their_unit_is_known() {
    let mut checker = checker();
    assert_eq!(checker.take("Rest and drink "), "Rest and drink ");
    assert_eq!(checker.take("wat"), "");
    assert_eq!(checker.take("er. Take 800 "), "water. Take ");
    assert_eq!(checker.take("mg with a glass of "), "");
    assert_eq!(checker.take("water now and then "), "800 mg (not in the sources) with a glass of water now and then ");
    let endless = "9".repeat(HELD_BYTES + 1);
    assert!(!checker.take(&endless).is_empty(), "nothing is held for ever");
}

fn part() -> impl Strategy<Value = String> {
    let parts = [
        "800",
        " ",
        " mg",
        "to ",
        "or ",
        "-",
        "tablets",
        "two ",
        "one ",
        "hundred ",
        "[1]",
        "[",
        "]",
        "[9, 2]",
        "(",
        ")",
        "](",
        "\n",
        "1. ",
        "https://x.example/a ",
        ".",
        ",",
        "**",
        "fever ",
        "and so on ",
        "°C",
        "é",
        "1,000",
        "½",
        "!",
        "/",
        "【2】",
        "days ",
        "0800 123 ",
    ];
    proptest::sample::select(parts.map(ToOwned::to_owned).to_vec())
}

proptest! {
    #[test]
    fn an_answer_reads_the_same_however_it_is_cut(parts in proptest::collection::vec(part(), 0..60), every in 1usize..7) {
        let text: String = parts.concat();
        let whole = checked(&text);
        let mut checker = checker();
        let mut shown = String::new();
        let characters: Vec<char> = text.chars().collect();
        for piece in characters.chunks(every) {
            shown += &checker.take(&piece.iter().collect::<String>());
        }
        shown += &checker.end();
        prop_assert_eq!(shown, whole);
    }
}
