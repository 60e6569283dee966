//! Does what a client asks, whatever the door.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use http::StatusCode;
use protocol::clinic::CaseInput;
use protocol::engine::{AskOptions, ClientCommand, ErrorCode, ServerEvent};
use protocol::{ConversationId, MessageId, UserId};
use serde_json::{Map, Value};

use super::hub::Peer;
use super::resume;
use crate::audit::{Action, Actor, Entry, Origin};
use crate::clinic::{self, Viewer};
use crate::db::{Change, StoreError};
use crate::error::ApiError;
use crate::limits::{Kind, RetryAfter};
use crate::models::CHOICE;
use crate::state::App;
use crate::turns::{self, Asker, Question, Receipt, recall};
use crate::{care, conversations, documents};

/// What may be asked for as `max_context_tokens`; never more than the setting `context_tokens` is shown.
pub(crate) const CONTEXT_TOKENS: RangeInclusive<usize> = 100..=8_000;

/// Why a command was not done, for the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// As a word.
    pub code: ErrorCode,
    /// In a sentence.
    pub text: String,
}

impl Refusal {
    /// A refusal with its sentence.
    pub fn new(code: ErrorCode, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }

    /// Whether the person may still act could not be found out.
    pub fn unauthorised() -> Self {
        Self::new(
            ErrorCode::Internal,
            "Your sign-in could not be checked just now. Keep this and try again in a moment.",
        )
    }

    /// Unknown, or somebody else's; never told apart.
    pub fn not_found(what: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("There is no such {what}."))
    }
}

impl From<Refusal> for ApiError {
    fn from(Refusal { code, text }: Refusal) -> Self {
        let status = match code {
            ErrorCode::BadJson | ErrorCode::Binary => StatusCode::BAD_REQUEST,
            ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            ErrorCode::UnknownType
            | ErrorCode::BadField
            | ErrorCode::Empty
            | ErrorCode::TooLong
            | ErrorCode::Unsupported => StatusCode::UNPROCESSABLE_ENTITY,
            ErrorCode::NotFound => StatusCode::NOT_FOUND,
            ErrorCode::Forbidden => StatusCode::FORBIDDEN,
            ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            ErrorCode::TokenExpired => StatusCode::UNAUTHORIZED,
            ErrorCode::Conflict => StatusCode::CONFLICT,
            ErrorCode::Storage => StatusCode::INSUFFICIENT_STORAGE,
            ErrorCode::Busy => StatusCode::SERVICE_UNAVAILABLE,
            ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, text)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::new(
                ErrorCode::Storage,
                "The server's disk is full, so this was not stored. Keep it and try again later.",
            ),
            StoreError::Gone => Self::not_found("conversation"),
            StoreError::Corrupt(cause) => {
                tracing::error!(cause, "stored data could not be read");
                Self::new(ErrorCode::Internal, "Something went wrong on our side. Please try again.")
            }
            other => {
                tracing::error!(error = %other, "the store did not answer");
                Self::new(ErrorCode::Storage, "This could not be stored just now. Keep it and try again in a moment.")
            }
        }
    }
}

impl From<RetryAfter> for Refusal {
    fn from(RetryAfter(wait): RetryAfter) -> Self {
        let text = format!("That was a lot at once. Please wait {} s; what you wrote is kept.", wait.as_secs() + 1);
        Self::new(ErrorCode::RateLimited, text)
    }
}

/// Does one command for one connection. What is refused is said to it; the connection stays.
pub async fn run(app: &App, peer: &Arc<Peer>, command: ClientCommand, origin: &Origin) {
    let named = names_of(&command);
    if let Err(refusal) = dispatch(app, peer, command, origin).await {
        say_refused(peer, named, refusal);
    }
}

/// Says that a command was not done.
pub fn refuse(peer: &Peer, command: &ClientCommand, refusal: Refusal) {
    say_refused(peer, names_of(command), refusal);
}

fn say_refused(peer: &Peer, (session, client_id): (Option<ConversationId>, Option<String>), refusal: Refusal) {
    let Refusal { code, text } = refusal;
    peer.say(&ServerEvent::Error { code, text, session, client_id });
}

/// The conversation that a command names, and the client's id of it.
fn names_of(command: &ClientCommand) -> (Option<ConversationId>, Option<String>) {
    match command {
        ClientCommand::Ask { session, client_id, .. } => (session.clone(), client_id.clone()),
        ClientCommand::Interact { session, .. } | ClientCommand::Feedback { session, .. } => (session.clone(), None),
        ClientCommand::Regenerate { session, .. }
        | ClientCommand::Stop { session }
        | ClientCommand::Resume { session, .. }
        | ClientCommand::Typing { session, .. }
        | ClientCommand::Read { session, .. } => (Some(session.clone()), None),
        ClientCommand::Diagnose(_)
        | ClientCommand::Prescribe(_)
        | ClientCommand::Watch { .. }
        | ClientCommand::Ping => (None, None),
    }
}

