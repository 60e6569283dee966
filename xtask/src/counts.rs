//! How many tests passed and failed, read from what the runners print at their end.

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl Counts {
    /// One `test result: ok. 3 passed; 0 failed; 1 ignored; …` for each binary that cargo ran.
    pub(crate) fn from_libtest(printed: &str) -> Self {
        let plain = without_colours(printed);
        let results = plain.lines().filter_map(|line| line.trim_start().strip_prefix("test result: "));
        let figures = results.filter_map(|line| line.split_once(". ")).flat_map(|(_, figures)| figures.split("; "));
        sum(figures, &["passed"], &["failed"])
    }

    /// The list reporter's last lines: `  2 failed`, then their names, `  1 skipped`, `  12 passed (3.4s)`. A test that
    /// was broken off has not passed.
    pub(crate) fn from_playwright(printed: &str) -> Self {
        let plain = without_colours(printed);
        sum(plain.lines(), &["passed"], &["failed", "interrupted", "flaky"])
    }
}

/// Adds up figures of the form `12 passed` or `12 passed (…`; everything else is passed over.
fn sum<'a>(figures: impl Iterator<Item = &'a str>, passed: &[&str], failed: &[&str]) -> Counts {
    let mut counts = Counts::default();
    for figure in figures {
        let Some((number, what)) = figure.trim().split_once(' ') else { continue };
        let Ok(number) = number.parse::<usize>() else { continue };
        let what = what.split_once(" (").map_or(what, |(what, _)| what);
        if passed.contains(&what) {
            counts.passed += number;
        } else if failed.contains(&what) {
            counts.failed += number;
        }
    }
    counts
}

/// Drops the escape sequences that colour a terminal: escape, `[`, parameters, a letter.
fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, sequence)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let end = sequence.find(|letter: char| letter.is_ascii_alphabetic()).map_or(sequence.len(), |at| at + 1);
        rest = &sequence[end..];
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coloured_summary_is_read_like_a_plain_one() {
        let printed =
            "test result: \u{1b}[31mFAILED\u{1b}[0m. \u{1b}[1m3\u{1b}[0m passed; \u{1b}[1m1\u{1b}[0m failed; 0 ignored";
        assert_eq!(Counts::from_libtest(printed), Counts { passed: 3, failed: 1 });
    }

    #[test]
    fn results_of_all_binaries_of_cargo_test_are_added() {
        let printed = "running 3 tests\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\ntest result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(Counts::from_libtest(printed), Counts { passed: 7, failed: 2 });
    }

    #[test]
    fn playwright_lists_are_read() {
        let printed = "Running 16 tests using 2 workers\n  ✓  1 [desktop] › chat.spec.ts:3:1 › 3 failed attempts lock (1.2s)\n\n  2 failed\n    [desktop] › a.spec.ts:3:1 › a\n  1 interrupted\n  1 skipped\n  12 passed (3.4s)\n";
        assert_eq!(Counts::from_playwright(printed), Counts { passed: 12, failed: 3 });
    }

    #[test]
    fn output_without_a_summary_counts_nothing() {
        for read in [Counts::from_libtest, Counts::from_playwright] {
            assert_eq!(read("error: could not compile `server`"), Counts::default());
        }
    }
}
