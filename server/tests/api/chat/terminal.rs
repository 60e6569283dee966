//! `anamnesis chat`: the binary as a person and as a program use it.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use super::{somebody, titled};
use crate::support::{Account, PASSWORD, SCRIPT, TestServer, mailed_code};

const PATIENCE: Duration = Duration::from_mins(1);

/// What the program said before it ended.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

fn terminal(home: &Path, addr: SocketAddr, token: Option<&str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anamnesis"));
    command.arg("chat").env("ANAMNESIS_SERVER", format!("http://{addr}")).env("XDG_CONFIG_HOME", home);
    match token {
        Some(token) => command.env("ANAMNESIS_TOKEN", token),
        None => command.env_remove("ANAMNESIS_TOKEN"),
    };
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// Runs it with these lines as its input.
async fn run(mut command: Command, input: &str) -> Said {
    let mut child = command.spawn().expect("the binary runs");
    let mut stdin = child.stdin.take().expect("piped");
    // A program that ends before it reads is no fault of the test.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    ended(child).await
}

async fn ended(child: Child) -> Said {
    let output = timeout(PATIENCE, child.wait_with_output()).await.expect("it ends").expect("it ran");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// With one question, as somebody who is signed in.
async fn asked(server: &TestServer, account: &Account, words: &[&str]) -> Said {
    let mut command = terminal(folder().path(), server.addr, Some(&account.token));
    command.args(words);
    run(command, "").await
}

#[tokio::test]
async fn one_question_is_answered_and_that_is_all() {
    let (server, account) = somebody(&[]).await;
    let said = asked(&server, &account, &["--new", "Hello", "you"]).await;
    assert_eq!((said.code, said.out.trim(), said.err.as_str()), (Some(0), SCRIPT, ""));
    let (_, list) = server.get("/api/chat/conversations", Some(&account.token)).await;
    assert_eq!(list["conversations"][0]["title"], "Hello you");
}

#[tokio::test]
async fn every_line_is_a_question_in_the_same_conversation() {
    let (server, account) = somebody(&[]).await;
    let said = run(terminal(folder().path(), server.addr, Some(&account.token)), "One\n\nTwo\n").await;
    assert_eq!((said.code, said.out.matches(SCRIPT).count()), (Some(0), 2), "{}", said.out);
    let (_, list) = server.get("/api/chat/conversations", Some(&account.token)).await;
    assert_eq!((&list["total"], &list["conversations"][0]["message_count"]), (&1.into(), &4.into()));
}

#[tokio::test]
async fn the_conversation_that_is_named_goes_on() {
    let (server, account) = somebody(&[]).await;
    let id = titled(&server, &account, "This one").await;
    titled(&server, &account, "A later one").await;
    assert_eq!(asked(&server, &account, &["--conversation", &id, "Hello"]).await.code, Some(0));
    let (_, read) = server.get(&format!("/api/chat/conversations/{id}"), Some(&account.token)).await;
    assert_eq!(read["message_count"], 2);
}

#[tokio::test]
async fn a_program_gets_the_frames_as_they_come() {
    let (server, account) = somebody(&[]).await;
    let said = asked(&server, &account, &["--json", "Hello"]).await;
    let frames: Vec<serde_json::Value> =
        said.out.lines().map(|line| serde_json::from_str(line).expect("a frame a line")).collect();
    assert_eq!(frames.first().expect("frames")["type"], "ack");
    let last = frames.last().expect("frames");
    assert_eq!((&last["type"], &last["content"]["text"]), (&"message".into(), &SCRIPT.into()));
}

#[tokio::test]
async fn sources_and_choices_stand_below_and_a_number_presses() {
    let (server, account) = somebody(&[("model", "builtin")]).await;
    let command = terminal(folder().path(), server.addr, Some(&account.token));
    let said = run(command, "I have a headache\n1\n").await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("[1] ") && said.out.contains("/library/"), "{}", said.out);
    let (_, choices) = said.out.split_once("\n(1) ").expect("choices");
    let label = choices.lines().next().expect("a label");
    let (_, list) = server.get("/api/chat/conversations", Some(&account.token)).await;
    let id = list["conversations"][0]["id"].as_str().expect("an id").to_owned();
    let (_, read) = server.get(&format!("/api/chat/conversations/{id}/messages"), Some(&account.token)).await;
    assert_eq!((&read["total_messages"], &read["messages"][2]["content"]), (&4.into(), &label.into()), "{read}");
}

#[tokio::test]
async fn in_danger_the_help_lines_are_shown() {
    let (server, account) = somebody(&[]).await;
    let said = asked(&server, &account, &["I want to kill myself"]).await;
    assert!(said.out.contains("findahelpline.com"), "{}", said.out);
}

/// Passes bytes on; of the first connection only until the server has said this.
async fn cut_once(server: SocketAddr, after: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let addr = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        let mut first = true;
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(server).await.expect("the server");
            let cut = std::mem::replace(&mut first, false).then_some(after);
            tokio::spawn(pass(client, server, cut));
        }
    });
    addr
}

