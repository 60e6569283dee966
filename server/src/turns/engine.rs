//! Answers one turn: danger first, then the model; every part goes out at once, and what was said is stored as it grows.

use std::time::Duration;

use futures_util::StreamExt;
use protocol::engine::{ErrorCode, ServerEvent, TurnState};
use protocol::{Content, Element, FinishReason, Message, MessageId, Metadata, Role, Safety};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until};
use vault::DataKey;

use super::Turn;
use super::queue::Signals;
use crate::audit::{Action, Actor, Entry};
use crate::auth;
use crate::care::{self, Care};
use crate::clock::rfc3339;
use crate::conversations::store::MessageRow;
use crate::conversations::{self, Body, wire};
use crate::db::{Change, Inserted, MessageUpdate, NewMessage, StoreError};
use crate::ids;
use crate::models::{Past, Person, Piece, Prompt};
use crate::realtime::hub::Running;
use crate::state::App;

/// How many messages of the conversation are looked at for danger.
const LOOK_BACK: i64 = 60;
const FAILED: &str = "I could not answer this just now. Your question is kept: press “Try again”.";
const CUT: &str = "\n\n*The answer was cut here, because it became too long.*";

/// Runs a turn to its end. Where the store does not take it, it is tried again until it does or the server stops.
pub(super) async fn run(app: &App, turn: Turn, signals: Signals) {
    let mut wait = Duration::from_millis(500);
    loop {
        match Writing::begin(app, &turn).await {
            Ok(Some(writing)) => return writing.finish(signals).await,
            Ok(None) => return,
            Err(StoreError::Corrupt(cause)) => return give_up(app, &turn, cause).await,
            Err(error) => tracing::error!(error = %error, "a turn could not begin"),
        }
        tokio::select! {
            () = signals.park.cancelled() => return,
            () = signals.stop.cancelled() => return give_up(app, &turn, "stopped before it could begin").await,
            () = sleep(wait) => wait = (wait * 2).min(Duration::from_secs(30)),
        }
    }
}

/// Ends a turn whose answering panicked: what was stored of the answer is kept, and it says that it broke off.
pub(super) async fn fail(app: &App, mut turn: Turn, signals: Signals) {
    let ended = async {
        let mut connection = app.db.read().await?;
        turn.begun = super::store::answer_of(&mut connection, &turn.id).await?;
        drop(connection);
        Ok::<_, StoreError>(Writing::begin(app, &turn).await?.map(|mut writing| (writing.broke("a panic"), writing)))
    };
    match ended.await {
        Ok(Some((_, writing))) => writing.store(FinishReason::Failed, &signals).await,
        Ok(None) => {}
        Err(error) => {
            tracing::error!(error = %error, "a broken turn could not be ended; the next start takes it up");
            app.hub.answer_parks(&turn.user, &turn.conversation);
        }
    }
}

/// Ends a turn that can't be answered at all, and says so to whoever looks.
async fn give_up(app: &App, turn: &Turn, cause: &'static str) {
    tracing::error!(cause, "a turn is given up");
    let row = Some(turn.row("done", None, app.clock.now()));
    if let Err(error) = app.writer.apply(Change { turn: row, ..Default::default() }).await {
        tracing::error!(error = %error, "and that could not be stored; the next start takes it up");
    }
    app.hub.answer_parks(&turn.user, &turn.conversation);
    let (session, client_id) = (Some(turn.conversation.clone()), None);
    let event = ServerEvent::Error { code: ErrorCode::Internal, text: FAILED.to_owned(), session, client_id };
    app.hub.publish(&turn.user, turn.asked_by, &event);
    let session = turn.conversation.clone();
    app.hub.publish(&turn.user, turn.asked_by, &ServerEvent::Answering { session, active: false });
}

/// How the saying ended.
enum Said {
    Whole(FinishReason),
    Parked,
}

/// An answer being written.
struct Writing<'a> {
    app: &'a App,
    turn: &'a Turn,
    key: DataKey,
    id: MessageId,
    seq: i64,
    made_at: i64,
    body: Body,
    prompt: Prompt,
    care: Care,
    tokens: i64,
}

