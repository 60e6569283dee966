//! `/chat` and `/chat/:id`: the list, the open conversation, its sources.
//!
//! Everything that is asked of the server is asked here, at the top, so that the server and the browser ask in the same
//! order; below this the chat lives on frames.

use leptos::either::{Either, EitherOf3};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::components::Redirect;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use protocol::ConversationId;
use protocol::rest::Conversation;

use super::signed_in::SignedIn;
use crate::api::ApiFailure;
use crate::api::conversations::{list_conversations, new_conversation, open_transcript};
use crate::api::types::{Transcript as Opened, Viewer};
use crate::components::composer::{Composer, Draft};
use crate::components::connection::{Connection, ConnectionMark};
use crate::components::field::use_alive;
use crate::components::icon::Icon;
use crate::components::sidebar::Sidebar;
use crate::components::sources_panel::SourcesPanel;
use crate::components::toast::Toasts;
use crate::components::transcript::{Follow, Jump, TranscriptView};
use crate::state::board::Board;
#[cfg(feature = "hydrate")]
use crate::state::chat::LinkState;
use crate::state::chat::{Chat, Said, Toast, Undo, use_chat};
use crate::state::transcript::{Phase, Transcript};

type OpenResource = Resource<Result<Option<Opened>, ApiFailure>>;

/// The page.
#[component]
pub fn ChatPage() -> impl IntoView {
    let params = use_params_map();
    let id =
        Memo::new(move |_| params.with(|params| params.get("id")).filter(|id| !id.is_empty()).map(ConversationId::new));
    let fresh = StoredValue::new(None::<Opened>);
    let list = Resource::new(|| (), |()| list_conversations());
    let query = use_query_map();
    // A message that a search found.
    let at = move || query.with_untracked(|query| query.get("at")).and_then(|at| at.parse::<i64>().ok());
    let opened: OpenResource = Resource::new(
        move || id.get(),
        move |id| async move {
            let Some(id) = id else { return Ok(None) };
            // A conversation made just now on this page is known already.
            let made = fresh.try_update_value(|fresh| fresh.take_if(|made| made.conversation.id == id)).flatten();
            match made {
                Some(made) => Ok(Some(made)),
                None => open_transcript(id, at()).await.map(Some),
            }
        },
    );
    view! {
        <SignedIn needs=list let((viewer, list))>
            <ChatRoom viewer list id opened fresh/>
        </SignedIn>
    }
}

#[component]
fn ChatRoom(
    viewer: Viewer,
    list: Vec<Conversation>,
    id: Memo<Option<ConversationId>>,
    opened: OpenResource,
    fresh: StoredValue<Option<Opened>>,
) -> impl IntoView {
    let query = use_query_map();
    let asked = query.with_untracked(|query| query.get("new").or_else(|| query.get("deleted")));
    if let (None, None, Some(recent)) = (id.get_untracked(), asked, list.first()) {
        let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
        return Either::Left(view! { <Redirect path=format!("/chat/{}", recent.id) options/> });
    }
    let chat = Chat::new(viewer, list, fresh);
    provide_context(chat);
    live(chat, id);
    let title =
        Memo::new(move |_| id.get().and_then(|id| chat.title(&id)).unwrap_or_else(|| "New conversation".to_owned()));
    Either::Right(view! {
        <Title text=move || format!("{} · Anamnesis", title.get())/>
        <a class="skip-link" href="#composer-text" rel="external">"Skip to your message"</a>
        <div class="chat">
            <Sidebar current=id/>
            <main class="chat-main">
                <header class="chat-header">
                    <button class="tool chat-open-list" data-size="touch" type="button" popovertarget="conversations" aria-label="Conversations">
                        <Icon name="menu"/>
                    </button>
                    <h1 class="chat-title">{title}</h1>
                    <ConnectionMark/>
                    <a class="tool chat-new" data-size="touch" href="/chat?new=1" aria-label="New conversation"><Icon name="plus"/></a>
                </header>
                <Connection/>
                <Transition fallback=Skeleton>
                    {move || Suspend::new(async move {
                        match opened.await {
                            Ok(Some(opened)) => EitherOf3::A(view! { <OpenConversation opened/> }),
                            Ok(None) => EitherOf3::B(view! { <EmptyConversation/> }),
                            Err(failure) => EitherOf3::C(view! { <NotOpened failure/> }),
                        }
                    })}
                </Transition>
            </main>
            <SourcesPanel/>
        </div>
        <Toasts/>
    })
}