async fn pass(client: TcpStream, server: TcpStream, cut: Option<&str>) {
    let ((mut client_in, mut client_out), (mut server_in, mut server_out)) = (client.into_split(), server.into_split());
    let up = tokio::spawn(async move { copy(&mut client_in, &mut server_out).await });
    let (mut seen, mut part) = (Vec::new(), [0; 4096]);
    while let Ok(read @ 1..) = server_in.read(&mut part).await {
        if client_out.write_all(&part[..read]).await.is_err() {
            break;
        }
        seen.extend_from_slice(&part[..read]);
        if cut.is_some_and(|word| seen.windows(word.len()).any(|window| window == word.as_bytes())) {
            break;
        }
    }
    up.abort();
}

#[tokio::test]
async fn an_answer_that_is_cut_is_gone_on_with_where_it_was() {
    let model = "scripted:text=One two three four five six seven eight nine ten.;chunk=4;delay_ms=40";
    let (server, account) = somebody(&[("model", model)]).await;
    let addr = cut_once(server.addr, "thre").await;
    let mut command = terminal(folder().path(), addr, Some(&account.token));
    command.args(["--new", "Hello"]);
    let said = run(command, "").await;
    assert_eq!((said.code, said.out.trim()), (Some(0), SCRIPT), "{}", said.err);
    assert!(said.err.contains("The connection was lost"), "{}", said.err);
    assert_eq!(server.rows::<(i64,)>("SELECT COUNT(*) FROM messages").await, [(2,)], "asked once");
}

#[tokio::test]
async fn ctrl_c_stops_the_answer_and_keeps_what_was_said() {
    let (server, account) = somebody(&[("model", "scripted:text=Once upon a time;chunk=4;stall_after=8")]).await;
    let home = folder();
    let mut child = terminal(home.path(), server.addr, Some(&account.token)).arg("Hello").spawn().expect("it runs");
    let mut out = child.stdout.take().expect("piped");
    let mut said = [0; 8];
    timeout(PATIENCE, out.read_exact(&mut said)).await.expect("in time").expect("the beginning");
    let pid = Pid::from_raw(child.id().expect("it runs").cast_signed()).expect("a process");
    kill_process(pid, Signal::INT).expect("it is ours");
    let mut rest = String::new();
    timeout(PATIENCE, out.read_to_string(&mut rest)).await.expect("it ends").expect("UTF-8");
    assert_eq!((&said, rest.trim(), ended(child).await.code), (b"Once upo", "(stopped)", Some(130)));
}

/// The lines of a program that is still running, up to the first with this word.
async fn until(lines: &mut Lines<BufReader<ChildStdout>>, word: &str) {
    while let Some(line) = timeout(PATIENCE, lines.next_line()).await.expect("in time").expect("UTF-8") {
        if line.contains(word) {
            return;
        }
    }
    panic!("it ended without {word}");
}

#[tokio::test]
async fn who_signs_in_stays_signed_in_until_they_sign_out() {
    let (server, account) = somebody(&[]).await;
    let home = folder();
    let mut child = terminal(home.path(), server.addr, None).spawn().expect("it runs");
    let mut input = child.stdin.take().expect("piped");
    let mut err = child.stderr.take().expect("piped");
    input.write_all(format!("{}\n{PASSWORD}\n", account.email).as_bytes()).await.expect("it reads");
    let mut seen = String::new();
    while !seen.ends_with("Code: ") {
        seen.push(char::from(timeout(PATIENCE, err.read_u8()).await.expect("in time").expect("it asks")));
    }
    assert!(seen.contains("Email: ") && !seen.contains(PASSWORD), "{seen}");
    let code = mailed_code(server.data(), &account.email);
    // A slip, then the code, then a question.
    input.write_all(format!("000000\n{code}\nHello\n").as_bytes()).await.expect("it reads");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    until(&mut lines, SCRIPT).await;
    drop(input);
    assert!(timeout(PATIENCE, child.wait()).await.expect("it ends").expect("it ran").success());

    let folder = home.path().join("anamnesis");
    let file = std::fs::read_dir(&folder).expect("a folder").next().expect("a file").expect("an entry");
    let mode = |path: &Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&file.path())), (0o700, 0o600));
    for _ in 0..2 {
        let again = run(terminal(home.path(), server.addr, None), "Hello\n").await;
        assert_eq!((again.code, again.out.trim(), again.err.as_str()), (Some(0), SCRIPT, ""));
    }
    let out = async || {
        let mut command = terminal(home.path(), server.addr, None);
        command.arg("--sign-out");
        run(command, "").await
    };
    assert!(out().await.err.contains("Signed out."));
    assert!(out().await.err.contains("Nobody was signed in here."));
    let ended = run(terminal(home.path(), server.addr, None), "").await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.err.contains("the input ended before you were signed in"), "{}", ended.err);
}

#[tokio::test]
async fn what_goes_wrong_is_said_and_ends_with_1() {
    let (server, account) = somebody(&[]).await;
    let said = asked(&server, &account, &["--conversation", "nothing", "Hello"]).await;
    assert_eq!((said.code, said.err.trim()), (Some(1), "There is no such conversation."));
    let long = "x".repeat(8_001);
    let said = asked(&server, &account, &["--new", &long]).await;
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("8,000") || said.err.contains("8000"), "{}", said.err);

    let mut command = terminal(folder().path(), server.addr, Some("no token"));
    command.arg("Hello");
    let said = run(command, "").await;
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("Sign in again."), "{}", said.err);

    let nobody = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("bound");
    let mut command = terminal(folder().path(), nobody, Some("x"));
    command.arg("Hello");
    let said = run(command, "").await;
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("does not answer; is it running"), "{}", said.err);
}