impl<'a> Writing<'a> {
    /// Reads what the answer needs, and makes the answer's row or takes up the one that was begun. `None` where there is
    /// nothing to do any more: the conversation was deleted.
    async fn begin(app: &'a App, turn: &'a Turn) -> Result<Option<Self>, StoreError> {
        let session = turn.conversation.clone();
        let thinking = ServerEvent::Status { session, state: TurnState::Thinking, position: None, message: None };
        app.hub.publish(&turn.user, turn.asked_by, &thinking);

        let (rows, begun, key) = {
            let mut connection = app.db.read().await?;
            let key = app.keys.open(&mut connection, turn.conversation.as_str()).await?;
            let before = turn.question_seq + 1;
            let rows =
                conversations::store::messages_before(&mut connection, &turn.conversation, before, LOOK_BACK).await?;
            let begun = match &turn.begun {
                Some(id) => conversations::store::message(&mut connection, &turn.conversation, id).await?,
                None => None,
            };
            (rows, begun, key)
        };
        let mut past = open_past(&rows, &key)?;
        let Some((_, asked)) = past.pop() else { return Ok(None) };
        let care = care::look(&past, &asked.content.text);
        let prompt = prompt_of(app, &past, &asked, begun.as_ref(), &key)?;

        let now = app.clock.now();
        let mut writing = Self {
            app,
            turn,
            key,
            id: ids::message(now),
            seq: 0,
            made_at: now,
            body: Body::default(),
            prompt,
            care,
            tokens: 0,
        };
        writing.body.metadata.safety = writing.care.safety.clone();
        if let Some(row) = begun {
            writing.id = MessageId::new(row.id.clone());
            writing.seq = row.seq;
            writing.made_at = row.created_at;
            writing.body.content.text = writing.prompt.already_said.clone();
        } else if !writing.make_row().await? {
            return Ok(None);
        }
        let text = writing.body.content.text.clone();
        let running = Running { message: writing.id.clone(), text, asked_by: turn.asked_by };
        app.hub.answer_begins(&turn.user, &turn.conversation, running);
        Ok(Some(writing))
    }

