//! Mail: by SMTP, or into a folder where no mail server is set; in demo mode the codes can be asked for, too.
//!
//! Start with [`Mail::send`]. A letter is sent after the commit of what it tells of, and a failure to send it never
//! fails a request: the letter waits in a bounded queue and is tried again. No address and no code reaches the log.

mod letter;
mod outbox;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use protocol::rest::CodeType;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_stream::wrappers::ReceiverStream;
use zeroize::Zeroizing;

pub use letter::{Content, Letter, MessageError};

use crate::clock::Millis;
use crate::config::Settings;

/// How many letters may wait. Past that the newest is dropped, and the log and a metric say so; its reader can ask again.
const QUEUE_MAX: usize = 1_024;
/// How many are sent at once.
const SENDING_MAX: usize = 8;
/// How long to wait after each failure; after the last the letter is given up.
const PAUSES_S: [u64; 5] = [1, 5, 30, 120, 300];
/// How many codes demo mode remembers.
const DEMO_CODES_MAX: usize = 1_000;

/// Why mail can't be set up, for the person who starts the server.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The sender is not an address.
    #[error("setting `mail_from`: it is not an address such as Anamnesis <no-reply@clinic.example>")]
    From,
    /// The server's address can't be read. It may hold a password, so it isn't shown.
    #[error("setting `smtp_url`: it is not an address such as smtps://user:password@host (or smtp://…?tls=required)")]
    Url,
    /// The outbox can't be made.
    #[error("the outbox {place} can't be made: {cause}")]
    Folder {
        /// Where.
        place: String,
        /// Why.
        cause: std::io::Error,
    },
}

/// Whether a letter is on its way or waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailStatus {
    /// Handed over.
    Sent,
    /// It will be sent in a moment.
    Queued,
}

impl EmailStatus {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Queued => "queued",
        }
    }
}

/// How letters leave.
enum Carrier {
    Outbox(PathBuf),
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
}

/// A message on its way.
struct Outgoing {
    id: String,
    at: Millis,
    message: Message,
}

type DemoCodes = HashMap<(String, CodeType), Zeroizing<String>>;

/// A handle to the mailer. Its task ends when the last handle is dropped.
#[derive(Clone)]
pub struct Mail {
    from: Mailbox,
    carrier: Arc<Carrier>,
    queue: mpsc::Sender<Outgoing>,
    /// Guards the codes last mailed, by address and purpose; `None` outside demo mode.
    demo: Option<Arc<Mutex<DemoCodes>>>,
}

impl Mail {
    /// Opens the mailer as the settings say. It sends from a task of its own, which ends when the last handle is dropped
    /// and what waits is sent or given up.
    pub fn open(settings: &Settings) -> Result<Self, MailError> {
        Self::start(settings).map(|(mail, _)| mail)
    }

    fn start(settings: &Settings) -> Result<(Self, JoinHandle<()>), MailError> {
        let from: Mailbox = settings.mail_from.parse().map_err(|_| MailError::From)?;
        let carrier = if let Some(url) = &settings.smtp_url {
            let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| MailError::Url)?;
            Carrier::Smtp(transport.timeout(Some(Duration::from_secs(30))).build())
        } else {
            let folder = settings.data.join("outbox");
            outbox::make(&folder).map_err(|cause| MailError::Folder { place: folder.display().to_string(), cause })?;
            Carrier::Outbox(folder)
        };
        let carrier = Arc::new(carrier);
        let (queue, waiting) = mpsc::channel(QUEUE_MAX);
        let task = tokio::spawn(deliver_all(Arc::clone(&carrier), waiting));
        let demo = settings.demo.then(Arc::default);
        Ok((Self { from, carrier, queue, demo }, task))
    }

    /// Sends a letter, or does the same work without sending it where there is nobody to read it.
    pub async fn send(&self, letter: &Letter, somebody: bool, now: Millis) -> EmailStatus {
        let id = crate::ids::plain(now);
        let message = match letter.message(&self.from, &id, now) {
            Ok(message) => message,
            Err(error) => {
                tracing::error!(%error, "a letter could not be written");
                return EmailStatus::Queued;
            }
        };
        if somebody {
            self.remember(letter);
        }
        let outgoing = Outgoing { id, at: now, message };
        if let Carrier::Outbox(_) = &*self.carrier {
            match self.carrier.carry(&outgoing, somebody).await {
                Ok(()) => return EmailStatus::Sent,
                Err(error) => {
                    tracing::warn!(%error, "a letter could not be put into the outbox; it will be tried again");
                }
            }
        }
        if somebody && self.queue.try_send(outgoing).is_err() {
            metrics::counter!("anamnesis_mail_dropped").increment(1);
            tracing::error!("too many letters wait to be sent: one was dropped");
        }
        EmailStatus::Queued
    }

    /// In demo mode: the code last mailed to this address for this purpose.
    pub fn last_code(&self, email: &str, kind: CodeType) -> Option<String> {
        let codes = self.demo.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        codes.get(&(email.to_owned(), kind)).map(|digits| digits.to_string())
    }

    fn remember(&self, letter: &Letter) {
        let (Some(demo), Content::Code { kind, digits, .. }) = (&self.demo, &letter.content) else { return };
        let mut codes = demo.lock().unwrap_or_else(PoisonError::into_inner);
        if codes.len() >= DEMO_CODES_MAX {
            codes.clear();
        }
        codes.insert((letter.to.clone(), *kind), digits.clone());
    }
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mail(…)")
    }
}

