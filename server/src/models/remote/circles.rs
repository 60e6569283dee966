//! Small models in particular end in saying the same again and again, until their limit.

/// An answer whose last words (so many characters) stand in it so often goes round in circles.
const TAIL_CHARS: usize = 80;
const ROUNDS: usize = 4;

/// Whether what was said so far only repeats itself by now.
pub(super) fn goes_in_circles(said: &str) -> bool {
    let tail = said.char_indices().rev().nth(TAIL_CHARS - 1).map_or("", |(at, _)| &said[at..]);
    !tail.trim().is_empty() && said.matches(tail).count() >= ROUNDS
}

#[cfg(test)]
mod tests {
    use super::goes_in_circles;

    #[test]
    fn only_what_repeats_itself_at_length_goes_in_circles() {
        let sentence = "Un vaso de agua y descansar, nada más que eso, y esperar a que el médico llame. ";
        for (said, circles) in [
            (String::new(), false),
            (sentence.to_owned(), false),
            (sentence.repeat(3), false),
            (sentence.repeat(5), true),
            (format!("A beginning of its own. {}", "é ".repeat(400)), true),
            ((0..60).map(|day| format!("- Day {day}: rest and drink.")).collect::<Vec<_>>().join("\n"), false),
            (" ".repeat(1_000), false),
        ] {
            assert_eq!(goes_in_circles(&said), circles, "{said}");
        }
    }
}
