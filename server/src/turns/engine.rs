//! Answers one turn: danger first, then the model; every part goes out at once, and what was said is stored as it grows.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use protocol::document::Attachment;
use protocol::engine::{AskOptions, ErrorCode, ServerEvent, TurnEnd, TurnState};
use protocol::rest::{Conversation, ConversationStatus, Profile};
use protocol::{Content, Element, FinishReason, Message, Metadata, Role, Safety};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until};
use vault::DataKey;

use super::context::Context;
use super::queue::Signals;
use super::recall::{self, Recollection};
use super::{Asked, Turn};
use crate::alerts::NewAlert;
use crate::audit::{Action, Actor, Entry, Origin};
use crate::auth;
use crate::care::{self, Care, Place, Requested, Wish};
use crate::clock::rfc3339;
use crate::conversations::store::ConversationRow;
use crate::conversations::{self, Body, wire};
use crate::db::{Applied, Change, MessageUpdate, NewMemory, StoreError};
use crate::documents;
use crate::models::{Choice, Model, Past, Person, Piece, Prompt};
use crate::realtime::hub::Running;
use crate::state::App;

/// So many pieces that are ready at once go out together: a model that never waits must not keep the sockets from being
/// written and read, and each turn to write costs more than the piece.
const PIECES_AT_ONCE: u32 = 16;
/// A model that minds the time itself gets this much longer, so that it can say what happened.
const GRACE: Duration = Duration::from_secs(5);
const FAILED: &str = "I could not answer this just now. Your question is kept: press “Try again”.";
const CUT: &str = "\n\n*The answer was cut here, because it became too long.*";

