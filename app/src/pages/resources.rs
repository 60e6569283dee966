//! `/resources`: where to find a person, for everyone, signed in or not.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::crisis_card::{HelpList, anywhere};
use crate::components::icon::Icon;
use crate::components::page::Page;

/// The page; the same without JavaScript.
#[component]
pub fn Resources() -> impl IntoView {
    view! {
        <Title text="Help in a crisis · Anamnesis"/>
        <Page>
            <main class="container article" data-width="narrow" id="main">
                <header class="article-head">
                    <h1 class="article-title">"Help in a crisis"</h1>
                    <p class="quiet">"People who answer now. You do not need to be sure that it is bad enough to call."</p>
                </header>
                <p class="notice" data-kind="warn">
                    <Icon name="alert"/>
                    <span>
                        <strong>"If you or someone else is in danger, call the emergency number."</strong>
                        " 112 works in the European Union and on most mobile phones, 999 in the United Kingdom, 911 in the United States and Canada, 000 in Australia, 111 in New Zealand."
                    </span>
                </p>
                <HelpList helps=anywhere()/>
                <section class="plan-way" aria-labelledby="plan">
                    <h2 class="care-subtitle" id="plan">"Your safety plan"</h2>
                    <p>
                        "For the days in between: a few short steps in your own words, for when it gets dark. You can print it. "
                        <a href="/safety-plan">"Make or read your safety plan"</a>
                    </p>
                </section>
                <div class="prose">
                    <h2>"While you wait"</h2>
                    <ul>
                        <li>"Move away from anything you could hurt yourself with, and go to where another person is."</li>
                        <li>"Tell someone near you what is going on. “I need you to stay with me” is enough."</li>
                        <li>"If something was taken, keep the package: the people who help will ask what and how much."</li>
                    </ul>
                    <h2>"Worried about someone else?"</h2>
                    <p>
                        "Ask them plainly whether they think of ending their life. Asking does not put the thought there. Stay with them, and call together. All the lines above talk to worried friends and family, too."
                    </p>
                </div>
            </main>
        </Page>
    }
}
