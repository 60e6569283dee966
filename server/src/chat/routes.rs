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
use protocol::rest::{Answered, AskByRest, StreamEvent};
use utoipa::OpenApi;

use super::ask::{Inquirer, Where};
use super::fields::{Fields, of_query};
use super::stream::{Held, Telling};
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

/// The routes as they are described.
#[derive(OpenApi)]
#[openapi(paths(message, stream_by_body, stream_by_query))]
pub(crate) struct Described;

impl FromRequestParts<App> for Inquirer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Ok(visit) = Visit::from_request_parts(parts, app).await;
        let caller = Caller::from_request_parts(parts, app).await?;
        Ok(Self { app: app.clone(), caller, origin: visit.origin })
    }
}

/// Asks, and waits for the whole answer.
///
/// A request that goes away is answered all the same, and found in the conversation.
#[utoipa::path(
    post, path = "/api/chat/message", operation_id = "ask", tag = "Asking",
    request_body = AskByRest,
    responses((status = 200, body = Answered), (status = 404, description = "There is no such conversation."), (status = 503, description = "More questions wait than may, or the server stops; what was stored is answered later.")),
)]
async fn message(inquirer: Inquirer, Fields(asked): Fields<AskByRest>) -> Result<Personal<Answered>, ApiError> {
    // Looked at first: what is refused makes no new conversation.
    let question = inquirer.question(&asked)?;
    let with_sources = question.options.include_sources;
    let listening = inquirer.listen()?;
    inquirer.app.limits.check(Kind::Messages, inquirer.user().as_str())?;
    let place = inquirer.place(&asked).await?;
    let (conversation, answer) = inquirer.ask(place, question).await?;
    let answered = inquirer.answered(listening, (&conversation, &answer), with_sources).await?;
    Ok(Personal(answered))
}

/// Asks, and gives the answer as server-sent events while it is written.
///
/// Each `data` is `{conversation_id,message_id,content_delta,is_complete,sources?,generation_stats?}`; `event: complete` is the last, `event: error` has a problem. With the header `Last-Event-ID` a stream that was cut goes on.
#[utoipa::path(
    post, path = "/api/chat/stream/{conversation_id}", operation_id = "ask_stream", tag = "Asking",
    params(("Last-Event-ID" = Option<String>, Header, description = "The `id` of the last event that was read: nothing is asked again.")),
    request_body = AskByRest,
    responses((status = 200, body = StreamEvent, content_type = "text/event-stream", description = "The answer in parts; the `id` of an event, to be sent back as it is, is how many bytes of it are held with it, unless the server was started again meanwhile."), (status = 204, description = "All of the answer is held already."), (status = 503, description = "More questions wait than may, or the server stops; what was stored is answered later.")),
)]
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

/// The same for what can only GET; takes a bearer token only. Use POST where you can.
#[utoipa::path(
    get, path = "/api/chat/stream/{conversation_id}", operation_id = "ask_stream_by_query", tag = "Asking",
    params(AskByRest, ("Last-Event-ID" = Option<String>, Header, description = "The `id` of the last event that was read: nothing is asked again.")),
    responses((status = 200, body = StreamEvent, content_type = "text/event-stream", description = "The answer in parts; the `id` of an event, to be sent back as it is, is how many bytes of it are held with it, unless the server was started again meanwhile."), (status = 204, description = "All of the answer is held already."), (status = 503, description = "More questions wait than may, or the server stops; what was stored is answered later.")),
)]
async fn stream_by_query(
    ByToken(inquirer): ByToken,
    Path(conversation): Path<ConversationId>,
    headers: HeaderMap,
    query: Result<Query<BTreeMap<String, String>>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(query) =
        query.map_err(|_| ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "The query can't be read."))?;
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
        inquirer.app.limits.check(Kind::Messages, inquirer.user().as_str())?;
        commands::theirs(&inquirer.app, inquirer.user(), &conversation, &inquirer.origin).await?;
        inquirer.ask(Where::Here(conversation.clone()), question).await?.1
    };
    if let Some(held) = held
        && let Some(message) = inquirer.whole(&conversation, &answer).await?
        && held.is_whole(&message)
    {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let telling = Telling { inquirer, listening, conversation, answer, held: held.unwrap_or_default(), with_sources };
    let headers = [("cache-control", "no-store"), ("x-accel-buffering", "no")];
    Ok((headers, Sse::new(telling.events()).keep_alive(KeepAlive::default())).into_response())
}

/// What of the answer a reader says that it holds.
fn held(headers: &HeaderMap) -> Result<Option<Held>, ApiError> {
    let Some(id) = headers.get("last-event-id").filter(|id| !id.is_empty()) else { return Ok(None) };
    let held = id.to_str().ok().and_then(Held::read);
    let wrong = || ApiError::unprocessable("Last-Event-ID", "`Last-Event-ID` must be the `id` of an event.");
    held.ok_or_else(wrong).map(Some)
}
