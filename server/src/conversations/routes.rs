//! The REST routes of conversations.

use std::convert::Infallible;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query, Request};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::stream;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use protocol::ConversationId;
use protocol::rest::{
    ChangeConversation, ChatStats, CleanedUp, Conversation, ConversationDeleted, ConversationList, ConversationStatus,
    Export, Imported, MessagePage, NewConversation, Notice, SearchFor, SearchResults, Session, SessionList,
};
use serde::Deserialize;
use tokio::time::timeout;
use utoipa::{IntoParams, OpenApi};

use super::desk::{Desk, Page, place};
use super::export::{Form, too_large};
use super::search::{Q_CHARS_MAX, Wanted};
use crate::auth::{Caller, Visit};
use crate::chat::Fields;
use crate::error::{ApiError, Path, json_body};
use crate::rest::{self, Personal};
use crate::state::App;

/// A file goes out in pieces of so many bytes.
const FILE_PIECE: usize = 65_536;

/// `/chat/sessions`, `/api/chat/conversations` and `/api/chat/stats`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/chat/sessions", get(sessions))
        .route("/chat/sessions/{id}", get(session).delete(delete_session))
        .route("/api/chat/conversations", get(list).post(create))
        .route("/api/chat/conversations/{id}", get(find).put(change).delete(delete))
        .route("/api/chat/conversations/{id}/restore", post(restore))
        .route("/api/chat/conversations/{id}/messages", get(messages))
        .route("/api/chat/conversations/{id}/cleanup", post(clean_up))
        .route("/api/chat/conversations/{id}/export", get(export))
        .route("/api/chat/export", get(export_all))
        .route("/api/chat/search", get(search))
        .route("/api/chat/stats", get(stats))
}

/// `/api/chat/import`, whose body may be as large as the setting `import_bytes` says.
pub fn large_routes() -> Router<App> {
    Router::new().route("/api/chat/import", post(import))
}

/// The routes as they are described.
#[derive(OpenApi)]
#[openapi(paths(
    list,
    create,
    find,
    change,
    delete,
    restore,
    clean_up,
    messages,
    export,
    export_all,
    import,
    search,
    stats,
    sessions,
    session,
    delete_session
))]
pub(crate) struct Described;

/// What a person is answered.
type Reply<T> = Result<Personal<T>, ApiError>;

/// Who asks, and where from.
struct Person {
    app: App,
    visit: Visit,
    caller: Caller,
}

impl FromRequestParts<App> for Person {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Ok(visit) = Visit::from_request_parts(parts, app).await;
        Ok(Self { caller: Caller::from_request_parts(parts, app).await?, visit, app: app.clone() })
    }
}

impl Person {
    const fn desk(&self) -> Desk<'_> {
        Desk { app: &self.app, caller: &self.caller, origin: &self.visit.origin }
    }
}

/// What may stand in the address of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Only these; all that are not deleted without it.
    #[param(value_type = Option<ConversationStatus>)]
    status: Option<String>,
    /// What stands in the title.
    q: Option<String>,
    /// How many.
    limit: Option<i64>,
    /// How many are passed over.
    offset: Option<i64>,
    /// The `next` of another page: the page behind it, whatever came meanwhile.
    before: Option<String>,
}

type Asked<T> = Result<Query<T>, QueryRejection>;

/// Lists conversations, the most recently active first.
///
/// What is deleted is listed only with `status=deleted`.
#[utoipa::path(
    get, path = "/api/chat/conversations", operation_id = "list_conversations", tag = "Conversations",
    params(ListQuery),
    responses((status = 200, body = ConversationList)),
)]
async fn list(person: Person, asked: Asked<ListQuery>) -> Reply<ConversationList> {
    let ListQuery { status, q, limit, offset, before } = rest::query(asked)?;
    let (limit, offset) = rest::page(limit, offset)?;
    let status = status.filter(|word| !word.is_empty()).map(|word| {
        let wrong = || ApiError::unprocessable("status", "`status` must be active, archived or deleted.");
        ConversationStatus::parse(&word).ok_or_else(wrong)
    });
    if q.as_ref().is_some_and(|q| q.chars().count() > Q_CHARS_MAX) {
        return Err(ApiError::unprocessable("q", format!("`q` must have at most {Q_CHARS_MAX} characters.")));
    }
    let before = before.map(|text| {
        place(&text).ok_or_else(|| ApiError::unprocessable("before", "`before` must be the `next` of another page."))
    });
    let page = Page { status: status.transpose()?, q, limit, offset, before: before.transpose()? };
    person.desk().list(page).await.map(Personal)
}

/// Begins a conversation.
#[utoipa::path(
    post, path = "/api/chat/conversations", operation_id = "create_conversation", tag = "Conversations",
    request_body = Option<NewConversation>,
    responses((status = 201, body = Conversation), (status = 409, description = "You keep as many as there may be.")),
)]
async fn create(
    person: Person,
    Fields(told): Fields<NewConversation>,
) -> Result<(StatusCode, Personal<Conversation>), ApiError> {
    Ok((StatusCode::CREATED, Personal(person.desk().create(told).await?)))
}

