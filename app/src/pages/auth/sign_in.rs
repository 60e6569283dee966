//! `/signin`

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::{AuthPage, Submit, query};
use crate::api::accounts::SignIn;
use crate::components::demo::Demo;
use crate::components::field::{Field, failure_of};
use crate::components::icon::Icon;

/// Address and password; a code is mailed next.
#[component]
pub fn SignInPage() -> impl IntoView {
    let action = ServerAction::<SignIn>::new();
    let failure = failure_of(action.value());
    let next = query("next");
    let reset = query("reset") == "done";
    view! {
        <AuthPage title="Sign in" lead=|| "Your conversations are where you left them." failure>
            {reset.then(|| view! {
                <div class="notice" data-kind="good" role="status">
                    <Icon name="check"/>
                    <p>"Your new password is set. Sign in with it."</p>
                </div>
            })}
            <ActionForm action attr:class="auth-form">
                {(!next.is_empty()).then(|| view! { <input type="hidden" name="next" value=next/> })}
                <Field label="Email" name="email" kind="email" autocomplete="username" inputmode="email" failure/>
                <Field label="Password" name="password" kind="password" autocomplete="current-password" failure/>
                <Submit label="Continue" pending=action.pending()/>
            </ActionForm>
            <Demo/>
            <aside class="auth-aside">
                <p><a href="/forgot">"Forgot your password?"</a></p>
                <p>"New here? " <a href="/signup">"Create an account"</a></p>
            </aside>
        </AuthPage>
    }
}
