//! What the pages ask of the server, for the person who made one request.

mod care;
mod clinic;
mod documents;
mod library;

use app::api::ApiFailure;
use app::api::host::Host;
use app::api::types::{Article, ArticleLine, BrowserSession, Earlier, Folded, PutAway, Site, Transcript, Viewer};
use async_trait::async_trait;
use leptos_axum::ResponseOptions;
use protocol::ConversationId;
use protocol::rest::{
    ChangeConversation, ChatStats, CleanedUp, CodeSent, CodeType, Conversation, ConversationStatus, ProfilePatch,
    ResendCode, ResetPassword, SearchFor, SearchResults, SignIn, SignUp, User, UserRole, VerifyCode,
};

use crate::auth::host::Accounts;
use crate::auth::{Caller, Visit};
use crate::conversations::{self, Desk, Page, Stretch, Wanted};
use crate::error::ApiError;
use crate::state::App;
use http::request::Parts;

/// Conversations that the list shows.
const LIST_MAX: i64 = 200;
/// Messages that an opened conversation shows at first, and that each look further back adds.
const TRANSCRIPT_MAX: i64 = 60;

/// The host of one request.
pub(super) struct RequestHost {
    app: App,
    accounts: Accounts,
    visit: Visit,
}

impl RequestHost {
    pub(super) fn new(app: App, parts: Parts, response: ResponseOptions) -> Self {
        Self { visit: Visit::of(&app, &parts), accounts: Accounts::new(app.clone(), parts, response), app }
    }

    async fn caller(&self) -> Result<Caller, ApiFailure> {
        self.accounts.required().await
    }

    fn records<'a>(&'a self, caller: &'a Caller) -> Desk<'a> {
        Desk { app: &self.app, caller, origin: &self.visit.origin }
    }

    /// What was folded away before a stretch of a conversation.
    async fn folded(
        &self,
        caller: &Caller,
        id: &ConversationId,
        stretch: &Stretch,
    ) -> Result<Option<Folded>, ApiFailure> {
        if stretch.folded == 0 {
            return Ok(None);
        }
        let summary = self.records(caller).summary(id, stretch.folded).await.map_err(failure)?;
        Ok(Some(Folded { count: stretch.folded, summary }))
    }
}

fn no_such_conversation() -> ApiFailure {
    ApiError::not_found("conversation").into()
}

fn failure(error: impl Into<ApiError>) -> ApiFailure {
    error.into().into()
}

