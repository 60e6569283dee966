//! Embeds the built site (when there is one) and the guide's asking plans.

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

#[path = "../crates/knowledge/build_table.rs"]
mod build_table;

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    build_table::table("data/asking", "toml", "ASKING", "asking.rs");
    site(&out);
}

/// `site.tsv` in the folder named by `ANAMNESIS_SITE_DIR` lists the files; without it the server has no browser app.
fn site(out: &Path) {
    println!("cargo::rerun-if-env-changed=ANAMNESIS_SITE_DIR");
    let mut table = String::from("pub(crate) static FILES: &[File] = &[\n");
    if let Some(folder) = env::var_os("ANAMNESIS_SITE_DIR").map(PathBuf::from) {
        let list = folder.join("site.tsv");
        println!("cargo::rerun-if-changed={}", list.display());
        let lines = fs::read_to_string(&list).unwrap_or_else(|error| panic!("{}: {error}", list.display()));
        for line in lines.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [path, kind, file, hashed, name] = fields[..] else { panic!("site.tsv: {line}") };
            let file = folder.join(file).into_os_string().into_string().expect("the site's folder has a plain name");
            println!("cargo::rerun-if-changed={file}");
            let encoded = |extension: &str| {
                let encoded = format!("{file}.{extension}");
                if Path::new(&encoded).exists() {
                    format!("Some(include_bytes!({encoded:?}))")
                } else {
                    "None".to_owned()
                }
            };
            writeln!(
                table,
                "File {{ path: {path:?}, kind: {kind:?}, hashed: {}, name: {name:?}, plain: include_bytes!({file:?}), brotli: {}, gzip: {} }},",
                hashed == "1",
                encoded("br"),
                encoded("gz"),
            )
            .expect("a string takes all");
        }
    }
    table.push_str("];\n");
    fs::write(out.join("site.rs"), table).expect("OUT_DIR can be written");
}