async fn dispatch(app: &App, peer: &Arc<Peer>, command: ClientCommand, origin: &Origin) -> Result<(), Refusal> {
    let kind = match &command {
        ClientCommand::Ask { .. } | ClientCommand::Regenerate { .. } => Kind::Messages,
        ClientCommand::Interact { id, .. } if id.starts_with(CHOICE) => Kind::Messages,
        // Cases have a bucket of their own, whatever the door.
        ClientCommand::Diagnose(_) | ClientCommand::Prescribe(_) => return run_case(app, peer, command, origin).await,
        _ => Kind::Commands,
    };
    if !matches!(command, ClientCommand::Ping) {
        app.limits.check(kind, peer.user.as_str())?;
    }
    match command {
        ClientCommand::Ping => peer.say(&ServerEvent::Pong),
        ClientCommand::Ask { session, client_id, text, attachments, metadata, options } => {
            // Looked at first: what is refused makes no new conversation.
            let question = Question {
                options: allowed(app, options)?,
                attached: documents::attach(app, &peer.user, &attachments).await?,
                ..question(&text, client_id, metadata)?
            };
            ask(app, peer, session, question, origin).await?;
        }
        ClientCommand::Interact { session, action, id, data } => {
            if action != "button_click" {
                return Err(Refusal::new(ErrorCode::BadField, "`content.action` must be button_click"));
            }
            if id.starts_with(CHOICE) {
                // A choice that is tapped is said, and answered like anything else that is said. A new conversation has
                // none, so none is made.
                let unknown = || Refusal::not_found("choice in this conversation");
                let session = existing(app, peer, session, origin).await?.ok_or_else(unknown)?;
                let said = recall::said_by(app, &session, &id).await?.ok_or_else(unknown)?;
                turns::ask(app, Asker::at(peer), &session, question(&said, None, Map::new())?, origin).await?;
            } else {
                let session = conversation_of(app, peer, session, origin).await?;
                care::interact(app, peer, &session, (&id, data), origin).await?;
            }
        }
        ClientCommand::Feedback { session, rating, text, message, review } => {
            let session = conversation_of(app, peer, session, origin).await?;
            care::feedback(app, peer, &session, care::Rating { rating, text, message, review }, origin).await?;
        }
        ClientCommand::Regenerate { session, message } => {
            theirs(app, &peer.user, &session, origin).await?;
            turns::regenerate(app, peer, &session, &message, origin).await?;
        }
        ClientCommand::Stop { session } => {
            theirs(app, &peer.user, &session, origin).await?;
            if !app.turns.stop(&session) {
                return Err(Refusal::new(
                    ErrorCode::Conflict,
                    "No answer is being written, so there is nothing to stop.",
                ));
            }
            turns::pump(app);
        }
        ClientCommand::Resume { session, after_seq, message, offset } => {
            theirs(app, &peer.user, &session, origin).await?;
            resume::resume(app, peer, &session, after_seq, (message, offset), origin).await?;
        }
        ClientCommand::Typing { session, is_typing } => {
            theirs(app, &peer.user, &session, origin).await?;
            let event = ServerEvent::Typing { session, client_id: peer.client_id.clone(), is_typing };
            app.hub.publish(&peer.user, Some(peer.id), &event);
        }
        ClientCommand::Watch { case, after } => {
            let viewer = Viewer { user: peer.user.clone(), role: peer.role };
            clinic::watch(app, &viewer, peer, &case, after, origin).await?;
        }
        ClientCommand::Diagnose(_) | ClientCommand::Prescribe(_) => {}
        ClientCommand::Read { session, seq } => {
            theirs(app, &peer.user, &session, origin).await?;
            mark_read(app, &session, seq).await?;
            app.hub.publish(&peer.user, Some(peer.id), &ServerEvent::Read { session, seq, user: peer.user.clone() });
        }
    }
    Ok(())
}

/// Asks; at a door that takes one question at a time, a second has to wait for the answer to the first.
async fn ask(
    app: &App,
    peer: &Arc<Peer>,
    session: Option<ConversationId>,
    question: Question,
    origin: &Origin,
) -> Result<(), Refusal> {
    let alone = peer.dialect.one_at_a_time();
    if alone && peer.awaiting.swap(true, Ordering::AcqRel) {
        let text = "Your last message is still being answered. Please wait for that answer, then send this again.";
        return Err(Refusal::new(ErrorCode::Busy, text));
    }
    let asked = ask_where_it_belongs(app, peer, session, question, origin).await;
    if !matches!(&asked, Ok(receipt) if !receipt.duplicate) {
        // No answer will come.
        peer.awaiting.store(false, Ordering::Release);
    }
    asked.map(drop)
}

async fn ask_where_it_belongs(
    app: &App,
    peer: &Arc<Peer>,
    session: Option<ConversationId>,
    question: Question,
    origin: &Origin,
) -> Result<Receipt, Refusal> {
    if let Some(session) = existing(app, peer, session, origin).await? {
        return turns::ask(app, Asker::at(peer), &session, question, origin).await;
    }
    let place = turns::reserve(app, &peer.user)?;
    let session = conversations::create(app, &peer.user, origin).await?.id;
    turns::ask_at(app, Asker::at(peer), place, &session, question, origin).await
}

