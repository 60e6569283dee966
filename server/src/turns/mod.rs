//! One turn from stored question to stored answer.
//!
//! [`ask`] stores the question, the place of its answer and the turn in one transaction, acknowledges, and puts the turn
//! in the [`queue`]; [`engine`] answers it, with what it knows by [`recall`] and what of that [`context`] shows the model.
//! [`memory`] is what stays of a long conversation. Turns survive the process: at start those left open are taken up again ([`recover`]).

pub mod context;
pub mod engine;
pub mod memory;
pub mod queue;
pub mod recall;
pub mod store;
pub mod summary;

use std::sync::Arc;

use futures_util::FutureExt;
use protocol::document::Attachment;
use protocol::engine::{AskOptions, Door, ErrorCode, ServerEvent, TurnState};
use protocol::{Content, ConversationId, Message, MessageId, Metadata, Role, TurnId, UserId};
use serde_json::{Map, Value};
use vault::DataKey;

use crate::audit::{Action, Actor, Entry, Origin};
use crate::clock::{Millis, rfc3339};
use crate::conversations::store::by_client_keys;
use crate::conversations::{Body, wire};
use crate::db::{Applied, Change, NewMessage, StoreError, TurnRow};
use crate::ids;
use crate::realtime::commands::Refusal;
use crate::realtime::hub::{Peer, PeerId};
use crate::state::App;
pub use queue::{Place, Turns};

/// What a person asks, checked.
#[derive(Debug, Clone)]
pub struct Question {
    /// 1 to 8,000 characters.
    pub text: String,
    /// The client's id of it.
    pub client_id: Option<String>,
    /// What the client sent along.
    pub metadata: Map<String, Value>,
    /// Documents and pictures with it.
    pub attached: Vec<Attachment>,
    /// How it is to be answered.
    pub options: AskOptions,
}

/// Who asks, and by which way.
#[derive(Clone, Copy)]
pub struct Asker<'a> {
    /// Whose conversation it is.
    pub user: &'a UserId,
    /// The connection that asks; none for a request over REST.
    pub peer: Option<&'a Peer>,
}

impl<'a> Asker<'a> {
    /// Somebody at a door.
    pub fn at(peer: &'a Peer) -> Self {
        Self { user: &peer.user, peer: Some(peer) }
    }

    fn id(self) -> Option<PeerId> {
        self.peer.map(|peer| peer.id)
    }

    fn door(self) -> Door {
        self.peer.map_or(Door::Rest, |peer| peer.dialect.door())
    }

    fn say(self, event: &ServerEvent) {
        if let Some(peer) = self.peer {
            peer.say(event);
        }
    }
}

/// What became of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The stored question.
    pub question: MessageId,
    /// It was stored before, and is not asked again.
    pub duplicate: bool,
}

/// A turn that waits or runs.
#[derive(Debug, Clone)]
pub struct Turn {
    /// Its id.
    pub id: TurnId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// Who asked.
    pub user: UserId,
    /// The question.
    pub question: MessageId,
    /// The question's place.
    pub question_seq: i64,
    /// When it was asked.
    pub created_at: Millis,
    /// The question, where this process took it in.
    pub asked: Option<Arc<Asked>>,
    /// The answer: its row is there, and still open.
    pub answer: MessageId,
    /// The answer's place.
    pub answer_seq: i64,
    /// When the answer's row was made.
    pub answer_at: Millis,
    /// Something of the answer may be stored already.
    pub begun: bool,
    /// The connection that asked.
    pub asked_by: Option<PeerId>,
    /// By which way; `None` where that is not known any more.
    pub door: Option<Door>,
    /// Of the request that asked, for the log.
    pub request_id: String,
}

/// What was asked.
#[derive(Debug, Default)]
pub struct Asked {
    /// In the person's words.
    pub text: String,
    /// What their client sent along.
    pub client: Map<String, Value>,
    /// The country of their browser's locale.
    pub region: Option<String>,
    /// When.
    pub at: Millis,
    /// Documents and pictures with it.
    pub attached: Vec<Attachment>,
    /// How it is to be answered.
    pub options: AskOptions,
}

