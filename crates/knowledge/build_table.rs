//! A folder of texts as a table in the binary, for the build scripts here and of the server.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

/// Writes `file`: a `&[(&str, &str)]` called `name`, an id (a file's name) and the whole text each, sorted by id.
pub(crate) fn table(folder: &str, ending: &str, name: &str, file: &str) {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join(folder);
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()))
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == ending))
        .collect();
    files.sort();
    let mut table = format!("pub(super) static {name}: &[(&str, &str)] = &[\n");
    for path in files {
        let id = path.file_stem().and_then(|stem| stem.to_str()).expect("names are plain ASCII");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
        writeln!(table, "    ({id:?}, {text:?}),").expect("a String takes everything");
        println!("cargo::rerun-if-changed={}", path.display());
    }
    table.push_str("];\n");
    let out = env::var_os("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&out).join(file), table).expect("OUT_DIR can be written");
}
