//! The command line: `serve`, `chat`, `migrate`, `user`, `library`, `feedback`, `audit`.

mod chat;
mod feedback;
mod library;

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};
use protocol::rest::UserRole;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::{Layers, SETTINGS, Settings};
use crate::db::Db;
use crate::{audit, auth, documents, serve, telemetry};

fn command() -> Command {
    let user = Command::new("user")
        .about("Accounts, for operators")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("role")
                .about("Gives an account a role")
                .arg(Arg::new("email").required(true).help("The account's address"))
                .arg(
                    Arg::new("role")
                        .required(true)
                        .value_parser(["patient", "clinician", "admin"])
                        .help("What it may do"),
                ),
        )
        .subcommand(Command::new("list").about("Prints every account, the oldest first"))
        .subcommand(
            Command::new("disable")
                .about("Forbids the use of an account; its sessions and tokens end")
                .arg(Arg::new("email").required(true).help("The account's address")),
        )
        .subcommand(
            Command::new("enable")
                .about("Allows the use of an account again")
                .arg(Arg::new("email").required(true).help("The account's address")),
        );
    let audit = Command::new("audit")
        .about("The trail")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(with_settings(Command::new("verify").about("Walks the trail and says where it was touched")));
    Command::new("anamnesis")
        .about("Private, real-time health conversations")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            with_settings(Command::new("serve").about("Serves the site")).arg(
                Arg::new("print-config")
                    .long("print-config")
                    .action(ArgAction::SetTrue)
                    .help("Prints every setting with its value and where it came from, and exits"),
            ),
        )
        .subcommand(chat::command())
        .subcommand(with_settings(Command::new("migrate").about("Brings the database's schema up to date and exits")))
        .subcommand(with_settings(user))
        .subcommand(library::command())
        .subcommand(feedback::command())
        .subcommand(audit)
        .subcommand(Command::new(documents::reader::COMMAND).about("What a server reads documents with").hide(true))
}

/// Every setting is a flag, too.
fn with_settings(command: Command) -> Command {
    SETTINGS.iter().fold(command, |command, setting| {
        let help =
            format!("{} [default: {}] [environment: {}]", setting.doc.trim(), setting.default, setting.variable());
        // clap keeps names for the life of the process; there are a few dozen of them.
        let name: &'static str = setting.name.replace('_', "-").leak();
        let flag = Arg::new(setting.name).long(name).value_name("VALUE").help(help);
        command.arg(flag.global(true).help_heading("Settings").hide_short_help(true))
    })
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let matches = command().get_matches();
    if matches.subcommand_name() == Some(documents::reader::COMMAND) {
        return documents::reader::child();
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    let code = runtime.block_on(run(&matches)).unwrap_or_else(|error| fail(&*error));
    // A thread may still wait for a line of the terminal, which nobody needs any more.
    runtime.shutdown_background();
    code
}

fn fail(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("anamnesis: {error}");
    ExitCode::FAILURE
}

type Outcome = Result<ExitCode, Box<dyn std::error::Error>>;

async fn run(matches: &ArgMatches) -> Outcome {
    match matches.subcommand() {
        Some(("serve", flags)) => {
            let layers = layers(flags)?;
            if flags.get_flag("print-config") {
                Settings::read(&layers)?;
                print!("{}", Settings::print(&layers));
                return Ok(ExitCode::SUCCESS);
            }
            run_server(Settings::read(&layers)?).await
        }
        Some(("migrate", flags)) => {
            let settings = Settings::read(&layers(flags)?)?;
            serve::prepare_data(&settings.data)?;
            Db::open(&serve::database_url(&settings)).await?.close().await;
            println!("The database's schema is up to date.");
            Ok(ExitCode::SUCCESS)
        }
        Some(("user", flags)) => match flags.subcommand() {
            Some(("role", role)) => set_role(Settings::read(&layers(role)?)?, role).await,
            Some(("list", flags)) => list_users(&Settings::read(&layers(flags)?)?).await,
            Some((word @ ("enable" | "disable"), flags)) => {
                let settings = Settings::read(&layers(flags)?)?;
                let email = flags.get_one::<String>("email").expect("clap requires it");
                let found = auth::operator::set_active(settings, email, word == "enable").await?;
                Ok(told(found, &format!("{email} is {word}d now.")))
            }
            _ => unreachable!("clap requires one of them"),
        },
        Some(("chat", chat)) => chat::run(chat).await,
        Some(("library", library)) => library::run(library).await,
        Some(("feedback", feedback)) => feedback::run(feedback).await,
        Some(("audit", audit)) => match audit.subcommand() {
            Some(("verify", flags)) => verify_trail(&Settings::read(&layers(flags)?)?).await,
            _ => unreachable!("clap requires one of them"),
        },
        _ => unreachable!("clap requires one of them"),
    }
}

fn layers(matches: &ArgMatches) -> Result<Layers, Box<dyn std::error::Error>> {
    let mut flags = BTreeMap::new();
    for setting in SETTINGS {
        if let Ok(Some(value)) = matches.try_get_one::<String>(setting.name) {
            flags.insert(setting.name.to_owned(), value.clone());
        }
    }
    let file = match std::fs::read_to_string("Leptos.toml") {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(format!("Leptos.toml can't be read: {error}").into()),
    };
    Ok(Layers::gather(flags, |name| std::env::var(name).ok(), file.as_deref())?)
}

async fn run_server(settings: Settings) -> Outcome {
    telemetry::start_log(&settings);
    telemetry::quiet_panics();
    let demo = settings.demo;
    let started = serve::start(settings, Clock::System).await?;
    let stop = CancellationToken::new();
    tokio::spawn(stop_on_signal(stop.clone()));
    started
        .serve(stop, move |addr| {
            println!("listening on http://{addr}");
            if demo {
                println!("demo accounts, one click each on http://{addr}/signin:");
                for account in auth::demo::ACCOUNTS {
                    println!("  {:<9} {}", account.role.as_str(), account.email);
                }
            }
        })
        .await?;
    Ok(ExitCode::SUCCESS)
}

async fn stop_on_signal(stop: CancellationToken) {
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(signal) => signal,
        Err(error) => return tracing::error!(error = %error, "signals can't be received"),
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
    stop.cancel();
}

async fn set_role(settings: Settings, matches: &ArgMatches) -> Outcome {
    let email = matches.get_one::<String>("email").expect("clap requires it");
    let role = matches.get_one::<String>("role").and_then(|role| UserRole::parse(role)).expect("clap checked it");
    let found = auth::operator::grant_role(settings, email, role).await?;
    Ok(told(found, &format!("{email} is {} now.", role.as_str())))
}

fn told(found: bool, done: &str) -> ExitCode {
    if found {
        println!("{done}");
        return ExitCode::SUCCESS;
    }
    eprintln!("anamnesis: there is no account of that address; sign up first");
    ExitCode::FAILURE
}

async fn list_users(settings: &Settings) -> Outcome {
    for user in auth::operator::list(settings).await? {
        let state = match (user.is_active, user.is_verified) {
            (false, _) => "disabled",
            (true, false) => "not verified",
            (true, true) => "",
        };
        println!("{:<9} {} {} {state}", user.role.as_str(), user.created_at, user.email);
    }
    Ok(ExitCode::SUCCESS)
}

async fn verify_trail(settings: &Settings) -> Outcome {
    let db = Db::open(&serve::database_url(settings)).await?;
    let verdict = audit::verify::verify(&mut *db.read().await?).await?;
    for broken in &verdict.broken {
        eprintln!("{broken}");
    }
    if verdict.broken.is_empty() {
        println!("The trail holds: {} entries.", verdict.links);
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}
