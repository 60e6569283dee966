//! The site folder: every file that the server embeds, and `site.tsv`, which its build script reads.
//!
//! `site.tsv` has one line a file, five fields between tabs: URL path, content type, file below the site folder,
//! `1` if the name carries a hash of the content (else `0`), and the name by which the server asks for it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::assets;
use crate::progress::Done;
use crate::stamp::{Inputs, Stamp, files_below};
use crate::wasm::Bound;
use crate::workspace::{DEV, Workspace};

const LIST: &str = "site.tsv";

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    url_path: String,
    content_type: &'static str,
    file: String,
    hashed: bool,
    logical: String,
}

impl Entry {
    /// A file of the app, under a name that follows its content.
    fn hashed(logical: &str, content: &[u8]) -> Result<Self> {
        let file = format!("pkg/{}", assets::hashed_name(logical, content));
        let content_type = assets::content_type(logical)?;
        Ok(Self { url_path: format!("/{file}"), content_type, file, hashed: true, logical: logical.to_owned() })
    }

    /// A file that must keep its name, because browsers or other files ask for it by that.
    fn fixed(url_path: String, file: String, logical: String) -> Result<Self> {
        let content_type = assets::content_type(&file)?;
        Ok(Self { url_path, content_type, file, hashed: false, logical })
    }

    fn line(&self) -> Result<String> {
        let hashed = if self.hashed { "1" } else { "0" };
        let fields: [&str; 5] = [&self.url_path, self.content_type, &self.file, hashed, &self.logical];
        for field in fields {
            ensure!(!field.contains(['\t', '\n', '\r']), "{field:?} can't stand in {LIST}");
        }
        Ok(fields.join("\t") + "\n")
    }
}

/// Puts the site together from the bound app, the stylesheet and the public files.
pub(crate) fn assemble(workspace: &Workspace, profile: &str, bound: &Bound, stylesheet: &Path) -> Result<Done> {
    let (site, public) = (workspace.site(profile), workspace.root.join("app/public"));
    let stamp = Stamp::of(&workspace.scratch(), if profile == DEV { "site-dev" } else { "site" });
    let inputs =
        Inputs::new("site 1").content(&bound.script())?.content(&bound.served(profile))?.content(stylesheet)?;
    let inputs = inputs.contents(&bound.snippets())?.contents(&public)?.digest();
    let list = site.join(LIST);
    if stamp.holds(&inputs, std::slice::from_ref(&list)) && nothing_is_missing(&site)? {
        return Ok(Done::Unchanged);
    }
    let mut files = vec![
        hashed("anamnesis.js", &bound.script())?,
        hashed("anamnesis_bg.wasm", &bound.served(profile))?,
        hashed("main.css", stylesheet)?,
    ];
    files.extend(fixed(&bound.snippets(), "/pkg/snippets/", "pkg/snippets/", "snippets/")?);
    files.extend(fixed(&public, "/", "public/", "")?);
    files.sort();
    let text = write_all(&site, &files, profile)?;
    fs::write(&list, text).with_context(|| format!("writing {}", list.display()))?;
    stamp.set(&inputs, &[list])?;
    let sent: u64 = files.iter().filter(|(entry, _)| entry.hashed).map(|(entry, _)| sent(&site, entry)).sum();
    Ok(Done::Made(format!("{} files; first load {} kB compressed", files.len(), sent / 1000)))
}

fn hashed(logical: &str, source: &Path) -> Result<(Entry, PathBuf)> {
    let content = fs::read(source).with_context(|| format!("reading {}", source.display()))?;
    Ok((Entry::hashed(logical, &content)?, source.to_owned()))
}

/// The files below a folder, under the same names. What file managers leave (`.DS_Store`) is not for others.
fn fixed(folder: &Path, url: &str, file: &str, logical: &str) -> Result<Vec<(Entry, PathBuf)>> {
    let visible = |path: &Path| {
        path.file_name().is_some_and(|name| name == ".well-known" || !name.to_string_lossy().starts_with('.'))
    };
    let mut entries = Vec::new();
    for source in files_below(folder, &visible)? {
        let below = source.strip_prefix(folder).expect("it was found below this folder");
        let below = below.to_str().with_context(|| format!("{} is not UTF-8", below.display()))?;
        let entry = Entry::fixed(format!("{url}{below}"), format!("{file}{below}"), format!("{logical}{below}"))?;
        entries.push((entry, source));
    }
    Ok(entries)
}

/// Writes the files with their compressed copies, removes all others, and gives the text of the list.
fn write_all(site: &Path, files: &[(Entry, PathBuf)], profile: &str) -> Result<String> {
    let mut text = String::new();
    let mut keep = BTreeSet::new();
    let mut urls = BTreeSet::new();
    for (entry, source) in files {
        ensure!(urls.insert(&entry.url_path), "two files of the site want to be {}", entry.url_path);
        let file = site.join(&entry.file);
        let content = fs::read(source).with_context(|| format!("reading {}", source.display()))?;
        assets::write(&file, &content, entry.hashed, profile)?;
        keep.extend([assets::companion(&file, ".br"), assets::companion(&file, ".gz"), file]);
        text.push_str(&entry.line()?);
    }
    for file in files_below(site, &|_| true)? {
        if !keep.contains(&file) {
            fs::remove_file(&file).with_context(|| format!("removing {}", file.display()))?;
        }
    }
    Ok(text)
}

