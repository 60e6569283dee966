//! Mail written to a folder, one file a letter, where no mail server is set.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use crate::clock::Millis;

/// Makes the folder, for the owner only.
pub(super) fn make(folder: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Writes a message so that it is there whole or not at all. Lines end as files of this system do, which is how mail
/// is kept in files; on the wire they end in CRLF.
///
/// With `keep` false the same work is done and the file taken away again: whether an address is known must not be told
/// by how long the answer takes.
pub(super) fn write(folder: &Path, now: Millis, id: &str, message: &[u8], keep: bool) -> std::io::Result<()> {
    let name = format!("{}-{id}", now.max(0));
    let being_written = folder.join(format!(".{name}.tmp"));
    let text = String::from_utf8_lossy(message).replace("\r\n", "\n");
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&being_written)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| {
        if keep {
            std::fs::rename(&being_written, folder.join(format!("{name}.eml")))
        } else {
            std::fs::remove_file(&being_written)
        }
    });
    if written.is_err() {
        // What is half written would never be read; that it can't be taken away either changes nothing.
        let _ = std::fs::remove_file(&being_written);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_letter_is_one_file_for_the_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = folder.path().join("outbox");
        make(&outbox).unwrap();
        make(&outbox).unwrap();
        write(&outbox, 7, "a", b"Subject: x\r\n\r\n123456\r\n", true).unwrap();
        let files: Vec<_> = std::fs::read_dir(&outbox).unwrap().map(|entry| entry.unwrap()).collect();
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].file_name(), "7-a.eml");
        assert_eq!(files[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_to_string(files[0].path()).unwrap(), "Subject: x\n\n123456\n");
    }

    #[test]
    fn a_letter_to_nobody_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), 7, "a", b"x", false).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
