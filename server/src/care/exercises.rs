//! Guided exercises: an offered button begins one, its `_complete` button marks it as done.

use std::sync::Arc;

use clinical::exercises::{self, Exercise};
use protocol::engine::{ErrorCode, ServerEvent};
use protocol::{Content, ConversationId, Element, Message, Role};
use serde_json::json;
use vault::Place;

use super::store::NewMarker;
use super::wire;
use crate::audit::{Action, Actor, Entry, Origin};
use crate::clock::rfc3339;
use crate::conversations::{Body, wire as sealed};
use crate::db::{Applied, Change, NewMessage, StoreError};
use crate::ids;
use crate::realtime::commands::Refusal;
use crate::realtime::hub::Peer;
use crate::state::App;

const COMPLETE: &str = "_complete";
/// The kind of marker that a finished exercise gives.
pub const SKILL_ACQUIRED: &str = "SKILL_ACQUIRED";

/// Answers a pressed button.
pub async fn interact(
    app: &App,
    peer: &Arc<Peer>,
    session: &ConversationId,
    button: &str,
    origin: &Origin,
) -> Result<(), Refusal> {
    if let Some(exercise) = exercises::by_id(button) {
        let complete = Element::Button { id: format!("{}{COMPLETE}", exercise.id), label: "I have done it".to_owned() };
        let content = Content { text: exercise.intro.clone(), elements: vec![wire::instruction(exercise), complete] };
        return say(app, peer, session, content, None, origin).await;
    }
    let done = button.strip_suffix(COMPLETE).and_then(exercises::by_id);
    let Some(exercise) = done else {
        return Err(Refusal::new(ErrorCode::NotFound, "There is no such button."));
    };
    let now = app.clock.now();
    let marker_id = ids::plain(now);
    let progress = Element::Progress { id: marker_id.clone(), label: exercise.marker.clone() };
    let text = format!("Well done. {}.", exercise.marker.trim_end_matches('.'));
    let content = Content { text, elements: vec![progress] };
    let marker = marker(app, peer, session, exercise, marker_id).await?;
    say(app, peer, session, content, Some(marker), origin).await
}

async fn marker(
    app: &App,
    peer: &Arc<Peer>,
    session: &ConversationId,
    exercise: &Exercise,
    id: String,
) -> Result<NewMarker, StoreError> {
    let key = app.keys.get(&app.db, peer.user.as_str()).await?;
    let description = json!({"exercise": exercise.id, "description": exercise.marker}).to_string();
    let body = key.seal(Place { table: "markers", column: "body", row: &id }, description.as_bytes())?;
    Ok(NewMarker {
        id,
        user: peer.user.clone(),
        conversation: session.clone(),
        marker_type: SKILL_ACQUIRED,
        therapeutic_value: exercise.therapeutic_value,
        body,
        at: app.clock.now(),
    })
}

/// Stores an interactive message, with the marker if there is one, and shows it.
async fn say(
    app: &App,
    peer: &Arc<Peer>,
    session: &ConversationId,
    content: Content,
    marker: Option<NewMarker>,
    origin: &Origin,
) -> Result<(), Refusal> {
    let now = app.clock.now();
    let id = ids::message(now);
    let key = app.keys.get(&app.db, session.as_str()).await?;
    let body = Body { content, ..Body::default() };
    let entry = |action| Entry::new(now, Actor::User(peer.user.clone()), action).subject(&peer.user).from(origin);
    let message = NewMessage {
        id: id.clone(),
        conversation: session.clone(),
        role: Role::Interactive,
        client_key: None,
        open: false,
        body: sealed::seal_body(&key, &id, &body)?,
        at: now,
        title: None,
    };
    let achieved = marker.as_ref().map(|marker| entry(Action::MARKER).object("marker", &marker.id));
    let audit = achieved.into_iter().chain([entry(Action::MESSAGE).object("message", id.as_str())]).collect();
    let change = Change { message: Some(message), marker, audit, ..Default::default() };
    let Applied::At(seq) = app.writer.apply(change).await? else {
        return Err(Refusal::not_found("conversation"));
    };
    let message = Message {
        id: Some(id),
        seq: Some(seq),
        role: Role::Interactive,
        session_id: Some(session.clone()),
        timestamp: rfc3339(now),
        content: body.content,
        metadata: body.metadata,
    };
    app.hub.publish(&peer.user, Some(peer.id), &ServerEvent::Stored(Box::new(message)));
    Ok(())
}