#[async_trait]
impl Host for RequestHost {
    fn site(&self) -> Site {
        Site {
            demo: self.app.settings.demo,
            model_label: self.app.models.current().label().to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    async fn viewer(&self) -> Result<Option<Viewer>, ApiFailure> {
        self.accounts.viewer().await
    }

    async fn sign_up(&self, form: SignUp) -> Result<CodeSent, ApiFailure> {
        self.accounts.sign_up(form).await
    }

    async fn sign_in(&self, form: SignIn) -> Result<CodeSent, ApiFailure> {
        self.accounts.sign_in(form).await
    }

    async fn verify(&self, kind: CodeType, form: VerifyCode) -> Result<(), ApiFailure> {
        self.accounts.verify(kind, form).await
    }

    async fn resend_code(&self, form: ResendCode) -> Result<CodeSent, ApiFailure> {
        self.accounts.resend_code(form).await
    }

    async fn reset_password(&self, form: ResetPassword) -> Result<(), ApiFailure> {
        self.accounts.reset_password(form).await
    }

    async fn sign_out(&self) -> Result<(), ApiFailure> {
        self.accounts.sign_out().await
    }

    async fn demo_code(&self, email: String, kind: CodeType) -> Result<Option<String>, ApiFailure> {
        Ok(self.accounts.demo_code(email, kind))
    }

    async fn demo_sign_in(&self, role: UserRole) -> Result<(), ApiFailure> {
        self.accounts.demo_sign_in(role).await
    }

    async fn update_profile(&self, patch: ProfilePatch) -> Result<User, ApiFailure> {
        self.accounts.update_profile(patch).await
    }

    async fn sessions(&self) -> Result<Vec<BrowserSession>, ApiFailure> {
        self.accounts.sessions().await
    }

    async fn end_session(&self, id: String) -> Result<(), ApiFailure> {
        self.accounts.end_session(id).await
    }

    async fn conversations(&self) -> Result<Vec<Conversation>, ApiFailure> {
        let caller = self.caller().await?;
        conversations::list(&self.app, &caller.user_id, LIST_MAX).await.map_err(failure)
    }

    async fn new_conversation(&self) -> Result<Conversation, ApiFailure> {
        let caller = self.caller().await?;
        let conversation =
            conversations::create(&self.app, &caller.user_id, &self.visit.origin).await.map_err(failure)?;
        self.app.hub.conversation_updated(&caller.user_id, conversation.clone());
        Ok(conversation)
    }

    async fn transcript(&self, id: ConversationId, from_seq: Option<i64>) -> Result<Transcript, ApiFailure> {
        let caller = self.caller().await?;
        let window = (TRANSCRIPT_MAX, from_seq);
        let opened = conversations::open_transcript(&self.app, &caller.user_id, &id, window, &self.visit.origin).await;
        let (conversation, stretch) = opened.map_err(failure)?.ok_or_else(no_such_conversation)?;
        let folded = self.folded(&caller, &id, &stretch).await?;
        let Stretch { messages, has_older, .. } = stretch;
        Ok(Transcript { conversation, messages, has_older, folded })
    }

    async fn search(&self, wanted: SearchFor) -> Result<SearchResults, ApiFailure> {
        let caller = self.caller().await?;
        let wanted = Wanted::read(wanted).map_err(failure)?;
        self.records(&caller).search(wanted).await.map_err(failure)
    }

    async fn fold_conversation(&self, id: ConversationId) -> Result<CleanedUp, ApiFailure> {
        let caller = self.caller().await?;
        self.records(&caller).clean_up(&id).await.map_err(failure)
    }

    async fn put_away(&self) -> Result<PutAway, ApiFailure> {
        let caller = self.caller().await?;
        let desk = self.records(&caller);
        let page = |status| Page { status: Some(status), limit: LIST_MAX, ..Page::default() };
        let archived = desk.list(page(ConversationStatus::Archived)).await.map_err(failure)?.conversations;
        let deleted = desk.list(page(ConversationStatus::Deleted)).await.map_err(failure)?.conversations;
        let restore_days = self.app.settings.restore_within.as_secs() / 86_400;
        Ok(PutAway { archived, deleted, restore_days })
    }

    async fn set_archived(&self, id: ConversationId, archived: bool) -> Result<Conversation, ApiFailure> {
        let caller = self.caller().await?;
        let status = if archived { ConversationStatus::Archived } else { ConversationStatus::Active };
        let told = ChangeConversation { status: Some(status), ..ChangeConversation::default() };
        self.records(&caller).change(&id, told).await.map_err(failure)
    }

    async fn chat_stats(&self) -> Result<ChatStats, ApiFailure> {
        let caller = self.caller().await?;
        self.records(&caller).stats().await.map_err(failure)
    }

    async fn earlier(&self, id: ConversationId, before_seq: i64) -> Result<Earlier, ApiFailure> {
        let caller = self.caller().await?;
        let origin = &self.visit.origin;
        let page = conversations::earlier(&self.app, &caller.user_id, &id, before_seq, TRANSCRIPT_MAX, origin).await;
        let stretch = page.map_err(failure)?.ok_or_else(no_such_conversation)?;
        let folded = self.folded(&caller, &id, &stretch).await?;
        let Stretch { messages, has_older, .. } = stretch;
        Ok(Earlier { messages, has_older, folded })
    }

    async fn rename_conversation(&self, id: ConversationId, title: String) -> Result<Conversation, ApiFailure> {
        let caller = self.caller().await?;
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        if title.is_empty() || title.chars().count() > protocol::limits::TITLE_CHARS_MAX {
            return Err(ApiFailure::field("title", "A title has 1 to 120 characters."));
        }
        let renamed = conversations::rename(&self.app, &caller.user_id, &id, &title, &self.visit.origin).await;
        renamed.map_err(failure)?.ok_or_else(no_such_conversation)
    }

    async fn delete_conversation(&self, id: ConversationId) -> Result<(), ApiFailure> {
        self.set_deleted(&id, true).await
    }

    async fn restore_conversation(&self, id: ConversationId) -> Result<Conversation, ApiFailure> {
        self.set_deleted(&id, false).await?;
        let caller = self.caller().await?;
        conversations::find(&self.app, &caller.user_id, &id).await.map_err(failure)?.ok_or_else(no_such_conversation)
    }

    async fn article(&self, id: String) -> Result<Article, ApiFailure> {
        let article = self.app.library.article(&id).ok_or_else(|| ApiError::not_found("article"))?;
        Ok(library::page(article, &self.app.library))
    }

    async fn articles(&self) -> Result<Vec<ArticleLine>, ApiFailure> {
        Ok(library::lines(&self.app.library))
    }
}

impl RequestHost {
    async fn set_deleted(&self, id: &ConversationId, deleted: bool) -> Result<(), ApiFailure> {
        let caller = self.caller().await?;
        let changed = conversations::set_deleted(&self.app, &caller.user_id, id, deleted, &self.visit.origin).await;
        if changed.map_err(failure)? { Ok(()) } else { Err(no_such_conversation()) }
    }
}
