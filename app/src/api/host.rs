//! The trait that the server provides in context, one value a request.

use std::sync::Arc;

use async_trait::async_trait;
use leptos::prelude::use_context;
use protocol::ConversationId;
use protocol::rest::{
    ChatStats, CleanedUp, CodeSent, CodeType, Conversation, ProfilePatch, ResendCode, ResetPassword, SearchFor,
    SearchResults, SignIn, SignUp, User, UserRole, VerifyCode,
};

use super::ApiFailure;
use super::types::{Article, ArticleLine, BrowserSession, Earlier, PutAway, Site, Transcript, Viewer};

/// What the pages need of the server, for the person who made this request.
///
/// Cookies are set and cleared by the implementation; where to go next is the page's business.
#[async_trait]
pub trait Host: Send + Sync {
    /// What to know of this installation.
    fn site(&self) -> Site;
    /// Who is signed in.
    async fn viewer(&self) -> Result<Option<Viewer>, ApiFailure>;

    /// Makes an account and mails a code.
    async fn sign_up(&self, form: SignUp) -> Result<CodeSent, ApiFailure>;
    /// Checks a password and mails a code.
    async fn sign_in(&self, form: SignIn) -> Result<CodeSent, ApiFailure>;
    /// Checks a mailed code of this kind (`Signup` or `Signin`) and signs the browser in.
    async fn verify(&self, kind: CodeType, form: VerifyCode) -> Result<(), ApiFailure>;
    /// Mails a code again, or the one for a new password.
    async fn resend_code(&self, form: ResendCode) -> Result<CodeSent, ApiFailure>;
    /// Sets a new password.
    async fn reset_password(&self, form: ResetPassword) -> Result<(), ApiFailure>;
    /// Ends this browser's session.
    async fn sign_out(&self) -> Result<(), ApiFailure>;
    /// In demo mode: the code last mailed to this address for this purpose.
    async fn demo_code(&self, email: String, kind: CodeType) -> Result<Option<String>, ApiFailure>;
    /// In demo mode: signs in as the demo account of this role.
    async fn demo_sign_in(&self, role: UserRole) -> Result<(), ApiFailure>;

    /// Changes what a person told of themselves.
    async fn update_profile(&self, patch: ProfilePatch) -> Result<User, ApiFailure>;
    /// Their signed-in browsers.
    async fn sessions(&self) -> Result<Vec<BrowserSession>, ApiFailure>;
    /// Ends one of them.
    async fn end_session(&self, id: String) -> Result<(), ApiFailure>;

    /// Their conversations that are not deleted, the most recently active first.
    async fn conversations(&self) -> Result<Vec<Conversation>, ApiFailure>;
    /// Makes an empty one.
    async fn new_conversation(&self) -> Result<Conversation, ApiFailure>;
    /// One conversation with its last messages, back to this place where a page can hold so many; 404 where it is not
    /// theirs.
    async fn transcript(&self, id: ConversationId, from_seq: Option<i64>) -> Result<Transcript, ApiFailure>;
    /// A page of its messages before a place; 404 where it is not theirs.
    async fn earlier(&self, id: ConversationId, before_seq: i64) -> Result<Earlier, ApiFailure>;
    /// Gives it another title.
    async fn rename_conversation(&self, id: ConversationId, title: String) -> Result<Conversation, ApiFailure>;
    /// Deletes it; it can be restored for 30 days.
    async fn delete_conversation(&self, id: ConversationId) -> Result<(), ApiFailure>;
    /// Puts it into the archive, or takes it out again.
    async fn set_archived(&self, id: ConversationId, archived: bool) -> Result<Conversation, ApiFailure>;
    /// Folds all but its last messages into a summary; what to say of it.
    async fn fold_conversation(&self, id: ConversationId) -> Result<CleanedUp, ApiFailure>;
    /// What was archived, and what was deleted and can be restored.
    async fn put_away(&self) -> Result<PutAway, ApiFailure>;
    /// Looks through all that was said.
    async fn search(&self, wanted: SearchFor) -> Result<SearchResults, ApiFailure>;
    /// Figures: their own, for an administrator everybody's.
    async fn chat_stats(&self) -> Result<ChatStats, ApiFailure>;
    /// Takes a deletion back.
    async fn restore_conversation(&self, id: ConversationId) -> Result<Conversation, ApiFailure>;

    /// A library article.
    async fn article(&self, id: String) -> Result<Article, ApiFailure>;
    /// All library articles, by title.
    async fn articles(&self) -> Result<Vec<ArticleLine>, ApiFailure>;
}

/// The host of this request.
pub fn use_host() -> Result<Arc<dyn Host>, ApiFailure> {
    use_context::<Arc<dyn Host>>()
        .ok_or_else(|| ApiFailure::new(500, "Something went wrong on our side. Please try again."))
}

/// Gives a failure its own status. Not to a plain form: that one is sent back to its page with the failure in the address,
/// and a status would stop it on the way.
pub(crate) fn told<T>(result: Result<T, ApiFailure>) -> Result<T, ApiFailure> {
    if let (Err(failure), Some(response), Some(request)) =
        (&result, use_context::<leptos_axum::ResponseOptions>(), use_context::<http::request::Parts>())
    {
        let accept = request.headers.get(http::header::ACCEPT).and_then(|accept| accept.to_str().ok());
        let called =
            request.uri.path().starts_with("/fn/") && !accept.is_some_and(|accept| accept.contains("text/html"));
        if let (true, Ok(status)) = (called, http::StatusCode::from_u16(failure.status)) {
            response.set_status(status);
        }
    }
    result
}
