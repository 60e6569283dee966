//! Puts the articles of `library/` into the binary: one table of ids and texts, sorted by id.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

/// Writes `library.rs` into `out`: `pub(super) static LIBRARY: &[(&str, &str)]`, an id (the file's name) and the whole
/// text.
pub(crate) fn write(out: &Path) {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("library");
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()))
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    let mut table = String::from("pub(super) static LIBRARY: &[(&str, &str)] = &[\n");
    for path in files {
        let id = path.file_stem().and_then(|stem| stem.to_str()).expect("article names are plain ASCII");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
        writeln!(table, "    ({id:?}, {text:?}),").expect("a String takes everything");
        println!("cargo:rerun-if-changed={}", path.display());
    }
    table.push_str("];\n");
    fs::write(out.join("library.rs"), table).expect("OUT_DIR can be written");
}
