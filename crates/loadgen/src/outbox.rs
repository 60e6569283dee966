//! Reads mailed codes from the folder that the server writes letters to when it has no mail server.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Context;
use protocol::limits::CODE_DIGITS;

/// The address and the code of a letter; `None` where it holds no code.
pub fn code_of(letter: &str) -> Option<(String, String)> {
    let (head, body) = letter.split_once("\n\n")?;
    let to = head.lines().find_map(|line| line.strip_prefix("To: "))?.trim();
    let address = to.split_once('<').map_or(to, |(_, rest)| rest.trim_end_matches('>'));
    let code = body.lines().map(str::trim).find(|line| is_code(line))?;
    Some((address.to_owned(), code.to_owned()))
}

fn is_code(line: &str) -> bool {
    line.len() == CODE_DIGITS && line.bytes().all(|byte| byte.is_ascii_digit())
}

/// The newest code of each address; files are named by the time they were written at.
pub fn codes(outbox: &Path) -> anyhow::Result<HashMap<String, String>> {
    let mut letters: Vec<_> = std::fs::read_dir(outbox)
        .with_context(|| format!("no outbox at {}", outbox.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
        .collect();
    letters.sort();
    let mut codes = HashMap::new();
    for path in letters {
        let letter = std::fs::read_to_string(&path).with_context(|| format!("{} can't be read", path.display()))?;
        codes.extend(code_of(&letter.replace("\r\n", "\n")));
    }
    Ok(codes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTER: &str = "From: Anamnesis <no-reply@anamnesis.example>\nTo: ada@example.org\nDate: Tue, 14 Nov 2023\n\n\
                          Hello,\n\nthis is the code:\n\n012345\n\nThe code is good once, for 15 minutes.\n";

    #[test]
    fn the_code_is_the_line_of_six_digits() {
        assert_eq!(code_of(LETTER), Some(("ada@example.org".to_owned(), "012345".to_owned())));
        let named = LETTER.replace("To: ada@example.org", "To: Ada <ada@example.org>");
        assert_eq!(code_of(&named), Some(("ada@example.org".to_owned(), "012345".to_owned())));
    }

    #[test]
    fn a_letter_without_a_code_has_none() {
        assert_eq!(code_of(&LETTER.replace("012345", "no code")), None);
        assert_eq!(code_of(&LETTER.replace("012345", "0123456")), None);
    }

    #[test]
    fn the_newest_code_of_an_address_counts() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("1000-b.eml"), LETTER).unwrap();
        std::fs::write(folder.path().join("1001-a.eml"), LETTER.replace("012345", "987654").replace('\n', "\r\n"))
            .unwrap();
        std::fs::write(folder.path().join(".1002-c.tmp"), LETTER).unwrap();
        assert_eq!(codes(folder.path()).unwrap(), HashMap::from([("ada@example.org".to_owned(), "987654".to_owned())]));
    }
}
