//! Who talks: a sign-in that is kept between runs, as the browser keeps it in its cookie.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use protocol::rest::{SignIn, Tokens, VerifyCode};
use tokio::io::{BufReader, Lines, Stdin};

use super::screen::printable;
use super::server::{Failed, Server};

type Fault = Box<dyn std::error::Error>;
type Input = Lines<BufReader<Stdin>>;

/// A signed-in person at a server.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) server: Server,
    pub(super) token: String,
    /// The file of the refresh token; `None`: the token was given, and there is no other.
    kept: Option<PathBuf>,
}

impl Account {
    /// With a token from elsewhere.
    pub(super) fn with_token(server: Server, token: &str) -> Self {
        Self { server, token: token.to_owned(), kept: None }
    }

    /// With the sign-in that is kept; without one, or where it has ended, asks for it.
    pub(super) async fn enter(server: Server, email: Option<&str>, input: &mut Input) -> Result<Self, Fault> {
        let file = file_of(&server)?;
        if email.is_none() && read(&file)?.is_some() {
            match refreshed(&server, &file).await? {
                Some(tokens) => return Ok(Self { server, token: tokens.access_token, kept: Some(file) }),
                None => eprintln!("The sign-in that was kept has ended."),
            }
        }
        let tokens = sign_in(&server, email, input).await?;
        write(&file, &tokens.refresh_token)?;
        Ok(Self { server, token: tokens.access_token, kept: Some(file) })
    }

    /// A fresh access token in place of one that has expired; false where there is none to be had.
    pub(super) async fn renew(&mut self) -> Result<bool, Fault> {
        let Some(file) = &self.kept else { return Ok(false) };
        let Some(tokens) = refreshed(&self.server, file).await? else { return Ok(false) };
        self.token = tokens.access_token;
        Ok(true)
    }
}

/// Fresh tokens for the refresh token in the file, whose successor is kept there; `None` where it is no longer good. A
/// refresh token is good once, and one that comes back ends the sign-in: so only one program at a time has the file.
async fn refreshed(server: &Server, file: &Path) -> Result<Option<Tokens>, Fault> {
    let lock = lock(file).await?;
    let Some(refresh_token) = read(file)? else { return Ok(None) };
    let tokens = match server.refresh(&refresh_token).await {
        Ok(tokens) => tokens,
        Err(failed) if failed.is_sign_in() => return Ok(None),
        Err(failed) => return Err(failed.into()),
    };
    write(file, &tokens.refresh_token)?;
    drop(lock);
    Ok(Some(tokens))
}

/// Held by whoever renews the sign-in; let go with the value, or with the program.
async fn lock(file: &Path) -> Result<fs::File, Fault> {
    let lock = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(beside(file, ".lock"))?;
    Ok(tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await??)
}

/// A file beside another, whose name may have dots.
fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Ends the sign-in that is kept. False: there was none.
pub(super) async fn sign_out(server: &Server) -> Result<bool, Fault> {
    let file = file_of(server)?;
    if read(&file)?.is_none() {
        return Ok(false);
    }
    // Without tokens it had ended before.
    if let Some(tokens) = refreshed(server, &file).await? {
        server.sign_out(&tokens.access_token).await?;
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
    eprintln!("{}", printable(&server.sign_in(&SignIn { email: email.clone(), password }).await?.message));
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

fn read(file: &Path) -> Result<Option<String>, Fault> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text.trim().to_owned()).filter(|token| !token.is_empty())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: {error}", file.display()).into()),
    }
}

/// Whole or not at all: a refresh token is good once, and a torn file would sign the person out.
fn write(file: &Path, refresh_token: &str) -> Result<(), Fault> {
    let folder = file.parent().expect("it was joined to one");
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let fresh = beside(file, ".new");
    let mut written = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
    written.write_all(refresh_token.as_bytes())?;
    written.sync_all()?;
    Ok(fs::rename(fresh, file)?)
}
