//! The stylesheet: `style/main.css` with everything that it imports, as one minified file.

use std::path::Path;

use anyhow::{Result, anyhow};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};
use lightningcss::targets::{Browsers, Targets};

/// The first browsers with all that the stylesheet relies on: `light-dark()`, `oklch()`, `@layer`, nesting, `:has()`.
/// With older targets lightningcss would write these out into something larger that behaves otherwise.
fn targets() -> Targets {
    const fn version(major: u32, minor: u32) -> u32 {
        (major << 16) | (minor << 8)
    }
    Targets::from(Browsers {
        android: Some(version(123, 0)),
        chrome: Some(version(123, 0)),
        edge: Some(version(123, 0)),
        firefox: Some(version(120, 0)),
        ios_saf: Some(version(17, 5)),
        opera: Some(version(109, 0)),
        safari: Some(version(17, 5)),
        samsung: Some(version(27, 0)),
        ie: None,
    })
}

/// Bundles and minifies; an error names file, line and column.
pub(crate) fn bundle(entry: &Path) -> Result<String> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler.bundle(entry).map_err(|error| {
        let place = error.loc.as_ref().map_or_else(
            || entry.display().to_string(),
            // Lines are counted from 0 there, columns from 1.
            |place| format!("{}:{}:{}", place.filename, place.line + 1, place.column),
        );
        anyhow!("{place}: {}", error.kind)
    })?;
    sheet
        .minify(MinifyOptions { targets: targets(), ..MinifyOptions::default() })
        .map_err(|error| anyhow!("{}: {error}", entry.display()))?;
    let printed = sheet
        .to_css(PrinterOptions { minify: true, targets: targets(), ..PrinterOptions::default() })
        .map_err(|error| anyhow!("{}: {error}", entry.display()))?;
    Ok(printed.code)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn bundled(files: &[(&str, &str)]) -> Result<String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        bundle(&folder.path().join("main.css"))
    }

    #[test]
    fn imports_become_layers_of_one_file() {
        let css = bundled(&[
            (
                "main.css",
                "@layer tokens, base;\n@import './tokens.css' layer(tokens);\n@import './base.css' layer(base);",
            ),
            ("tokens.css", ":root { --ink: oklch(25% .02 255); }"),
            ("base.css", "body { color: var(--ink); }"),
        ])
        .unwrap();
        assert!(!css.contains("@import"), "{css}");
        assert!(css.contains("@layer tokens") && css.contains("@layer base{body{color:var(--ink)}}"), "{css}");
    }

    #[test]
    fn what_current_browsers_understand_is_kept() {
        let css = bundled(&[(
            "main.css",
            ":root { color-scheme: light dark; background: light-dark(oklch(98.6% .004 95), oklch(19% .012 250)); }
             .a { &:has(b) { inset-inline: 0; color: color-mix(in oklch, red 60%, transparent); } }",
        )])
        .unwrap();
        for kept in ["light-dark(oklch(", "color-scheme:light dark", ".a:has(b)", "inset-inline:0"] {
            assert!(css.contains(kept), "{kept} is not in {css}");
        }
        assert!(!css.contains("--lightningcss"), "light-dark() was written out: {css}");
    }

    #[test]
    fn a_mistake_is_reported_with_its_place() {
        let error = bundled(&[("main.css", "body { color: red; }\n.a..b { color: red; }\n")]).unwrap_err().to_string();
        assert!(error.contains("main.css:2:"), "{error}");
    }

    #[test]
    fn a_missing_import_is_an_error() {
        let error = bundled(&[("main.css", "@import './absent.css';")]).unwrap_err().to_string();
        assert!(error.contains("absent.css") || error.contains("main.css"), "{error}");
    }
}
