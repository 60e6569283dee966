//! Demo mode: an account of each role, one click each. It exists on loopback only (`config.rs` sees to that).

use std::sync::Arc;

use http::HeaderValue;
use protocol::rest::{Profile, UserRole};

use super::accounts::{self, NewAccount};
use super::identity::{Caller, Visit};
use super::types::{EmailAddress, Identity};
use super::{entry, store, tokens};
use crate::audit::{Action, Actor, Entry};
use crate::clinic;
use crate::db::StoreError;
use crate::error::ApiError;
use crate::limits::Kind;
use crate::state::App;

/// A demo account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoAccount {
    /// What it may do.
    pub role: UserRole,
    /// Its address, which nobody can be written to at.
    pub email: &'static str,
    first_name: &'static str,
    last_name: &'static str,
}

/// The demo accounts.
pub const ACCOUNTS: [DemoAccount; 3] = [
    DemoAccount {
        role: UserRole::Patient,
        email: "patient@demo.anamnesis.example",
        first_name: "Robin",
        last_name: "Demo",
    },
    DemoAccount {
        role: UserRole::Clinician,
        email: "clinician@demo.anamnesis.example",
        first_name: "Sam",
        last_name: "Demo",
    },
    DemoAccount { role: UserRole::Admin, email: "admin@demo.anamnesis.example", first_name: "Alex", last_name: "Demo" },
];

impl DemoAccount {
    fn of(role: UserRole) -> &'static Self {
        ACCOUNTS.iter().find(|account| account.role == role).expect("there is one of each role")
    }

    fn email_hash(&self, app: &App) -> String {
        EmailAddress::parse(self.email).expect("a demo account has an address").hash(&app.lookup)
    }
}

/// Makes the demo accounts that are not there yet. Their passwords are random and told to nobody.
pub async fn seed(app: &App) -> Result<Vec<DemoAccount>, ApiError> {
    for demo in &ACCOUNTS {
        let email_hash = demo.email_hash(app);
        let mut connection = app.db.read().await?;
        let known = store::find_by_email(&mut connection, &email_hash).await?;
        drop(connection);
        if known.is_some() {
            continue;
        }
        let now = app.clock.now();
        let password = tokens::opaque().map_err(ApiError::internal)?;
        let new = NewAccount {
            id: crate::ids::user(now),
            email_hash,
            identity: Identity {
                email: demo.email.to_owned(),
                first_name: demo.first_name.to_owned(),
                last_name: demo.last_name.to_owned(),
                profile: Profile::default(),
            },
            password_hash: app.auth.passwords.hash(&password).await?,
            role: demo.role,
            verified: true,
        };
        let job = Arc::new((app.clone(), new));
        app.writer
            .run(move |tx| {
                let job = job.clone();
                Box::pin(async move {
                    let (app, new) = &*job;
                    let account = accounts::create(tx, app, new, now).await?;
                    let entry = Entry::new(now, Actor::System, Action::SIGN_UP).object("user", account.id.as_str());
                    tx.audit(entry.subject(&account.id));
                    Ok(())
                })
            })
            .await?;
    }
    Ok(ACCOUNTS.to_vec())
}

/// Gives the demo's clinician two example cases, run by the engines, where they have none.
pub async fn seed_cases(app: &App) -> Result<(), StoreError> {
    let email_hash = DemoAccount::of(UserRole::Clinician).email_hash(app);
    let clinician = {
        let mut connection = app.db.read().await?;
        store::find_by_email(&mut connection, &email_hash).await?
    };
    let Some(clinician) = clinician.filter(|account| account.role == UserRole::Clinician) else { return Ok(()) };
    if let Err(fault) = clinic::demo::seed(app, &clinician.id).await {
        // A demo without examples is still a demo.
        tracing::warn!(?fault, "the example cases could not be run");
    }
    Ok(())
}

/// Signs a browser in as the demo account of this role.
pub(super) async fn sign_in(
    app: &App,
    visit: &Visit,
    before: Option<Caller>,
    role: UserRole,
) -> Result<HeaderValue, ApiError> {
    if !app.settings.demo {
        return Err(ApiError::not_found("page"));
    }
    app.limits.check(Kind::Accounts, &visit.address_key)?;
    let mut connection = app.db.read().await?;
    let account = store::find_by_email(&mut connection, &DemoAccount::of(role).email_hash(app)).await?;
    drop(connection);
    let usable = account.filter(|account| account.active && account.role == role);
    let account =
        usable.ok_or_else(|| ApiError::conflict("This demo account was changed. Start with an empty data folder."))?;
    entry::with_cookie_of(app, visit, before, account.id).await
}
