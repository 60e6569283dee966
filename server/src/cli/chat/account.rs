//! Who talks: a sign-in that is kept between runs, as the browser keeps it in its cookie.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;

use protocol::rest::{SignIn, Tokens, VerifyCode};
use tokio::io::{BufReader, Lines, Stdin};

use super::server::{Failed, Server};

type Fault = Box<dyn std::error::Error>;
type Input = Lines<BufReader<Stdin>>;

/// A signed-in person at a server.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) server: Server,
    pub(super) token: String,
    /// Where a fresh token is had; `None`: the token was given, and there is no other.
    kept: Option<Kept>,
}

/// The refresh token, in a file that only its owner reads.
#[derive(Debug)]
struct Kept {
    file: PathBuf,
    refresh_token: String,
}

impl Account {
    /// With a token from elsewhere.
    pub(super) fn with_token(server: Server, token: &str) -> Self {
        Self { server, token: token.to_owned(), kept: None }
    }

    /// With the sign-in that is kept; without one, or where it has ended, asks for it.
    pub(super) async fn enter(server: Server, email: Option<&str>, input: &mut Input) -> Result<Self, Fault> {
        let file = file_of(&server)?;
        if email.is_none()
            && let Some(refresh_token) = read(&file)?
        {
            match server.refresh(&refresh_token).await {
                Ok(tokens) => return Self::keeping(server, tokens, file),
                Err(failed) if failed.is_sign_in() => eprintln!("The sign-in that was kept has ended."),
                Err(failed) => return Err(failed.into()),
            }
        }
        let tokens = sign_in(&server, email, input).await?;
        Self::keeping(server, tokens, file)
    }

    /// A fresh access token in place of one that has expired; false where there is none to be had.
    pub(super) async fn renew(&mut self) -> Result<bool, Fault> {
        let Some(Kept { file, refresh_token }) = &mut self.kept else { return Ok(false) };
        let tokens = self.server.refresh(refresh_token).await?;
        write(file, &tokens.refresh_token)?;
        *refresh_token = tokens.refresh_token;
        self.token = tokens.access_token;
        Ok(true)
    }

    fn keeping(server: Server, tokens: Tokens, file: PathBuf) -> Result<Self, Fault> {
        write(&file, &tokens.refresh_token)?;
        let kept = Some(Kept { file, refresh_token: tokens.refresh_token });
        Ok(Self { server, token: tokens.access_token, kept })
    }
}

/// Ends the sign-in that is kept. False: there was none.
pub(super) async fn sign_out(server: &Server) -> Result<bool, Fault> {
    let file = file_of(server)?;
    let Some(refresh_token) = read(&file)? else { return Ok(false) };
    match server.refresh(&refresh_token).await {
        Ok(tokens) => server.sign_out(&tokens.access_token).await?,
        // It had ended before.
        Err(failed) if failed.is_sign_in() => {}
        Err(failed) => return Err(failed.into()),
    }
    fs::remove_file(file)?;
    Ok(true)
}

/// Password, then the mailed code.
async fn sign_in(server: &Server, email: Option<&str>, input: &mut Input) -> Result<Tokens, Fault> {
    eprintln!("Sign in at {}.", server.name());
    let email = match email {
        Some(email) => email.to_owned(),
        None => ask("Email: ", input).await?,
    };
    let password = if io::stdin().is_terminal() {
        rpassword::prompt_password("Password (it is not shown): ")?
    } else {
        ask("Password: ", input).await?
    };
    eprintln!("{}", server.sign_in(&SignIn { email: email.clone(), password }).await?.message);
    loop {
        let code = ask("Code: ", input).await?;
        match server.verify(&VerifyCode { email: email.clone(), code: code.clone() }).await {
            // A slip of the finger; the server counts the tries.
            Err(Failed::Refused { status, detail }) if status.as_u16() == 400 => eprintln!("{detail}"),
            done => return Ok(done?),
        }
    }
}

async fn ask(what: &str, input: &mut Input) -> Result<String, Fault> {
    eprint!("{what}");
    io::stderr().flush()?;
    let line = input.next_line().await?.ok_or("the input ended before you were signed in")?;
    Ok(line.trim().to_owned())
}

/// `$XDG_CONFIG_HOME/anamnesis/<host>`, else under `~/.config`.
fn file_of(server: &Server) -> Result<PathBuf, Fault> {
    let folder = match std::env::var_os("XDG_CONFIG_HOME").filter(|folder| !folder.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(std::env::var_os("HOME").ok_or("there is no HOME to keep the sign-in in; use --token")?)
            .join(".config"),
    };
    Ok(folder.join("anamnesis").join(server.name().replace([':', '/', '[', ']'], "_")))
}

fn read(file: &PathBuf) -> Result<Option<String>, Fault> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text.trim().to_owned()).filter(|token| !token.is_empty())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: {error}", file.display()).into()),
    }
}

/// Whole or not at all: a refresh token is good once, and a torn file would sign the person out.
fn write(file: &PathBuf, refresh_token: &str) -> Result<(), Fault> {
    let folder = file.parent().expect("it was joined to one");
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let fresh = file.with_extension("new");
    let mut written = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
    written.write_all(refresh_token.as_bytes())?;
    written.sync_all()?;
    Ok(fs::rename(fresh, file)?)
}
