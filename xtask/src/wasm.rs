//! The browser app: compiled, bound to JavaScript, optimised.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::process;
use crate::progress::Done;
use crate::stamp::{Inputs, Stamp};
use crate::workspace::{DEV, WASM_PROFILE, WASM_TARGET, Workspace};

/// The name under which pages ask for the app: `LEPTOS_OUTPUT_NAME` in `.cargo/config.toml`.
const NAME: &str = "anamnesis";

/// The compiler's standard library for wasm32, added by rustup where it is missing.
pub(crate) fn ensure_target() -> Result<Done> {
    if target_is_there()? {
        return Ok(Done::Unchanged);
    }
    let how = format!("`rustup target add {WASM_TARGET}` (a compiler without rustup needs its package for wasm32)");
    ensure!(process::on_path("rustup").is_some(), "rustc has no {WASM_TARGET}; add it: {how}");
    process::run(Command::new("rustup").args(["target", "add", WASM_TARGET]))?;
    ensure!(target_is_there()?, "rustup reported success, yet rustc has no {WASM_TARGET}; try {how}");
    Ok(Done::Made(format!("added {WASM_TARGET}")))
}

/// Asks the compiler that will be used, whoever installed it. A target that `rust-toolchain.toml` names may still be
/// absent: with `RUSTUP_AUTO_INSTALL=0` rustup says nothing.
fn target_is_there() -> Result<bool> {
    let folder = process::output(Command::new("rustc").args(["--print", "target-libdir", "--target", WASM_TARGET]))?;
    let Ok(libraries) = fs::read_dir(folder.trim()) else { return Ok(false) };
    Ok(libraries.flatten().any(|library| library.file_name().to_string_lossy().starts_with("libstd-")))
}

/// Compiles `frontend`; cargo itself knows what has changed.
pub(crate) fn compile(workspace: &Workspace) -> Result<Done> {
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--package", "frontend", "--target", WASM_TARGET]);
    process::run(cargo.args(["--profile", WASM_PROFILE, "--features", "hydrate"]))?;
    let wasm = workspace.raw_wasm();
    ensure!(wasm.is_file(), "cargo left no {}: is `frontend` a cdylib?", wasm.display());
    Ok(Done::Made(kilobytes(&wasm)?))
}

/// What the build of the browser app leaves, all below one folder.
pub(crate) struct Bound {
    pub(crate) folder: PathBuf,
}

impl Bound {
    pub(crate) fn of(workspace: &Workspace) -> Self {
        Self { folder: workspace.scratch().join("pkg") }
    }

    pub(crate) fn script(&self) -> PathBuf {
        self.folder.join(format!("{NAME}.js"))
    }

    pub(crate) fn wasm(&self) -> PathBuf {
        self.folder.join(format!("{NAME}_bg.wasm"))
    }

    /// The app that a server of this profile serves: tests do not wait for what makes it small.
    pub(crate) fn served(&self, profile: &str) -> PathBuf {
        if profile == DEV { self.wasm() } else { self.optimised() }
    }

    fn optimised(&self) -> PathBuf {
        self.folder.with_file_name(format!("{NAME}_bg.optimised.wasm"))
    }

    /// Modules that crates of the app bring; the script imports them by their path.
    pub(crate) fn snippets(&self) -> PathBuf {
        self.folder.join("snippets")
    }
}

/// wasm-bindgen as a library: its version can't differ from the one that the app was compiled with.
pub(crate) fn bind(workspace: &Workspace, bound: &Bound) -> Result<Done> {
    let stamp = Stamp::of(&workspace.scratch(), "bind");
    let inputs = Inputs::new("bind web 1").content(&workspace.root.join("Cargo.lock"))?;
    let inputs = inputs.content(&workspace.raw_wasm())?.digest();
    let outputs = [bound.script(), bound.wasm()];
    if stamp.holds(&inputs, &outputs) {
        return Ok(Done::Unchanged);
    }
    if bound.folder.exists() {
        fs::remove_dir_all(&bound.folder).context("clearing the last bindings")?;
    }
    Bindgen::new()
        .input_path(workspace.raw_wasm())
        .out_name(NAME)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // The page names the hashed file in `init({ module_or_path })`; without it the call fails instead of guessing.
        .omit_default_module_path(true)
        .generate(&bound.folder)?;
    stamp.set(&inputs, &outputs)?;
    Ok(Done::Made(kilobytes(&bound.wasm())?))
}

