//! What people do with their accounts. The same functions stand behind the REST routes and the pages' server functions.
//!
//! **A known and an unknown address get the same answer after the same work**: a password is hashed either way, a
//! transaction is written either way, a letter is made either way.

use std::sync::Arc;

use protocol::UserId;
use protocol::rest::{
    CodeSent, CodeType, Profile, ProfilePatch, ResendCode, ResetPassword, SignIn, SignUp, User, UserRole,
};
use zeroize::Zeroizing;

use super::codes::{self, NewCode, Verdict};
use super::identity::{Caller, Visit};
use super::types::{Account, EmailAddress, Identity};
use super::{store, wire};
use crate::audit::{Action, Actor, Entry, Origin};
use crate::clock::Millis;
use crate::db::{StoreError, Tx};
use crate::error::ApiError;
use crate::limits::Kind;
use crate::mail::{Content, Letter};
use crate::reviews;
use crate::state::{App, AppState};

const SENT: &str = "If all is well with this address, a message is on its way to it. Enter the 6-digit code from it.";

fn email(typed: &str) -> Result<EmailAddress, ApiError> {
    EmailAddress::parse(typed).ok_or_else(|| {
        ApiError::unprocessable("email", "This is not a mail address. Check it, such as name@example.org.")
    })
}

fn wrong_credentials() -> ApiError {
    ApiError::unauthenticated("The address or the password is not right. Check both and try again.")
}

pub(super) fn wrong_code() -> ApiError {
    let mut error = ApiError::bad_request(
        "This code is wrong, used or too old. Check the newest message, or ask for another code.",
    );
    error.field = Some("code");
    error
}

/// A person, opened from their row.
pub(super) async fn user(app: &AppState, account: &Account) -> Result<User, StoreError> {
    let key = app.keys.get(&app.db, account.id.as_str()).await?;
    Ok(wire::user(account, wire::open_identity(&key, account)?))
}

/// The account of a caller.
pub(super) async fn account(app: &AppState, id: &UserId) -> Result<Account, ApiError> {
    let mut connection = app.db.read().await?;
    let account = store::find(&mut connection, id).await?;
    account.ok_or_else(|| ApiError::unauthenticated("Your sign-in is no longer good. Sign in again."))
}

fn new_code(app: &AppState, kind: CodeType, now: Millis) -> Result<Arc<NewCode>, StoreError> {
    Ok(Arc::new(NewCode::draw(&app.lookup, kind, now, super::millis(app.settings.code_life))?))
}

/// Mails what was stored. `content` is made in any case, `somebody` says whether there is anybody to read it.
async fn mail(app: &AppState, to: &EmailAddress, content: Content, somebody: bool) -> CodeSent {
    let letter = Letter { to: to.as_str().to_owned(), content };
    let status = app.mail.send(&letter, somebody, app.clock.now()).await;
    CodeSent { message: SENT.to_owned(), email_status: status.as_str().to_owned() }
}

fn code_letter(app: &AppState, code: &NewCode) -> Content {
    let minutes = super::millis(app.settings.code_life) / 60_000;
    Content::Code { kind: code.kind, digits: code.digits.clone(), minutes }
}

/// An account to be made.
pub(super) struct NewAccount {
    pub(super) id: UserId,
    pub(super) email_hash: String,
    pub(super) identity: Identity,
    pub(super) password_hash: String,
    pub(super) role: UserRole,
    pub(super) verified: bool,
}

/// Stores a new account with its key.
pub(super) async fn create(tx: &mut Tx, app: &AppState, new: &NewAccount, now: Millis) -> Result<Account, StoreError> {
    let key = app.keys.create(tx, new.id.as_str(), now).await?;
    let account = Account {
        id: new.id.clone(),
        email_hash: new.email_hash.clone(),
        identity: wire::seal_identity(&key, &new.id, &new.identity)?,
        password_hash: new.password_hash.clone(),
        role: new.role,
        verified: new.verified,
        active: true,
        created_at: now,
    };
    store::insert(&mut tx.connection, &account).await?;
    Ok(account)
}

