//! Words of what was typed, and the distance between two spellings.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower case without accents or compatibility forms; micro signs become `u`.
pub(crate) fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'μ' || c == 'µ' { 'u' } else { c })
        .collect()
}

/// Words of letters and digits, in order; everything else separates.
pub(crate) fn words(text: &str) -> Vec<String> {
    fold(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The words joined by one space: the form in which names are compared.
pub(crate) fn key(text: &str) -> String {
    words(text).join(" ")
}

/// Fewest insertions, deletions, replacements and swaps of neighbours between two words, if at most `most`.
pub(crate) fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j - 1] + cost).min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        if row.iter().min().is_some_and(|least| *least > most) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|found| *found <= most)
}

#[cfg(test)]
mod tests {
    use super::{distance, key};

    #[test]
    fn names_are_compared_without_case_accents_or_punctuation() {
        assert_eq!(key("  Co-Amoxiclav® 500/125 "), "co amoxiclav 500 125");
        assert_eq!(key("L-Thyroxin Henning™é"), "l thyroxin henningtme");
    }

    #[test]
    fn a_swap_counts_once() {
        assert_eq!(distance("wafrarin", "warfarin", 2), Some(1));
        assert_eq!(distance("amoxicilin", "amoxicillin", 1), Some(1));
        assert_eq!(distance("warfarin", "digoxin", 2), None);
    }
}
