//! The REST routes of documents.

use axum::Router;
use axum::extract::multipart::{Multipart, MultipartRejection};
use axum::extract::rejection::QueryRejection;
use axum::extract::{DefaultBodyLimit, FromRequest as _, FromRequestParts, Query, Request};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use documents::Kind;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use protocol::DocumentId;
use protocol::document::{Document, DocumentList, DocumentSearch, OpenedDocument, ShareDocument};
use protocol::rest::Notice;
use serde::Deserialize;
use tokio::time::timeout;
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::desk::{Content, Desk, Window};
use crate::auth::{Caller, Visit};
use crate::error::{ApiError, Json, Path};
use crate::limits::Kind as Limit;
use crate::rest::{self, Personal};
use crate::state::App;

/// The longest `q`, in characters.
pub(crate) const Q_CHARS_MAX: usize = 500;
/// How many passages are found where nothing else is said, and at the most.
pub(crate) const FOUND: (i64, i64) = (10, 50);
/// The field that holds the file.
const FIELD: &str = "file";

/// `/api/documents/{id}` and what is below it.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/documents/search", get(search))
        .route("/api/documents/{id}", get(open).patch(share).delete(delete))
        .route("/api/documents/{id}/content", get(content))
}

/// `/api/documents`, whose body may be as large as the setting `document_bytes` says, and what is around the file.
pub fn large_routes() -> Router<App> {
    Router::new().route("/api/documents", post(upload).get(list)).layer(DefaultBodyLimit::disable())
}

/// The routes as they are described.
#[derive(OpenApi)]
#[openapi(paths(upload, list, open, share, delete, content, search))]
pub(crate) struct Described;

/// A form with a file.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described; the form is read as it comes in")]
struct FileForm {
    /// PDF, DOCX, Markdown, text, HTML, PNG, JPEG or WebP, whatever its name says.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
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
        Desk { app: &self.app, user: &self.caller.user_id, origin: &self.visit.origin }
    }
}

/// Too large, with the limit.
fn too_large(app: &App) -> ApiError {
    let most = size(app.settings.document_bytes);
    ApiError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("This file is too large; {most} is the most. Upload the part that matters, or save it smaller."),
    )
}

/// `20 MiB`
fn size(bytes: usize) -> String {
    if bytes >= 1 << 20 { format!("{} MiB", bytes >> 20) } else { format!("{} KiB", bytes >> 10) }
}

/// Uploads a document or a picture.
///
/// What it is, is seen by its content. A document is read after the answer: `status` says how far it is.
#[utoipa::path(
    post, path = "/api/documents", operation_id = "upload_document", tag = "Documents",
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, body = Document),
        (status = 400, description = "There is no file in the field `file`. Choose one and send it."),
        (status = 409, description = "You have as many documents as there may be. Delete one that you do not need."),
        (status = 413, description = "This file is too large; 20 MiB is the most."),
        (status = 415, description = "A file of this kind can't be read here."),
    ),
)]
// A form without a script is led back to the page; its failure in a word, for the page to say.
async fn upload(person: Person, request: Request) -> Response {
    let plain_form = accepts_pages(request.headers());
    let taken = take(&person, request).await;
    if !plain_form {
        return taken.map(|document| (StatusCode::CREATED, Personal(document))).into_response();
    }
    let problem = match taken {
        Ok(_) => return Redirect::to("/documents").into_response(),
        Err(error) => match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => "too-large",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "kind",
            StatusCode::CONFLICT => "full",
            StatusCode::TOO_MANY_REQUESTS => "too-fast",
            StatusCode::BAD_REQUEST => "nothing",
            _ => "unreadable",
        },
    };
    Redirect::to(&format!("/documents?problem={problem}")).into_response()
}

fn accepts_pages(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

async fn take(person: &Person, request: Request) -> Result<Document, ApiError> {
    let app = &person.app;
    app.limits.check(Limit::Documents, person.caller.user_id.as_str())?;
    // What waits here waits outside of memory.
    let leave = app.documents.uploads.take(&person.caller.user_id).await?;
    let multipart = Multipart::from_request(request, app).await.map_err(|rejection| match rejection {
        MultipartRejection::InvalidBoundary(_) => ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Send the file as multipart/form-data, in the field `file`.",
        ),
        other => ApiError::new(other.status(), "The request's body could not be read."),
    })?;
    let slow = |_| {
        ApiError::new(StatusCode::REQUEST_TIMEOUT, "The file did not arrive in time. Try again on a better connection.")
    };
    let (name, bytes) = timeout(app.settings.document_upload, file(app, multipart)).await.map_err(slow)??;
    let document = person.desk().upload(name, bytes).await;
    drop(leave);
    document
}

fn stalled() -> ApiError {
    ApiError::new(StatusCode::REQUEST_TIMEOUT, "The upload stood still. Please upload the file again.")
}

