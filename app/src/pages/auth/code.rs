//! `/code?kind=&email=`

use leptos::form::ActionForm;
use leptos::prelude::*;
use protocol::limits::CODE_DIGITS;
use protocol::rest::CodeType;

use super::{AuthPage, DemoCode, Submit, query};
use crate::api::accounts::{ResendCode, Verify};
use crate::components::field::{Field, failure_of};

/// The mailed code.
#[component]
pub fn CodePage() -> impl IntoView {
    let action = ServerAction::<Verify>::new();
    let again = ServerAction::<ResendCode>::new();
    let (first, second) = (failure_of(action.value()), failure_of(again.value()));
    let failure = Signal::derive(move || first.get().or_else(|| second.get()));
    let (email, next) = (query("email"), query("next"));
    let kind = if query("kind") == "signup" { CodeType::Signup } else { CodeType::Signin };
    let (to, again_to) = (email.clone(), email.clone());
    let lead =
        move || view! { "We sent six digits to " <strong>{to.clone()}</strong> ". They work for fifteen minutes." };
    view! {
        <AuthPage title="Enter your code" lead failure>
            <DemoCode email=email.clone() kind/>
            <ActionForm action attr:class="auth-form">
                <input type="hidden" name="kind" value=kind.as_str()/>
                <input type="hidden" name="email" value=email/>
                {(!next.is_empty()).then(|| view! { <input type="hidden" name="next" value=next/> })}
                <Field
                    label="6-digit code"
                    name="code"
                    autocomplete="one-time-code"
                    inputmode="numeric"
                    pattern="[0-9]*"
                    placeholder="000000"
                    maxlength=CODE_DIGITS
                    data_kind="code"
                    failure=first
                />
                <Submit label="Continue" pending=action.pending()/>
            </ActionForm>
            <ActionForm action=again attr:class="row">
                <input type="hidden" name="email" value=again_to/>
                <input type="hidden" name="kind" value=kind.as_str()/>
                <span class="quiet">"Nothing came?"</span>
                <button class="text-button" type="submit">"Send a new code"</button>
            </ActionForm>
            <aside class="auth-aside"><p><a href="/signin">"Use another address"</a></p></aside>
        </AuthPage>
    }
}
