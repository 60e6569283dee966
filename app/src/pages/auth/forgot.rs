//! `/forgot`

use leptos::form::ActionForm;
use leptos::prelude::*;
use protocol::rest::CodeType;

use super::{AuthPage, Submit};
use crate::api::accounts::ResendCode;
use crate::components::field::{Field, failure_of};

/// Asks for a code that allows a new password.
#[component]
pub fn Forgot() -> impl IntoView {
    let action = ServerAction::<ResendCode>::new();
    let failure = failure_of(action.value());
    view! {
        <AuthPage
            title="Forgot your password?"
            lead=|| "Tell us your address. If there is an account for it, we send a code to set a new password."
            failure
        >
            <ActionForm action attr:class="auth-form">
                <input type="hidden" name="kind" value=CodeType::PasswordReset.as_str()/>
                <Field label="Email" name="email" kind="email" autocomplete="username" inputmode="email" failure/>
                <Submit label="Send code" pending=action.pending()/>
            </ActionForm>
            <aside class="auth-aside"><p><a href="/signin">"Back to sign in"</a></p></aside>
        </AuthPage>
    }
}
