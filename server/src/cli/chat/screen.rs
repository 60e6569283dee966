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
            Self::put(&format!("\n\n{}\n{}", self.strong("The answer begins anew."), printable(text)));
        }
    }

    /// Something beside the answer: where it stands, or why there is none.
    pub(super) fn note(text: &str) {
        eprintln!("{}", printable(text));
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
                    lines.push(self.strong(&format!("{label}: {info}")));
                }
                Element::Instruction { label, steps, .. } => {
                    lines.push(self.strong(label));
                    lines.extend(steps.iter().map(|step| printable(&format!("  {} ({} s)", step.text, step.seconds))));
                }
                Element::Recommendation { label, .. } => lines.push(printable(&format!("Try: {label}"))),
                Element::Progress { label, .. } => lines.push(printable(&format!("Done: {label}"))),
                Element::Button { .. } => {}
            }
        }
        let sources = answer.metadata.sources.iter().enumerate();
        lines.extend(sources.map(|(n, source)| printable(&format!("[{}] {} {}", n + 1, source.title, source.url))));
        lines.extend(buttons.iter().enumerate().map(|(n, (_, label))| printable(&format!("({}) {label}", n + 1))));
        if lines.is_empty() { String::new() } else { format!("\n{}\n", lines.join("\n")) }
    }

    fn strong(&self, text: &str) -> String {
        format!("{}{}{}", self.bold, printable(text), self.plain)
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

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn what_would_change_the_terminal_is_left_out() {
        assert_eq!(printable("a\x1b[2Jb\u{9b}1mc\r\nd\te\x07é\u{202e}f"), "a[2Jb1mc\nd\teéf");
    }
}