    async fn make_row(&mut self) -> Result<bool, StoreError> {
        let message = NewMessage {
            id: self.id.clone(),
            conversation: self.turn.conversation.clone(),
            role: Role::Assistant,
            client_id: None,
            open: true,
            body: wire::seal_body(&self.key, &self.id, &self.body)?,
            at: self.made_at,
            title: None,
        };
        let turn = Some(self.turn.row("running", Some(&self.id), self.made_at));
        match self.app.writer.apply(Change { message: Some(message), turn, ..Default::default() }).await {
            Ok(Inserted::At(seq)) => {
                self.seq = seq;
                Ok(true)
            }
            Ok(_) => Err(StoreError::Corrupt("an answer was not given a place")),
            Err(StoreError::Gone) => {
                self.drop_turn().await?;
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// The conversation is gone: so is the turn.
    async fn drop_turn(&self) -> Result<(), StoreError> {
        let turn = Some(self.turn.row("done", None, self.app.clock.now()));
        self.app.writer.apply(Change { turn, ..Default::default() }).await.map(drop)
    }

    async fn finish(mut self, signals: Signals) {
        let said = if self.care.decides() { self.say_reviewed().await } else { self.say_model(&signals).await };
        match said {
            Said::Whole(reason) => self.store(reason, &signals).await,
            Said::Parked => {
                self.snapshot().await;
                self.app.hub.answer_parks(&self.turn.user, &self.turn.conversation);
            }
        }
    }

    /// The answer to danger is reviewed text; no model has a say in it.
    async fn say_reviewed(&mut self) -> Said {
        metrics::counter!("anamnesis_crisis_detected").increment(1);
        if !self.body.content.text.is_empty() {
            self.restart();
        }
        // An answer to danger never waits for what can't be looked up: without a country it names the lines of everywhere.
        let country = auth::profile(self.app, &self.turn.user).await.ok().and_then(|profile| profile.country);
        let reply = self.care.reply(country);
        self.body.content.elements = reply.elements;
        self.body.metadata.model = Some("care".to_owned());
        self.say(&reply.text);
        Said::Whole(FinishReason::Complete)
    }

    async fn say_model(&mut self, signals: &Signals) -> Said {
        let model = std::sync::Arc::clone(self.app.models.current());
        self.body.metadata.model = Some(model.name().to_owned());
        let mut pieces = model.answer(self.prompt.clone());
        let idle = self.app.settings.model_idle;
        let mut snapshots = interval(self.app.settings.snapshot);
        snapshots.set_missed_tick_behavior(MissedTickBehavior::Delay);
        snapshots.reset();
        let silence = sleep(idle);
        tokio::pin!(silence);
        let mut stored_bytes = self.body.content.text.len();
        loop {
            tokio::select! {
                biased;
                () = signals.stop.cancelled() => return Said::Whole(FinishReason::Stopped),
                () = signals.park.cancelled() => return Said::Parked,
                () = &mut silence => return self.broke("the model said nothing for too long"),
                _ = snapshots.tick() => {
                    if self.body.content.text.len() != stored_bytes {
                        stored_bytes = self.body.content.text.len();
                        self.snapshot().await;
                    }
                }
                piece = pieces.next() => {
                    silence.as_mut().reset(Instant::now() + idle);
                    match piece {
                        Some(Ok(piece)) => {
                            if !self.take(piece) {
                                return Said::Whole(FinishReason::Failed);
                            }
                            // A model that never waits must not keep the sockets from being written and read.
                            tokio::task::yield_now().await;
                        }
                        Some(Err(error)) => return self.broke(&error.to_string()),
                        None => return self.ended(),
                    }
                }
            }
        }
    }

    /// Takes in a piece; false when the answer has become too long.
    fn take(&mut self, piece: Piece) -> bool {
        match piece {
            Piece::Text(text) => {
                let room = self.app.settings.answer_bytes.saturating_sub(self.body.content.text.len());
                if text.len() <= room {
                    self.say(&text);
                } else {
                    let end = (0..=room).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
                    self.say(&text[..end]);
                    self.say(CUT);
                    return false;
                }
            }
            Piece::Restart => self.restart(),
            Piece::Sources(sources) => self.body.metadata.sources = sources,
            Piece::Context(shown) => self.body.metadata.context_used = shown,
            Piece::Usage(usage) => {
                self.body.metadata.usage = usage;
                self.tokens = i64::try_from(usage.prompt_tokens + usage.completion_tokens).unwrap_or(i64::MAX);
            }
            Piece::Recommendations(labels) => self.body.metadata.recommendations = labels,
        }
        true
    }

    fn say(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.body.content.text.push_str(text);
        self.app.hub.answer_grows(&self.turn.user, &self.turn.conversation, text);
    }

    fn restart(&mut self) {
        self.body.content.text.clear();
        self.app.hub.answer_restarts(&self.turn.user, &self.turn.conversation);
    }

    fn ended(&mut self) -> Said {
        if self.body.content.text.trim().is_empty() {
            return self.broke("the model said nothing");
        }
        let offers = std::mem::take(&mut self.care.offers);
        self.body.metadata.recommendations.extend(offers.iter().filter_map(|offer| match offer {
            Element::Button { label, .. } => Some(label.clone()),
            _ => None,
        }));
        self.body.content.elements.extend(offers);
        Said::Whole(FinishReason::Complete)
    }

    fn broke(&mut self, cause: &str) -> Said {
        tracing::warn!(cause, "an answer broke off");
        metrics::counter!("anamnesis_answers_failed").increment(1);
        if self.body.content.text.trim().is_empty() {
            self.say(FAILED);
        }
        Said::Whole(FinishReason::Failed)
    }

    /// Stores what was said so far. A snapshot that fails is made up for by the next one, or by the end.
    async fn snapshot(&self) {
        let Ok(body) = wire::seal_body(&self.key, &self.id, &self.body) else { return };
        let update = self.update(body, true);
        if let Err(error) = self.app.writer.apply(Change { update: Some(update), ..Default::default() }).await {
            tracing::warn!(error = %error, "a running answer could not be stored yet");
        }
    }

    fn update(&self, body: Vec<u8>, open: bool) -> MessageUpdate {
        MessageUpdate {
            id: self.id.clone(),
            conversation: self.turn.conversation.clone(),
            open,
            body,
            tokens: self.tokens,
            at: self.app.clock.now(),
        }
    }

    /// Stores the whole answer and shows it. A store that does not take it is asked again: nothing that was said is lost.
    async fn store(mut self, reason: FinishReason, signals: &Signals) {
        let elapsed = self.app.clock.now() - self.turn.created_at;
        self.body.metadata.finish_reason = Some(reason);
        self.body.metadata.response_time_ms = u64::try_from(elapsed).ok();
        let mut wait = Duration::from_millis(500);
        let mut told = false;
        while let Err(error) = self.commit().await {
            tracing::error!(error = %error, "an answer could not be stored");
            if !told {
                told = true;
                self.app.hub.publish(&self.turn.user, self.turn.asked_by, &cannot_store(self.turn));
            }
            tokio::select! {
                () = signals.park.cancelled() => return self.app.hub.answer_parks(&self.turn.user, &self.turn.conversation),
                () = sleep_until(Instant::now() + wait) => wait = (wait * 2).min(Duration::from_secs(30)),
            }
        }
        metrics::histogram!("anamnesis_turn_seconds")
            .record(Duration::from_millis(elapsed.unsigned_abs()).as_secs_f64());
        let message = Message {
            id: Some(self.id),
            seq: Some(self.seq),
            role: Role::Assistant,
            session_id: Some(self.turn.conversation.clone()),
            timestamp: rfc3339(self.made_at),
            content: self.body.content,
            metadata: self.body.metadata,
        };
        self.app.hub.answer_ends(&self.turn.user, self.turn.asked_by, &self.turn.conversation, message);
        // Its title, figures and place in the list changed with this turn.
        match conversations::find(self.app, &self.turn.user, &self.turn.conversation).await {
            Ok(Some(conversation)) => self.app.hub.conversation_updated(&self.turn.user, conversation),
            Ok(None) => {}
            Err(error) => tracing::warn!(error = %error, "a conversation could not be looked up"),
        }
    }

    async fn commit(&self) -> Result<(), StoreError> {
        let now = self.app.clock.now();
        let crisis = self.body.metadata.safety.crisis;
        let action = if crisis { Action::CRISIS } else { Action::ANSWER };
        let entry = Entry::new(now, Actor::System, action).object("message", self.id.as_str()).subject(&self.turn.user);
        let body = wire::seal_body(&self.key, &self.id, &self.body)?;
        let change = Change {
            update: Some(self.update(body, false)),
            turn: Some(self.turn.row("done", Some(&self.id), now)),
            audit: vec![entry],
            ..Default::default()
        };
        self.app.writer.apply(change).await.map(drop)
    }
}

fn cannot_store(turn: &Turn) -> ServerEvent {
    ServerEvent::Error {
        code: ErrorCode::Storage,
        text: "The answer can't be stored just now. It is kept in memory and stored as soon as it can be.".to_owned(),
        session: Some(turn.conversation.clone()),
        client_id: None,
    }
}

/// The conversation up to the question, oldest first; what is still being written is left out.
fn open_past(rows: &[MessageRow], key: &DataKey) -> Result<Vec<(Role, Body)>, StoreError> {
    rows.iter()
        .filter(|row| !row.is_open())
        .map(|row| {
            let message = wire::message(row, key)?;
            Ok((message.role, Body { content: message.content, metadata: message.metadata }))
        })
        .collect()
}

fn prompt_of(
    app: &App,
    past: &[(Role, Body)],
    asked: &Body,
    begun: Option<&MessageRow>,
    key: &DataKey,
) -> Result<Prompt, StoreError> {
    let skip = past.len().saturating_sub(app.settings.history_messages);
    let said = |(role, body): &(Role, Body)| Past { role: *role, text: body.content.text.clone() };
    Ok(Prompt {
        question: asked.content.text.clone(),
        history: past[skip..].iter().map(said).collect(),
        already_said: match begun {
            Some(row) => wire::open_body(key, row)?.content.text,
            None => String::new(),
        },
        person: Person::default(),
    })
}

/// What stands beside an answer that is not stored yet.
pub(crate) fn note(text: &str, elements: Vec<Element>, session: &protocol::ConversationId, at: i64) -> Message {
    Message {
        id: None,
        seq: None,
        role: Role::System,
        session_id: Some(session.clone()),
        timestamp: rfc3339(at),
        content: Content { text: text.to_owned(), elements },
        metadata: Metadata { safety: Safety::default(), ..Metadata::default() },
    }
}