/// Begins a case, which this connection watches.
async fn run_case(app: &App, peer: &Arc<Peer>, command: ClientCommand, origin: &Origin) -> Result<(), Refusal> {
    let input = match command {
        ClientCommand::Diagnose(request) => CaseInput::Diagnosis(request),
        ClientCommand::Prescribe(request) => CaseInput::Prescription(request),
        _ => return Ok(()),
    };
    let viewer = Viewer { user: peer.user.clone(), role: peer.role };
    let patient = (peer.channel != peer.user).then(|| peer.channel.clone());
    clinic::begin(app, &viewer, input, patient, Some(peer), origin).await?;
    Ok(())
}

/// Checks what a person wrote.
pub fn question(text: &str, client_id: Option<String>, metadata: Map<String, Value>) -> Result<Question, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::new(ErrorCode::Empty, "The message is empty."));
    }
    let characters = text.chars().count();
    if characters > protocol::limits::MESSAGE_CHARS_MAX {
        let max = protocol::limits::MESSAGE_CHARS_MAX;
        let text =
            format!("The message has {characters} characters; {max} is the most. Shorten it, or send it in parts.");
        return Err(Refusal::new(ErrorCode::TooLong, text));
    }
    if client_id.as_ref().is_some_and(|id| id.is_empty() || id.len() > 128) {
        return Err(Refusal::new(ErrorCode::BadField, "`id` must have 1 to 128 characters"));
    }
    let (attached, options) = (Vec::new(), AskOptions::default());
    Ok(Question { text: text.to_owned(), client_id, metadata, attached, options })
}

/// How a question may ask to be answered.
pub fn allowed(app: &App, options: AskOptions) -> Result<AskOptions, Refusal> {
    let wrong = |text: String| Refusal::new(ErrorCode::BadField, text);
    if let Some(name) = &options.model_name
        && app.models.named(name).is_none()
    {
        return Err(wrong(format!("`model_name` must be one of these: {}", app.models.names().join(", "))));
    }
    if let Some(wish) = &options.system_prompt {
        let max = app.settings.system_prompt_chars;
        if max == 0 {
            return Err(wrong("`system_prompt` is not taken by this server; leave it out".to_owned()));
        }
        if wish.chars().count() > max {
            return Err(wrong(format!("`system_prompt` must have at most {max} characters")));
        }
    }
    if options.max_context_tokens.is_some_and(|tokens| !CONTEXT_TOKENS.contains(&tokens)) {
        let (from, to) = (CONTEXT_TOKENS.start(), CONTEXT_TOKENS.end());
        return Err(wrong(format!("`max_context_tokens` must be a whole number from {from} to {to}")));
    }
    Ok(options)
}

/// The named conversation if it is theirs; without a name the most recently active, or a new one.
async fn conversation_of(
    app: &App,
    peer: &Arc<Peer>,
    session: Option<ConversationId>,
    origin: &Origin,
) -> Result<ConversationId, Refusal> {
    match existing(app, peer, session, origin).await? {
        Some(session) => Ok(session),
        None => Ok(conversations::create(app, &peer.user, origin).await?.id),
    }
}

/// The same without making one: `None` where it would be new.
async fn existing(
    app: &App,
    peer: &Arc<Peer>,
    session: Option<ConversationId>,
    origin: &Origin,
) -> Result<Option<ConversationId>, Refusal> {
    if let Some(session) = session {
        theirs(app, &peer.user, &session, origin).await?;
        return Ok(Some(session));
    }
    if peer.dialect.starts_anew() {
        return Ok(None);
    }
    Ok(conversations::most_recent(app, &peer.user).await?)
}

/// Refuses what is not theirs, and writes that to the trail.
pub async fn theirs(app: &App, user: &UserId, session: &ConversationId, origin: &Origin) -> Result<(), Refusal> {
    if conversations::is_theirs(app, user, session).await? {
        return Ok(());
    }
    // It is whatever a client wrote there: only what has the form of an id goes on the trail.
    let named = uuid::Uuid::parse_str(session.as_str()).map(|id| id.to_string()).unwrap_or_default();
    let entry = Entry::new(app.clock.now(), Actor::User(user.clone()), Action::CONVERSATION_READ)
        .object("conversation", &named)
        .refused("not_found")
        .from(origin);
    app.writer.apply(Change { audit: vec![entry], ..Default::default() }).await?;
    Err(Refusal::not_found("conversation"))
}

async fn mark_read(app: &App, session: &ConversationId, seq: i64) -> Result<(), Refusal> {
    let session = session.clone();
    app.writer
        .run(move |tx| {
            let session = session.clone();
            Box::pin(async move { conversations::store::mark_read(&mut tx.connection, &session, seq).await })
        })
        .await?;
    Ok(())
}

/// Whether a message is of this conversation.
pub async fn message_exists(app: &App, session: &ConversationId, id: &MessageId) -> Result<bool, StoreError> {
    let mut connection = app.db.read().await?;
    Ok(conversations::store::message(&mut connection, session, id).await?.is_some())
}