impl Asked {
    /// Of a stored question.
    pub(crate) fn of(body: &Body, at: Millis) -> Self {
        Self {
            text: body.content.text.clone(),
            client: body.metadata.client.clone(),
            region: body.region.clone(),
            at,
            attached: body.metadata.attached.clone(),
            options: body.options.clone().unwrap_or_default(),
        }
    }
}

impl Turn {
    /// A number of this turn's own, the same whenever it is taken up.
    pub(crate) fn seed(&self) -> u64 {
        uuid::Uuid::parse_str(self.id.as_str()).map_or(0, |id| id.as_u64_pair().1)
    }

    pub(crate) fn row(&self, state: &'static str, at: Millis) -> TurnRow {
        TurnRow {
            id: self.id.clone(),
            conversation: self.conversation.clone(),
            user: self.user.clone(),
            question: self.question.clone(),
            answer: self.answer.clone(),
            state,
            created_at: self.created_at,
            at,
        }
    }
}

/// Keeps a place for a question. One that begins a conversation keeps it before that is made: refused, it leaves none.
pub fn reserve<'a>(app: &'a App, user: &UserId) -> Result<Place<'a>, Refusal> {
    app.turns.reserve(user).ok_or_else(|| {
        let text = "Several of your questions are waiting already. Please wait for an answer first.";
        Refusal::new(ErrorCode::Busy, text)
    })
}

/// Stores a question, acknowledges it once it is durable, and has it answered.
pub async fn ask(
    app: &App,
    asker: Asker<'_>,
    conversation: &ConversationId,
    question: Question,
    origin: &Origin,
) -> Result<Receipt, Refusal> {
    let place = match reserve(app, asker.user) {
        Ok(place) => place,
        Err(busy) => {
            // What is here already needs no place.
            let stored = known(app, conversation, question.client_id).await?;
            let (question, ack) = stored.ok_or(busy)?;
            asker.say(&ack);
            return Ok(Receipt { question, duplicate: true });
        }
    };
    ask_at(app, asker, place, conversation, question, origin).await
}

/// The same at a place that was kept for it.
pub async fn ask_at(
    app: &App,
    asker: Asker<'_>,
    place: Place<'_>,
    conversation: &ConversationId,
    question: Question,
    origin: &Origin,
) -> Result<Receipt, Refusal> {
    let user = asker.user;
    let now = app.clock.now();
    let key = app.keys.get(&app.db, conversation.as_str()).await?;
    let id = ids::message(now);
    let body = Body {
        content: Content { text: question.text, elements: Vec::new() },
        metadata: Metadata {
            attachments: question.attached.iter().map(|one| one.id.as_str().to_owned()).collect(),
            attached: question.attached,
            client: question.metadata,
            ..Metadata::default()
        },
        region: origin.region.clone(),
        options: (question.options != AskOptions::default()).then_some(question.options),
        ..Body::default()
    };
    let words = Asked::of(&body, now);
    let mut turn = Turn {
        id: ids::turn(now),
        conversation: conversation.clone(),
        user: user.clone(),
        question: id.clone(),
        question_seq: 0,
        created_at: now,
        asked: Some(Arc::new(words)),
        answer: ids::message(now),
        answer_seq: 0,
        answer_at: now,
        begun: false,
        asked_by: asker.id(),
        door: Some(asker.door()),
        request_id: origin.request_id.clone(),
    };
    let change = Change {
        message: Some(NewMessage {
            id: id.clone(),
            conversation: conversation.clone(),
            role: Role::User,
            client_key: question.client_id.as_ref().map(|id| client_key(app, conversation, id)),
            open: false,
            body: wire::seal_body(&key, &id, &body)?,
            at: now,
            title: Some(wire::seal_title(&key, conversation, &title_of(&body.content.text))?),
        }),
        answer: Some(place_of_answer(&turn, &key)?),
        turn: Some(turn.row("queued", now)),
        audit: vec![
            Entry::new(now, Actor::User(user.clone()), Action::MESSAGE)
                .object("message", id.as_str())
                .subject(user)
                .from(origin),
        ],
        ..Default::default()
    };
    let started = std::time::Instant::now();
    let stored = app.writer.apply(change).await?;
    metrics::histogram!("anamnesis_commit_seconds").record(started.elapsed().as_secs_f64());
    let (message, seq, duplicate) = match stored {
        Applied::At(seq) => (id, seq, false),
        Applied::Duplicate { message, seq } => (message, seq, true),
        Applied::Stored | Applied::Ended(_) => return Err(Refusal::not_found("conversation")),
    };
    let session = conversation.clone();
    let ack = ServerEvent::Ack { client_id: question.client_id, message: message.clone(), seq, session, duplicate };
    asker.say(&ack);
    let receipt = Receipt { question: message.clone(), duplicate };
    if duplicate {
        return Ok(receipt);
    }
    (turn.question_seq, turn.answer_seq) = (seq, seq + 1);
    let shown = Message {
        id: Some(message),
        seq: Some(seq),
        role: Role::User,
        session_id: Some(conversation.clone()),
        timestamp: rfc3339(now),
        content: body.content,
        metadata: body.metadata,
    };
    let client_id = asker.peer.map(|peer| peer.client_id.clone());
    app.hub.publish(user, asker.id(), &ServerEvent::Stored { message: Box::new(shown), client_id });
    enqueue(app, turn, place);
    Ok(receipt)
}

