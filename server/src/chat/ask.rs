//! One question over REST: where it belongs, asked once, and its answer.

use protocol::engine::AskOptions;
use protocol::rest::{Answered, AskByRest, ChatMessage, GenerationStats, NewConversation};
use protocol::{ConversationId, Message, MessageId, UserId};
use serde_json::Map;
use tracing::Instrument;

use crate::audit::Origin;
use crate::auth::Caller;
use crate::conversations::{self, Begin};
use crate::db::StoreError;
use crate::error::ApiError;
use crate::realtime::commands;
use crate::realtime::hub::{Hub, Listening};
use crate::state::App;
use crate::turns::{self, Asker, Question};

/// The longest message over REST, in characters.
pub(crate) const MESSAGE_CHARS_MAX: usize = 5_000;

/// Somebody who asks over REST.
#[derive(Clone)]
pub(super) struct Inquirer {
    pub(super) app: App,
    pub(super) caller: Caller,
    pub(super) origin: Origin,
}

/// Where a question belongs.
pub(super) enum Where {
    /// In this conversation, which is theirs.
    Here(ConversationId),
    /// In a new one; with the key by which that is known when the question is sent again.
    Anew(Option<String>),
}

impl Inquirer {
    pub(super) const fn user(&self) -> &UserId {
        &self.caller.user_id
    }

    /// Listens to what happens to their conversations.
    pub(super) fn listen(&self) -> Result<Listening, ApiError> {
        Hub::listen(&self.app, self.user()).map_err(|_| {
            let text = "Too many of your requests wait for an answer. Please wait for one of them.";
            ApiError::new(http::StatusCode::TOO_MANY_REQUESTS, text)
        })
    }

    /// What is asked, checked.
    pub(super) fn question(&self, asked: &AskByRest) -> Result<Question, ApiError> {
        let text = asked.message.as_deref().unwrap_or_default();
        let characters = text.trim().chars().count();
        if !(1..=MESSAGE_CHARS_MAX).contains(&characters) {
            let text = format!("`message` must have 1 to {MESSAGE_CHARS_MAX} characters; it has {characters}.");
            return Err(ApiError::unprocessable("message", text));
        }
        if text.contains('\0') {
            return Err(ApiError::unprocessable("message", "`message` must be free of NUL characters."));
        }
        let options = AskOptions {
            model_name: asked.model_name.clone().filter(|name| !name.is_empty()),
            system_prompt: asked.system_prompt.clone().filter(|wish| !wish.trim().is_empty()),
            max_context_tokens: asked.max_context_tokens,
            include_sources: asked.include_sources.unwrap_or(true),
        };
        let options = commands::allowed(&self.app, options)?;
        let question = commands::question(text, asked.id.clone(), Map::new())?;
        Ok(Question { options, ..question })
    }

    /// Where a message belongs: where it says, else in a new conversation; the same id begins no second one. Nothing is
    /// made here.
    pub(super) async fn place(&self, asked: &AskByRest) -> Result<Where, ApiError> {
        if let Some(id) = &asked.conversation_id {
            commands::theirs(&self.app, self.user(), id, &self.origin).await?;
            return Ok(Where::Here(id.clone()));
        }
        let origin_key = asked.id.as_ref().map(|id| {
            self.app.lookup.hash("client id of a first question", format!("{}/{id}", self.user()).as_bytes())
        });
        let known = self.begun(origin_key.as_deref()).await?;
        Ok(known.map_or(Where::Anew(origin_key), Where::Here))
    }

