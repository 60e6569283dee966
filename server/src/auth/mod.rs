//! Accounts: who people are, how they show it, and what they may do.
//!
//! Start with `accounts.rs` (what people do with their accounts) and [`identity`] (who makes a request); then
//! `entry.rs`, where a right code becomes tokens or a cookie. API clients hold a JWT and a rotating refresh token;
//! browsers hold an opaque cookie. A password alone never lets anybody in: a mailed code completes every sign-in.
//!
//! No password, code, token or address ever reaches a log, a metric or an error, and nothing here tells a known
//! address from an unknown one.

pub mod identity;
pub mod types;

mod accounts;
mod codes;
mod entry;
mod passwords;
mod refresh;
mod sessions;
mod standing;
mod tickets;
mod tokens;

pub mod demo;
pub mod host;
pub mod operator;
pub(crate) mod routes;
mod same_site;
mod store;
pub(crate) mod wire;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use protocol::UserId;
use protocol::rest::{Profile, ProfilePatch, UserRole};
use quick_cache::sync::Cache;
use sqlx::AnyConnection;
use vault::LookupKey;

pub(crate) use identity::region_of;
pub use identity::{Caller, Refusal, Via, Visit, caller_of, socket_caller};
pub use routes::routes;
pub use same_site::same_site;

use crate::audit::Origin;
use crate::clock::Millis;
use crate::config::Settings;
use crate::db::StoreError;
use crate::error::ApiError;
use crate::keys::Keys;
use crate::secrets::Secrets;
use crate::state::App;
use passwords::Passwords;
use standing::Standing;
use tokens::TokenKeys;
use types::SessionRef;

/// How many sessions are remembered between two requests.
const STANDINGS_MAX: usize = 20_000;
/// What ended is forgotten after this long, and looked for this often.
const KEEP: Millis = 30 * 24 * 3_600_000;
const TIDY_EVERY: Millis = 3_600_000;

/// What accounts keep in memory.
#[derive(Debug)]
pub struct Auth {
    passwords: Arc<Passwords>,
    tokens: TokenKeys,
    /// Sessions as they were found seconds ago.
    standings: Cache<SessionRef, Standing>,
    listening_on: OnceLock<SocketAddr>,
    tidied_at: AtomicI64,
}

impl Auth {
    /// As the settings say, with the secrets that sign and pepper.
    pub fn new(settings: &Settings, secrets: &Secrets) -> Self {
        Self {
            passwords: Arc::new(Passwords::new(&LookupKey::new(*secrets.pepper), settings.password_hashes_at_once)),
            tokens: TokenKeys::new(&*secrets.jwt),
            standings: Cache::new(STANDINGS_MAX),
            listening_on: OnceLock::new(),
            tidied_at: AtomicI64::new(0),
        }
    }

    /// Tells where the server listens: without a public address, that is where our own pages come from.
    pub fn listening_on(&self, addr: SocketAddr) {
        // A second start in one process does not happen; the first word holds.
        let _ = self.listening_on.set(addr);
    }
}

/// What a person told of themselves.
pub(crate) async fn profile(app: &App, user: &UserId) -> Result<Profile, ApiError> {
    let account = accounts::account(app, user).await?;
    Ok(accounts::user(app, &account).await?.profile)
}

/// Changes what a person told of themselves, as they said it in a conversation or by what they think of an answer.
pub(crate) async fn set_profile(
    app: &App,
    user: &UserId,
    patch: ProfilePatch,
    origin: &Origin,
) -> Result<Profile, ApiError> {
    Ok(accounts::change_profile(app, user, patch, origin).await?.profile)
}

/// Given and family name of someone; `None` where there is no such account.
pub(crate) async fn name_of(app: &App, user: &UserId) -> Result<Option<String>, StoreError> {
    let account = {
        let mut connection = app.db.read().await?;
        store::find(&mut connection, user).await?
    };
    let Some(account) = account else { return Ok(None) };
    let user = accounts::user(app, &account).await?;
    Ok(Some(format!("{} {}", user.first_name, user.last_name).trim().to_owned()))
}

