//! What it is, what it is not, and privacy in five lines.

use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::demo::Demo;
use crate::components::icon::Icon;
use crate::components::page::Page;
use crate::state::session::use_session;

/// `/`
#[component]
pub fn Landing() -> impl IntoView {
    view! {
        <Title text="Anamnesis · Private health conversations"/>
        <Page>
            <main id="main">
                <Hero/>
                <div class="container">
                    <p class="notice emergency-note" data-kind="warn">
                        <Icon name="alert"/>
                        <span>
                            <strong>"In an emergency do not write here."</strong>
                            " Call 112, 911, 999 or your local emergency number. "
                            <a href="/resources">"More places to get help"</a>
                        </span>
                    </p>
                    <WhatItIs/>
                    <WhatItIsNot/>
                    <Privacy/>
                </div>
            </main>
        </Page>
    }
}

#[component]
fn Hero() -> impl IntoView {
    let viewer = use_session().viewer;
    view! {
        <section class="hero container">
            <div class="hero-words">
                <h1 class="hero-title">"Talk about your health, and see where every answer comes from."</h1>
                <p class="hero-lead">
                    "Anamnesis answers health questions in plain words, from a library with named sources, and keeps what you say encrypted."
                </p>
                <div class="hero-actions">
                    <Suspense>
                        {move || Suspend::new(async move {
                            if matches!(viewer.await, Ok(Some(_))) {
                                Either::Left(view! {
                                    <a class="button" data-kind="primary" data-size="large" href="/chat">"Open your conversations"</a>
                                })
                            } else {
                                Either::Right(view! {
                                    <a class="button" data-kind="primary" data-size="large" href="/signup">"Start a conversation"</a>
                                    <a class="hero-secondary" href="/signin">"I have an account"</a>
                                })
                            }
                        })}
                    </Suspense>
                </div>
                <Demo/>
            </div>
            <Specimen/>
        </section>
    }
}

/// What a question and its answer look like.
#[component]
fn Specimen() -> impl IntoView {
    view! {
        <figure class="specimen" aria-label="An example of a question and its answer">
            <div class="message" data-role="user">
                <div class="message-bubble">"I twisted my ankle yesterday. Ice or heat?"</div>
            </div>
            <div class="message" data-role="assistant">
                <div class="prose">
                    <p>
                        "Cold, for the first two to three days. Wrap ice in a cloth and hold it on the ankle for up to 20 minutes, every few hours."
                        <span class="cite">"1"</span>
                        " Keep heat, alcohol and massage for later; they can add to the swelling."
                        <span class="cite">"1"</span>
                    </p>
                </div>
            </div>
            <div class="specimen-source">
                <span class="source-number">"1"</span>
                <p><strong>"Sprains and strains"</strong><br/><span class="quiet">"What you can do"</span></p>
            </div>
            <figcaption>"Answered by the built-in guide — not a doctor"</figcaption>
        </figure>
    }
}

#[component]
fn WhatItIs() -> impl IntoView {
    let point = |title: &'static str, text: &'static str| view! { <div><h3>{title}</h3><p>{text}</p></div> };
    view! {
        <section class="landing-section" aria-labelledby="what">
            <h2 id="what">"What it is"</h2>
            <div class="landing-pair">
                {point(
                    "A guide that shows its sources",
                    "Each statement carries a number. Press it and the very passage opens beside the text.",
                )}
                {point(
                    "Plain about what it does not know",
                    "When the library has no answer it says so. It never fills the gap with a guess.",
                )}
                {point(
                    "There when you come back",
                    "A message is confirmed only once it is safely stored. Close the page in the middle; the answer will be there.",
                )}
                {point("Yours to keep in order", "Rename or delete any conversation, at any time.")}
            </div>
        </section>
    }
}

#[component]
fn WhatItIsNot() -> impl IntoView {
    let point = |title: &'static str, text: &'static str| {
        view! { <li><Icon name="close"/><p><strong>{title}</strong>" "{text}</p></li> }
    };
    view! {
        <section class="landing-section" aria-labelledby="not">
            <h2 id="not">"What it is not"</h2>
            <ul class="landing-not">
                {point("Not a doctor.", "It cannot examine you, and it makes no diagnosis you should act on alone.")}
                {point(
                    "Not an emergency service.",
                    "Nobody is watching your conversation. It will tell you when to call for help, and whom.",
                )}
                {point("Not a seller.", "No advertising, no trackers, nothing loaded from anywhere else.")}
            </ul>
        </section>
    }
}

#[component]
fn Privacy() -> impl IntoView {
    view! {
        <section class="landing-section" aria-labelledby="privacy">
            <h2 id="privacy">"Privacy in five lines"</h2>
            <ol class="landing-lines">
                <li>"What you write is encrypted before it is stored, each conversation under a key of its own."</li>
                <li>"Your health text never appears in a log, a link or an error message."</li>
                <li>"The built-in guide works on this server alone. Where an outside model answers instead, it sees the text, and its name stands under the answer."</li>
                <li>"Who opened or changed your data is kept on a trail that shows tampering."</li>
                <li>"Whoever runs this server and holds its keys could read an ordinary conversation. We would rather say so."</li>
            </ol>
        </section>
    }
}