/// Gives a conversation, without its messages.
#[utoipa::path(
    get, path = "/api/chat/conversations/{id}", operation_id = "find_conversation", tag = "Conversations",
    responses((status = 200, body = Conversation)),
)]
async fn find(person: Person, Path(id): Path<ConversationId>) -> Reply<Conversation> {
    person.desk().find(&id).await.map(Personal)
}

/// Changes a conversation, by body or by query; what stands in both, the body says.
///
/// What is absent stays; an empty model or system prompt goes back to the default.
#[utoipa::path(
    put, path = "/api/chat/conversations/{id}", operation_id = "change_conversation", tag = "Conversations",
    params(ChangeConversation),
    request_body = Option<ChangeConversation>,
    responses((status = 200, body = Conversation)),
)]
async fn change(
    person: Person,
    Path(id): Path<ConversationId>,
    asked: Asked<ChangeConversation>,
    Fields(body): Fields<ChangeConversation>,
) -> Reply<Conversation> {
    let wrong = |_| ApiError::unprocessable("status", "`status` must be active or archived.");
    let Query(query) = asked.map_err(wrong)?;
    let told = ChangeConversation {
        title: body.title.or(query.title),
        status: body.status.or(query.status),
        model_name: body.model_name.or(query.model_name),
        system_prompt: body.system_prompt.or(query.system_prompt),
    };
    person.desk().change(&id, told).await.map(Personal)
}

/// Deletes a conversation; for a while it can be restored.
#[utoipa::path(
    delete, path = "/api/chat/conversations/{id}", operation_id = "delete_conversation", tag = "Conversations",
    responses((status = 200, body = ConversationDeleted)),
)]
async fn delete(person: Person, Path(id): Path<ConversationId>) -> Reply<ConversationDeleted> {
    person.desk().delete(&id).await.map(Personal)
}

/// Restores a conversation that was deleted.
#[utoipa::path(
    post, path = "/api/chat/conversations/{id}/restore", operation_id = "restore_conversation", tag = "Conversations",
    responses((status = 200, body = Conversation)),
)]
async fn restore(person: Person, Path(id): Path<ConversationId>) -> Reply<Conversation> {
    person.desk().restore(&id).await.map(Personal)
}

/// Folds the older messages away: a language model is shown a summary of them from now on.
///
/// They stay stored and are read as before.
#[utoipa::path(
    post, path = "/api/chat/conversations/{id}/cleanup", operation_id = "clean_up_conversation", tag = "Conversations",
    responses((status = 200, body = CleanedUp), (status = 409, description = "An answer is being written in it.")),
)]
async fn clean_up(person: Person, Path(id): Path<ConversationId>) -> Reply<CleanedUp> {
    person.desk().clean_up(&id).await.map(Personal)
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct MessagesQuery {
    /// How many.
    limit: Option<i64>,
    /// How many are passed over.
    offset: Option<i64>,
}

/// Lists the messages of a conversation, oldest first, without the one being written.
#[utoipa::path(
    get, path = "/api/chat/conversations/{id}/messages", operation_id = "list_messages", tag = "Conversations",
    params(MessagesQuery),
    responses((status = 200, body = MessagePage)),
)]
async fn messages(person: Person, Path(id): Path<ConversationId>, asked: Asked<MessagesQuery>) -> Reply<MessagePage> {
    let MessagesQuery { limit, offset } = rest::query(asked)?;
    let page = rest::window(limit, offset, 100, 500)?;
    person.desk().messages(&id, page).await.map(Personal)
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// How the file is written; `json` can be taken in again.
    #[param(inline)]
    format: Form,
}

/// Takes a conversation out as a file.
#[utoipa::path(
    get, path = "/api/chat/conversations/{id}/export", operation_id = "export_conversation", tag = "Conversations",
    params(ExportQuery),
    responses((status = 200, description = "A file with what was asked for.", content((Export = "application/json"), (String = "text/markdown; charset=utf-8"), (String = "text/html; charset=utf-8"))), (status = 409, description = "Another file of the same person is on its way."), (status = 413, description = "It has more messages or bytes than go into one file.")),
)]
async fn export(
    person: Person,
    Path(id): Path<ConversationId>,
    asked: Asked<ExportQuery>,
) -> Result<Response, ApiError> {
    file(&person, Some(&id), asked).await
}

/// Takes all conversations out as a file; those that are deleted stay out.
#[utoipa::path(
    get, path = "/api/chat/export", operation_id = "export_conversations", tag = "Conversations",
    params(ExportQuery),
    responses((status = 200, description = "A file with what was asked for.", content((Export = "application/json"), (String = "text/markdown; charset=utf-8"), (String = "text/html; charset=utf-8"))), (status = 409, description = "Another file of the same person is on its way."), (status = 413, description = "They have more messages or bytes than go into one file; take them out one by one.")),
)]
async fn export_all(person: Person, asked: Asked<ExportQuery>) -> Result<Response, ApiError> {
    file(&person, None, asked).await
}

