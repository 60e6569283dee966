//! Accounts: what works as a plain form before hydration, too.

#![cfg_attr(
    feature = "ssr",
    expect(clippy::unused_async, reason = "server functions are async, though the site is known at once")
)]
#![expect(clippy::too_many_arguments, reason = "a plain form sends its fields one by one")]

use leptos::prelude::*;
use leptos::server_fn::codec::{Json, PostUrl};
#[cfg(feature = "ssr")]
use protocol::rest::ProfilePatch;
use protocol::rest::{CodeSent, CodeType, User, UserRole};

use super::ApiFailure;
use super::types::{BrowserSession, Site, Viewer};

/// What to know of this installation.
#[server(prefix = "/fn", endpoint = "site", input = Json, output = Json)]
pub async fn read_site() -> Result<Site, ApiFailure> {
    Ok(super::host::use_host()?.site())
}

/// Who is signed in.
#[server(prefix = "/fn", endpoint = "viewer", input = Json, output = Json)]
pub async fn read_viewer() -> Result<Option<Viewer>, ApiFailure> {
    super::host::told(super::host::use_host()?.viewer().await)
}

/// Makes an account, then asks for the mailed code.
#[server(prefix = "/fn", endpoint = "sign-up", input = PostUrl, output = Json)]
pub async fn sign_up(
    email: String,
    password: String,
    first_name: String,
    last_name: String,
) -> Result<CodeSent, ApiFailure> {
    let next = code_page(&email, CodeType::Signup);
    let sent = super::host::told(
        super::host::use_host()?.sign_up(protocol::rest::SignUp { email, password, first_name, last_name }).await,
    )?;
    leptos_axum::redirect(&next);
    Ok(sent)
}

/// Checks the password, then asks for the mailed code.
#[server(prefix = "/fn", endpoint = "sign-in", input = PostUrl, output = Json)]
pub async fn sign_in(
    email: String,
    password: String,
    #[server(default)] next: Option<String>,
) -> Result<CodeSent, ApiFailure> {
    let mut page = code_page(&email, CodeType::Signin);
    if let Some(next) = own_page(next.as_deref()) {
        page.push_str("&next=");
        page.push_str(next);
    }
    let sent = super::host::told(super::host::use_host()?.sign_in(protocol::rest::SignIn { email, password }).await)?;
    leptos_axum::redirect(&page);
    Ok(sent)
}

/// Checks the mailed code and signs the browser in.
#[server(prefix = "/fn", endpoint = "verify", input = PostUrl, output = Json)]
pub async fn verify(
    kind: CodeType,
    email: String,
    code: String,
    #[server(default)] next: Option<String>,
) -> Result<(), ApiFailure> {
    super::host::told(super::host::use_host()?.verify(kind, protocol::rest::VerifyCode { email, code }).await)?;
    leptos_axum::redirect(own_page(next.as_deref()).unwrap_or("/chat"));
    Ok(())
}

/// Mails a code again, or the one for a new password.
#[server(prefix = "/fn", endpoint = "resend-code", input = PostUrl, output = Json)]
pub async fn resend_code(email: String, kind: CodeType) -> Result<CodeSent, ApiFailure> {
    let next = code_page(&email, kind);
    let sent = super::host::told(
        super::host::use_host()?.resend_code(protocol::rest::ResendCode { email, code_type: kind }).await,
    )?;
    leptos_axum::redirect(&next);
    Ok(sent)
}

/// Sets a new password, then asks to sign in with it.
#[server(prefix = "/fn", endpoint = "reset-password", input = PostUrl, output = Json)]
pub async fn reset_password(email: String, code: String, new_password: String) -> Result<(), ApiFailure> {
    super::host::told(
        super::host::use_host()?.reset_password(protocol::rest::ResetPassword { email, code, new_password }).await,
    )?;
    leptos_axum::redirect("/signin?reset=done");
    Ok(())
}

/// Ends this browser's session.
#[server(prefix = "/fn", endpoint = "sign-out", input = PostUrl, output = Json)]
pub async fn sign_out() -> Result<(), ApiFailure> {
    super::host::told(super::host::use_host()?.sign_out().await)?;
    leptos_axum::redirect("/");
    Ok(())
}

/// In demo mode: the code last mailed to this address.
#[server(prefix = "/fn", endpoint = "demo-code", input = Json, output = Json)]
pub async fn demo_code(email: String, kind: CodeType) -> Result<Option<String>, ApiFailure> {
    super::host::told(super::host::use_host()?.demo_code(email, kind).await)
}

/// In demo mode: signs in as the demo account of this role.
#[server(prefix = "/fn", endpoint = "demo-sign-in", input = PostUrl, output = Json)]
pub async fn demo_sign_in(role: UserRole) -> Result<(), ApiFailure> {
    super::host::told(super::host::use_host()?.demo_sign_in(role).await)?;
    leptos_axum::redirect("/chat");
    Ok(())
}

