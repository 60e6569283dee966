//! What is installed on this machine, and installing what may be.

use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// Whether `cargo NAME` is there.
pub(crate) fn cargo_has(workspace: &Workspace, name: &str) -> bool {
    let mut cargo = workspace.cargo();
    cargo.args([name, "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
    cargo.status().is_ok_and(|status| status.success())
}

/// Installs by the system's package manager, where that is apt and we are root; otherwise the error says how.
pub(crate) fn apt_install(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if !process::is_root() || process::on_path("apt-get").is_none() {
        bail!("install it: on Debian or Ubuntu `sudo apt-get install {names}`");
    }
    println!("installing {names} (apt-get)");
    let apt = || {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq").stdout(Stdio::null());
        apt
    };
    process::run(apt().arg("update"))?;
    process::run(apt().args(["install", "--yes", "--no-install-recommends"]).args(packages))
}