/// The mail address of someone whose account may be used.
pub(crate) async fn address_of(app: &App, user: &UserId) -> Result<Option<String>, StoreError> {
    let account = {
        let mut connection = app.db.read().await?;
        store::find(&mut connection, user).await?
    };
    let Some(account) = account.filter(|account| account.active && account.verified) else { return Ok(None) };
    Ok(Some(accounts::user(app, &account).await?.email))
}

/// What names a person: given and family name, and the mail address; nothing where there is no such account.
pub(crate) async fn names_of(
    connection: &mut AnyConnection,
    keys: &Keys,
    user: &UserId,
) -> Result<Vec<String>, StoreError> {
    let Some(account) = store::find(&mut *connection, user).await? else { return Ok(Vec::new()) };
    let key = keys.open(connection, user.as_str()).await?;
    let identity = wire::open_identity(&key, &account)?;
    Ok(vec![identity.first_name, identity.last_name, identity.email])
}

/// The address that people reach this server by, without a slash at its end.
pub(crate) fn home_address(app: &App) -> String {
    match (&app.settings.public_url, app.auth.listening_on.get()) {
        (Some(url), _) => url.trim().trim_end_matches('/').to_owned(),
        (None, Some(addr)) => format!("http://{addr}"),
        (None, None) => format!("http://{}", app.settings.addr),
    }
}

/// The account of an address and its role, where it may be used.
pub(crate) async fn find_person(app: &App, email: &str) -> Result<Option<(UserId, UserRole)>, StoreError> {
    let Some(address) = types::EmailAddress::parse(email) else { return Ok(None) };
    let mut connection = app.db.read().await?;
    let account = store::find_by_email(&mut connection, &address.hash(&app.lookup)).await?;
    Ok(account.filter(|account| account.active && account.verified).map(|account| (account.id, account.role)))
}

/// A setting's duration as times are counted here.
fn millis(duration: Duration) -> Millis {
    Millis::try_from(duration.as_millis()).unwrap_or(Millis::MAX)
}

/// A session of this person ended, or all did: what is remembered of it goes, and its sockets close.
pub(crate) fn ended(app: &App, user: &UserId, session: Option<&str>) {
    app.auth
        .standings
        .retain(|key, standing| standing.user_id != *user || session.is_some_and(|session| session != key.id()));
    app.hub.close_user(user, session);
}

/// Whether this caller may still act, on something that a person did; that keeps a browser signed in. Where the session
/// ended meanwhile, its sockets are closed and the answer is no.
pub async fn touch(app: &App, caller: &Caller) -> bool {
    still(app, caller, true).await
}

/// The same, on something that a program did by itself, such as a ping.
pub async fn still_holds(app: &App, caller: &Caller) -> bool {
    still(app, caller, false).await
}

async fn still(app: &App, caller: &Caller, acts: bool) -> bool {
    // A token that has run out ends its own socket, and takes no other along: the session may have a newer one.
    if caller.expires_at.is_some_and(|end| app.clock.now() >= end) {
        return false;
    }
    match standing::authorise(app, caller, acts).await {
        Ok(true) => true,
        Ok(false) => {
            ended(app, &caller.user_id, Some(caller.session()));
            false
        }
        Err(error) => {
            tracing::error!(%error, "a session could not be looked up");
            false
        }
    }
}

/// Forgets what ended long ago; once an hour, however often it is called.
pub async fn tidy(app: &App) {
    let now = app.clock.now();
    let last = app.auth.tidied_at.load(Ordering::Relaxed);
    if now.saturating_sub(last) < TIDY_EVERY {
        return;
    }
    app.auth.tidied_at.store(now, Ordering::Relaxed);
    let past = now.saturating_sub(KEEP);
    let swept = app.writer.run(move |tx| Box::pin(async move { store::sweep(&mut tx.connection, past).await })).await;
    if let Err(error) = swept {
        tracing::warn!(%error, "old sessions and codes could not be tidied away");
    }
}
