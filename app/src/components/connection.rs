//! Whether we are connected, in words.

use leptos::prelude::*;

use super::icon::Icon;
use crate::state::chat::{LinkState, use_chat};

fn word(state: LinkState) -> &'static str {
    match state {
        LinkState::Connecting => "connecting",
        LinkState::Online => "online",
        LinkState::Offline | LinkState::SignedOut => "offline",
        LinkState::Reconnecting | LinkState::Limited => "reconnecting",
    }
}

/// The banner, when something is amiss.
#[component]
pub fn Connection() -> impl IntoView {
    let link = use_chat().link;
    let text = move || match link.get() {
        LinkState::Connecting | LinkState::Online => None,
        LinkState::Offline => Some("You are offline. Your messages are kept and sent when you are back."),
        LinkState::Reconnecting => Some("The connection was lost. Connecting again; your messages are kept."),
        LinkState::Limited => {
            Some("Too many connections or messages at once. Your messages are kept; trying again in half a minute.")
        }
        LinkState::SignedOut => Some("You are signed out. Your messages are kept."),
    };
    view! {
        <p class="connection" role="status" data-state=move || word(link.get())>
            {move || text().map(|text| view! { <Icon name="alert" small=true/> {text} })}
        </p>
    }
}

/// The mark in the header, which always stands.
#[component]
pub fn ConnectionMark() -> impl IntoView {
    let link = use_chat().link;
    let text = move || match link.get() {
        LinkState::Connecting => "Connecting",
        LinkState::Online => "Connected",
        LinkState::Offline => "Offline",
        LinkState::Reconnecting | LinkState::Limited => "Reconnecting",
        LinkState::SignedOut => "Signed out",
    };
    view! {
        <span class="connection-mark" data-state=move || word(link.get())>
            <span class="connection-word">{text}</span>
        </span>
    }
}