/// Makes an account and mails a code; to an address that has an account, mails that it has one.
pub(super) async fn sign_up(app: &App, visit: &Visit, form: SignUp) -> Result<CodeSent, ApiError> {
    app.limits.check(Kind::Accounts, &visit.address_key)?;
    let address = email(&form.email)?;
    let first_name = wire::name("first_name", &form.first_name)?;
    let last_name = wire::last_name(&form.last_name)?;
    let password = Zeroizing::new(form.password);
    app.auth.passwords.check_new("password", &password)?;
    let email_hash = address.hash(&app.lookup);
    app.limits.check(Kind::Codes, &email_hash)?;
    let now = app.clock.now();
    let new = Arc::new(NewAccount {
        id: crate::ids::user(now),
        email_hash,
        identity: Identity { email: address.as_str().to_owned(), first_name, last_name, profile: Profile::default() },
        password_hash: app.auth.passwords.hash(&password).await?,
        role: UserRole::Patient,
        verified: false,
    });
    let code = new_code(app, CodeType::Signup, now)?;
    let job = (app.clone(), new, code.clone(), visit.origin.clone());
    let made = app
        .writer
        .run(move |tx| {
            let (app, new, code, origin) = job.clone();
            Box::pin(async move { store_sign_up(tx, &app, &new, &code, &origin, now).await })
        })
        .await;
    let made = match made {
        // Another node made the account in the same moment: it is there, which is what is said.
        Err(StoreError::Exists) => false,
        made => made?,
    };
    let content = if made { code_letter(app, &code) } else { Content::AccountExists };
    Ok(mail(app, &address, content, true).await)
}

/// Whether a code is to be mailed: for a new account, and for one that was never confirmed. The latter takes over what
/// was typed now, since nobody has shown yet that the address is theirs.
async fn store_sign_up(
    tx: &mut Tx,
    app: &AppState,
    new: &NewAccount,
    code: &NewCode,
    origin: &Origin,
    now: Millis,
) -> Result<bool, StoreError> {
    let entry = Entry::new(now, Actor::Stranger, Action::SIGN_UP).from(origin);
    let id = match store::find_by_email(&mut tx.connection, &new.email_hash).await? {
        Some(known) if known.verified || !known.active => {
            tx.audit(entry.object("user", known.id.as_str()).subject(&known.id).refused("exists"));
            return Ok(false);
        }
        Some(unconfirmed) => {
            let key = app.keys.open(&mut tx.connection, unconfirmed.id.as_str()).await?;
            let identity = wire::seal_identity(&key, &unconfirmed.id, &new.identity)?;
            store::set_identity(&mut tx.connection, &unconfirmed.id, &identity, now).await?;
            store::set_password(&mut tx.connection, &unconfirmed.id, &new.password_hash, now).await?;
            // A sign-in begun with the password of before is not to be completed.
            store::spend_codes(&mut tx.connection, &unconfirmed.id, CodeType::Signin, now).await?;
            unconfirmed.id
        }
        None => create(tx, app, new, now).await?.id,
    };
    codes::issue(tx, &id, code, now).await?;
    tx.audit(entry.object("user", id.as_str()).subject(&id));
    Ok(true)
}

/// Checks a password and mails a code that completes the sign-in.
pub(super) async fn sign_in(app: &App, visit: &Visit, form: SignIn) -> Result<CodeSent, ApiError> {
    app.limits.check(Kind::Accounts, &visit.address_key)?;
    let address = email(&form.email)?;
    let email_hash = address.hash(&app.lookup);
    app.limits.check(Kind::SignIn, &email_hash)?;
    let password = Zeroizing::new(form.password);
    let mut connection = app.db.read().await?;
    let known = store::find_by_email(&mut connection, &email_hash).await?.filter(|account| account.active);
    drop(connection);
    let stored = known.as_ref().map(|account| account.password_hash.clone());
    let right = app.auth.passwords.verify(&password, stored).await?;
    let now = app.clock.now();
    let code = new_code(app, CodeType::Signin, now)?;
    let user = known.map(|account| account.id);
    let job = (user, code.clone(), visit.origin.clone());
    app.writer
        .run(move |tx| {
            let (user, code, origin) = job.clone();
            Box::pin(async move {
                let entry = Entry::new(now, Actor::Stranger, Action::PASSWORD).from(&origin);
                match user {
                    Some(user) if right => {
                        codes::issue(tx, &user, &code, now).await?;
                        tx.audit(entry.object("user", user.as_str()).subject(&user));
                    }
                    Some(user) => tx.audit(entry.object("user", user.as_str()).subject(&user).refused("credentials")),
                    None => tx.audit(entry.refused("credentials")),
                }
                Ok(())
            })
        })
        .await?;
    if !right {
        return Err(wrong_credentials());
    }
    Ok(mail(app, &address, code_letter(app, &code), true).await)
}

