//! The conversation as a page: one column, the newest at the foot. The end is kept in sight only while the reader is there.

use std::collections::HashMap;

use leptos::html::Div;
use leptos::prelude::*;
use protocol::ConversationId;

use super::icon::Icon;
use super::message::MessageView;
use super::timestamp::{Shape, Timestamp};
use crate::api::types::{Earlier, Folded};
use crate::state::board::Board;
use crate::state::chat::use_chat;
use crate::state::transcript::Key;

/// How near the end counts as there, in pixels.
#[cfg(feature = "hydrate")]
const NEAR_PX: i32 = 64;

/// Whether the reader is at the end, and the way back there.
#[derive(Clone, Copy)]
pub struct Follow {
    /// The reader is at the end.
    pub at_end: RwSignal<bool>,
    scroller: NodeRef<Div>,
    /// Where the page stood when it last moved; only a reader moves it up.
    #[cfg(feature = "hydrate")]
    top: StoredValue<i32>,
}

impl Follow {
    /// At the message of this place, where one is looked for; else at the end.
    pub fn at(seq: Option<i64>) -> Self {
        let follow = Self::new();
        if let Some(seq) = seq {
            follow.at_end.set(false);
            #[cfg(feature = "hydrate")]
            Effect::new(move |_| {
                request_animation_frame(move || {
                    if let Some(message) = document().get_element_by_id(&format!("m{seq}")) {
                        message.scroll_into_view();
                        let _ = message.set_attribute("data-found", "");
                        focus(&message);
                    }
                });
            });
            #[cfg(not(feature = "hydrate"))]
            let _ = seq;
        }
        follow
    }

    /// At the end.
    pub fn new() -> Self {
        Self {
            at_end: RwSignal::new(true),
            scroller: NodeRef::new(),
            #[cfg(feature = "hydrate")]
            top: StoredValue::new(0),
        }
    }

    /// Goes to the end, and stays there.
    pub fn to_end(&self) {
        self.at_end.set(true);
        #[cfg(feature = "hydrate")]
        {
            let Self { at_end, scroller, .. } = *self;
            let go = move || {
                // The reader may have gone up meanwhile.
                if at_end.try_get_untracked() == Some(true)
                    && let Some(scroller) = scroller.get_untracked()
                {
                    scroller.set_scroll_top(scroller.scroll_height());
                }
            };
            // What stands under an answer (sources, a card, its tools) is laid out a frame after its words.
            request_animation_frame(move || {
                go();
                request_animation_frame(go);
            });
        }
    }

