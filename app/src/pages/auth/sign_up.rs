//! `/signup`

use leptos::form::ActionForm;
use leptos::prelude::*;
use protocol::limits::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};

use super::{AuthPage, Submit};
use crate::api::accounts::SignUp;
use crate::components::field::{Field, failure_of};

/// A new account; a code is mailed next.
#[component]
pub fn SignUpPage() -> impl IntoView {
    let action = ServerAction::<SignUp>::new();
    let failure = failure_of(action.value());
    view! {
        <AuthPage title="Create your account" lead=|| "Only what is needed to know it is you." failure>
            <ActionForm action attr:class="auth-form">
                <div class="auth-pair">
                    <Field label="First name" name="first_name" autocomplete="given-name" maxlength=100 failure/>
                    <Field label="Last name" name="last_name" autocomplete="family-name" maxlength=100 optional=true failure/>
                </div>
                <Field
                    label="Email"
                    name="email"
                    kind="email"
                    autocomplete="email"
                    inputmode="email"
                    hint="We send a 6-digit code to it."
                    failure
                />
                <Field
                    label="Password"
                    name="password"
                    kind="password"
                    autocomplete="new-password"
                    hint=PASSWORD_HINT
                    minlength=PASSWORD_CHARS_MIN
                    maxlength=PASSWORD_CHARS_MAX
                    failure
                />
                <label class="check">
                    <input type="checkbox" required=true/>
                    <span>"I understand that Anamnesis is not a doctor and not for emergencies."</span>
                </label>
                <Submit label="Create account" pending=action.pending()/>
            </ActionForm>
            <aside class="auth-aside"><p>"Have an account? " <a href="/signin">"Sign in"</a></p></aside>
        </AuthPage>
    }
}

/// What a password needs.
pub(super) const PASSWORD_HINT: &str =
    "At least 8 characters. A few words in a row are easy to remember and hard to guess.";

const _: () = assert!(PASSWORD_CHARS_MIN == 8, "the hint names the shortest password");