/// Mails a code again. One that completes a sign-in is sent only while one is open, which needs the password; one that
/// confirms an address only while that isn't confirmed.
pub(super) async fn resend_code(app: &App, visit: &Visit, form: ResendCode) -> Result<CodeSent, ApiError> {
    app.limits.check(Kind::Accounts, &visit.address_key)?;
    let address = email(&form.email)?;
    let email_hash = address.hash(&app.lookup);
    app.limits.check(Kind::Codes, &email_hash)?;
    let now = app.clock.now();
    let code = new_code(app, form.code_type, now)?;
    let job = (email_hash, code.clone(), visit.origin.clone());
    let stored = app
        .writer
        .run(move |tx| {
            let (email_hash, code, origin) = job.clone();
            Box::pin(async move { store_code_again(tx, &email_hash, &code, &origin, now).await })
        })
        .await?;
    Ok(mail(app, &address, code_letter(app, &code), stored).await)
}

async fn store_code_again(
    tx: &mut Tx,
    email_hash: &str,
    code: &NewCode,
    origin: &Origin,
    now: Millis,
) -> Result<bool, StoreError> {
    let entry = Entry::new(now, Actor::Stranger, Action::CODE_SENT).from(origin);
    let Some(known) = store::find_by_email(&mut tx.connection, email_hash).await?.filter(|account| account.active)
    else {
        tx.audit(entry.refused("unknown"));
        return Ok(false);
    };
    let entry = entry.object("user", known.id.as_str()).subject(&known.id);
    let wanted = match code.kind {
        CodeType::Signup => !known.verified,
        CodeType::PasswordReset => true,
        CodeType::Signin => {
            let open = store::open_code(&mut tx.connection, &known.id, CodeType::Signin).await?;
            open.is_some_and(|open| now < open.expires_at)
        }
    };
    if wanted {
        codes::issue(tx, &known.id, code, now).await?;
        tx.audit(entry);
    } else {
        tx.audit(entry.refused("not_asked_for"));
    }
    Ok(wanted)
}

/// A code and an address as they were typed, within their limits.
pub(super) struct Claim {
    pub(super) email_hash: String,
    pub(super) kind: CodeType,
    pub(super) typed: Zeroizing<String>,
    pub(super) origin: Origin,
}

impl Claim {
    pub(super) fn new(
        app: &App,
        visit: &Visit,
        kind: CodeType,
        address: &str,
        typed: String,
    ) -> Result<Self, ApiError> {
        app.limits.check(Kind::Accounts, &visit.address_key)?;
        // An address that is none has no code either: the answer for every wrong code.
        let address = EmailAddress::parse(address).ok_or_else(wrong_code)?;
        let email_hash = address.hash(&app.lookup);
        app.limits.check(Kind::SignIn, &email_hash)?;
        Ok(Self { email_hash, kind, typed: Zeroizing::new(typed), origin: visit.origin.clone() })
    }
}

