//! What stands on the terminal.

use std::io::{self, IsTerminal, Write};

use protocol::Message;
use protocol::message::{Element, FinishReason};

use super::turn::buttons_of;

/// Where answers are shown: as text for a person, or frame by frame for a program.
#[derive(Debug)]
pub(super) struct Screen {
    json: bool,
    bold: &'static str,
    plain: &'static str,
}

impl Screen {
    pub(super) fn new(json: bool) -> Self {
        let styled = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let (bold, plain) = if styled { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
        Self { json, bold, plain }
    }

    /// Asks for the next line.
    pub(super) fn prompt(&self) {
        let _ = write!(io::stderr(), "{}>{} ", self.bold, self.plain);
        let _ = io::stderr().flush();
    }

    /// A frame as it came.
    pub(super) fn frame(&self, text: &str) {
        if self.json {
            Self::put(&format!("{text}\n"));
        }
    }

    /// A part of the answer.
    pub(super) fn says(&self, text: &str) {
        if !self.json {
            Self::put(&printable(text));
        }
    }

    /// The answer begins anew.
    pub(super) fn anew(&self, text: &str) {
        if !self.json {
            Self::put(&format!("\n\n{}The answer begins anew.{}\n{}", self.bold, self.plain, printable(text)));
        }
    }

    /// Something beside the answer.
    pub(super) fn note(text: &str) {
        if !text.is_empty() {
            eprintln!("{text}");
        }
    }

    pub(super) fn refused(why: &str) {
        eprintln!("{}", printable(why));
    }

    /// The end of an answer: what was not shown of it yet, and what stands beside it. Gives what can be pressed now.
    pub(super) fn ended(&self, answer: &Message, shown: &str) -> Vec<(String, String)> {
        let buttons = buttons_of(answer);
        if self.json {
            return buttons;
        }
        let mut rest = match answer.content.text.strip_prefix(shown) {
            Some(rest) => printable(rest),
            // The final message always wins.
            None => format!("\n\n{}", printable(&answer.content.text)),
        };
        match answer.metadata.finish_reason {
            Some(FinishReason::Stopped) => rest.push_str("\n(stopped)"),
            Some(FinishReason::Failed) => rest.push_str("\n(the answer broke off)"),
            Some(FinishReason::Complete) | None => {}
        }
        rest.push('\n');
        rest.push_str(&self.beside(answer, &buttons));
        Self::put(&rest);
        buttons
    }

    fn beside(&self, answer: &Message, buttons: &[(String, String)]) -> String {
        let mut lines = Vec::new();
        for element in &answer.content.elements {
            match element {
                Element::Resource { label, info, .. } => {
                    lines.push(format!("{}{label}: {info}{}", self.bold, self.plain));
                }
                Element::Instruction { label, steps, .. } => {
                    lines.push(format!("{}{label}{}", self.bold, self.plain));
                    lines.extend(steps.iter().map(|step| format!("  {} ({} s)", step.text, step.seconds)));
                }
                Element::Recommendation { label, .. } => lines.push(format!("Try: {label}")),
                Element::Progress { label, .. } => lines.push(format!("Done: {label}")),
                Element::Button { .. } => {}
            }
        }
        let sources = answer.metadata.sources.iter().enumerate();
        lines.extend(sources.map(|(n, source)| format!("[{}] {} {}", n + 1, source.title, source.url)));
        lines.extend(buttons.iter().enumerate().map(|(n, (_, label))| format!("({}) {label}", n + 1)));
        if lines.is_empty() {
            String::new()
        } else {
            format!("\n{}\n", lines.iter().map(|line| styled(line)).collect::<Vec<_>>().join("\n"))
        }
    }

    fn put(text: &str) {
        let mut out = io::stdout().lock();
        // Whoever reads no further has seen enough.
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }
}

/// Without what would move the cursor, change the terminal or turn the order of what is read: text from elsewhere is text.
pub(super) fn printable(text: &str) -> String {
    let turns = |char: &char| matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|char| (!char.is_control() || matches!(char, '\n' | '\t')) && !turns(char)).collect()
}

/// The same for a line that has our own marks at its ends.
fn styled(line: &str) -> String {
    let (open, close) = ("\x1b[1m", "\x1b[0m");
    match line.strip_prefix(open).and_then(|line| line.strip_suffix(close)) {
        Some(inner) => format!("{open}{}{close}", printable(inner)),
        None => printable(line),
    }
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn what_would_change_the_terminal_is_left_out() {
        assert_eq!(printable("a\x1b[2Jb\u{9b}1mc\r\nd\te\x07é\u{202e}f"), "a[2Jb1mc\nd\teéf");
    }
}
