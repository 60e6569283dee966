//! The REST routes that ask.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query};
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use protocol::ConversationId;
use protocol::rest::{Answered, AskByRest};

use super::ask::Inquirer;
use super::fields::{Fields, of_query};
use super::stream::{Telling, is_held};
use crate::auth::{Caller, Visit};
use crate::error::{ApiError, Path};
use crate::limits::Kind;
use crate::realtime::commands;
use crate::rest::Personal;
use crate::state::App;

/// `/api/chat/message` and `/api/chat/stream/{conversation_id}`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/chat/message", post(message))
        .route("/api/chat/stream/{conversation_id}", get(stream_by_query).post(stream_by_body))
}

impl FromRequestParts<App> for Inquirer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Ok(visit) = Visit::from_request_parts(parts, app).await;
        let caller = Caller::from_request_parts(parts, app).await?;
        Ok(Self { app: app.clone(), caller, origin: visit.origin })
    }
}

async fn message(inquirer: Inquirer, Fields(asked): Fields<AskByRest>) -> Result<Personal<Answered>, ApiError> {
    // Looked at first: what is refused makes no new conversation.
    let question = inquirer.question(&asked)?;
    let with_sources = question.options.include_sources;
    let listening = inquirer.listen()?;
    let conversation = inquirer.place(&asked).await?;
    let answer = inquirer.ask(&conversation, question).await?;
    let answered = inquirer.answered(listening, (&conversation, &answer), with_sources).await?;
    Ok(Personal(answered))
}

async fn stream_by_body(
    inquirer: Inquirer,
    Path(conversation): Path<ConversationId>,
    headers: HeaderMap,
    Fields(asked): Fields<AskByRest>,
) -> Result<Response, ApiError> {
    stream(inquirer, conversation, &headers, asked).await
}

/// Somebody with a bearer token: a page of another site can make a browser ask by GET with its cookie, and this asks.
struct ByToken(Inquirer);

impl FromRequestParts<App> for ByToken {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        if !parts.headers.contains_key(header::AUTHORIZATION) {
            let text = "By GET this takes a bearer token only, in the header Authorization. Better, send it by POST.";
            return Err(ApiError::unauthenticated(text));
        }
        Inquirer::from_request_parts(parts, app).await.map(Self)
    }
}

async fn stream_by_query(
    ByToken(inquirer): ByToken,
    Path(conversation): Path<ConversationId>,
    headers: HeaderMap,
    query: Result<Query<BTreeMap<String, String>>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(query) = query.map_err(|_| ApiError::bad_request("The query can't be read."))?;
    let asked = of_query(query, &["max_context_tokens", "include_sources"])?;
    stream(inquirer, conversation, &headers, asked).await
}

/// Asks, or goes on where a stream was cut.
async fn stream(
    inquirer: Inquirer,
    conversation: ConversationId,
    headers: &HeaderMap,
    asked: AskByRest,
) -> Result<Response, ApiError> {
    let held = held(headers)?;
    let (with_sources, listening) = (asked.include_sources.unwrap_or(true), inquirer.listen()?);
    let answer = if held.is_some() {
        inquirer.app.limits.check(Kind::Commands, inquirer.user().as_str())?;
        inquirer.told_before(&conversation, asked.id.as_deref()).await?
    } else {
        let question = inquirer.question(&asked)?;
        commands::theirs(&inquirer.app, inquirer.user(), &conversation, &inquirer.origin).await?;
        inquirer.ask(&conversation, question).await?
    };
    if let Some(held) = held
        && let Some(message) = inquirer.whole(&conversation, &answer).await?
        && is_held(&message, held)
    {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let telling = Telling { inquirer, listening, conversation, answer, held: held.unwrap_or(0), with_sources };
    let headers = [("cache-control", "no-store"), ("x-accel-buffering", "no")];
    Ok((headers, Sse::new(telling.events()).keep_alive(KeepAlive::default())).into_response())
}

/// How many bytes of the answer a reader says that it holds.
fn held(headers: &HeaderMap) -> Result<Option<usize>, ApiError> {
    let Some(id) = headers.get("last-event-id").filter(|id| !id.is_empty()) else { return Ok(None) };
    let held = id.to_str().ok().and_then(|id| id.trim().parse().ok());
    let wrong = || ApiError::unprocessable("Last-Event-ID", "`Last-Event-ID` must be the `id` of an event.");
    held.ok_or_else(wrong).map(Some)
}