/// A question that is stored already, with its acknowledgement.
async fn known(
    app: &App,
    conversation: &ConversationId,
    client_id: Option<String>,
) -> Result<Option<(MessageId, ServerEvent)>, StoreError> {
    let Some(client_id) = client_id else { return Ok(None) };
    let key = client_key(app, conversation, &client_id);
    let mut connection = app.db.read().await?;
    let found = by_client_keys(&mut connection, &[(conversation, key.as_str())]).await?.pop();
    Ok(found.map(|(session, _, message, seq)| {
        let question = message.clone();
        (question, ServerEvent::Ack { client_id: Some(client_id), message, seq, session, duplicate: true })
    }))
}

/// The question of a client's id, where it is stored.
pub(crate) async fn asked_before(
    app: &App,
    conversation: &ConversationId,
    client_id: &str,
) -> Result<Option<MessageId>, StoreError> {
    Ok(known(app, conversation, Some(client_id.to_owned())).await?.map(|(question, _)| question))
}

/// By which a message that is sent again is known. The client's id may say anything, so it is not kept as it is.
fn client_key(app: &App, conversation: &ConversationId, id: &str) -> String {
    app.lookup.hash("client id", format!("{conversation}/{id}").as_bytes())
}

/// The row of an answer that is still to be written.
fn place_of_answer(turn: &Turn, key: &DataKey) -> Result<NewMessage, StoreError> {
    Ok(NewMessage {
        id: turn.answer.clone(),
        conversation: turn.conversation.clone(),
        role: Role::Assistant,
        client_key: None,
        open: true,
        body: wire::seal_body(key, &turn.answer, &Body::default())?,
        at: turn.answer_at,
        title: None,
    })
}

