//! The REST routes of accounts.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use protocol::rest::{
    CodeSent, CodeType, Notice, ProfilePatch, Refresh, ResendCode, ResetPassword, SignIn, SignUp, TokenValid, Tokens,
    User, VerifyCode, WsTicket,
};

use utoipa::OpenApi;

use super::identity::{Caller, Via, Visit};
use super::{accounts, entry, refresh, sessions, tickets};
use crate::error::{ApiError, Json};
use crate::rest::Personal;
use crate::state::App;

/// `/auth/…`
pub fn routes() -> Router<App> {
    Router::new()
        .route("/auth/signup", post(sign_up))
        .route("/auth/verify-email", post(verify_email))
        .route("/auth/signin", post(sign_in))
        .route("/auth/verify-signin", post(verify_sign_in))
        .route("/auth/resend-code", post(resend_code))
        .route("/auth/refresh", post(refresh_tokens))
        .route("/auth/signout", post(sign_out))
        .route("/auth/reset-password", post(reset_password))
        .route("/auth/me", get(me).patch(change_me))
        .route("/auth/verify-token", get(verify_token))
        .route("/auth/ws-ticket", post(ws_ticket))
}

/// The routes as they are described.
#[derive(OpenApi)]
#[openapi(paths(
    sign_up,
    verify_email,
    sign_in,
    verify_sign_in,
    resend_code,
    refresh_tokens,
    sign_out,
    reset_password,
    me,
    change_me,
    verify_token,
    ws_ticket
))]
pub(crate) struct Described;

/// Makes an account and mails a code that confirms the address.
///
/// The answer is the same for known and unknown addresses.
#[utoipa::path(
    post, path = "/auth/signup", operation_id = "sign_up", tag = "Accounts",
    request_body = SignUp,
    responses((status = 200, body = CodeSent)),
)]
async fn sign_up(State(app): State<App>, visit: Visit, Json(form): Json<SignUp>) -> Result<Json<CodeSent>, ApiError> {
    Ok(Json(accounts::sign_up(&app, &visit, form).await?))
}

/// Confirms an address by its code, and signs in.
#[utoipa::path(
    post, path = "/auth/verify-email", operation_id = "verify_email", tag = "Accounts",
    request_body = VerifyCode,
    responses((status = 200, body = Tokens)),
)]
async fn verify_email(
    State(app): State<App>,
    visit: Visit,
    Json(form): Json<VerifyCode>,
) -> Result<Json<Tokens>, ApiError> {
    Ok(Json(entry::with_tokens(&app, &visit, CodeType::Signup, form).await?))
}

/// Checks a password and mails the code that completes the sign-in.
///
/// The answer is the same for known and unknown addresses.
#[utoipa::path(
    post, path = "/auth/signin", operation_id = "sign_in", tag = "Accounts",
    request_body = SignIn,
    responses((status = 200, body = CodeSent), (status = 401, description = "The address or the password is not right.")),
)]
async fn sign_in(State(app): State<App>, visit: Visit, Json(form): Json<SignIn>) -> Result<Json<CodeSent>, ApiError> {
    Ok(Json(accounts::sign_in(&app, &visit, form).await?))
}

/// Completes a sign-in by its code.
#[utoipa::path(
    post, path = "/auth/verify-signin", operation_id = "verify_sign_in", tag = "Accounts",
    request_body = VerifyCode,
    responses((status = 200, body = Tokens)),
)]
async fn verify_sign_in(
    State(app): State<App>,
    visit: Visit,
    Json(form): Json<VerifyCode>,
) -> Result<Json<Tokens>, ApiError> {
    Ok(Json(entry::with_tokens(&app, &visit, CodeType::Signin, form).await?))
}

/// Mails another code; the one before is no longer good.
///
/// The answer is the same for known and unknown addresses.
#[utoipa::path(
    post, path = "/auth/resend-code", operation_id = "resend_code", tag = "Accounts",
    request_body = ResendCode,
    responses((status = 200, body = CodeSent)),
)]
async fn resend_code(
    State(app): State<App>,
    visit: Visit,
    Json(form): Json<ResendCode>,
) -> Result<Json<CodeSent>, ApiError> {
    Ok(Json(accounts::resend_code(&app, &visit, form).await?))
}