/// Connects, and goes where the connection says to go.
fn live(chat: Chat, id: Memo<Option<ConversationId>>) {
    let navigate = use_navigate();
    let query = use_query_map();
    Effect::new(move |_| {
        // A plain form deleted it; here it can be taken back.
        if let Some(deleted) = query.with(|query| query.get("deleted")) {
            chat.toast.set(Some(Toast {
                text: "Conversation deleted.".to_owned(),
                undo: Some(Undo::Deleted(ConversationId::new(deleted))),
            }));
        }
    });
    Effect::new({
        let navigate = navigate.clone();
        move |_| {
            if chat.gone.get().is_some_and(|gone| id.get_untracked() == Some(gone)) {
                chat.say("This conversation was deleted in another window.");
                navigate("/chat?new=1", NavigateOptions::default());
            }
        }
    });
    Effect::new(move |_| {
        id.track();
        if chat.sources.with_untracked(Option::is_some) {
            chat.sources.set(None);
        }
    });
    #[cfg(feature = "hydrate")]
    {
        Effect::new(move |_| chat.connect());
        Effect::new(move |_| {
            if chat.link.get() == LinkState::SignedOut && !chat.leaving.get() {
                let page = id.get_untracked().map_or_else(|| "/chat".to_owned(), |id| format!("/chat/{id}"));
                // The whole page goes, and with it what it remembers of who was signed in.
                let _ = window().location().set_href(&format!("/signin?next={page}"));
            }
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = navigate;
}

#[component]
fn OpenConversation(opened: Opened) -> impl IntoView {
    let chat = use_chat();
    let session = opened.conversation.id.clone();
    let board = Board::new(Transcript::new(session.clone(), opened.messages));
    let at = use_query_map().with_untracked(|query| query.get("at")).and_then(|at| at.parse::<i64>().ok());
    let (draft, follow) = (Draft::new(), Follow::at(at));
    Effect::new(move |_| chat.open(board));
    if let Some(at) = at {
        let is_here = board.with(|transcript| transcript.first_seq().is_some_and(|first| first <= at)).unwrap_or(false);
        Effect::new(move |_| {
            if !is_here {
                chat.say("That message is further up. “Show earlier messages” leads there.");
            }
        });
    }
    let here = StoredValue::new(session.clone());
    let on_send = Callback::new(move |said: Said| {
        here.with_value(|session| chat.ask(session, &said));
        follow.to_end();
    });
    let on_stop = Callback::new(move |()| here.with_value(|session| chat.stop(session)));
    view! {
        <TranscriptView board session=session.clone() has_older=opened.has_older folded=opened.folded follow/>
        <div class="chat-dock">
            <Jump follow/>
            <Composer draft session=Some(session) phase=board.phase on_send on_stop/>
        </div>
    }
}

/// Nothing said yet: some ways to begin.
#[component]
fn EmptyConversation() -> impl IntoView {
    let chat = use_chat();
    let draft = Draft::new();
    let alive = use_alive();
    let phase = RwSignal::new(Phase::Idle);
    let navigate = use_navigate();
    let on_send = Callback::new(move |said: Said| {
        let navigate = navigate.clone();
        phase.set(Phase::Thinking);
        leptos::task::spawn_local(async move {
            match new_conversation().await {
                Ok(conversation) => {
                    let page = format!("/chat/{}", conversation.id);
                    chat.ask_first(Opened { conversation, messages: Vec::new(), has_older: false, folded: None }, said);
                    navigate(&page, NavigateOptions::default());
                }
                Err(failure) => {
                    phase.set(Phase::Idle);
                    draft.put(&said.text);
                    draft.attaching.put_back();
                    chat.outbox().keep_draft(None, &said.text);
                    chat.say(failure.message);
                }
            }
        });
    });
    let starters = STARTERS.map(|text| {
        view! {
            <li>
                <button
                    class="starter"
                    type="button"
                    disabled=move || !alive.get()
                    on:click=move |_| {
                        draft.put(text);
                        draft.focus();
                    }
                >
                    {text}
                    <Icon name="arrow"/>
                </button>
            </li>
        }
    });
    view! {
        <div class="transcript">
            <div class="transcript-column">
                <section class="empty" aria-labelledby="empty-title">
                    <h2 class="empty-title" id="empty-title">"What would you like to talk about?"</h2>
                    <p class="quiet">
                        "Ask in your own words. Answers come from a library with named sources, and you can open the very passage. What you write is stored encrypted."
                    </p>
                    <ul class="starters">{starters.collect_view()}</ul>
                </section>
            </div>
        </div>
        <div class="chat-dock">
            <Composer draft session=None phase on_send/>
        </div>
    }
}

const STARTERS: [&str; 4] = [
    "I have had a headache for three days",
    "What do my blood pressure numbers mean?",
    "How can I sleep better?",
    "I feel anxious and my heart is racing",
];

#[component]
fn NotOpened(failure: ApiFailure) -> impl IntoView {
    if failure.status == 404 {
        return Either::Left(view! { <NotFoundPart/> });
    }
    Either::Right(view! {
        <div class="transcript">
            <div class="transcript-column">
                <section class="empty">
                    <h2 class="empty-title">"This conversation could not be opened"</h2>
                    <p class="quiet">{failure.message}</p>
                    <p><a class="button" href="">"Try again"</a></p>
                </section>
            </div>
        </div>
    })
}

/// Inside the chat's own `<main>`.
#[component]
fn NotFoundPart() -> impl IntoView {
    super::error::set_status(404);
    view! {
        <div class="transcript">
            <div class="transcript-column">
                <section class="empty">
                    <h2 class="empty-title">"There is no such conversation"</h2>
                    <p class="quiet">"It may have been deleted, or belong to another account."</p>
                    <p><a class="button" href="/chat?new=1">"New conversation"</a></p>
                </section>
            </div>
        </div>
    }
}

/// While a conversation is on its way.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <div class="transcript">
            <div class="transcript-column">
                <div class="skeleton" aria-hidden="true">
                    <span class="skeleton-line" data-size="bubble"></span>
                    <span class="skeleton-line"></span>
                    <span class="skeleton-line"></span>
                    <span class="skeleton-line"></span>
                </div>
            </div>
        </div>
    }
}
