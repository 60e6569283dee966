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

async fn sign_up(State(app): State<App>, visit: Visit, Json(form): Json<SignUp>) -> Result<Json<CodeSent>, ApiError> {
    Ok(Json(accounts::sign_up(&app, &visit, form).await?))
}

async fn verify_email(
    State(app): State<App>,
    visit: Visit,
    Json(form): Json<VerifyCode>,
) -> Result<Json<Tokens>, ApiError> {
    Ok(Json(entry::with_tokens(&app, &visit, CodeType::Signup, form).await?))
}

async fn sign_in(State(app): State<App>, visit: Visit, Json(form): Json<SignIn>) -> Result<Json<CodeSent>, ApiError> {
    Ok(Json(accounts::sign_in(&app, &visit, form).await?))
}

async fn verify_sign_in(
    State(app): State<App>,
    visit: Visit,
    Json(form): Json<VerifyCode>,
) -> Result<Json<Tokens>, ApiError> {
    Ok(Json(entry::with_tokens(&app, &visit, CodeType::Signin, form).await?))
}

async fn resend_code(
    State(app): State<App>,
    visit: Visit,
    Json(form): Json<ResendCode>,
) -> Result<Json<CodeSent>, ApiError> {
    Ok(Json(accounts::resend_code(&app, &visit, form).await?))
}

async fn refresh_tokens(
    State(app): State<App>,
    visit: Visit,
    Json(form): Json<Refresh>,
) -> Result<Json<Tokens>, ApiError> {
    Ok(Json(refresh::rotate(&app, &visit, &form.refresh_token).await?))
}

async fn sign_out(State(app): State<App>, visit: Visit, caller: Caller) -> Result<impl IntoResponse, ApiError> {
    entry::out(&app, &visit, &caller).await?;
    let mut headers = HeaderMap::new();
    if matches!(caller.via, Via::Cookie { .. }) {
        headers.extend(sessions::cleared(&app.settings));
    }
    Ok((headers, Json(Notice { message: "You are signed out.".to_owned() })))
}

async fn reset_password(
    State(app): State<App>,
    visit: Visit,
    Json(form): Json<ResetPassword>,
) -> Result<Json<Notice>, ApiError> {
    accounts::reset_password(&app, &visit, form).await?;
    Ok(Json(Notice { message: "The new password is set. Sign in with it.".to_owned() }))
}

async fn me(State(app): State<App>, caller: Caller) -> Result<Personal<User>, ApiError> {
    let account = accounts::account(&app, &caller.user_id).await?;
    Ok(Personal(accounts::user(&app, &account).await?))
}

async fn change_me(
    State(app): State<App>,
    visit: Visit,
    caller: Caller,
    Json(patch): Json<ProfilePatch>,
) -> Result<Personal<User>, ApiError> {
    Ok(Personal(accounts::update_profile(&app, &visit, &caller, patch).await?))
}

async fn verify_token(State(app): State<App>, caller: Caller) -> Result<Personal<TokenValid>, ApiError> {
    let account = accounts::account(&app, &caller.user_id).await?;
    let user = accounts::user(&app, &account).await?;
    Ok(Personal(TokenValid { valid: true, user_id: user.id, email: user.email, is_verified: user.is_verified }))
}

async fn ws_ticket(State(app): State<App>, visit: Visit, caller: Caller) -> Result<Personal<WsTicket>, ApiError> {
    Ok(Personal(tickets::give(&app, &visit, &caller).await?))
}
