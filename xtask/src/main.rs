//! `cargo xtask`: every habit of the project, in one list. Called bare it prints the list.
//!
//! Start reading at [`HABITS`]. `build` is in `build` (its steps in `wasm`, `style`, `assets`, `site`), what `test` and
//! `lint` run is in `checks`, the services that tests need are in `postgres`, `browser`, `python` and `e2e`; what asks the
//! API by its description is in `schemathesis`. A habit says what it does while it does it, ends what it started, and fails when anything in it failed.

mod assets;
mod browser;
mod build;
mod checks;
mod counts;
mod demo;
mod e2e;
mod measure;
mod node;
mod packages;
mod postgres;
mod process;
mod progress;
mod python;
mod report;
mod schemathesis;
mod site;
mod stamp;
mod style;
mod wasm;
mod workspace;

use std::fmt::Write;
use std::process::ExitCode;

use anyhow::Result;

use crate::workspace::Workspace;

/// One subcommand: its name, what may follow it, a line about it, and the function that does it.
struct Habit {
    name: &'static str,
    arguments: &'static str,
    about: &'static str,
    run: fn(&Workspace, &[String]) -> Result<()>,
}

const HABITS: &[Habit] = &[
    Habit {
        name: "run",
        arguments: "[ARGS…]",
        about: "build, then serve with demo accounts on 127.0.0.1:3000 (ARGS go to `anamnesis serve`)",
        run: demo::run,
    },
    Habit {
        name: "build",
        arguments: "[--profile release|dist|dev]",
        about: "browser app, stylesheet and server in one binary: target/release/anamnesis",
        run: build::habit,
    },
    Habit {
        name: "test",
        arguments: "[FILTER]",
        about: "everything that CI runs; with FILTER only the tests whose names contain it",
        run: checks::test,
    },
    Habit {
        name: "lint",
        arguments: "",
        about: "format check, clippy (native and wasm) and docs, warnings denied",
        run: checks::lint,
    },
    Habit { name: "fmt", arguments: "", about: "format the Rust sources", run: checks::fmt },
    Habit {
        name: "e2e",
        arguments: "[--profile release] [ARGS…]",
        about: "browser tests, against an unoptimised server or the one that is shipped (ARGS go to `playwright test`)",
        run: e2e::habit,
    },
    Habit {
        name: "schemathesis",
        arguments: "[ARGS…]",
        about: "ask a demo server all that its description allows, and what it does not (ARGS go to `schemathesis run`)",
        run: schemathesis::habit,
    },
    Habit {
        name: "bench",
        arguments: "[ARGS…]",
        about: "load generator against the built binary (ARGS go to `loadgen bench`), then how well questions are found, how long a case takes, and what the choice of exercises loses",
        run: measure::bench,
    },
    Habit { name: "coverage", arguments: "", about: "which lines the tests reach, as HTML", run: measure::coverage },
    Habit {
        name: "clean-demo",
        arguments: "",
        about: "remove ./data (asks first; refuses while a server uses it)",
        run: demo::clean,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        print!("{}", listing());
        return ExitCode::SUCCESS;
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        print!("{}", listing());
        return ExitCode::SUCCESS;
    }
    let Some(habit) = HABITS.iter().find(|habit| habit.name == name) else {
        eprintln!("`{name}` is not one of these:\n\n{}", listing());
        return ExitCode::from(2);
    };
    process::watch_interrupts();
    match Workspace::find().and_then(|workspace| (habit.run)(&workspace, rest)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo xtask {name}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn listing() -> String {
    let mut text = String::from("cargo xtask HABIT\n\n");
    for habit in HABITS {
        let call = format!("{} {}", habit.name, habit.arguments);
        writeln!(text, "  {call:<32} {}", habit.about).expect("writing to a String can't fail");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listing_has_a_line_for_every_habit() {
        let listing = listing();
        for habit in HABITS {
            let line = format!("  {}", habit.name);
            assert!(
                listing.lines().any(|text| text.starts_with(&line) && text.ends_with(habit.about)),
                "{} is missing",
                habit.name
            );
        }
    }

    #[test]
    fn no_two_habits_share_a_name() {
        for (at, habit) in HABITS.iter().enumerate() {
            assert!(HABITS[at + 1..].iter().all(|other| other.name != habit.name), "{} is there twice", habit.name);
        }
    }
}
