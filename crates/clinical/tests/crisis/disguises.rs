//! Letter case, signs, spacing, digits for letters, emoji and invisible characters hide no known phrase.

use clinical::crisis::{Level, assess};
use proptest::prelude::*;

use super::said;

const PHRASES: [&str; 10] = [
    "i want to kill myself",
    "i am going to kill myself tonight",
    "i feel suicidal",
    "i want to end my life",
    "thinking about suicide every day",
    "everyone would be better off without me",
    "i wish i was dead",
    "i took thirty pills",
    "i want to unalive myself",
    "i cut myself again last night",
];

/// Digits and signs that people write for letters.
fn disguise(letter: char, choice: u8) -> char {
    match (letter, choice % 3) {
        ('a', 1) => '4',
        ('a', 2) => '@',
        ('e', 1..) => '3',
        ('i', 1) => '1',
        ('i', 2) => '!',
        ('o', 1..) => '0',
        ('s', 1) => '5',
        ('s', 2) => '$',
        _ => letter,
    }
}

fn phrase() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&PHRASES[..])
}

proptest! {
    #[test]
    fn digits_for_letters_in_the_telling_words(phrase in phrase(), choices in proptest::collection::vec(0_u8..3, 60)) {
        // Short words are left as they are: "1" and "70" are numbers more often than "I" and "to".
        let words: Vec<String> = phrase
            .split(' ')
            .map(|word| {
                let telling = ["kill", "myself", "suicidal", "suicide", "dead", "unalive", "life"].contains(&word);
                let letters = word.chars().zip(&choices);
                letters.map(|(letter, &choice)| if telling { disguise(letter, choice) } else { letter }).collect()
            })
            .collect();
        let text = words.join(" ");
        prop_assert!(said(&text).is_crisis(), "{}", text);
    }

    #[test]
    fn invisible_characters_anywhere(phrase in phrase(), places in proptest::collection::vec(0_u8..6, 60)) {
        let mut text = String::new();
        for (letter, place) in phrase.chars().zip(places) {
            text.push(letter);
            match place {
                0 => text.push('\u{200b}'),
                1 => text.push('\u{ad}'),
                2 => text.push('\u{2060}'),
                _ => {}
            }
        }
        prop_assert!(said(&text).is_crisis(), "{:?}", text);
    }

    #[test]
    fn emoji_signs_case_and_spacing_between_words(
        phrase in phrase(),
        upper in proptest::collection::vec(any::<bool>(), 60),
        between in proptest::collection::vec("[ ]{1,3}|[,~_…-]{1,2} | 😭 |💀|\n|\u{a0}", 60),
    ) {
        let mut text = String::new();
        for (at, letter) in phrase.chars().enumerate() {
            match letter {
                ' ' => text.push_str(&between[at]),
                _ if upper[at] => text.extend(letter.to_uppercase()),
                _ => text.push(letter),
            }
        }
        prop_assert!(said(&text).is_crisis(), "{:?}", text);
    }

    #[test]
    fn full_width_and_accented_letters(phrase in phrase(), accents in proptest::collection::vec(any::<bool>(), 60)) {
        let wide: String = phrase
            .chars()
            .map(|letter| if letter == ' ' { letter } else { char::from_u32(u32::from(letter) + 0xFEE0).unwrap() })
            .collect();
        prop_assert!(said(&wide).is_crisis(), "{}", wide);
        let accented: String = phrase
            .chars()
            .zip(accents)
            .flat_map(|(letter, accent)| [Some(letter), (accent && letter != ' ').then_some('\u{301}')])
            .flatten()
            .collect();
        prop_assert!(said(&accented).is_crisis(), "{}", accented);
    }

    #[test]
    fn a_later_message_never_lowers_the_level_at_once(phrase in phrase(), later in "[a-z ,.!?]{0,60}") {
        use clinical::crisis::{Speaker, Utterance};
        let person = |text| Utterance { speaker: Speaker::Person, text };
        let before = assess(&[person(phrase)]).level;
        prop_assert!(assess(&[person(phrase), person(&later)]).level >= before.min(Level::Imminent));
    }
}