/// Changes what a person told of themselves. The form sends every field, and an empty one is cleared: texts and lists
/// become empty, figures become 0, which no living person has.
#[server(prefix = "/fn", endpoint = "update-profile", input = PostUrl, output = Json)]
pub async fn update_profile(
    first_name: String,
    last_name: String,
    age: String,
    height_cm: String,
    weight_kg: String,
    conditions: String,
    country: String,
    #[server(default)] answer_length: Option<String>,
    #[server(default)] tone: Option<String>,
    #[server(default)] what_helps: Option<String>,
    #[server(default)] what_to_avoid: Option<String>,
) -> Result<User, ApiFailure> {
    let patch = ProfilePatch {
        first_name: Some(first_name.trim().to_owned()),
        last_name: Some(last_name.trim().to_owned()),
        age: Some(figure("age", &age)?),
        height_cm: Some(figure("height_cm", &height_cm)?),
        weight_kg: Some(figure("weight_kg", &weight_kg)?),
        conditions: Some(
            conditions.split(';').map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(),
        ),
        country: Some(country),
        answer_length,
        tone,
        what_helps,
        what_to_avoid,
        ..ProfilePatch::default()
    };
    super::host::told(super::host::use_host()?.update_profile(patch).await)
}

/// Whether clinicians may read answers that they rate low; a plain form goes back to the page.
#[server(prefix = "/fn", endpoint = "review-consent", input = PostUrl, output = Json)]
pub async fn set_review_consent(
    /// A box that is not ticked is not sent.
    #[server(default)]
    agreed: Option<String>,
) -> Result<User, ApiFailure> {
    let patch = ProfilePatch { review_consent: Some(agreed.is_some()), ..ProfilePatch::default() };
    let user = super::host::told(super::host::use_host()?.update_profile(patch).await)?;
    leptos_axum::redirect("/settings#reading");
    Ok(user)
}

/// Their signed-in browsers.
#[server(prefix = "/fn", endpoint = "sessions", input = Json, output = Json)]
pub async fn sessions() -> Result<Vec<BrowserSession>, ApiFailure> {
    super::host::told(super::host::use_host()?.sessions().await)
}

/// Ends one of them.
#[server(prefix = "/fn", endpoint = "end-session", input = PostUrl, output = Json)]
pub async fn end_session(id: String) -> Result<(), ApiFailure> {
    super::host::told(super::host::use_host()?.end_session(id).await)
}

/// A figure of a form; 0 where nothing is written.
#[cfg(feature = "ssr")]
fn figure<T: std::str::FromStr + Default>(field: &str, text: &str) -> Result<T, ApiFailure> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(T::default());
    }
    text.replace(',', ".").parse().map_err(|_| ApiFailure::field(field, "Write a number, or leave it empty."))
}

/// The page to go to after signing in, if it is one of ours.
#[cfg(feature = "ssr")]
fn own_page(next: Option<&str>) -> Option<&str> {
    let page = next.filter(|page| {
        ["/chat", "/settings", "/library", "/clinic", "/shared", "/reviews"].iter().any(|own| page.starts_with(own))
    })?;
    page.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_".contains(&byte)).then_some(page)
}

/// Where a mailed code is typed in. The address is percent-encoded by hand of the few bytes that matter in a query.
#[cfg(feature = "ssr")]
fn code_page(email: &str, kind: CodeType) -> String {
    use std::fmt::Write;
    let mut page = match kind {
        CodeType::PasswordReset => String::from("/reset?email="),
        CodeType::Signup | CodeType::Signin => format!("/code?kind={}&email=", kind.as_str()),
    };
    for byte in email.trim().bytes() {
        if byte.is_ascii_alphanumeric() || b"@.-_".contains(&byte) {
            page.push(char::from(byte));
        } else {
            let _ = write!(page, "%{byte:02X}");
        }
    }
    page
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn after_signing_in_only_our_own_pages_are_gone_to() {
        for page in ["/chat", "/chat/0193a4c2-7e1f", "/settings", "/clinic/new", "/shared"] {
            assert_eq!(own_page(Some(page)), Some(page));
        }
        for page in ["https://elsewhere.example", "//elsewhere.example", "/\\x", "/chat\r\nX: y", "/fn/sign-out", ""] {
            assert_eq!(own_page(Some(page)), None, "{page:?}");
        }
        assert_eq!(own_page(None), None);
    }

    #[test]
    fn an_empty_figure_is_cleared_and_a_wrong_one_is_refused() {
        assert_eq!(figure::<u16>("age", " "), Ok(0));
        assert_eq!(figure::<f64>("weight_kg", "63,5"), Ok(63.5));
        assert_eq!(figure::<u16>("age", "-3").map_err(|failure| failure.field), Err(Some("age".to_owned())));
    }
}
