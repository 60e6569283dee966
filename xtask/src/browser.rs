//! The browser that the browser tests drive: the system's Chromium.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::{packages, process};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const ON_MACOS: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// The browser that `CHROMIUM` names, else the system's, else it is installed where that may be done.
pub(crate) fn find_or_install() -> Result<PathBuf> {
    if let Some(chosen) = std::env::var_os("CHROMIUM").map(PathBuf::from) {
        ensure!(chosen.is_file(), "CHROMIUM names {}, which is not a file", chosen.display());
        return Ok(chosen);
    }
    if let Some(found) = find() {
        return Ok(found);
    }
    // Chromium alone brings no letters: the fonts are what it would draw them with.
    packages::apt_install(&["chromium", "fonts-liberation"])
        .context("no Chromium or Chrome found (or set CHROMIUM to the path of one)")?;
    find().context("the package `chromium` was installed but brought no browser; set CHROMIUM to the path of one")
}

fn find() -> Option<PathBuf> {
    let on_path = NAMES.iter().find_map(|name| process::on_path(name));
    on_path.or_else(|| ON_MACOS.iter().map(Path::new).find(|path| path.is_file()).map(Path::to_owned))
}