fn nothing_is_missing(site: &Path) -> Result<bool> {
    let list = fs::read_to_string(site.join(LIST)).context("reading the list of the site")?;
    Ok(list.lines().filter_map(|line| line.split('\t').nth(2)).all(|file| site.join(file).is_file()))
}

/// Bytes on the wire to a browser that understands brotli.
fn sent(site: &Path, entry: &Entry) -> u64 {
    let file = site.join(&entry.file);
    let brotli = assets::companion(&file, ".br");
    fs::metadata(brotli).or_else(|_| fs::metadata(file)).map_or(0, |metadata| metadata.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A workspace with the outputs of the earlier steps and one public file.
    fn scene() -> (tempfile::TempDir, Workspace, Bound, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_path_buf();
        let workspace = Workspace { target: root.join("target"), root };
        let bound = Bound::of(&workspace);
        let css = workspace.scratch().join("main.css");
        for (file, text) in [
            (bound.script(), "export default function init() {}"),
            (bound.served("release"), "\0asm and the rest"),
            (bound.snippets().join("crate-1/inline0.js"), "export const one = 1;"),
            (css.clone(), "body{color:red}"),
            (workspace.root.join("app/public/icons/favicon.svg"), "<svg/>"),
            (workspace.root.join("app/public/.DS_Store"), "?"),
        ] {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        (folder, workspace, bound, css)
    }

    fn list(workspace: &Workspace) -> String {
        fs::read_to_string(workspace.site("release").join(LIST)).unwrap()
    }

    #[test]
    fn every_file_has_a_line_of_five_fields_that_leads_to_it() {
        let (_folder, workspace, bound, css) = scene();
        assemble(&workspace, "release", &bound, &css).unwrap();
        let list = list(&workspace);
        let lines: Vec<Vec<&str>> = list.lines().map(|line| line.split('\t').collect()).collect();
        assert_eq!(lines.len(), 5, "{list}");
        for line in &lines {
            assert_eq!(line.len(), 5, "{line:?}");
            assert!(workspace.site("release").join(line[2]).is_file(), "{line:?}");
        }
        let favicon = ["/icons/favicon.svg", "image/svg+xml", "public/icons/favicon.svg", "0", "icons/favicon.svg"];
        assert!(lines.iter().any(|line| line == &favicon), "{list}");
        let css_name = assets::hashed_name("main.css", b"body{color:red}");
        let css_line =
            [&format!("/pkg/{css_name}"), "text/css; charset=utf-8", &format!("pkg/{css_name}"), "1", "main.css"];
        assert!(lines.iter().any(|line| line == &css_line), "{list}");
        assert!(list.contains("/pkg/snippets/crate-1/inline0.js\t"), "{list}");
    }

    #[test]
    fn a_second_assembly_is_skipped_until_something_changes() {
        let (_folder, workspace, bound, css) = scene();
        assert!(matches!(assemble(&workspace, "release", &bound, &css).unwrap(), Done::Made(_)));
        assert!(matches!(assemble(&workspace, "release", &bound, &css).unwrap(), Done::Unchanged));
        let before = list(&workspace);
        fs::write(&css, "body{color:blue}").unwrap();
        assert!(matches!(assemble(&workspace, "release", &bound, &css).unwrap(), Done::Made(_)));
        assert_ne!(before, list(&workspace));
        assert!(!nothing_is_left_over(&workspace, &before), "the old stylesheet is still there");
    }

    fn nothing_is_left_over(workspace: &Workspace, list: &str) -> bool {
        list.lines().all(|line| workspace.site("release").join(line.split('\t').nth(2).unwrap()).is_file())
    }

    #[test]
    fn a_file_lost_from_the_site_is_made_again() {
        let (_folder, workspace, bound, css) = scene();
        assemble(&workspace, "release", &bound, &css).unwrap();
        let favicon = workspace.site("release").join("public/icons/favicon.svg");
        fs::remove_file(&favicon).unwrap();
        assemble(&workspace, "release", &bound, &css).unwrap();
        assert!(favicon.is_file());
    }

    #[test]
    fn two_files_under_one_address_are_refused() {
        let (_folder, workspace, bound, css) = scene();
        let double = workspace.root.join("app/public/pkg/snippets/crate-1/inline0.js");
        fs::create_dir_all(double.parent().unwrap()).unwrap();
        fs::write(double, "export const two = 2;").unwrap();
        let error = assemble(&workspace, "release", &bound, &css).unwrap_err().to_string();
        assert!(error.contains("/pkg/snippets/crate-1/inline0.js"), "{error}");
    }

    #[test]
    fn a_name_that_would_break_the_list_is_refused() {
        let entry = Entry::fixed("/a\tb.txt".into(), "public/a\tb.txt".into(), "a\tb.txt".into()).unwrap();
        assert!(entry.line().is_err());
    }
}
