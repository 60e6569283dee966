//! `anamnesis library import | search | collections | remove | forget-feedback`.

use std::io::{BufRead as _, IsTerminal as _, Read as _, Write as _};
use std::process::ExitCode;
use std::time::Instant;

use clap::{Arg, ArgAction, ArgMatches, Command};
use knowledge::command::{self, Search};
use knowledge::found::BUILTIN;
use knowledge::{Library, imported, intake};

use super::{Outcome, layers, with_settings};
use crate::config::Settings;
use crate::{care, serve};

/// Problems of single lines that are printed; of more only the number is.
const PROBLEMS_SHOWN: usize = 20;

const IMPORTING: &str = "\
JSON lines hold an object each: {id, title, text, url, date}; of `question` and `answer`, `focus`, `synonyms` and `qtype` \
use is made, too. A Markdown, text or HTML file is one document, its path the id. Anything may be gzipped. Of a folder \
all such files are read.

An id that the collection has is replaced. The new index is written beside the old one and takes its place in the end: \
an interrupted import leaves everything as it was. A running server shows what was imported after its next start.";

pub(super) fn command() -> Command {
    let collection = |help: &'static str| Arg::new("collection").long("collection").value_name("NAME").help(help);
    let search = Command::new("search")
        .about("Prints what queries find in the articles and in what was imported, the best first")
        .arg(Arg::new("query").num_args(1..).required_unless_present("queries").help("The query"))
        .arg(
            Arg::new("queries")
                .long("queries")
                .value_name("FILE")
                .conflicts_with("query")
                .help("A file with a query a line; - is the standard input"),
        )
        .arg(collection("Only in this collection; `builtin` holds the articles"))
        .arg(
            Arg::new("limit")
                .long("limit")
                .default_value("10")
                .value_parser(clap::value_parser!(u16).range(1..=1000))
                .help("The most entries of a query"),
        )
        .arg(Arg::new("json").long("json").action(ArgAction::SetTrue).help(
            "A JSON object a line: query, rank, id, collection, title, score, passage; url and date where known",
        ));
    let import = Command::new("import")
        .about("Takes documents into the library")
        .after_help(IMPORTING)
        .arg(Arg::new("from").required(true).value_name("FILE|DIR|-").help("What to import; - is the standard input"))
        .arg(collection("The collection of everything; else what a line names, else `imported`"))
        .arg(
            Arg::new("strict")
                .long("strict")
                .action(ArgAction::SetTrue)
                .help("Import nothing where anything can't be read"),
        );
    let library = Command::new("library")
        .about("The health library: articles in the binary, and what was imported")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(import)
        .subcommand(search)
        .subcommand(Command::new("collections").about("Prints each collection with the number of its entries"))
        .subcommand(
            Command::new("remove")
                .about("Removes a collection")
                .arg(collection("The collection to remove").required(true)),
        )
        .subcommand(
            Command::new("forget-feedback")
                .about(
                    "Forgets what ratings and opening said of passages; a running server takes notice within a minute",
                )
                .arg(
                    Arg::new("passage")
                        .long("passage")
                        .value_name("PASSAGE")
                        .help("Only of this passage, as /api/library/feedback names it; else of all"),
                ),
        );
    with_settings(library)
}

pub(super) async fn run(matches: &ArgMatches) -> Outcome {
    match matches.subcommand() {
        Some(("search", search)) => run_search(search),
        Some(("import", import)) => run_import(import),
        Some(("collections", flags)) => run_collections(flags),
        Some(("remove", remove)) => run_remove(remove),
        Some(("forget-feedback", forget)) => run_forget(forget).await,
        _ => unreachable!("clap requires one of them"),
    }
}

fn run_search(matches: &ArgMatches) -> Outcome {
    let settings = Settings::read(&layers(matches)?)?;
    let collection = matches.get_one::<String>("collection").map(String::as_str);
    let library = match collection {
        None | Some(BUILTIN) => Library::open(&settings.data)?,
        Some(_) => Library::open_imported(&settings.data)?,
    };
    if let Some(name) = collection.filter(|name| *name != BUILTIN) {
        let there = library.imported().map(imported::Imported::collections).unwrap_or_default();
        if !there.contains_key(name) {
            return Err(format!("there is no collection `{name}`; `anamnesis library collections` lists them").into());
        }
    }
    let limit = usize::from(*matches.get_one::<u16>("limit").expect("it has a default"));
    let queries = matches.get_one::<String>("queries");
    let how = Search { collection, limit, json: matches.get_flag("json"), headed: queries.is_some() };
    let mut out = std::io::stdout().lock();
    let Some(file) = queries else {
        let words = matches.get_many::<String>("query").expect("clap requires it");
        let query = words.cloned().collect::<Vec<_>>().join(" ");
        out.write_all(command::search(&library, &query, &how)?.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    };
    let queries: Box<dyn std::io::Read> = if file == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(file).map_err(|error| format!("{file} can't be read: {error}"))?)
    };
    let mut queries = std::io::BufReader::new(queries);
    let mut line = Vec::new();
    let most = settings.import_entry_bytes as u64;
    while queries.by_ref().take(most).read_until(b'\n', &mut line)? > 0 {
        let query = String::from_utf8_lossy(&line);
        if !query.trim().is_empty() {
            out.write_all(command::search(&library, query.trim(), &how)?.as_bytes())?;
        }
        line.clear();
    }
    Ok(ExitCode::SUCCESS)
}