/// Tries a code: the account whose code it is, now confirmed, or `None`. A refusal is on the trail, and counted.
pub(super) async fn redeem(
    tx: &mut Tx,
    app: &AppState,
    claim: &Claim,
    now: Millis,
) -> Result<Option<Account>, StoreError> {
    let refusal = Entry::new(now, Actor::Stranger, Action::CODE).from(&claim.origin);
    let Some(mut account) =
        store::find_by_email(&mut tx.connection, &claim.email_hash).await?.filter(|account| account.active)
    else {
        tx.audit(refusal.refused("unknown"));
        return Ok(None);
    };
    let verdict = codes::redeem(tx, &app.lookup, &account.id, claim.kind, &claim.typed, now).await?;
    if verdict != Verdict::Right {
        tx.audit(refusal.object("user", account.id.as_str()).subject(&account.id).refused(verdict.reason()));
        return Ok(None);
    }
    if !account.verified {
        store::set_verified(&mut tx.connection, &account.id, now).await?;
        account.verified = true;
    }
    Ok(Some(account))
}

/// Sets a new password and ends whatever was begun with the old one.
pub(super) async fn reset_password(app: &App, visit: &Visit, form: ResetPassword) -> Result<(), ApiError> {
    let password = Zeroizing::new(form.new_password);
    // Before the code is looked at, so that a password that can't be taken doesn't cost the code.
    app.auth.passwords.check_new("new_password", &password)?;
    let claim = Claim::new(app, visit, CodeType::PasswordReset, &form.email, form.code)?;
    let hash = app.auth.passwords.hash(&password).await?;
    let now = app.clock.now();
    let job = Arc::new((app.clone(), claim, hash));
    let reset = app
        .writer
        .run(move |tx| {
            let job = job.clone();
            Box::pin(async move {
                let (app, claim, hash) = &*job;
                let Some(account) = redeem(tx, app, claim, now).await? else { return Ok(None) };
                store::set_password(&mut tx.connection, &account.id, hash, now).await?;
                store::spend_codes(&mut tx.connection, &account.id, CodeType::Signin, now).await?;
                store::end_everything(&mut tx.connection, &account.id, now).await?;
                let entry = Entry::new(now, Actor::User(account.id.clone()), Action::RESET).from(&claim.origin);
                tx.audit(entry.object("user", account.id.as_str()).subject(&account.id));
                Ok(Some(account.id))
            })
        })
        .await?;
    let user = reset.ok_or_else(wrong_code)?;
    super::ended(app, &user, None);
    Ok(())
}

/// Changes what a person told of themselves. Reading and writing stand in one transaction, so that two changes at once
/// both hold.
pub(super) async fn update_profile(
    app: &App,
    visit: &Visit,
    caller: &Caller,
    patch: ProfilePatch,
) -> Result<User, ApiError> {
    change_profile(app, &caller.user_id, patch, &visit.origin).await
}

/// The same, of whoever is known to be asking.
pub(super) async fn change_profile(
    app: &App,
    user: &UserId,
    patch: ProfilePatch,
    origin: &Origin,
) -> Result<User, ApiError> {
    let now = app.clock.now();
    let job = Arc::new((app.clone(), user.clone(), patch, origin.clone()));
    app.writer
        .run(move |tx| {
            let job = job.clone();
            Box::pin(async move {
                let (app, id, patch, origin) = &*job;
                let key = app.keys.open(&mut tx.connection, id.as_str()).await?;
                let account =
                    store::find(&mut tx.connection, id).await?.ok_or(StoreError::Corrupt("a caller has no account"))?;
                let mut identity = wire::open_identity(&key, &account)?;
                // What can't be taken is an answer, not a failure of the store: the group it is written with must not fail.
                if let Err(refused) = wire::patch(&mut identity, patch.clone()) {
                    return Ok(Err(refused));
                }
                let sealed = wire::seal_identity(&key, id, &identity)?;
                store::set_identity(&mut tx.connection, id, &sealed, now).await?;
                if patch.review_consent == Some(false) {
                    reviews::store::take_back(&mut tx.connection, id).await?;
                }
                let entry = Entry::new(now, Actor::User(id.clone()), Action::PROFILE).from(origin);
                tx.audit(entry.object("user", id.as_str()).subject(id));
                Ok(Ok(wire::user(&account, identity)))
            })
        })
        .await?
}
