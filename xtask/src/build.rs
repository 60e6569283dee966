//! `build`: the browser app, the stylesheet and the server, in one binary. Each step is skipped when what it is made
//! from is unchanged; when no source file was touched since the last build, not even cargo is called.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::progress::{Done, Progress};
use crate::stamp::{Inputs, Stamp, files_below};
use crate::wasm::{Bound, Optimiser};
use crate::workspace::{DEV, Workspace};
use crate::{node, site, style, wasm};

pub(crate) fn habit(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let profile = match arguments[..] {
        [] => "release",
        ["--profile", profile @ (DEV | "release" | "dist")] => profile,
        _ => {
            bail!(
                "build takes nothing, or `--profile release`, `--profile dist` (smaller and faster, slow to make) or \
                 `--profile dev` (what the tests drive: its server is not optimised)"
            )
        }
    };
    let binary = build(workspace, profile)?;
    println!("{}", binary.display());
    Ok(())
}

/// Brings the binary up to date and gives its path.
pub(crate) fn build(workspace: &Workspace, profile: &str) -> Result<PathBuf> {
    let binary = workspace.binary(profile);
    let outputs = [binary.clone(), workspace.site(profile).join("site.tsv")];
    let stamp = Stamp::of(&workspace.scratch(), &format!("build-{profile}"));
    let inputs = sources(workspace, profile)?;
    if stamp.holds(&inputs, &outputs) {
        return Ok(binary);
    }
    let bound = Bound::of(workspace);
    let stylesheet = workspace.scratch().join("main.css");
    let mut optimiser = None;
    let mut progress = Progress::of(if profile == DEV { 6 } else { 8 });
    progress.step("compiler's library for the browser", wasm::ensure_target)?;
    progress.step("browser app: compile", || wasm::compile(workspace))?;
    progress.step("browser app: bind to JavaScript", || wasm::bind(workspace, &bound))?;
    if profile != DEV {
        progress.step("tools from npm", || {
            // Only the optimiser is wanted here, and the build can do without it.
            let installed = node::install(workspace).or_else(|error| Ok(Done::Skipped(format!("{error:#}"))));
            optimiser = Optimiser::find(workspace);
            installed
        })?;
        progress.step("browser app: optimise", || wasm::optimise(workspace, &bound, optimiser.as_ref()))?;
    }
    progress.step("stylesheet", || write_stylesheet(workspace, &stylesheet))?;
    progress.step("site: name by content, compress", || site::assemble(workspace, profile, &bound, &stylesheet))?;
    progress.step(&format!("server ({profile})"), || compile_server(workspace, profile))?;
    if optimiser.is_some() || profile == DEV {
        // Without an optimiser the next build looks for one again.
        stamp.set(&inputs, &outputs)?;
    }
    println!("built in {:.1} s", progress.elapsed_seconds());
    Ok(binary)
}

fn write_stylesheet(workspace: &Workspace, to: &Path) -> Result<Done> {
    let style = workspace.root.join("style");
    let stamp = Stamp::of(&workspace.scratch(), "style");
    let inputs = Inputs::new("style 1").contents(&style)?.digest();
    if stamp.holds(&inputs, &[to.to_owned()]) {
        return Ok(Done::Unchanged);
    }
    let css = style::bundle(&style.join("main.css"))?;
    fs::create_dir_all(workspace.scratch()).context("making the folder of intermediate files")?;
    fs::write(to, &css).with_context(|| format!("writing {}", to.display()))?;
    stamp.set(&inputs, &[to.to_owned()])?;
    Ok(Done::Made(format!("{} kB", css.len() / 1000)))
}

fn compile_server(workspace: &Workspace, profile: &str) -> Result<Done> {
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--bin", "anamnesis", "--profile", profile]);
    // The tests compile the whole workspace: alone, the server would want most crates with other features, anew.
    cargo.args(if profile == DEV { &["--workspace", "--exclude", "xtask"][..] } else { &["--package", "server"] });
    process::run(cargo.env("ANAMNESIS_SITE_DIR", workspace.site(profile)))?;
    let binary = workspace.binary(profile);
    let length = fs::metadata(&binary).with_context(|| format!("cargo left no {}", binary.display()))?.len();
    Ok(Done::Made(format!("{}.{} MB", length / 1_000_000, length / 100_000 % 10)))
}

/// Every file that the binary may depend on, at a glance, with the compiler and its flags.
fn sources(workspace: &Workspace, profile: &str) -> Result<String> {
    let files = files_below(&workspace.root, &|path| counts(workspace, path))?;
    let compiler = process::output(Command::new("rustc").arg("-vV").current_dir(&workspace.root))?;
    let flags = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS"];
    let flags = flags.map(|name| std::env::var(name).unwrap_or_default()).join("\n");
    let inputs = Inputs::new("build 1").text("profile", profile).text("compiler", &compiler).text("flags", &flags);
    Ok(inputs.seen(&files).digest())
}

/// Whether a file or folder of the repository belongs to the sources of the binary. All do but those that are made, run
/// or read beside it; to count one too many costs a moment, to count one too few would serve an old binary.
fn counts(workspace: &Workspace, path: &Path) -> bool {
    const BESIDE: [&str; 6] = [".ci", ".git", "crates/loadgen", "data", "docs", "target"];
    const OF_END2END: [&str; 2] = ["package.json", "package-lock.json"];
    if path == workspace.target || path.file_name().is_some_and(|name| name == "node_modules") {
        return false;
    }
    let below = path.strip_prefix(&workspace.root).expect("only the repository is walked");
    if let Ok(file) = below.strip_prefix("end2end") {
        return file.as_os_str().is_empty() || OF_END2END.iter().any(|name| file == Path::new(name));
    }
    !BESIDE.iter().any(|beside| below == Path::new(beside))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> bool {
        let workspace = Workspace { root: "/repository".into(), target: "/repository/elsewhere".into() };
        counts(&workspace, &workspace.root.join(path))
    }

    #[test]
    fn sources_settings_and_locks_count() {
        for path in
            ["Cargo.lock", ".cargo/config.toml", "style/main.css", "server/library/fever.md", "migrations/0001.sql"]
        {
            assert!(at(path), "{path}");
        }
        assert!(at("end2end") && at("end2end/package-lock.json"));
    }

    #[test]
    fn what_is_made_or_only_run_does_not_count() {
        for path in ["elsewhere", "target", "data", ".git", "end2end/node_modules", "end2end/tests", "docs"] {
            assert!(!at(path), "{path}");
        }
    }
}
