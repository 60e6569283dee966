//! The socket: opened, kept alive, opened again.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use protocol::native::ClientFrame;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::AUTHORIZATION;
use tokio_tungstenite::tungstenite::{Message as Frame, Utf8Bytes};
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

use super::account::Account;
use super::screen::printable;

/// The server pings every 25 s; past twice that it is gone.
const SILENCE_MAX: Duration = Duration::from_mins(1);
const OPENING_MAX: Duration = Duration::from_secs(15);
/// How often a lost connection is opened again, each wait twice the one before: about half a minute in all.
const ATTEMPTS: u32 = 7;
const FIRST_WAIT: Duration = Duration::from_millis(250);

type Fault = Box<dyn std::error::Error>;
type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Why nothing more comes from a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Gone {
    /// The server closed with 1008 and a word: to come again as before is of no use.
    Refused(String),
    /// The network, or a server that restarts.
    Lost,
}

/// A connection to door 1, and who opened it.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) account: Account,
    socket: Option<Socket>,
}

impl Line {
    /// Connects once; whoever starts the program wants to know at once that it can't.
    pub(super) async fn open(account: Account) -> Result<Self, Fault> {
        let mut line = Self { account, socket: None };
        match line.connect().await {
            Ok(()) => Ok(line),
            Err(Gone::Lost) => {
                Err(format!("{} does not answer; is it running, and is this its address?", line.account.server.name())
                    .into())
            }
            Err(Gone::Refused(word)) => Err(refusal(&word).into()),
        }
    }

    /// The next frame.
    pub(super) async fn next(&mut self) -> Result<Utf8Bytes, Gone> {
        let Some(socket) = &mut self.socket else { return Err(Gone::Lost) };
        let read = read(socket).await;
        if read.is_err() {
            self.socket = None;
        }
        read
    }

    /// Sends a frame; on a broken connection the next read tells.
    pub(super) async fn send(&mut self, frame: &ClientFrame) {
        let text = serde_json::to_string(frame).expect("frames are JSON");
        if let Some(socket) = &mut self.socket
            && socket.send(Frame::text(text)).await.is_err()
        {
            self.socket = None;
        }
    }

    /// Answers pings while nothing is asked, and ends only when the server turns this client away. A connection that is lost meanwhile is opened with the next question.
    pub(super) async fn keep(&mut self) -> Fault {
        loop {
            match self.next().await {
                Ok(_) => {}
                Err(Gone::Lost) => std::future::pending().await,
                Err(Gone::Refused(word)) if is_stale(&word) => std::future::pending().await,
                Err(Gone::Refused(word)) => return refusal(&word).into(),
            }
        }
    }

    /// Opens a lost connection again, with a fresh token where the old one has expired.
    pub(super) async fn again(&mut self, gone: Gone) -> Result<(), Fault> {
        let mut gone = gone;
        for attempt in 0..ATTEMPTS {
            if let Gone::Refused(word) = &gone {
                if !is_stale(word) || !self.account.renew().await? {
                    return Err(refusal(word).into());
                }
            } else if attempt > 0 {
                sleep(FIRST_WAIT * 2u32.pow(attempt - 1)).await;
            }
            match self.connect().await {
                Ok(()) => return Ok(()),
                Err(why) => gone = why,
            }
        }
        Err("The connection was lost and could not be opened again. What you asked is kept by the server if it got \
             there; asking again with the same conversation shows it."
            .into())
    }

    /// Opens the socket and takes the welcome.
    async fn connect(&mut self) -> Result<(), Gone> {
        let mut request = self.account.server.door().as_str().into_client_request().map_err(|_| Gone::Lost)?;
        let bearer = format!("Bearer {}", self.account.token);
        let bearer = HeaderValue::from_str(&bearer).map_err(|_| Gone::Refused("unauthenticated".to_owned()))?;
        request.headers_mut().insert(AUTHORIZATION, bearer);
        let connector = Some(Connector::Rustls(self.account.server.tls.clone()));
        let opening = connect_async_tls_with_config(request, None, true, connector);
        let (mut socket, _) = timeout(OPENING_MAX, opening).await.map_err(|_| Gone::Lost)?.map_err(|_| Gone::Lost)?;
        read(&mut socket).await?;
        self.socket = Some(socket);
        Ok(())
    }
}

async fn read(socket: &mut Socket) -> Result<Utf8Bytes, Gone> {
    loop {
        match timeout(SILENCE_MAX, socket.next()).await {
            Ok(Some(Ok(Frame::Text(text)))) => return Ok(text),
            Ok(Some(Ok(Frame::Close(Some(close))))) if u16::from(close.code) == 1008 => {
                return Err(Gone::Refused(close.reason.to_string()));
            }
            Ok(Some(Ok(Frame::Close(_)) | Err(_)) | None) | Err(_) => return Err(Gone::Lost),
            Ok(Some(Ok(_))) => {}
        }
    }
}

/// Whether a fresh token would be let in.
fn is_stale(word: &str) -> bool {
    matches!(word, "unauthenticated" | "token_expired")
}

fn refusal(word: &str) -> String {
    match word {
        "unauthenticated" | "token_expired" => "The sign-in is no longer good. Sign in again.".to_owned(),
        "limit" => {
            "There are too many connections of this account or from here. Close one, or wait a minute.".to_owned()
        }
        word => format!("The server closed the connection: {}.", printable(word)),
    }
}