impl Carrier {
    async fn carry(&self, outgoing: &Outgoing, keep: bool) -> Result<(), CarryError> {
        match self {
            Self::Outbox(folder) => {
                let (folder, id, at) = (folder.clone(), outgoing.id.clone(), outgoing.at);
                let bytes = outgoing.message.formatted();
                let writing = tokio::task::spawn_blocking(move || outbox::write(&folder, at, &id, &bytes, keep));
                writing.await.map_err(|_| CarryError::Stopped)?.map_err(CarryError::Folder)
            }
            Self::Smtp(transport) => match transport.send(outgoing.message.clone()).await {
                Ok(_) => Ok(()),
                // The server's words may quote the address, so they aren't kept.
                Err(error) if error.is_permanent() => Err(CarryError::Refused),
                Err(_) => Err(CarryError::Away),
            },
        }
    }
}

/// Why a letter did not leave. It names no address.
#[derive(Debug, thiserror::Error)]
enum CarryError {
    #[error("the outbox can't be written: {0}")]
    Folder(std::io::Error),
    #[error("the mail server refuses it for good")]
    Refused,
    #[error("the mail server can't be reached, or says to try later")]
    Away,
    #[error("the process is stopping")]
    Stopped,
}

async fn deliver_all(carrier: Arc<Carrier>, waiting: mpsc::Receiver<Outgoing>) {
    ReceiverStream::new(waiting).for_each_concurrent(SENDING_MAX, |outgoing| deliver(&carrier, outgoing)).await;
}

