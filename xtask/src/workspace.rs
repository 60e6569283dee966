//! Where things are: the repository, cargo's target folder, and what a build leaves there.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;

/// The profile of the browser app in the root `Cargo.toml`.
pub(crate) const WASM_PROFILE: &str = "wasm-release";
/// The server's profile for tests: they have compiled most of it already, and it checks itself.
pub(crate) const DEV: &str = "dev";
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

pub(crate) struct Workspace {
    /// The repository's top folder, absolute.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, absolute; it need not be in the repository.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Finds the repository by this crate's folder and asks cargo for the target folder, so that `CARGO_TARGET_DIR` and
    /// cargo's own settings are honoured.
    pub(crate) fn find() -> Result<Self> {
        let this_crate = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&this_crate).parent().context("xtask stands in a folder of the repository")?.to_path_buf();
        let mut metadata = clean_cargo();
        metadata.args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"]);
        metadata.arg(root.join("Cargo.toml"));
        let metadata: serde_json::Value = serde_json::from_str(&process::output(&mut metadata)?)?;
        let target = metadata["target_directory"].as_str().context("cargo metadata names no target folder")?;
        Ok(Self { root, target: target.into() })
    }

    /// Cargo at the top folder, with the same target folder wherever the caller stands.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = clean_cargo();
        cargo.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        cargo
    }

    /// What the server embeds.
    pub(crate) fn site(&self, profile: &str) -> PathBuf {
        self.target.join(if profile == DEV { "site-dev" } else { "site" })
    }

    /// Intermediate files and stamps of the build.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.target.join("xtask")
    }

    pub(crate) fn binary(&self, profile: &str) -> PathBuf {
        // Cargo's one profile whose folder is called otherwise.
        self.target.join(if profile == DEV { "debug" } else { profile }).join("anamnesis")
    }

    /// The browser app as cargo leaves it.
    pub(crate) fn raw_wasm(&self) -> PathBuf {
        self.target.join(WASM_TARGET).join(WASM_PROFILE).join("frontend.wasm")
    }

    pub(crate) fn end2end(&self) -> PathBuf {
        self.root.join("end2end")
    }
}

/// Cargo without what `cargo run` has put into our environment about this crate: build scripts that watch these
/// variables would otherwise run again whenever a person and xtask build in turn.
fn clean_cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(is_about_this_crate) {
            cargo.env_remove(name);
        }
    }
    cargo
}

fn is_about_this_crate(variable: &str) -> bool {
    const NAMES: [&str; 4] = ["CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE", "OUT_DIR"];
    const PREFIXES: [&str; 2] = ["CARGO_PKG_", "CARGO_MANIFEST_"];
    NAMES.contains(&variable) || PREFIXES.iter().any(|prefix| variable.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_about_this_crate_are_told_from_a_persons_settings() {
        assert!(is_about_this_crate("CARGO_PKG_VERSION"));
        assert!(is_about_this_crate("CARGO_MANIFEST_DIR"));
        assert!(!is_about_this_crate("CARGO_TARGET_DIR"));
        assert!(!is_about_this_crate("CARGO_HOME"));
        assert!(!is_about_this_crate("RUSTFLAGS"));
    }
}
