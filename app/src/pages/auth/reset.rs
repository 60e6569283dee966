//! `/reset?email=`

use leptos::form::ActionForm;
use leptos::prelude::*;
use protocol::limits::{CODE_DIGITS, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};
use protocol::rest::CodeType;

use super::sign_up::PASSWORD_HINT;
use super::{AuthPage, DemoCode, Submit, query};
use crate::api::accounts::ResetPassword;
use crate::components::field::{Field, failure_of};

/// The mailed code and a new password.
#[component]
pub fn Reset() -> impl IntoView {
    let action = ServerAction::<ResetPassword>::new();
    let failure = failure_of(action.value());
    let email = query("email");
    let to = email.clone();
    let lead = move || {
        view! { "If there is an account for " <strong>{to.clone()}</strong> ", a code is on its way. You will be signed out everywhere else." }
    };
    view! {
        <AuthPage title="Set a new password" lead failure>
            <DemoCode email=email.clone() kind=CodeType::PasswordReset/>
            <ActionForm action attr:class="auth-form">
                <input type="hidden" name="email" value=email/>
                <Field
                    label="6-digit code"
                    name="code"
                    autocomplete="one-time-code"
                    inputmode="numeric"
                    pattern="[0-9]*"
                    placeholder="000000"
                    maxlength=CODE_DIGITS
                    data_kind="code"
                    failure
                />
                <Field
                    label="New password"
                    name="new_password"
                    kind="password"
                    autocomplete="new-password"
                    hint=PASSWORD_HINT
                    minlength=PASSWORD_CHARS_MIN
                    maxlength=PASSWORD_CHARS_MAX
                    failure
                />
                <Submit label="Save password" pending=action.pending()/>
            </ActionForm>
            <aside class="auth-aside"><p><a href="/forgot">"Send a new code"</a></p></aside>
        </AuthPage>
    }
}