async fn deliver(carrier: &Carrier, outgoing: Outgoing) {
    for pause in PAUSES_S.into_iter().map(Some).chain([None]) {
        match (carrier.carry(&outgoing, true).await, pause) {
            (Ok(()), _) => return,
            (Err(error @ (CarryError::Refused | CarryError::Stopped)), _) | (Err(error), None) => {
                metrics::counter!("anamnesis_mail_dropped").increment(1);
                tracing::error!(%error, "a letter was given up");
                return;
            }
            (Err(error), Some(seconds)) => {
                tracing::warn!(%error, seconds, "a letter will be tried again");
                tokio::time::sleep(Duration::from_secs(seconds)).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn settings(pairs: &[(&str, &str)]) -> Settings {
        let flags: BTreeMap<String, String> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Settings::read(&crate::config::Layers::gather(flags, |_| None, None).unwrap()).unwrap()
    }

    fn code(digits: &str) -> Letter {
        let content = Content::Code { kind: CodeType::Signin, digits: Zeroizing::new(digits.to_owned()), minutes: 15 };
        Letter { to: "ada@example.org".to_owned(), content }
    }

    fn letters(folder: &std::path::Path) -> Vec<String> {
        let files = std::fs::read_dir(folder.join("outbox")).unwrap();
        files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect()
    }

    #[tokio::test]
    async fn a_letter_is_in_the_outbox_when_it_is_said_to_be_sent() {
        let folder = tempfile::tempdir().unwrap();
        let (mail, _task) = Mail::start(&settings(&[("data", folder.path().to_str().unwrap())])).unwrap();
        assert_eq!(mail.send(&code("012345"), true, 1).await, EmailStatus::Sent);
        assert_eq!(mail.send(&code("543210"), false, 1).await, EmailStatus::Sent);
        let letters = letters(folder.path());
        assert_eq!(letters.len(), 1);
        assert!(letters[0].contains("\n012345\n"), "{}", letters[0]);
        assert_eq!(mail.last_code("ada@example.org", CodeType::Signin), None);
    }

    #[tokio::test]
    async fn a_letter_that_could_not_be_written_is_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let (mail, task) = Mail::start(&settings(&[("data", folder.path().to_str().unwrap())])).unwrap();
        let outbox = folder.path().join("outbox");
        std::fs::remove_dir(&outbox).unwrap();
        assert_eq!(mail.send(&code("012345"), true, 1).await, EmailStatus::Queued);
        outbox::make(&outbox).unwrap();
        drop(mail);
        task.await.unwrap();
        assert_eq!(letters(folder.path()).len(), 1);
    }

    /// A mail server for one letter: it says to try later when the letter comes first, and takes it then.
    async fn take_one_letter(listener: tokio::net::TcpListener) -> String {
        use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
        for answer in ["451 later\r\n", "250 taken\r\n"] {
            let (socket, _) = listener.accept().await.unwrap();
            let mut socket = BufReader::new(socket);
            socket.write_all(b"220 test\r\n").await.unwrap();
            let mut line = String::new();
            while socket.read_line(&mut line).await.unwrap() > 0 {
                let data = line.starts_with("DATA");
                let said: &[u8] = if data { b"354 go on\r\n" } else { b"250 ok\r\n" };
                socket.write_all(said).await.unwrap();
                line.clear();
                if data {
                    break;
                }
            }
            let mut letter = String::new();
            while !letter.ends_with("\r\n.\r\n") && socket.read_line(&mut letter).await.unwrap() > 0 {}
            socket.write_all(answer.as_bytes()).await.unwrap();
            if answer.starts_with("250") {
                return letter;
            }
        }
        unreachable!("the second answer is the last")
    }

    #[tokio::test]
    async fn a_mail_server_that_says_later_is_asked_again() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let (mail, _task) = Mail::start(&settings(&[("smtp_url", &url)])).unwrap();
        let server = tokio::spawn(take_one_letter(listener));
        assert_eq!(mail.send(&code("012345"), true, 1).await, EmailStatus::Queued);
        let letter = server.await.unwrap();
        assert!(letter.contains("To: ada@example.org\r\n") && letter.contains("\r\n012345\r\n"), "{letter}");
    }

    #[tokio::test]
    async fn demo_mode_tells_the_last_code_that_was_meant_for_somebody() {
        let folder = tempfile::tempdir().unwrap();
        let (mail, _task) =
            Mail::start(&settings(&[("data", folder.path().to_str().unwrap()), ("demo", "1")])).unwrap();
        for (digits, somebody) in [("111111", true), ("222222", true), ("333333", false)] {
            mail.send(&code(digits), somebody, 1).await;
        }
        assert_eq!(mail.last_code("ada@example.org", CodeType::Signin).as_deref(), Some("222222"));
        assert_eq!(mail.last_code("ada@example.org", CodeType::Signup), None);
    }

    #[tokio::test]
    async fn wrong_settings_are_named_without_their_password() {
        let folder = tempfile::tempdir().unwrap();
        let data = ("data", folder.path().to_str().unwrap());
        let error = Mail::start(&settings(&[data, ("mail_from", "nobody")])).unwrap_err().to_string();
        assert!(error.contains("mail_from"), "{error}");
        let error = Mail::start(&settings(&[data, ("smtp_url", "http://user:hunter2@host")])).unwrap_err().to_string();
        assert!(error.contains("smtp_url") && !error.contains("hunter2"), "{error}");
    }
}