/// Runs a turn to its end. Where the store does not take it, it is tried again until it does or the server stops.
pub(super) async fn run(app: &App, turn: Turn, signals: Signals) {
    let mut wait = Duration::from_millis(500);
    loop {
        match Writing::begin(app, &turn).await {
            Ok(Some(writing)) => return writing.finish(signals).await,
            Ok(None) => {
                // Whoever waits for it learns that nothing comes.
                let session = turn.conversation.clone();
                app.hub.publish(&turn.user, turn.asked_by, &ServerEvent::Answering { session, active: false });
                return;
            }
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
    turn.begun = true;
    let ended = async {
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
    let row = Some(turn.row("done", app.clock.now()));
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
    body: Body,
    /// The conversation up to the question.
    known: Recollection,
    /// What was asked.
    asked: Arc<Asked>,
    /// Who answers, where danger does not decide it.
    model: Arc<dyn Model>,
    prompt: Prompt,
    /// What of the conversation is in the prompt, for the reader.
    shown: Vec<String>,
    care: Care,
    /// Exercises to offer under it.
    offers: Vec<Element>,
    /// What is asked for, where it is no ordinary answer.
    requested: Option<Requested>,
    /// Who is in danger, where somebody is to be told of it.
    alert: Option<NewAlert>,
    /// What they told of themselves.
    profile: Profile,
    /// Where they are.
    place: Place,
    /// The country of their browser's locale.
    region: Option<String>,
    /// They ask how they have been doing.
    asks_how_they_do: bool,
    /// How they want to be answered from now on, as it is told to them.
    manner: Option<Manner>,
    tokens: i64,
}

/// How somebody wants to be answered from now on.
struct Manner {
    /// What is told of it.
    told: String,
    /// The message says nothing else, and there is no question before it.
    alone: bool,
}

impl<'a> Writing<'a> {
    /// Reads what the answer needs. `None` where there is nothing to do any more: the question was deleted.
    async fn begin(app: &'a App, turn: &'a Turn) -> Result<Option<Self>, StoreError> {
        let session = turn.conversation.clone();
        let thinking = ServerEvent::Status { session, state: TurnState::Thinking, position: None, message: None };
        app.hub.publish(&turn.user, turn.asked_by, &thinking);

        let key = app.keys.get(&app.db, turn.conversation.as_str()).await?;
        let Some((mut known, asked)) = recall::before(app, turn, &key).await? else {
            let row = Some(turn.row("done", app.clock.now()));
            app.writer.apply(Change { turn: row, ..Default::default() }).await?;
            return Ok(None);
        };
        let mut body = Body::default();
        if turn.begun {
            let mut connection = app.db.read().await?;
            let row = conversations::store::message(&mut connection, &turn.conversation, &turn.answer).await?;
            let row = row.ok_or(StoreError::Corrupt("the row of an answer is missing"))?;
            let stored = wire::open_body(&key, &row)?;
            body.content.text = stored.content.text;
            body.metadata.began_anew = stored.metadata.began_anew;
        }
        let times_before = known.crises();
        let question = Content { text: asked.text.clone(), elements: Vec::new() };
        known.hear(turn.question_seq, turn.created_at, Role::User, &question, &Metadata::default());
        let care = Care::of(&known.watch, times_before);
        // Without what they told of themselves an answer is given all the same.
        let mut profile = auth::profile(app, &turn.user).await.unwrap_or_default();
        let requested = Requested::of(&asked.client);
        let last =
            known.before(turn.question_seq).rev().map(|(_, past)| past).find(|past| past.role == Role::Assistant);
        let ordinary = !care.decides() && requested.is_none();
        let wish = if ordinary { care::wish_in(&question.text, last) } else { None };
        if let Some(wish) = &wish {
            profile = change_manner(app, turn, wish, profile).await;
        }
        body.metadata.safety = care.safety.clone();
        let (options, folded) = chosen(app, turn, &asked.options, &key).await?;
        let place_of_question = (question.text.as_str(), turn.question_seq);
        let context = Context::of(
            &known,
            place_of_question,
            app.clock.now(),
            (options.max_context_tokens, folded),
            &app.settings,
        );
        let asks_how_they_do = ordinary && care::asks_how_they_do(&question.text);
        let (mut prompt, mut shown) = context.into_prompt(question.text, body.content.text.clone());
        let manner = wish.and_then(|wish| {
            let alone = !ask_what_is_left(&mut prompt, &wish);
            care::wish_told(&wish, &profile).map(|told| Manner { told, alone })
        });
        prompt.person = Person::of(&profile);
        prompt.wish = options.system_prompt;
        let model = Arc::clone(app.models.for_turn(options.model_name.as_deref()));
        if ordinary {
            give_documents(app, turn, &asked.attached, &*model, &mut prompt).await;
        }
        shown.extend(prompt.person.shown());
        let offers = care.offers(app, (&turn.user, &profile), &prompt.question, turn.seed()).await;
        let said: Vec<&Past> = known.before(turn.question_seq + 1).map(|(_, past)| past).collect();
        let place = Place::of(&profile, asked.region.as_deref(), &said);
        let running = Running {
            message: turn.answer.clone(),
            text: body.content.text.clone(),
            began_anew: body.metadata.began_anew,
            asked_by: turn.asked_by,
        };
        app.hub.answer_begins(&turn.user, &turn.conversation, running);
        Ok(Some(Self {
            app,
            turn,
            key,
            body,
            known,
            model,
            prompt,
            shown,
            care,
            offers,
            requested,
            profile,
            place,
            region: asked.region.clone(),
            asked,
            asks_how_they_do,
            manner,
            alert: None,
            tokens: 0,
        }))
    }

    async fn finish(mut self, signals: Signals) {
        let said = if self.care.decides() {
            self.say_reviewed().await
        } else if let Some(said) = self.say_lines().or_else(|| self.say_manner()) {
            said
        } else if self.asks_how_they_do {
            self.say_how_they_do().await
        } else if let Some(said) = self.say_requested() {
            said
        } else {
            self.say_model(&signals).await
        };
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
        care::count_crisis();
        if !self.body.content.text.is_empty() {
            self.restart();
        }
        let mut reply = self.care.reply_at(&self.place);
        self.alert = self.care.tell(self.app, &self.turn.user, &mut reply).await;
        self.body.content.elements = reply.elements;
        self.body.metadata.model = Some("care".to_owned());
        self.say(&reply.text);
        Said::Whole(FinishReason::Complete)
    }

    /// The help lines of a country that was asked for, where the danger is over by now.
    fn say_lines(&mut self) -> Option<Said> {
        let lines = self.place.lines()?;
        self.begin_anew("care");
        self.body.content.elements = lines.elements;
        self.say(&lines.text);
        Some(Said::Whole(FinishReason::Complete))
    }

    /// What is said to somebody who says nothing but how they want to be answered.
    fn say_manner(&mut self) -> Option<Said> {
        let Manner { told, .. } = self.manner.take_if(|manner| manner.alone)?;
        self.begin_anew("builtin");
        self.say(&told);
        Some(Said::Whole(FinishReason::Complete))
    }

    /// How somebody has been doing is computed from their record; no model has a say in it.
    async fn say_how_they_do(&mut self) -> Said {
        let person = (&self.turn.user, &self.profile);
        let told = match care::doing(self.app, person, self.region.as_deref(), self.turn.seed()).await {
            Ok(told) => told,
            Err(error) => {
                tracing::error!(%error, "a record could not be read");
                return self.broke("the record could not be read");
            }
        };
        self.begin_anew("builtin");
        self.body.metadata.context_used = vec!["Your message".to_owned(), "What you noted and did".to_owned()];
        self.body.content.elements = told.elements;
        if told.safety.crisis {
            care::count_crisis();
            self.body.metadata.safety = told.safety;
        }
        self.say(&told.text);
        Said::Whole(FinishReason::Complete)
    }

    /// Forgets what a model said before a restart: something else is said.
    fn begin_anew(&mut self, by: &str) {
        if !self.body.content.text.is_empty() {
            self.restart();
        }
        self.body.metadata.model = Some(by.to_owned());
    }

    /// A plan, advice or assessment is computed from what the person told. `None`: an ordinary answer says more.
    fn say_requested(&mut self) -> Option<Said> {
        let requested = self.requested?;
        let told = requested.answer(&self.profile, &self.prompt)?;
        if !self.body.content.text.is_empty() {
            self.restart();
        }
        self.body.metadata.model = Some("builtin".to_owned());
        self.body.metadata.sources = told.sources;
        self.body.metadata.context_used = told.shown;
        self.say(&told.text);
        Some(self.ended())
    }

    async fn say_model(&mut self, signals: &Signals) -> Said {
        let model = Arc::clone(&self.model);
        self.body.metadata.model = Some(model.name().to_owned());
        self.body.metadata.context_used.clone_from(&self.shown);
        if self.turn.begun && self.body.content.text.is_empty() && !model.goes_on() {
            // Somebody may hold words of it that were not stored yet.
            self.restart();
            // Before a word of it is out: should all end again here, the next beginning has another number.
            self.snapshot().await;
        }
        let mut pieces = model.answer(self.prompt.clone());
        let idle = self.app.settings.model_idle + if model.minds_the_time() { GRACE } else { Duration::ZERO };
        let mut snapshots = interval(self.app.settings.snapshot);
        snapshots.set_missed_tick_behavior(MissedTickBehavior::Delay);
        snapshots.reset();
        // The timer is set anew when it goes off, not with every piece.
        let mut heard = Instant::now();
        let silence = sleep(idle);
        tokio::pin!(silence);
        let mut stored_bytes = self.body.content.text.len();
        let mut pieces_taken: u32 = 0;
        loop {
            tokio::select! {
                biased;
                () = signals.stop.cancelled() => return Said::Whole(FinishReason::Stopped),
                () = signals.park.cancelled() => return Said::Parked,
                () = &mut silence => {
                    if heard.elapsed() >= idle {
                        return self.broke("the model said nothing for too long");
                    }
                    silence.as_mut().reset(heard + idle);
                }
                _ = snapshots.tick() => {
                    if self.body.content.text.len() != stored_bytes {
                        stored_bytes = self.body.content.text.len();
                        self.snapshot().await;
                    }
                }
                piece = pieces.next() => {
                    heard = Instant::now();
                    match piece {
                        Some(Ok(piece)) => {
                            let anew = matches!(piece, Piece::Restart);
                            if !self.take(piece) {
                                return Said::Whole(FinishReason::Failed);
                            }
                            if anew {
                                self.snapshot().await;
                            }
                            pieces_taken += 1;
                            if pieces_taken.is_multiple_of(PIECES_AT_ONCE) {
                                tokio::task::yield_now().await;
                            }
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
            Piece::Context(more) => {
                self.body.metadata.context_used = self.shown.iter().cloned().chain(more).collect();
            }
            Piece::Usage(usage) => {
                self.body.metadata.usage = usage;
                self.tokens = i64::try_from(usage.prompt_tokens + usage.completion_tokens).unwrap_or(i64::MAX);
            }
            Piece::Working => {}
            Piece::By(name) => self.body.metadata.model = Some(name),
            Piece::Raw(events) => self.body.raw_events = Some(events),
            Piece::Asks(asking) => self.body.metadata.asking = Some(asking),
            Piece::Recommendations(labels) => self.body.metadata.recommendations = labels,
            Piece::Choices(choices) => {
                self.body.content.elements =
                    choices.into_iter().map(|Choice { id, label }| Element::Button { id, label }).collect();
            }
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
        self.body.metadata.began_anew += 1;
        self.app.hub.answer_restarts(&self.turn.user, &self.turn.conversation);
    }

    fn ended(&mut self) -> Said {
        if self.body.content.text.trim().is_empty() {
            return self.broke("the model said nothing");
        }
        if let Some(Manner { told, .. }) = self.manner.take() {
            self.say(&format!("\n\n*{told}*"));
        }
        let offers = std::mem::take(&mut self.offers);
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
        let Ok(body) = wire::seal_body(&self.key, &self.turn.answer, &self.body) else { return };
        let update = self.update(body, true);
        if let Err(error) = self.app.writer.apply(Change { update: Some(update), ..Default::default() }).await {
            tracing::warn!(error = %error, "a running answer could not be stored yet");
        }
    }

    fn update(&self, body: Vec<u8>, open: bool) -> MessageUpdate {
        MessageUpdate {
            id: self.turn.answer.clone(),
            conversation: self.turn.conversation.clone(),
            open,
            body,
            tokens: self.tokens,
            // A reviewed answer is of no model, and which answers are is told by no figure.
            model: self.body.metadata.model.clone().filter(|name| !open && name != "care"),
            at: self.app.clock.now(),
        }
    }

    /// Stores the whole answer and shows it. A store that does not take it is asked again: nothing that was said is lost.
    async fn store(mut self, reason: FinishReason, signals: &Signals) {
        let elapsed = self.app.clock.now() - self.turn.created_at;
        self.body.metadata.finish_reason = Some(reason);
        self.body.metadata.response_time_ms = u64::try_from(elapsed).ok();
        let Body { content, metadata, .. } = &self.body;
        self.known.hear(self.turn.answer_seq, self.turn.answer_at, Role::Assistant, content, metadata);
        // Where it can't be sealed it is stored with a later turn.
        let memory = self.known.memory_to_store(self.turn, &self.key, self.app.clock.now()).unwrap_or_default();
        let mut wait = Duration::from_millis(500);
        let mut told = false;
        let applied = loop {
            let error = match self.commit(memory.clone()).await {
                Ok(applied) => break applied,
                Err(error) => error,
            };
            tracing::error!(error = %error, "an answer could not be stored");
            if !told {
                told = true;
                self.app.hub.publish(&self.turn.user, self.turn.asked_by, &cannot_store(self.turn));
            }
            tokio::select! {
                () = signals.park.cancelled() => return self.app.hub.answer_parks(&self.turn.user, &self.turn.conversation),
                () = sleep_until(Instant::now() + wait) => wait = (wait * 2).min(Duration::from_secs(30)),
            }
        };
        metrics::histogram!("anamnesis_turn_seconds")
            .record(Duration::from_millis(elapsed.unsigned_abs()).as_secs_f64());
        let Self { app, turn, key, body, known, asked, alert, .. } = self;
        if alert.is_some() {
            app.alerts.wake();
        }
        app.recall.keep(turn, known);
        let message = Message {
            id: Some(turn.answer.clone()),
            seq: Some(turn.answer_seq),
            role: Role::Assistant,
            session_id: Some(turn.conversation.clone()),
            timestamp: rfc3339(turn.answer_at),
            content: body.content,
            metadata: body.metadata,
        };
        let conversation = if let Applied::Ended(row) = applied { shown_of(&row, &key) } else { None };
        let end = TurnEnd {
            user: turn.user.clone(),
            question: question_of(turn, &asked),
            answer: message,
            conversation: conversation.clone(),
            include_sources: asked.options.include_sources,
            door: turn.door,
        };
        app.hub.answer_ends(turn.asked_by, &turn.conversation, end);
        // Its title, figures and place in the list changed with this turn.
        if let Some(conversation) = conversation {
            app.hub.conversation_updated(&turn.user, conversation);
        }
    }

    async fn commit(&self, memory: Option<NewMemory>) -> Result<Applied, StoreError> {
        let now = self.app.clock.now();
        let crisis = self.body.metadata.safety.crisis;
        let action = if crisis { Action::CRISIS } else { Action::ANSWER };
        let entry = Entry::new(now, Actor::System, action)
            .object("message", self.turn.answer.as_str())
            .subject(&self.turn.user);
        let body = wire::seal_body(&self.key, &self.turn.answer, &self.body)?;
        let change = Change {
            update: Some(self.update(body, false)),
            turn: Some(self.turn.row("done", now)),
            memory,
            alert: self.alert.clone(),
            audit: vec![entry],
            ..Default::default()
        };
        self.app.writer.apply(change).await
    }
}

/// Gives whoever answers what the person's documents say, and the pictures with the question. Where that can't be had, the
/// question is answered all the same.
async fn give_documents(app: &App, turn: &Turn, attached: &[Attachment], model: &dyn Model, prompt: &mut Prompt) {
    let pictures = attached.iter().filter(|one| one.is_picture()).count();
    if model.reads_documents() || attached.len() > pictures {
        let own = documents::passages(app, &turn.user, &prompt.question, attached).await;
        prompt.own = own.unwrap_or_else(|error| {
            tracing::warn!(%error, "somebody's documents could not be looked in");
            Vec::new()
        });
    }
    if pictures > 0 && model.sees() {
        prompt.pictures = documents::pictures(app, &turn.user, attached).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "pictures could not be opened");
            Vec::new()
        });
    }
    prompt.unseen_pictures = pictures - prompt.pictures.len().min(pictures);
}

/// How a question is answered: as it says, else as its conversation does, within what the operator allows now; and up to
/// which place the conversation is folded away.
async fn chosen(app: &App, turn: &Turn, asked: &AskOptions, key: &DataKey) -> Result<(AskOptions, i64), StoreError> {
    let mut options = asked.clone();
    let manner = {
        let mut connection = app.db.read().await?;
        conversations::store::manner(&mut connection, &turn.conversation).await?.unwrap_or_default()
    };
    options.model_name = options.model_name.or(manner.model_name);
    if options.system_prompt.is_none()
        && let Some(sealed) = manner.system_prompt
    {
        options.system_prompt = Some(wire::open_system_prompt(key, &turn.conversation, &sealed)?);
    }
    let max = app.settings.system_prompt_chars;
    options.system_prompt = options.system_prompt.filter(|wish| !wish.trim().is_empty() && wish.chars().count() <= max);
    Ok((options, manner.folded_seq))
}

/// The question as doors show it.
fn question_of(turn: &Turn, asked: &Asked) -> Message {
    Message {
        id: Some(turn.question.clone()),
        seq: Some(turn.question_seq),
        role: Role::User,
        session_id: Some(turn.conversation.clone()),
        timestamp: rfc3339(asked.at),
        content: Content { text: asked.text.clone(), elements: Vec::new() },
        metadata: Metadata {
            attachments: asked.attached.iter().map(|one| one.id.as_str().to_owned()).collect(),
            attached: asked.attached.clone(),
            client: asked.client.clone(),
            ..Metadata::default()
        },
    }
}

/// A conversation as doors show it; `None` where it was deleted.
fn shown_of(row: &ConversationRow, key: &DataKey) -> Option<Conversation> {
    match wire::conversation(row, key) {
        Ok(conversation) => Some(conversation).filter(|it| it.status != ConversationStatus::Deleted),
        Err(error) => {
            tracing::warn!(error = %error, "a conversation could not be shown");
            None
        }
    }
}

/// Changes how somebody is answered from now on, once: an answer that is given again changes nothing.
async fn change_manner(app: &App, turn: &Turn, wish: &Wish, profile: Profile) -> Profile {
    if turn.begun || turn.answer_seq != turn.question_seq + 1 {
        return profile;
    }
    let origin = Origin { request_id: turn.request_id.clone(), ..Origin::default() };
    if let Ok(changed) = auth::set_profile(app, &turn.user, wish.patch(&profile), &origin).await {
        return changed;
    }
    tracing::warn!("how somebody wants to be answered could not be stored");
    profile
}

/// Asks what a message says beside how it wants to be answered; else what was asked before it. False where there is
/// neither.
fn ask_what_is_left(prompt: &mut Prompt, wish: &Wish) -> bool {
    if !wish.rest.is_empty() {
        prompt.question.clone_from(&wish.rest);
        return true;
    }
    let before = care::question_before(&prompt.history).map(|(at, question)| (at, question.to_owned()));
    let Some((at, question)) = before else { return false };
    prompt.history.truncate(at);
    prompt.question = question;
    true
}

fn cannot_store(turn: &Turn) -> ServerEvent {
    ServerEvent::Error {
        code: ErrorCode::Storage,
        text: "The answer can't be stored just now. It is kept in memory and stored as soon as it can be.".to_owned(),
        session: Some(turn.conversation.clone()),
        client_id: None,
    }
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
