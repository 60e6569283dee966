//! `anamnesis feedback`: the rated answers that people agreed to have read.

use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};

use super::{Outcome, layers, with_settings};
use crate::config::Settings;
use crate::reviews::export;

pub(super) fn command() -> Command {
    let export = Command::new("export")
        .about("Prints the rated answers that people agreed to have read, as JSON lines without what names anybody")
        .arg(Arg::new("since").long("since").value_name("DATE").help("Only those rated on this day (UTC) or later"));
    Command::new("feedback")
        .about("What people said of answers")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(with_settings(export))
}

pub(super) async fn run(matches: &ArgMatches) -> Outcome {
    let Some(("export", flags)) = matches.subcommand() else { unreachable!("clap requires it") };
    let since = flags.get_one::<String>("since");
    let since = since.map(|text| export::day(text).ok_or("--since: write a day such as 2026-11-01")).transpose()?;
    let count = export::write(&Settings::read(&layers(flags)?)?, since).await?;
    eprintln!("{count} rated answers.");
    Ok(ExitCode::SUCCESS)
}