async fn file(person: &Person, only: Option<&ConversationId>, asked: Asked<ExportQuery>) -> Result<Response, ApiError> {
    let wrong = |_| ApiError::unprocessable("format", "`format` must be json, markdown or html.");
    let Query(ExportQuery { format }) = asked.map_err(wrong)?;
    let app = &person.app;
    let leave = app.files.take_within(&person.caller.user_id, app.settings.file_wait).await?;
    let export = person.desk().export(only).await?;
    let bytes_max = person.app.settings.export_bytes;
    // A large one takes a while to write, in which nobody else should have to wait.
    let written = tokio::task::spawn_blocking(move || (format.write(&export, bytes_max), leave.of_one()));
    let (written, leave) = written.await.map_err(|_| ApiError::internal("writing an export panicked"))?;
    let written = written.ok_or_else(|| too_large(bytes_max, only.is_some()))?;
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_LENGTH, written.len().into()),
        (header::CONTENT_TYPE, HeaderValue::from_static(format.media_type())),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(format.disposition())),
    ];
    let written = Bytes::from(written);
    let pieces = (0..written.len()).step_by(FILE_PIECE).map(move |at| {
        // It stays in memory until it was read: whoever reads slowly takes out no other meanwhile.
        let _own = &leave;
        Ok::<_, Infallible>(written.slice(at..written.len().min(at + FILE_PIECE)))
    });
    Ok((headers, Body::from_stream(stream::iter(pieces))).into_response())
}

/// Takes an exported file in again.
///
/// All of it is checked before anything of it is stored. What was taken in before is passed over.
#[utoipa::path(
    post, path = "/api/chat/import", operation_id = "import_conversations", tag = "Conversations",
    request_body = Export,
    responses((status = 200, body = Imported), (status = 409, description = "You would keep more than there may be, or another file of yours is on its way.")),
)]
async fn import(person: Person, request: Request) -> Reply<Imported> {
    let app = &person.app;
    let user = &person.caller.user_id;
    // What waits here waits outside of memory.
    let arriving = app.documents.uploads.take(user).await?;
    let slow = |_| {
        ApiError::new(StatusCode::REQUEST_TIMEOUT, "The file did not arrive in time. Try again on a better connection.")
    };
    let body = timeout(app.settings.document_upload, json_body(request, app)).await.map_err(slow)??;
    // Read, it takes many times its size; and what one keeps is counted before the next is taken in.
    let leave = app.files.take_within(user, app.settings.file_wait).await?;
    let Fields(file) = Fields::<Export>::read(&body)?;
    let imported = person.desk().import(file).await;
    drop((leave, arriving));
    imported.map(Personal)
}

/// Finds messages with all of these words, the newest first.
#[utoipa::path(
    get, path = "/api/chat/search", operation_id = "search_messages", tag = "Conversations",
    params(SearchFor),
    responses((status = 200, body = SearchResults)),
)]
async fn search(person: Person, asked: Asked<SearchFor>) -> Reply<SearchResults> {
    person.desk().search(Wanted::read(rest::query(asked)?)?).await.map(Personal)
}

/// Gives figures of the conversations: one's own, for administrators of everybody.
#[utoipa::path(
    get, path = "/api/chat/stats", operation_id = "chat_stats", tag = "Conversations",
    responses((status = 200, body = ChatStats)),
)]
async fn stats(person: Person) -> Reply<ChatStats> {
    person.desk().stats().await.map(Personal)
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct SessionsQuery {
    /// How many.
    limit: Option<i64>,
}

/// Lists conversations as sessions, the most recently active first.
#[utoipa::path(
    get, path = "/chat/sessions", operation_id = "list_sessions", tag = "Sessions",
    params(SessionsQuery),
    responses((status = 200, body = SessionList)),
)]
async fn sessions(person: Person, asked: Asked<SessionsQuery>) -> Reply<SessionList> {
    let SessionsQuery { limit } = rest::query(asked)?;
    let (limit, _) = rest::window(limit, None, 20, 100)?;
    person.desk().sessions(limit).await.map(Personal)
}

/// Gives a session with its last 100 questions and their answers.
#[utoipa::path(
    get, path = "/chat/sessions/{id}", operation_id = "find_session", tag = "Sessions",
    responses((status = 200, body = Session)),
)]
async fn session(person: Person, Path(id): Path<ConversationId>) -> Reply<Session> {
    person.desk().session(&id).await.map(Personal)
}

/// Deletes a session; for a while it can be restored as a conversation.
#[utoipa::path(
    delete, path = "/chat/sessions/{id}", operation_id = "delete_session", tag = "Sessions",
    responses((status = 200, body = Notice)),
)]
async fn delete_session(person: Person, Path(id): Path<ConversationId>) -> Reply<Notice> {
    person.desk().delete_session(&id).await.map(Personal)
}