/// wasm-opt, and the arguments that its version wants.
pub(crate) struct Optimiser {
    program: PathBuf,
    arguments: &'static [&'static str],
}

impl Optimiser {
    const CURRENT: &[&str] = &["-Oz", "--enable-bulk-memory", "--enable-nontrapping-float-to-int"];
    /// Versions before 116 don't know all that today's compilers use unless everything is allowed.
    const OLD: &[&str] = &["-Oz", "-all"];

    /// The one that npm has installed for us, else the system's.
    pub(crate) fn find(workspace: &Workspace) -> Option<Self> {
        let installed = workspace.end2end().join("node_modules/.bin/wasm-opt");
        if installed.is_file() && process::on_path("node").is_some() {
            return Some(Self { program: installed, arguments: Self::CURRENT });
        }
        let program = process::on_path("wasm-opt")?;
        let said = process::output(Command::new(&program).arg("--version")).ok()?;
        let arguments = if version(&said).is_some_and(|version| version < 116) { Self::OLD } else { Self::CURRENT };
        Some(Self { program, arguments })
    }
}

/// The number in `wasm-opt version 108 (version_108)`.
fn version(said: &str) -> Option<u32> {
    said.split_whitespace().find_map(|word| word.parse().ok())
}

/// Makes the app smaller where wasm-opt is found; the build goes on without it and says so.
pub(crate) fn optimise(workspace: &Workspace, bound: &Bound, optimiser: Option<&Optimiser>) -> Result<Done> {
    let (from, to) = (bound.wasm(), bound.optimised());
    let stamp = Stamp::of(&workspace.scratch(), "optimise");
    let how = optimiser.map_or_else(
        || "not at all".to_owned(),
        |found| format!("{} {}", found.program.display(), found.arguments.join(" ")),
    );
    let inputs = Inputs::new("optimise 1").text("how", &how).content(&from)?;
    let inputs = inputs.content(&workspace.end2end().join("package-lock.json"))?.digest();
    let Some(optimiser) = optimiser else {
        if !stamp.holds(&inputs, std::slice::from_ref(&to)) {
            fs::copy(&from, &to).context("copying the unoptimised app")?;
            stamp.set(&inputs, &[to])?;
        }
        return Ok(Done::Skipped(
            "no wasm-opt, so the app stays larger than it need be; install Node (it comes by npm) or `binaryen`".into(),
        ));
    };
    if stamp.holds(&inputs, std::slice::from_ref(&to)) {
        return Ok(Done::Unchanged);
    }
    process::run(Command::new(&optimiser.program).args(optimiser.arguments).arg(&from).arg("-o").arg(&to))?;
    if !fs::read(&to)?.starts_with(b"\0asm") {
        bail!("{} is not a WebAssembly module", to.display());
    }
    stamp.set(&inputs, std::slice::from_ref(&to))?;
    Ok(Done::Made(format!("{} to {}", kilobytes(&from)?, kilobytes(&to)?)))
}

fn kilobytes(file: &Path) -> Result<String> {
    let length = fs::metadata(file).with_context(|| format!("looking at {}", file.display()))?.len();
    Ok(format!("{} kB", length / 1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wasm_opt_says_its_version_in_two_ways() {
        assert_eq!(version("wasm-opt version 108 (version_108)\n"), Some(108));
        assert_eq!(version("wasm-opt version 132\n"), Some(132));
        assert_eq!(version("wasm-opt"), None);
    }
}