/// Gives new tokens for a refresh token, which is spent by it.
///
/// One that comes back after it was spent ends all tokens of its family, except within ten seconds.
#[utoipa::path(
    post, path = "/auth/refresh", operation_id = "refresh_tokens", tag = "Accounts",
    request_body = Refresh,
    responses((status = 200, body = Tokens), (status = 401, description = "The refresh token is not good, or no longer.")),
)]
async fn refresh_tokens(
    State(app): State<App>,
    visit: Visit,
    Json(form): Json<Refresh>,
) -> Result<Json<Tokens>, ApiError> {
    Ok(Json(refresh::rotate(&app, &visit, &form.refresh_token).await?))
}

/// Ends the session; its sockets close.
#[utoipa::path(
    post, path = "/auth/signout", operation_id = "sign_out", tag = "Accounts",
    responses((status = 200, body = Notice)),
)]
async fn sign_out(State(app): State<App>, visit: Visit, caller: Caller) -> Result<impl IntoResponse, ApiError> {
    entry::out(&app, &visit, &caller).await?;
    let mut headers = HeaderMap::new();
    if matches!(caller.via, Via::Cookie { .. }) {
        headers.extend(sessions::cleared(&app.settings));
    }
    Ok((headers, Json(Notice { message: "You are signed out.".to_owned() })))
}

/// Sets a new password by a mailed code; all sessions and tokens end.
#[utoipa::path(
    post, path = "/auth/reset-password", operation_id = "reset_password", tag = "Accounts",
    request_body = ResetPassword,
    responses((status = 200, body = Notice)),
)]
async fn reset_password(
    State(app): State<App>,
    visit: Visit,
    Json(form): Json<ResetPassword>,
) -> Result<Json<Notice>, ApiError> {
    accounts::reset_password(&app, &visit, form).await?;
    Ok(Json(Notice { message: "The new password is set. Sign in with it.".to_owned() }))
}

/// Tells who is signed in.
#[utoipa::path(get, path = "/auth/me", operation_id = "me", tag = "Accounts", responses((status = 200, body = User)))]
async fn me(State(app): State<App>, caller: Caller) -> Result<Personal<User>, ApiError> {
    let account = accounts::account(&app, &caller.user_id).await?;
    Ok(Personal(accounts::user(&app, &account).await?))
}

/// Changes the profile: what is absent stays, an empty text and a figure of 0 clear.
#[utoipa::path(
    patch, path = "/auth/me", operation_id = "change_me", tag = "Accounts",
    request_body = ProfilePatch,
    responses((status = 200, body = User)),
)]
async fn change_me(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Json(patch): Json<ProfilePatch>,
) -> Result<Personal<User>, ApiError> {
    Ok(Personal(accounts::update_profile(&app, &visit, &caller, patch).await?))
}

/// Says whose the token is.
#[utoipa::path(
    get, path = "/auth/verify-token", operation_id = "verify_token", tag = "Accounts",
    responses((status = 200, body = TokenValid)),
)]
async fn verify_token(State(app): State<App>, caller: Caller) -> Result<Personal<TokenValid>, ApiError> {
    let account = accounts::account(&app, &caller.user_id).await?;
    let user = accounts::user(&app, &account).await?;
    Ok(Personal(TokenValid { valid: true, user_id: user.id, email: user.email, is_verified: user.is_verified }))
}

/// Gives a ticket for one socket, within 30 s.
#[utoipa::path(
    post, path = "/auth/ws-ticket", operation_id = "ws_ticket", tag = "Accounts",
    responses((status = 200, body = WsTicket)),
)]
async fn ws_ticket(State(app): State<App>, visit: Visit, caller: Caller) -> Result<Personal<WsTicket>, ApiError> {
    Ok(Personal(tickets::give(&app, &visit, &caller).await?))
}