fn run_import(matches: &ArgMatches) -> Outcome {
    let settings = Settings::read(&layers(matches)?)?;
    let from = matches.get_one::<String>("from").expect("clap requires it");
    let strict = matches.get_flag("strict");
    let collection = matches.get_one::<String>("collection").cloned();
    if collection.as_deref() == Some(BUILTIN) {
        return Err("`builtin` is the collection of the articles in the binary; choose another name".into());
    }
    let options = intake::Options { collection, entry_bytes: settings.import_entry_bytes, strict };
    serve::prepare_data(&settings.data)?;
    let begun = Instant::now();
    let mut progress = Progress::new();
    let mut intake = intake::read(from, &options, &mut |count| progress.tell("read", count));
    progress.end();
    for problem in intake.problems.iter().take(PROBLEMS_SHOWN) {
        eprintln!("{problem}");
    }
    let wrong = intake.problems.len();
    if wrong > PROBLEMS_SHOWN {
        eprintln!("… and {} more that can't be read", wrong - PROBLEMS_SHOWN);
    }
    if strict && wrong > 0 {
        return Err("nothing was imported: with --strict everything must be readable".into());
    }
    if intake.passed_over > 0 {
        eprintln!("{} files of other kinds were passed over", intake.passed_over);
    }
    if intake.entries.is_empty() {
        return Err("nothing to import was found".into());
    }
    let new = intake.entries.len();
    let all =
        imported::add(&settings.data, std::mem::take(&mut intake.entries), |count| progress.tell("indexed", count))?;
    progress.end();
    let seconds = begun.elapsed().as_secs_f64();
    println!("{new} entries imported in {seconds:.1} s, {wrong} not readable; the library has {all} imported entries.");
    Ok(ExitCode::SUCCESS)
}

fn run_collections(matches: &ArgMatches) -> Outcome {
    let settings = Settings::read(&layers(matches)?)?;
    let library = Library::open_imported(&settings.data)?;
    println!("{:>8}  {BUILTIN}", Library::builtin_count());
    for (name, count) in library.imported().map(imported::Imported::collections).unwrap_or_default() {
        println!("{count:>8}  {name}");
    }
    Ok(ExitCode::SUCCESS)
}

fn run_remove(matches: &ArgMatches) -> Outcome {
    let settings = Settings::read(&layers(matches)?)?;
    let name = matches.get_one::<String>("collection").expect("clap requires it");
    let removed = imported::remove(&settings.data, name)?;
    if removed == 0 {
        return Err(format!("there is no imported collection `{name}`").into());
    }
    println!("{removed} entries of `{name}` removed.");
    Ok(ExitCode::SUCCESS)
}

async fn run_forget(matches: &ArgMatches) -> Outcome {
    let settings = Settings::read(&layers(matches)?)?;
    let passage = matches.get_one::<String>("passage").cloned();
    let gone = care::forget_feedback(&settings, passage).await?;
    println!("Forgotten: what was said in {gone} cases.");
    Ok(ExitCode::SUCCESS)
}

/// Counts on the standard error: one line that changes on a terminal, a line now and then elsewhere.
struct Progress {
    terminal: bool,
    last: Option<(&'static str, usize)>,
}

impl Progress {
    const EVERY: usize = 1000;
    const EVERY_LINE: usize = 10_000;

    fn new() -> Self {
        Self { terminal: std::io::stderr().is_terminal(), last: None }
    }

    fn tell(&mut self, what: &'static str, count: usize) {
        self.last = Some((what, count));
        if self.terminal && count.is_multiple_of(Self::EVERY) {
            eprint!("\r{what} {count}");
        } else if !self.terminal && count.is_multiple_of(Self::EVERY_LINE) {
            eprintln!("{what} {count}");
        }
    }

    fn end(&mut self) {
        if let Some((what, count)) = self.last.take() {
            eprintln!("{}{what} {count}", if self.terminal { "\r" } else { "" });
        }
    }
}
