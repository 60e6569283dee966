//! The REST routes of conversations.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::StatusCode;
use http::request::Parts;
use protocol::ConversationId;
use protocol::rest::{
    ChangeConversation, ChatStats, CleanedUp, Conversation, ConversationDeleted, ConversationList, ConversationStatus,
    Export, Imported, MessagePage, NewConversation, Notice, SearchResults, Session, SessionList,
};
use serde::Deserialize;

use super::desk::{Desk, Page, place};
use super::export::Form;
use super::search::{Wanted, moment};
use crate::auth::{Caller, Visit};
use crate::chat::Fields;
use crate::error::{ApiError, Path};
use crate::rest::{self, Personal};
use crate::state::App;

/// The longest `q`, in characters.
const Q_CHARS_MAX: usize = 200;

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
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    status: Option<String>,
    q: Option<String>,
    limit: Option<i64>,
    offset: Option<i64>,
    before: Option<String>,
}

type Asked<T> = Result<Query<T>, QueryRejection>;

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

async fn create(
    person: Person,
    Fields(told): Fields<NewConversation>,
) -> Result<(StatusCode, Personal<Conversation>), ApiError> {
    Ok((StatusCode::CREATED, Personal(person.desk().create(told).await?)))
}

async fn find(person: Person, Path(id): Path<ConversationId>) -> Reply<Conversation> {
    person.desk().find(&id).await.map(Personal)
}

/// By body or by query; what stands in both, the body says.
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

async fn delete(person: Person, Path(id): Path<ConversationId>) -> Reply<ConversationDeleted> {
    person.desk().delete(&id).await.map(Personal)
}

async fn restore(person: Person, Path(id): Path<ConversationId>) -> Reply<Conversation> {
    person.desk().restore(&id).await.map(Personal)
}

async fn clean_up(person: Person, Path(id): Path<ConversationId>) -> Reply<CleanedUp> {
    person.desk().clean_up(&id).await.map(Personal)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PageQuery {
    limit: Option<i64>,
    offset: Option<i64>,
}

async fn messages(person: Person, Path(id): Path<ConversationId>, asked: Asked<PageQuery>) -> Reply<MessagePage> {
    let PageQuery { limit, offset } = rest::query(asked)?;
    let page = rest::window(limit, offset, 100, 500)?;
    person.desk().messages(&id, page).await.map(Personal)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ExportQuery {
    format: Form,
}

async fn export(
    person: Person,
    Path(id): Path<ConversationId>,
    asked: Asked<ExportQuery>,
) -> Result<Response, ApiError> {
    file(&person, Some(&id), asked).await
}

async fn export_all(person: Person, asked: Asked<ExportQuery>) -> Result<Response, ApiError> {
    file(&person, None, asked).await
}

async fn file(person: &Person, only: Option<&ConversationId>, asked: Asked<ExportQuery>) -> Result<Response, ApiError> {
    let wrong = |_| ApiError::unprocessable("format", "`format` must be json, markdown or html.");
    let Query(ExportQuery { format }) = asked.map_err(wrong)?;
    let export = person.desk().export(only).await?;
    let headers = [
        ("cache-control", "no-store"),
        ("content-type", format.media_type()),
        ("content-disposition", format.disposition()),
    ];
    Ok((headers, format.write(&export)).into_response())
}

async fn import(person: Person, Fields(file): Fields<Export>) -> Reply<Imported> {
    person.desk().import(file).await.map(Personal)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SearchQuery {
    q: String,
    from: Option<String>,
    to: Option<String>,
    limit: Option<i64>,
}

async fn search(person: Person, asked: Asked<SearchQuery>) -> Reply<SearchResults> {
    let SearchQuery { q, from, to, limit } = rest::query(asked)?;
    if q.trim().is_empty() || q.chars().count() > Q_CHARS_MAX {
        return Err(ApiError::unprocessable("q", format!("`q` must have 1 to {Q_CHARS_MAX} characters.")));
    }
    let (limit, _) = rest::window(limit, None, 20, 100)?;
    let read = |name: &'static str, text: Option<String>| {
        let wrong = || ApiError::unprocessable(name, format!("`{name}` must be a day such as 2026-11-01, or a time."));
        text.map(|text| moment(text.trim()).ok_or_else(wrong)).transpose()
    };
    let (from, to) = (read("from", from)?, read("to", to)?);
    let wanted = Wanted {
        words: q.split_whitespace().map(str::to_lowercase).collect(),
        from: from.map(|(begin, _)| begin),
        to: to.map(|(_, behind)| behind),
        limit: usize::try_from(limit).unwrap_or(usize::MAX),
    };
    person.desk().search(wanted).await.map(Personal)
}

async fn stats(person: Person) -> Reply<ChatStats> {
    person.desk().stats().await.map(Personal)
}

async fn sessions(person: Person, asked: Asked<PageQuery>) -> Reply<SessionList> {
    let PageQuery { limit, .. } = rest::query(asked)?;
    let (limit, _) = rest::window(limit, None, 20, 100)?;
    person.desk().sessions(limit).await.map(Personal)
}

async fn session(person: Person, Path(id): Path<ConversationId>) -> Reply<Session> {
    person.desk().session(&id).await.map(Personal)
}

async fn delete_session(person: Person, Path(id): Path<ConversationId>) -> Reply<Notice> {
    person.desk().delete_session(&id).await.map(Personal)
}