/// Answers the question before an answer again; the new answer stands after all that was said.
pub async fn regenerate(
    app: &App,
    peer: &Arc<Peer>,
    conversation: &ConversationId,
    answer: &MessageId,
    origin: &Origin,
) -> Result<(), Refusal> {
    if app.turns.is_busy(conversation) {
        return Err(Refusal::new(
            ErrorCode::Conflict,
            "An answer is being written. Stop it, or wait until it is done.",
        ));
    }
    let question = {
        let mut connection = app.db.read().await?;
        store::question_of(&mut connection, conversation, answer).await?
    };
    let Some((question, question_seq)) = question else { return Err(Refusal::not_found("answer")) };
    let place = app
        .turns
        .reserve(&peer.user)
        .ok_or_else(|| Refusal::new(ErrorCode::Busy, "Please wait for an answer first."))?;
    let now = app.clock.now();
    let key = app.keys.get(&app.db, conversation.as_str()).await?;
    let mut turn = Turn {
        id: ids::turn(now),
        conversation: conversation.clone(),
        user: peer.user.clone(),
        question,
        question_seq,
        created_at: now,
        asked: None,
        answer: ids::message(now),
        answer_seq: 0,
        answer_at: now,
        begun: false,
        asked_by: Some(peer.id),
        door: Some(peer.dialect.door()),
        request_id: origin.request_id.clone(),
    };
    let entry = Entry::new(now, Actor::User(peer.user.clone()), Action::MESSAGE)
        .object("message", answer.as_str())
        .subject(&peer.user)
        .from(origin);
    let change = Change {
        message: Some(place_of_answer(&turn, &key)?),
        turn: Some(turn.row("queued", now)),
        audit: vec![entry],
        ..Default::default()
    };
    let Applied::At(seq) = app.writer.apply(change).await? else { return Err(Refusal::not_found("conversation")) };
    turn.answer_seq = seq;
    enqueue(app, turn, place);
    Ok(())
}

fn enqueue(app: &App, turn: Turn, place: Place<'_>) {
    let (user, by, session) = (turn.user.clone(), turn.asked_by, turn.conversation.clone());
    app.hub.publish(&user, by, &ServerEvent::Answering { session: session.clone(), active: true });
    app.turns.push(turn, place);
    pump(app);
    if let Some(position) = app.turns.position(&session) {
        let status = ServerEvent::Status { session, state: TurnState::Queued, position: Some(position), message: None };
        app.hub.publish(&user, by, &status);
    }
}

/// Starts as many waiting turns as there is room for.
pub fn pump(app: &App) {
    while let Some((turn, signals)) = app.turns.next() {
        let app = app.clone();
        let span = tracing::info_span!(parent: None, "turn", request_id = %turn.request_id, turn = %turn.id);
        tokio::spawn(tracing::Instrument::instrument(
            async move {
                let run = std::panic::AssertUnwindSafe(engine::run(&app, turn.clone(), signals.clone()));
                if run.catch_unwind().await.is_err() {
                    // Should even this panic, the place in the queue is given back all the same.
                    let _ =
                        std::panic::AssertUnwindSafe(engine::fail(&app, turn.clone(), signals)).catch_unwind().await;
                }
                app.turns.finished(&turn.conversation);
                pump(&app);
            },
            span,
        ));
    }
}

/// Takes up the turns that were open when the process ended, each with what was stored of its answer.
pub async fn recover(app: &App) -> Result<usize, StoreError> {
    let open = {
        let mut connection = app.db.read().await?;
        store::open_turns(&mut connection).await?
    };
    let count = open.len();
    for turn in open {
        app.turns.push_unbounded(turn);
    }
    if count > 0 {
        tracing::info!(count, "open turns are taken up again");
    }
    pump(app);
    Ok(count)
}

/// The first words of a question, as the title of its conversation until someone gives it another.
pub(crate) fn title_of(text: &str) -> String {
    const MAX: usize = 50;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MAX {
        return line;
    }
    let cut: String = line.chars().take(MAX - 1).collect();
    let at_word = cut.rfind(' ').filter(|at| *at > MAX / 2).unwrap_or(cut.len());
    format!("{}…", cut[..at_word].trim_end())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_title_is_at_most_fifty_characters_and_ends_at_a_word() {
        assert_eq!(super::title_of("  My  head\nhurts "), "My head hurts");
        let long = super::title_of("I have had a headache for three days now and nothing that I take seems to help");
        assert_eq!(long, "I have had a headache for three days now and…");
        assert!(super::title_of(&"ü".repeat(200)).chars().count() <= 50);
    }
}
