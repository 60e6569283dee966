//! What is done to accounts from the command line, whether or not the server runs. A running server takes notice within
//! seconds (`standing.rs`).

use protocol::rest::{User, UserRole};
use tokio::task::JoinHandle;
use vault::LookupKey;

use super::types::EmailAddress;
use super::{store, wire};
use crate::audit::{Action, Actor, Entry};
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::{self, Db, Writer};
use crate::keys::Keys;
use crate::secrets::Secrets;
use crate::serve::{self, StartError};

/// What an operator may change of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Role(UserRole),
    Active(bool),
}

/// Gives an account another role; false where there is none of that address. Its sessions and tokens end.
pub async fn grant_role(settings: Settings, email: &str, role: UserRole) -> Result<bool, StartError> {
    change(settings, email, Change::Role(role)).await
}

/// Allows or forbids the use of an account; false where there is none of that address. Its sessions and tokens end.
pub async fn set_active(settings: Settings, email: &str, active: bool) -> Result<bool, StartError> {
    change(settings, email, Change::Active(active)).await
}

/// Every account, the oldest first. That somebody looked is on the trail before anything is shown.
pub async fn list(settings: &Settings) -> Result<Vec<User>, StartError> {
    let (db, secrets) = open(settings).await?;
    let (writer, task) = writer(&db, settings).await?;
    let entry = Entry::new(Clock::System.now(), Actor::Operator, Action::ACCOUNTS_READ);
    let noted = writer.apply(db::Change { audit: vec![entry], ..Default::default() }).await;
    drop(writer);
    let _ = task.await;
    noted?;
    let keys = Keys::new(secrets.master.clone());
    let mut connection = db.read().await?;
    let mut users = Vec::new();
    for account in store::list(&mut connection).await? {
        let key = keys.open(&mut connection, account.id.as_str()).await?;
        users.push(wire::user(&account, wire::open_identity(&key, &account)?));
    }
    drop(connection);
    db.close().await;
    Ok(users)
}

pub(crate) async fn open(settings: &Settings) -> Result<(Db, Secrets), StartError> {
    serve::prepare_data(&settings.data)?;
    let db = Db::open(&serve::database_url(settings)).await?;
    let secrets = serve::open_secrets(settings, &db).await?;
    Ok((db, secrets))
}

/// Writes to a chain of its own: the server may be writing to the node's at this moment.
pub(crate) async fn writer(db: &Db, settings: &Settings) -> Result<(Writer, JoinHandle<()>), StartError> {
    Ok(Writer::start(db, &format!("{}-operator", settings.node)).await?)
}

async fn change(settings: Settings, email: &str, change: Change) -> Result<bool, StartError> {
    let Some(address) = EmailAddress::parse(email) else { return Ok(false) };
    let (db, secrets) = open(&settings).await?;
    let email_hash = address.hash(&LookupKey::new(*secrets.pepper));
    let (writer, task) = writer(&db, &settings).await?;
    let now = Clock::System.now();
    let found = writer
        .run(move |tx| {
            let email_hash = email_hash.clone();
            Box::pin(async move {
                let Some(account) = store::find_by_email(&mut tx.connection, &email_hash).await? else {
                    return Ok(false);
                };
                let action = match change {
                    Change::Role(role) => {
                        store::set_role(&mut tx.connection, &account.id, role, now).await?;
                        Action::ROLE
                    }
                    Change::Active(active) => {
                        store::set_active(&mut tx.connection, &account.id, active, now).await?;
                        Action::ACTIVE
                    }
                };
                store::end_everything(&mut tx.connection, &account.id, now).await?;
                let mut entry =
                    Entry::new(now, Actor::Operator, action).object("user", account.id.as_str()).subject(&account.id);
                entry.reason = match change {
                    Change::Role(role) => role.as_str(),
                    Change::Active(true) => "enabled",
                    Change::Active(false) => "disabled",
                };
                tx.audit(entry);
                Ok(true)
            })
        })
        .await;
    drop(writer);
    // The task ends by itself with the last handle; it closes its connection.
    let _ = task.await;
    db.close().await;
    Ok(found?)
}
