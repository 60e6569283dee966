//! The demo accounts.

use leptos::form::ActionForm;
use leptos::prelude::*;
use protocol::rest::UserRole;

use super::field::{FormNotice, failure_of};
use crate::api::accounts::DemoSignIn;
use crate::state::session::use_session;

/// One click each, where this installation is a demo.
#[component]
pub fn Demo() -> impl IntoView {
    let site = use_session().site;
    let action = ServerAction::<DemoSignIn>::new();
    let failure = failure_of(action.value());
    let choice = move |role: UserRole, label: &'static str| {
        view! {
            <ActionForm action>
                <input type="hidden" name="role" value=role.as_str()/>
                <button class="button" type="submit">{label}</button>
            </ActionForm>
        }
    };
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                site.await.is_ok_and(|site| site.demo).then(|| view! {
                    <section class="demo" aria-labelledby="demo-title">
                        <h2 class="demo-title" id="demo-title">"Try the demo"</h2>
                        <p class="quiet small">"One click, no email. Made-up people; this computer only."</p>
                        <FormNotice failure/>
                        <div class="demo-choices">
                            {choice(UserRole::Patient, "As a patient")}
                            {choice(UserRole::Clinician, "As a clinician")}
                            {choice(UserRole::Admin, "As an administrator")}
                        </div>
                    </section>
                })
            })}
        </Suspense>
    }
}