/// The file of a form, and what it is called.
async fn file(app: &App, mut form: Multipart) -> Result<(String, Vec<u8>), ApiError> {
    let broken = |error: axum::extract::multipart::MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(app),
        _ => ApiError::bad_request("The upload broke off or is no form. Please upload the file again."),
    };
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        if field.name() != Some(FIELD) {
            continue;
        }
        let Some(name) = field.file_name().map(ToOwned::to_owned) else {
            return Err(ApiError::bad_request("The field `file` holds no file. Send the file itself in it."));
        };
        let mut bytes = Vec::new();
        while let Some(chunk) =
            timeout(app.settings.document_idle, field.chunk()).await.map_err(|_| stalled())?.map_err(broken)?
        {
            if bytes.len() + chunk.len() > app.settings.document_bytes {
                return Err(too_large(app));
            }
            bytes.extend_from_slice(&chunk);
        }
        // A form that was sent without a file chosen.
        if bytes.is_empty() && name.is_empty() {
            break;
        }
        return Ok((name, bytes));
    }
    Err(ApiError::bad_request("There is no file in the field `file`. Choose one and send it."))
}

/// Lists one's own documents and those that a clinician shares, the newest first.
#[utoipa::path(
    get, path = "/api/documents", operation_id = "list_documents", tag = "Documents",
    responses((status = 200, body = DocumentList)),
)]
async fn list(person: Person) -> Reply<DocumentList> {
    person.desk().list().await.map(Personal)
}

/// Where to begin.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct From {
    /// The passage to begin with, from 0.
    #[param(format = "uint32", maximum = 4_294_967_295_u32)]
    from: Option<u32>,
}

/// Gives a document with its text, a part at a time.
#[utoipa::path(
    get, path = "/api/documents/{id}", operation_id = "open_document", tag = "Documents",
    params(From),
    responses((status = 200, body = OpenedDocument)),
)]
async fn open(
    person: Person,
    Path(id): Path<DocumentId>,
    asked: Result<Query<From>, QueryRejection>,
) -> Reply<OpenedDocument> {
    let From { from } = rest::query(asked)?;
    person.desk().open(&id, Window { at: None, from }).await.map(Personal)
}

/// Lets a clinician's patients see a document, or no longer.
#[utoipa::path(
    patch, path = "/api/documents/{id}", operation_id = "share_document", tag = "Documents",
    request_body = ShareDocument,
    responses((status = 200, body = Document)),
)]
async fn share(person: Person, Path(id): Path<DocumentId>, Json(share): Json<ShareDocument>) -> Reply<Document> {
    person.desk().share(person.caller.role, &id, share).await.map(Personal)
}

/// Deletes a document with its passages, for good.
#[utoipa::path(
    delete, path = "/api/documents/{id}", operation_id = "delete_document", tag = "Documents",
    responses((status = 200, body = Notice)),
)]
async fn delete(person: Person, Path(id): Path<DocumentId>) -> Reply<Notice> {
    person.desk().delete(&id).await?;
    Ok(Personal(Notice { message: "Deleted.".to_owned() }))
}

/// Gives the file itself.
///
/// A picture is shown; anything else is only ever saved, since what others wrote must not run here.
#[utoipa::path(
    get, path = "/api/documents/{id}/content", operation_id = "document_content", tag = "Documents",
    responses((status = 200, body = Vec<u8>, content_type = "*/*", description = "The file, by its own type.")),
)]
async fn content(person: Person, Path(id): Path<DocumentId>) -> Result<Response, ApiError> {
    const ALONE: &str = "default-src 'none'; sandbox";
    let Content { document, bytes } = person.desk().content(&id).await?;
    let kind = Kind::parse(&document.kind).ok_or_else(|| ApiError::internal("a kind that nobody knows"))?;
    let how = if kind.is_picture() { "inline" } else { "attachment" };
    let name = encoded(&document.name);
    let shown = HeaderValue::try_from(format!("{how}; filename*=UTF-8''{name}")).map_err(ApiError::internal)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind.media_type())),
        (header::CONTENT_DISPOSITION, shown),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(ALONE)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    ];
    Ok((headers, bytes).into_response())
}

/// As RFC 8187 has it in headers.
fn encoded(name: &str) -> String {
    use std::fmt::Write as _;
    name.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// A question or words.
    q: String,
    /// At most so many passages.
    limit: Option<i64>,
}

/// Finds passages in one's documents and in the library together, the best first.
#[utoipa::path(
    get, path = "/api/documents/search", operation_id = "search_documents", tag = "Documents",
    params(Asked),
    responses((status = 200, body = DocumentSearch)),
)]
async fn search(person: Person, asked: Result<Query<Asked>, QueryRejection>) -> Reply<DocumentSearch> {
    let Asked { q, limit } = rest::query(asked)?;
    let (limit, _) = rest::window(limit, None, FOUND.0, FOUND.1)?;
    if q.trim().is_empty() || q.chars().count() > Q_CHARS_MAX {
        return Err(ApiError::unprocessable("q", format!("`q` must have 1 to {Q_CHARS_MAX} characters.")));
    }
    person.desk().search(q.trim(), usize::try_from(limit).unwrap_or(1)).await.map(Personal)
}
