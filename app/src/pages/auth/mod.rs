//! Accounts: forms that post before hydration as well as after.

pub mod code;
pub mod forgot;
pub mod reset;
pub mod sign_in;
pub mod sign_up;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use protocol::rest::CodeType;

pub use self::code::CodePage;
pub use self::forgot::Forgot;
pub use self::reset::Reset;
pub use self::sign_in::SignInPage;
pub use self::sign_up::SignUpPage;
use crate::api::accounts::demo_code;
use crate::components::field::{Failure, FormNotice};
use crate::components::icon::Icon;
use crate::components::page::Page;
use crate::state::session::use_session;

/// The frame that the account pages share.
#[component]
fn AuthPage(title: &'static str, #[prop(into)] lead: ViewFn, failure: Failure, children: Children) -> impl IntoView {
    view! {
        <Title text=format!("{title} · Anamnesis")/>
        <Page bare=true>
            <main class="container auth" data-width="form" id="main">
                <header class="auth-head">
                    <h1 class="auth-title">{title}</h1>
                    <p class="quiet">{lead.run()}</p>
                </header>
                <FormNotice failure/>
                {children()}
            </main>
        </Page>
    }
}

/// What the address says under this name, as it was when the page was asked for.
fn query(name: &'static str) -> String {
    use_query_map().with_untracked(|query| query.get(name)).unwrap_or_default()
}

/// In demo mode: the mailed code.
#[component]
fn DemoCode(email: String, kind: CodeType) -> impl IntoView {
    let site = use_session().site;
    let code = Resource::new(|| (), move |()| demo_code(email.clone(), kind));
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                let demo = site.await.is_ok_and(|site| site.demo);
                let code = code.await.ok().flatten().filter(|_| demo);
                code.map(|code| view! {
                    <div class="notice" data-kind="demo" role="note">
                        <Icon name="mail"/>
                        <p class="notice-title">"Demo: the mail that was sent"</p>
                        <p>"Your code is " <strong class="demo-code">{code}</strong></p>
                    </div>
                })
            })}
        </Suspense>
    }
}

/// The way on of a form; busy while it is under way.
#[component]
fn Submit(label: &'static str, #[prop(into)] pending: Signal<bool>) -> impl IntoView {
    view! {
        <button
            class="button"
            data-kind="primary"
            data-size="large"
            data-width="full"
            type="submit"
            aria-busy=move || pending.get().then_some("true")
            disabled=move || pending.get()
        >
            {label}
        </button>
    }
}