    /// Puts something above what the reader sees, which stays where it is.
    fn put_above(self, put: impl FnOnce()) {
        #[cfg(feature = "hydrate")]
        let below = self.scroller.get_untracked().map(|scroller| scroller.scroll_height() - scroller.scroll_top());
        put();
        #[cfg(feature = "hydrate")]
        if let Some(below) = below {
            request_animation_frame(move || {
                if let Some(scroller) = self.scroller.try_get_untracked().flatten() {
                    scroller.set_scroll_top(scroller.scroll_height() - below);
                }
            });
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = self;
    }

    fn on_scroll(self) {
        #[cfg(feature = "hydrate")]
        if let Some(scroller) = self.scroller.get_untracked() {
            let top = scroller.scroll_top();
            let went_up = top < self.top.get_value();
            self.top.set_value(top);
            let near = scroller.scroll_height() - top - scroller.client_height() < NEAR_PX;
            // A page that grew under a reader who stood at its end leaves them there.
            let at_end = near || (!went_up && self.at_end.get_untracked());
            if self.at_end.get_untracked() != at_end {
                self.at_end.set(at_end);
            }
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = self;
    }
}

impl Default for Follow {
    fn default() -> Self {
        Self::new()
    }
}

/// The messages of a board.
#[component]
pub fn TranscriptView(
    board: Board,
    session: ConversationId,
    has_older: bool,
    folded: Option<Folded>,
    follow: Follow,
) -> impl IntoView {
    let chat = use_chat();
    let older = RwSignal::new(has_older);
    let folded = RwSignal::new(folded);
    let days = days(board);
    Effect::new(move |_| {
        board.version.track();
        if follow.at_end.get_untracked() {
            follow.to_end();
        }
    });
    let loading = RwSignal::new(false);
    let on_older = move |_| {
        loading.set(true);
        follow.at_end.set(false);
        leptos::task::spawn_local(async move {
            let page = chat.older(board).await;
            // The page may have moved on meanwhile.
            loading.try_set(false);
            if let Some(Earlier { messages, has_older, folded: behind }) = page {
                follow.put_above(|| drop(board.change(|transcript| transcript.prepend(messages))));
                older.try_set(has_older);
                folded.try_set(behind);
            }
        });
    };
    let session = StoredValue::new(session);
    view! {
        <div
            class="transcript"
            role="log"
            aria-live="off"
            aria-label="Conversation"
            tabindex="0"
            node_ref=follow.scroller
            on:scroll=move |_| follow.on_scroll()
        >
            <div class="transcript-column">
                {move || folded.get().map(|folded| view! { <FoldedAway folded/> })}
                {move || older.get().then(|| view! {
                    <button
                        class="button transcript-older"
                        data-kind="quiet"
                        data-size="small"
                        type="button"
                        disabled=move || loading.get()
                        on:click=on_older
                    >
                        {move || if folded.with(Option::is_some) { "Unfold earlier messages" } else { "Show earlier messages" }}
                    </button>
                })}
                <For each=move || board.keys.get() key=|key| *key let(key)>
                    {move || days.with(|days| days.get(&key).cloned()).map(|at| view! {
                        <p class="date-separator"><Timestamp at shape=Shape::Day/></p>
                    })}
                    <MessageView board key session=session.get_value()/>
                </For>
            </div>
        </div>
    }
}

/// What stands for messages that were folded into a summary.
#[component]
fn FoldedAway(folded: Folded) -> impl IntoView {
    let Folded { count, summary } = folded;
    let told = match count {
        1 => "One earlier message is folded away.".to_owned(),
        count => format!("{count} earlier messages are folded away."),
    };
    let lines = |summary: String| {
        let line = |line: &str| view! { <li>{line.trim_start_matches("- ").to_owned()}</li> };
        summary.lines().filter(|line| !line.trim().is_empty()).map(line).collect_view()
    };
    view! {
        <section class="transcript-folded" aria-label="Earlier messages">
            <p>{told}</p>
            {summary.map(|summary| view! {
                <details class="fold">
                    <summary>"Their summary"</summary>
                    <ul>{lines(summary)}</ul>
                    <p>"The assistant is shown this in their place, and what you said of yourself that stays true, such as an allergy."</p>
                </details>
            })}
        </section>
    }
}

/// The way back to the end.
#[component]
pub fn Jump(follow: Follow) -> impl IntoView {
    view! {
        <button
            class="button jump"
            data-size="small"
            type="button"
            hidden=move || follow.at_end.get()
            on:click=move |_| follow.to_end()
        >
            <Icon name="down" small=true/>
            "Jump to latest"
        </button>
    }
}

/// Before which messages a day begins: first in UTC, as the server prints it, then where the reader is.
fn days(board: Board) -> Memo<HashMap<Key, String>> {
    let local = RwSignal::new(false);
    Effect::new(move |_| local.set(true));
    Memo::new(move |_| {
        let (keys, local) = (board.keys.get(), local.get());
        let mut last = String::new();
        let mut days = HashMap::new();
        for key in keys {
            let at = board.with(|transcript| transcript.item(key).map(|item| item.message.timestamp.clone())).flatten();
            let Some(at) = at.filter(|at| !at.is_empty()) else { continue };
            let day = day(&at, local);
            if day != last {
                days.insert(key, at);
                last = day;
            }
        }
        days
    })
}

fn day(at: &str, local: bool) -> String {
    #[cfg(feature = "hydrate")]
    if local {
        return js_sys::Date::new(&at.into()).to_date_string().into();
    }
    let _ = local;
    at.get(..10).unwrap_or(at).to_owned()
}

/// So that whoever reads by ear, or goes on by keyboard, is there, too.
#[cfg(feature = "hydrate")]
fn focus(message: &web_sys::Element) {
    use wasm_bindgen::JsCast;
    let _ = message.set_attribute("tabindex", "-1");
    if let Some(message) = message.dyn_ref::<web_sys::HtmlElement>() {
        let _ = message.focus();
    }
}
