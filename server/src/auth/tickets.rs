//! Single-use tickets for sockets: 256 bits, 30 seconds, given to a session that holds and worth no more than it.

use protocol::rest::WsTicket;

use super::identity::{Caller, Visit};
use super::{store, tokens};
use crate::audit::{Action, Actor, Entry};
use crate::clock::Millis;
use crate::error::ApiError;
use crate::state::{App, AppState};

const LIFE_S: u32 = 30;

pub(super) fn hash(app: &AppState, ticket: &str) -> String {
    app.lookup.hash("socket ticket", ticket.as_bytes())
}

/// A ticket for this caller's session.
pub(super) async fn give(app: &App, visit: &Visit, caller: &Caller) -> Result<WsTicket, ApiError> {
    let now = app.clock.now();
    let ticket = tokens::opaque().map_err(ApiError::internal)?;
    let (secret_hash, session) = (hash(app, &ticket), caller.session_ref());
    let (user, origin, ends_at) = (caller.user_id.clone(), visit.origin.clone(), caller.expires_at);
    app.writer
        .run(move |tx| {
            let (secret_hash, session, user, origin) =
                (secret_hash.clone(), session.clone(), user.clone(), origin.clone());
            Box::pin(async move {
                let good_until = now.saturating_add(Millis::from(LIFE_S) * 1_000);
                let session_id = session.stored();
                store::insert_ticket(&mut tx.connection, &secret_hash, &user, &session_id, good_until, ends_at).await?;
                let entry = Entry::new(now, Actor::User(user.clone()), Action::TICKET);
                tx.audit(entry.object("session", session.id()).subject(&user).from(&origin));
                Ok(())
            })
        })
        .await?;
    Ok(WsTicket { ticket: ticket.to_string(), expires_in: LIFE_S.into() })
}