    /// Makes the conversation that a question begins.
    async fn begin(&self, origin_key: Option<String>) -> Result<ConversationId, ApiError> {
        let begin = Begin { told: NewConversation::default(), origin_key: origin_key.clone() };
        match conversations::create_with(&self.app, self.user(), begin, &self.origin).await {
            Ok(conversation) => Ok(conversation.id),
            // Another request with this id was quicker.
            Err(StoreError::Exists) => {
                self.begun(origin_key.as_deref()).await?.ok_or_else(|| ApiError::not_found("conversation"))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The conversation that this first question began when it was sent before; not one that was deleted since.
    async fn begun(&self, origin_key: Option<&str>) -> Result<Option<ConversationId>, ApiError> {
        let Some(key) = origin_key else { return Ok(None) };
        let known = {
            let mut connection = self.app.db.read().await?;
            conversations::store::by_origin(&mut connection, self.user(), key).await?
        };
        if let Some(known) = &known {
            commands::theirs(&self.app, self.user(), known, &self.origin).await?;
        }
        Ok(known)
    }

    /// Asks, and gives the conversation and the place of the answer. What is begun is done, whatever becomes of the
    /// request: a question must not be stored and then forgotten, nor a conversation made for one that is never asked.
    pub(super) async fn ask(&self, place: Where, question: Question) -> Result<(ConversationId, MessageId), ApiError> {
        let asking = self.clone();
        let work = async move { asking.store(place, question).await };
        let done = tokio::spawn(work.in_current_span()).await;
        let (conversation, question) = done.map_err(|_| ApiError::internal("a question could not be asked"))??;
        let answer = self.answer_of(&conversation, &question).await?;
        Ok((conversation, answer.ok_or_else(|| ApiError::internal("a question has no turn"))?))
    }

    async fn store(&self, place: Where, question: Question) -> Result<(ConversationId, MessageId), ApiError> {
        let (app, origin) = (&self.app, &self.origin);
        let asker = Asker { user: self.user(), peer: None };
        let (conversation, receipt) = match place {
            Where::Here(conversation) => {
                let receipt = turns::ask(app, asker, &conversation, question, origin).await?;
                (conversation, receipt)
            }
            Where::Anew(origin_key) => {
                let place = turns::reserve(app, self.user())?;
                let conversation = self.begin(origin_key).await?;
                let receipt = turns::ask_at(app, asker, place, &conversation, question, origin).await?;
                (conversation, receipt)
            }
        };
        Ok((conversation, receipt.question))
    }

    /// The answer to a stored question.
    pub(super) async fn answer_of(
        &self,
        conversation: &ConversationId,
        question: &MessageId,
    ) -> Result<Option<MessageId>, ApiError> {
        let mut connection = self.app.db.read().await?;
        Ok(turns::store::answer_of(&mut connection, conversation, question).await?)
    }

    /// The answer that a stream was cut of: to the question of this id, else the conversation's last.
    pub(super) async fn told_before(
        &self,
        conversation: &ConversationId,
        id: Option<&str>,
    ) -> Result<MessageId, ApiError> {
        commands::theirs(&self.app, self.user(), conversation, &self.origin).await?;
        let none = || ApiError::not_found("answer");
        let answer = if let Some(id) = id {
            let question = turns::asked_before(&self.app, conversation, id).await?.ok_or_else(none)?;
            self.answer_of(conversation, &question).await?
        } else {
            let mut connection = self.app.db.read().await?;
            turns::store::last_answer(&mut connection, conversation).await?
        };
        answer.ok_or_else(none)
    }

    /// The answer once it is whole, where that is now. An error where it never will be.
    pub(super) async fn whole(
        &self,
        conversation: &ConversationId,
        answer: &MessageId,
    ) -> Result<Option<Message>, ApiError> {
        if self.app.turns.is_waiting(answer) {
            return Ok(None);
        }
        // Asked first: a turn that is done has stored its answer, if there is one.
        let done = {
            let mut connection = self.app.db.read().await?;
            turns::store::is_done(&mut connection, conversation, answer).await?
        };
        let message = conversations::message(&self.app, conversation, answer).await?;
        if done && message.is_none() {
            let text = "This could not be answered. Your question is kept; please ask it again.";
            return Err(ApiError::new(http::StatusCode::INTERNAL_SERVER_ERROR, text));
        }
        Ok(message)
    }

    /// Waits for an answer, and gives it with what belongs to it.
    pub(super) async fn answered(
        &self,
        mut listening: Listening,
        (conversation, answer): (&ConversationId, &MessageId),
        with_sources: bool,
    ) -> Result<Answered, ApiError> {
        let message = loop {
            if let Some(message) = self.whole(conversation, answer).await? {
                break message;
            }
            if self.app.is_draining() && self.app.turns.running() == 0 {
                let text = "The server restarts. Your question is kept and will be answered; look again in a moment.";
                return Err(ApiError::new(http::StatusCode::SERVICE_UNAVAILABLE, text));
            }
            listening.woken().await;
        };
        let found = conversations::find(&self.app, self.user(), conversation).await?;
        let mut shown = ChatMessage::from(&message);
        if !with_sources {
            shown.sources.clear();
        }
        Ok(Answered {
            sources_used: shown.sources.clone(),
            context_retrieved: shown.context_used.clone(),
            generation_stats: GenerationStats::of(&message),
            message: shown,
            conversation: found.ok_or_else(|| ApiError::not_found("conversation"))?,
        })
    }
}
