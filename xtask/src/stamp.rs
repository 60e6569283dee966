//! What a step was made from and what it left, so that it is skipped when neither has changed.

use std::fmt::Write;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// A digest of everything that a step depends on, each part with its name and length so that parts can't run together.
pub(crate) struct Inputs(Sha256);

impl Inputs {
    pub(crate) fn new(step: &str) -> Self {
        Self(Sha256::new()).text("step", step)
    }

    pub(crate) fn text(mut self, name: &str, value: &str) -> Self {
        self.part(name, value.as_bytes());
        self
    }

    /// The content of a file; that it is absent counts too.
    pub(crate) fn content(mut self, file: &Path) -> Result<Self> {
        let name = file.to_string_lossy();
        if file.is_file() {
            let bytes = fs::read(file).with_context(|| format!("reading {name}"))?;
            self.part(&name, &bytes);
        } else {
            self.part(&name, b"absent");
        }
        Ok(self)
    }

    /// The contents of all files below a folder.
    pub(crate) fn contents(mut self, folder: &Path) -> Result<Self> {
        for file in files_below(folder, &|_| true)? {
            self = self.content(&file)?;
        }
        Ok(self)
    }

    /// Path, time and size of files: as good as their contents where only editors write, and far quicker.
    pub(crate) fn seen(mut self, files: &[PathBuf]) -> Self {
        for file in files {
            let seen = fs::metadata(file).map_or_else(|_| "absent".to_owned(), |metadata| glance(&metadata));
            self.part(&file.to_string_lossy(), seen.as_bytes());
        }
        self
    }

    pub(crate) fn digest(self) -> String {
        hex(&self.0.finalize())
    }

    fn part(&mut self, name: &str, value: &[u8]) {
        for bytes in [name.as_bytes(), value] {
            self.0.update(bytes.len().to_le_bytes());
            self.0.update(bytes);
        }
    }
}

fn glance(metadata: &Metadata) -> String {
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    format!("{}:{}", modified.map_or(0, |time| time.as_nanos()), metadata.len())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(text, "{byte:02x}").expect("writing to a String can't fail");
    }
    text
}

/// All files below a folder in a fixed order; none when the folder is absent. `enter` says which files and folders count.
pub(crate) fn files_below(folder: &Path, enter: &dyn Fn(&Path) -> bool) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if folder.is_dir() {
        collect(folder, enter, &mut files).with_context(|| format!("listing {}", folder.display()))?;
    }
    files.sort();
    Ok(files)
}

fn collect(folder: &Path, enter: &dyn Fn(&Path) -> bool, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if !enter(&path) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&path, enter, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// The record of the last time that a step was done.
pub(crate) struct Stamp {
    record: PathBuf,
}

impl Stamp {
    pub(crate) fn of(scratch: &Path, step: &str) -> Self {
        Self { record: scratch.join("stamps").join(step) }
    }

    /// Whether the step was last done from these inputs and its outputs have not been touched since.
    pub(crate) fn holds(&self, inputs: &str, outputs: &[PathBuf]) -> bool {
        outputs.iter().all(|output| output.exists())
            && fs::read_to_string(&self.record).is_ok_and(|recorded| recorded == record(inputs, outputs))
    }

    pub(crate) fn set(&self, inputs: &str, outputs: &[PathBuf]) -> Result<()> {
        let folder = self.record.parent().expect("a record stands in the folder of stamps");
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        fs::write(&self.record, record(inputs, outputs)).with_context(|| format!("writing {}", self.record.display()))
    }
}

fn record(inputs: &str, outputs: &[PathBuf]) -> String {
    format!("{inputs}\n{}\n", Inputs::new("outputs").seen(outputs).digest())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let (source, output) = (folder.path().join("src/a.txt"), folder.path().join("out.txt"));
        fs::create_dir(folder.path().join("src")).unwrap();
        fs::write(&source, "one").unwrap();
        fs::write(&output, "made").unwrap();
        (folder, source, output)
    }

    fn digest(folder: &Path) -> String {
        Inputs::new("step").contents(&folder.join("src")).unwrap().digest()
    }

    #[test]
    fn a_step_holds_until_an_input_changes() {
        let (folder, source, output) = scene();
        let (stamp, outputs) = (Stamp::of(folder.path(), "step"), [output]);
        assert!(!stamp.holds(&digest(folder.path()), &outputs), "nothing is recorded yet");
        stamp.set(&digest(folder.path()), &outputs).unwrap();
        assert!(stamp.holds(&digest(folder.path()), &outputs));
        fs::write(source, "two").unwrap();
        assert!(!stamp.holds(&digest(folder.path()), &outputs));
    }

    #[test]
    fn a_new_input_file_is_a_change() {
        let (folder, ..) = scene();
        let before = digest(folder.path());
        fs::write(folder.path().join("src/b.txt"), "").unwrap();
        assert_ne!(before, digest(folder.path()));
    }

    #[test]
    fn a_lost_or_rewritten_output_is_made_again() {
        let (folder, _, output) = scene();
        let (stamp, outputs) = (Stamp::of(folder.path(), "step"), [output.clone()]);
        stamp.set("inputs", &outputs).unwrap();
        fs::write(&output, "made by someone else").unwrap();
        assert!(!stamp.holds("inputs", &outputs));
        stamp.set("inputs", &outputs).unwrap();
        fs::remove_file(&output).unwrap();
        assert!(!stamp.holds("inputs", &outputs));
    }

    #[test]
    fn parts_do_not_run_together() {
        let one = Inputs::new("s").text("ab", "c").digest();
        let other = Inputs::new("s").text("a", "bc").digest();
        assert_ne!(one, other);
    }

    #[test]
    fn a_touched_file_is_seen_without_being_read() {
        let (_folder, source, _) = scene();
        let files = [source.clone()];
        let before = Inputs::new("s").seen(&files).digest();
        let later = fs::metadata(&source).unwrap().modified().unwrap() + std::time::Duration::from_secs(1);
        fs::File::options().write(true).open(&source).unwrap().set_modified(later).unwrap();
        assert_ne!(before, Inputs::new("s").seen(&files).digest());
    }

    #[test]
    fn folders_that_do_not_count_are_not_entered() {
        let (folder, source, _) = scene();
        let files = files_below(folder.path(), &|path| !path.ends_with("out.txt")).unwrap();
        assert_eq!(files, [source]);
    }
}
