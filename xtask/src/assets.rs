//! One file of the site: the name that changes with its content, its content type, its compressed companions.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::stamp::hex;
use crate::workspace::DEV;

/// `anamnesis_bg.wasm` becomes `anamnesis_bg-3f2a9c81.wasm`: a file that may be cached for ever.
pub(crate) fn hashed_name(logical: &str, content: &[u8]) -> String {
    let hash = &hex(&Sha256::digest(content))[..8];
    match logical.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{hash}.{extension}"),
        None => format!("{logical}-{hash}"),
    }
}

/// What a browser must be told. A kind that we have not thought of is refused: a wrong guess would be sent with
/// `nosniff` and fail in the browser without a word.
pub(crate) fn content_type(name: &str) -> Result<&'static str> {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    Ok(match extension.as_str() {
        "js" | "mjs" => "text/javascript",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "jpg" | "jpeg" => "image/jpeg",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        "json" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        "xml" => "application/xml",
        _ => bail!("{name}: no content type is known for this kind of file"),
    })
}

/// Where a compressed copy stands: `F.br` and `F.gz` beside `F`.
pub(crate) fn companion(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Writes a file and, where they are smaller, its compressed copies. A hashed file whose copies are there already is
/// left alone: its name says that its content is the same. What goes over people's networks is made as small as can be.
pub(crate) fn write(file: &Path, content: &[u8], hashed: bool, profile: &str) -> Result<()> {
    if hashed && file.is_file() && companion(file, ".br").is_file() && companion(file, ".gz").is_file() {
        return Ok(());
    }
    let folder = file.parent().expect("a file of the site stands in a folder");
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    put(file, content)?;
    let (quality, level) = if profile == DEV { (1, Compression::fast()) } else { (11, Compression::best()) };
    for (suffix, compressed) in [(".br", brotli(content, quality)?), (".gz", gzip(content, level)?)] {
        let companion = companion(file, suffix);
        if compressed.len() < content.len() {
            put(&companion, &compressed)?;
        } else if companion.exists() {
            fs::remove_file(&companion).with_context(|| format!("removing {}", companion.display()))?;
        }
    }
    Ok(())
}

/// By way of a second name, so that a build that is broken off leaves no half of a file under the real one.
fn put(file: &Path, content: &[u8]) -> Result<()> {
    let draft = companion(file, ".new");
    fs::write(&draft, content).with_context(|| format!("writing {}", draft.display()))?;
    fs::rename(&draft, file).with_context(|| format!("writing {}", file.display()))
}

fn brotli(content: &[u8], quality: i32) -> Result<Vec<u8>> {
    let parameters =
        BrotliEncoderParams { quality, lgwin: 22, size_hint: content.len(), ..BrotliEncoderParams::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &parameters).context("compressing with brotli")?;
    Ok(compressed)
}

fn gzip(content: &[u8], level: Compression) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(content).and_then(|()| encoder.finish()).context("compressing with gzip")
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn the_name_follows_the_content() {
        // sha256("hello") begins with 2cf24dba.
        assert_eq!(hashed_name("anamnesis.js", b"hello"), "anamnesis-2cf24dba.js");
        assert_eq!(hashed_name("anamnesis_bg.wasm", b"hello"), "anamnesis_bg-2cf24dba.wasm");
        assert_eq!(hashed_name("LICENCE", b"hello"), "LICENCE-2cf24dba");
        assert_ne!(hashed_name("main.css", b"hello"), hashed_name("main.css", b"hello "));
    }

    #[test]
    fn a_kind_of_file_without_a_content_type_is_refused() {
        assert_eq!(content_type("favicon.SVG").unwrap(), "image/svg+xml");
        assert!(content_type("notes.docx").is_err());
        assert!(content_type("Makefile").is_err());
    }

    #[test]
    fn compressed_copies_give_back_the_content() {
        let folder = tempfile::tempdir().unwrap();
        let (file, content) = (folder.path().join("main.css"), "body{color:red}".repeat(100));
        write(&file, content.as_bytes(), false, "release").unwrap();
        let mut text = String::new();
        let compressed = fs::read(companion(&file, ".gz")).unwrap();
        flate2::read::GzDecoder::new(&compressed[..]).read_to_string(&mut text).unwrap();
        assert_eq!(text, content);
        let mut text = Vec::new();
        let compressed = fs::read(companion(&file, ".br")).unwrap();
        brotli::BrotliDecompress(&mut &compressed[..], &mut text).unwrap();
        assert_eq!(text, content.as_bytes());
    }

    #[test]
    fn a_copy_that_would_be_larger_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.txt");
        write(&file, "compressible ".repeat(50).as_bytes(), false, DEV).unwrap();
        assert!(companion(&file, ".br").is_file());
        write(&file, b"x", false, DEV).unwrap();
        assert!(file.is_file() && !companion(&file, ".br").exists() && !companion(&file, ".gz").exists());
    }
}
