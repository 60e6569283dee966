//! `anamnesis chat`: a conversation in the terminal, by door 1 of any server. It knows of the server only what
//! `docs/api.md` says, and so is the example of that protocol.

mod account;
mod screen;
mod server;
mod turn;
mod wire;

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};
use protocol::ConversationId;
use tokio::io::{AsyncBufReadExt, BufReader, Lines, Stdin};
use tokio::signal::unix::{Signal, SignalKind, signal};

use self::account::Account;
use self::screen::Screen;
use self::server::Server;
use self::turn::{Asked, End};
use self::wire::Line;
use super::Outcome;

pub(super) fn command() -> Command {
    Command::new("chat")
        .about("Talks with a server in the terminal")
        .after_help(
            "Without TEXT, every line of the input is a question, and a number presses the button of that number. \
             Ctrl-C stops the answer, Ctrl-D ends.",
        )
        .arg(Arg::new("text").value_name("TEXT").num_args(0..).help("One question; its answer ends the program"))
        .arg(
            Arg::new("server")
                .long("server")
                .value_name("URL")
                .env("ANAMNESIS_SERVER")
                .default_value("http://127.0.0.1:3000")
                .help("Which server"),
        )
        .arg(Arg::new("email").long("email").value_name("ADDRESS").help("Whose account, where it must be signed in"))
        .arg(
            Arg::new("token")
                .long("token")
                .value_name("TOKEN")
                .env("ANAMNESIS_TOKEN")
                .hide_env_values(true)
                .help("An access token, in place of signing in; better in the environment than here"),
        )
        .arg(
            Arg::new("conversation")
                .long("conversation")
                .value_name("ID")
                .conflicts_with("new")
                .help("Goes on with this conversation, not with the one last active"),
        )
        .arg(Arg::new("new").long("new").action(ArgAction::SetTrue).help("Begins a new conversation"))
        .arg(
            Arg::new("json")
                .long("json")
                .action(ArgAction::SetTrue)
                .help("Prints every frame as it comes, one a line, and nothing else"),
        )
        .arg(
            Arg::new("insecure")
                .long("insecure")
                .action(ArgAction::SetTrue)
                .help("Talks without encryption to a server on another machine"),
        )
        .arg(
            Arg::new("sign-out")
                .long("sign-out")
                .action(ArgAction::SetTrue)
                .conflicts_with_all(["text", "token"])
                .help("Ends the sign-in that is kept here"),
        )
}

pub(super) async fn run(matches: &ArgMatches) -> Outcome {
    let given = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let server = Server::at(given("server").expect("it has a default"), matches.get_flag("insecure"))?;
    if matches.get_flag("sign-out") {
        let was = account::sign_out(&server).await?;
        eprintln!("{}", if was { "Signed out." } else { "Nobody was signed in here." });
        return Ok(ExitCode::SUCCESS);
    }
    let mut input = BufReader::new(tokio::io::stdin()).lines();
    let account = match given("token") {
        Some(token) => Account::with_token(server, token),
        None => Account::enter(server, given("email"), &mut input).await?,
    };
    let mut line = Line::open(account).await?;
    let conversation = match (given("conversation"), matches.get_flag("new")) {
        (Some(id), _) => Some(ConversationId::new(id)),
        (None, true) => Some(line.account.server.new_conversation(&line.account.token).await?),
        (None, false) => None,
    };
    let screen = Screen::new(matches.get_flag("json"));
    let text = matches.get_many::<String>("text").map(|words| words.cloned().collect::<Vec<_>>().join(" "));
    // One listener for the whole conversation: what is pressed while nobody waits for it must not be lost.
    let mut interrupt = signal(SignalKind::interrupt())?;
    match text {
        Some(text) => once(&mut line, screen, &mut interrupt, conversation, text).await,
        None => talk(&mut line, screen, &mut interrupt, conversation, &mut input).await,
    }
}

/// One question.
async fn once(
    line: &mut Line,
    screen: Screen,
    interrupt: &mut Signal,
    conversation: Option<ConversationId>,
    text: String,
) -> Outcome {
    let turn = turn::follow(line, &screen, interrupt, conversation, Asked::text(text)).await?;
    Ok(match turn.end {
        End::Answered => ExitCode::SUCCESS,
        End::Refused | End::Failed => ExitCode::FAILURE,
        End::Interrupted => ExitCode::from(130),
    })
}

/// A question a line, until the input ends.
async fn talk(
    line: &mut Line,
    screen: Screen,
    interrupt: &mut Signal,
    mut conversation: Option<ConversationId>,
    input: &mut Lines<BufReader<Stdin>>,
) -> Outcome {
    let person = io::stdin().is_terminal();
    let mut buttons: Vec<(String, String)> = Vec::new();
    loop {
        if person {
            screen.prompt();
        }
        // While nothing is asked the server must still hear that somebody is there.
        let text = tokio::select! {
            read = input.next_line() => read?,
            _ = interrupt.recv() => return Ok(ExitCode::from(130)),
            ended = line.keep() => return Err(ended),
        };
        let Some(text) = text else { return Ok(ExitCode::SUCCESS) };
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        let pressed = text.parse::<usize>().ok().and_then(|number| buttons.get(number.checked_sub(1)?));
        let asked = pressed.map_or_else(|| Asked::text(text.to_owned()), |(id, _)| Asked::Press { id: id.clone() });
        let turn = turn::follow(line, &screen, interrupt, conversation.clone(), asked).await?;
        conversation = turn.conversation.or(conversation);
        buttons = turn.buttons;
        if turn.end == End::Interrupted && !person {
            return Ok(ExitCode::from(130));
        }
    }
}
