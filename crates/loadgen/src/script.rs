//! What the scripted model says under load: 64 words, one a delta.

/// Deltas of one answer.
pub const DELTAS: usize = 64;

/// Characters of one delta: a word and the space behind it.
const CHUNK: usize = 7;

/// The whole answer. The last word has no space behind it, since settings are trimmed.
pub fn text() -> String {
    (0..DELTAS).map(|n| format!("word{n:02}")).collect::<Vec<_>>().join(" ")
}

/// The value of `ANAMNESIS_MODEL` for it, with so many milliseconds before each delta.
pub fn model(delay_ms: u64) -> String {
    format!("scripted:text={};chunk={CHUNK};delay_ms={delay_ms}", text())
}

/// A question that is about nothing dangerous and says which one it is, so that it can be known again when stored.
pub fn question(id: &str) -> String {
    format!("Question {id}: how much water should I drink on a warm day?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_cut_into_as_many_deltas_as_are_expected() {
        let characters: Vec<char> = text().chars().collect();
        assert_eq!(characters.chunks(CHUNK).count(), DELTAS);
        assert_eq!(text().trim(), text());
        assert!(!text().contains([';', '\\']), "the script's own marks would have to be escaped");
    }
}
