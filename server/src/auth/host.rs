//! The account part of a page's host: the same functions as behind the REST routes, with a cookie in place of tokens.

use app::api::ApiFailure;
use app::api::types::{BrowserSession, Viewer};
use http::request::Parts;
use http::{HeaderValue, header};
use leptos_axum::ResponseOptions;
use protocol::rest::{
    CodeSent, CodeType, ProfilePatch, ResendCode, ResetPassword, SignIn, SignUp, User, UserRole, VerifyCode,
};

use super::identity::{self, Caller, Via, Visit};
use super::types::{EmailAddress, SessionRef};
use super::{accounts, demo, entry, sessions, store};
use crate::audit::Action;
use crate::clock::rfc3339;
use crate::error::ApiError;
use crate::state::App;

/// Accounts, as one request of a page sees them.
#[derive(Clone)]
pub struct Accounts {
    app: App,
    visit: Visit,
    parts: Parts,
    response: ResponseOptions,
}

impl Accounts {
    /// For this request; cookies are set on this response.
    pub fn new(app: App, parts: Parts, response: ResponseOptions) -> Self {
        Self { visit: Visit::of(&app, &parts), app, parts, response }
    }

    /// Who made this request, if anybody is signed in.
    pub async fn caller(&self) -> Result<Option<Caller>, ApiFailure> {
        Ok(identity::caller_of(&self.app, &self.parts).await.map_err(ApiError::from)?)
    }

    /// The same, where nobody is a failure.
    pub async fn required(&self) -> Result<Caller, ApiFailure> {
        let caller = self.caller().await?;
        caller.ok_or_else(|| ApiError::unauthenticated("You are signed out. Sign in again to go on.").into())
    }

    /// Who is signed in.
    pub async fn viewer(&self) -> Result<Option<Viewer>, ApiFailure> {
        let Some(caller) = self.caller().await? else { return Ok(None) };
        let account = accounts::account(&self.app, &caller.user_id).await?;
        let user = accounts::user(&self.app, &account).await.map_err(ApiError::from)?;
        Ok(Some(Viewer { user }))
    }

    /// Makes an account and mails a code.
    pub async fn sign_up(&self, form: SignUp) -> Result<CodeSent, ApiFailure> {
        Ok(accounts::sign_up(&self.app, &self.visit, form).await?)
    }

    /// Checks a password and mails a code.
    pub async fn sign_in(&self, form: SignIn) -> Result<CodeSent, ApiFailure> {
        Ok(accounts::sign_in(&self.app, &self.visit, form).await?)
    }

    /// Checks a mailed code and signs the browser in.
    pub async fn verify(&self, kind: CodeType, form: VerifyCode) -> Result<(), ApiFailure> {
        if kind == CodeType::PasswordReset {
            return Err(accounts::wrong_code().into());
        }
        let before = self.browser().await?;
        self.set_cookie(entry::with_cookie(&self.app, &self.visit, before, kind, form).await?);
        Ok(())
    }

    /// Mails a code again, or the one for a new password.
    pub async fn resend_code(&self, form: ResendCode) -> Result<CodeSent, ApiFailure> {
        Ok(accounts::resend_code(&self.app, &self.visit, form).await?)
    }

    /// Sets a new password.
    pub async fn reset_password(&self, form: ResetPassword) -> Result<(), ApiFailure> {
        Ok(accounts::reset_password(&self.app, &self.visit, form).await?)
    }

    /// Ends this browser's session. The cookie goes even where there was none to end.
    pub async fn sign_out(&self) -> Result<(), ApiFailure> {
        if let Some(caller) = self.caller().await? {
            entry::out(&self.app, &self.visit, &caller).await?;
        }
        for (name, value) in sessions::cleared(&self.app.settings) {
            self.response.append_header(name, value);
        }
        Ok(())
    }

    /// In demo mode: the code last mailed to this address for this purpose.
    #[expect(clippy::needless_pass_by_value, reason = "as the pages' trait gives it")]
    pub fn demo_code(&self, email: String, kind: CodeType) -> Option<String> {
        let address = EmailAddress::parse(&email)?;
        self.app.mail.last_code(address.as_str(), kind)
    }

    /// In demo mode: signs in as the demo account of this role.
    pub async fn demo_sign_in(&self, role: UserRole) -> Result<(), ApiFailure> {
        let before = self.browser().await?;
        self.set_cookie(demo::sign_in(&self.app, &self.visit, before, role).await?);
        Ok(())
    }

    /// Changes what a person told of themselves.
    pub async fn update_profile(&self, patch: ProfilePatch) -> Result<User, ApiFailure> {
        let caller = self.required().await?;
        Ok(accounts::update_profile(&self.app, &self.visit, &caller, patch).await?)
    }

    /// Their signed-in browsers, the one that asks among them.
    pub async fn sessions(&self) -> Result<Vec<BrowserSession>, ApiFailure> {
        let caller = self.required().await?;
        Ok(self.list(&caller).await?)
    }

    async fn list(&self, caller: &Caller) -> Result<Vec<BrowserSession>, ApiError> {
        let key = self.app.keys.get(&self.app.db, caller.user_id.as_str()).await?;
        let mut connection = self.app.db.read().await?;
        let lines = store::sessions_of(&mut connection, &caller.user_id).await?;
        let idle_before = self.app.clock.now().saturating_sub(sessions::idle_limit(&self.app.settings, caller.role));
        lines
            .into_iter()
            .filter(|line| line.last_active_at > idle_before)
            .map(|line| {
                Ok(BrowserSession {
                    agent: sessions::open_agent(&key, &line)?,
                    created_at: rfc3339(line.created_at),
                    last_active_at: rfc3339(line.last_active_at),
                    current: line.id == caller.session(),
                    id: line.id,
                })
            })
            .collect()
    }

    /// Ends one of them.
    pub async fn end_session(&self, id: String) -> Result<(), ApiFailure> {
        let caller = self.required().await?;
        let session = SessionRef::Browser(id);
        let ended = entry::end(&self.app, &self.visit, &caller.user_id, session, Action::SESSION_END).await?;
        if ended { Ok(()) } else { Err(ApiError::not_found("session").into()) }
    }

    /// The browser session that this request was made with.
    async fn browser(&self) -> Result<Option<Caller>, ApiFailure> {
        Ok(self.caller().await?.filter(|caller| matches!(caller.via, Via::Cookie { .. })))
    }

    fn set_cookie(&self, cookie: HeaderValue) {
        self.response.append_header(header::SET_COOKIE, cookie);
    }
}
