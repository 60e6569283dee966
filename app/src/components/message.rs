//! One message: a question in a light bubble, an answer as a page to read, a step of an exercise, a notice.

use leptos::either::EitherOf4;
use leptos::prelude::*;
use protocol::{ConversationId, Element, FinishReason, Metadata, Role};

use super::attaching::AttachmentList;
use super::choices::{Choices, is_choice, use_waiting};
use super::crisis_card::{CrisisCard, helps};
use super::feedback::{FeedbackForm, Thumbs};
use super::icon::Icon;
use super::markdown::{Citations, Markdown};
use super::sources_panel::link;
use super::step::StepView;
use super::timestamp::{Shape, Timestamp};
use crate::state::board::Board;
use crate::state::chat::{Chat, OpenSources, Rated, Said, use_chat};
use crate::state::transcript::{Item, ItemState, Key};

/// The message with this key.
#[component]
pub fn MessageView(board: Board, key: Key, session: ConversationId) -> impl IntoView {
    let item = RwSignal::from(board.cell(key)?);
    Some(match item.with_untracked(|item| item.message.role) {
        Role::User => EitherOf4::A(view! { <QuestionView item session/> }),
        Role::Assistant => EitherOf4::B(view! { <AnswerView board item key session/> }),
        Role::Interactive => EitherOf4::C(view! { <StepView board item key session/> }),
        Role::System => EitherOf4::D(
            view! { <p class="system-note">{move || item.with(|item| item.message.content.text.clone())}</p> },
        ),
    })
}

/// Where a search leads to: by the message's place, once it has one.
fn anchor(item: RwSignal<Item>) -> impl Fn() -> Option<String> + Copy {
    move || item.with(|item| item.message.seq.map(|seq| format!("m{seq}")))
}

#[component]
fn QuestionView(item: RwSignal<Item>, session: ConversationId) -> impl IntoView {
    let chat = use_chat();
    let session = StoredValue::new(session);
    let state = move || {
        item.with(|item| match item.state {
            ItemState::Stored | ItemState::Streaming => "sent",
            ItemState::Waiting { .. } => "waiting",
            ItemState::NotSent { .. } => "failed",
        })
    };
    let text = item.with_untracked(|item| item.message.content.text.clone());
    let attached = item.with_untracked(|item| item.message.metadata.attached.clone());
    let foot = move || match item.with(|item| item.state.clone()) {
        ItemState::Stored | ItemState::Streaming => {
            let at = item.with(|item| item.message.timestamp.clone());
            view! { <Timestamp at shape=Shape::Time/> }.into_any()
        }
        ItemState::Waiting { .. } => {
            view! { <span class="message-state"><Icon name="clock" small=true/>"Waiting to send"</span> }.into_any()
        }
        ItemState::NotSent { client_id, reason } => {
            let again = client_id.clone();
            let on_again = move |_| {
                let said = item.with_untracked(|item| Said {
                    text: item.message.content.text.clone(),
                    attached: item.message.metadata.attached.clone(),
                });
                session.with_value(|session| chat.ask_as(session, &again, &said));
            };
            let on_remove = move |_| session.with_value(|session| chat.discard(session, &client_id));
            view! {
                <span class="message-state"><Icon name="alert" small=true/>{format!("Not sent. {reason}")}</span>
                " "
                <button class="text-button" type="button" on:click=on_again>"Try again"</button>
                " "
                <button class="text-button" type="button" on:click=on_remove>"Remove"</button>
            }
            .into_any()
        }
    };
    view! {
        <article class="message" data-role="user" data-state=state id=anchor(item)>
            <h2 class="visually-hidden">"You"</h2>
            <AttachmentList attached/>
            <div class="message-bubble">{text}</div>
            <footer class="message-foot">{foot}</footer>
        </article>
    }
}

#[component]
fn AnswerView(board: Board, item: RwSignal<Item>, key: Key, session: ConversationId) -> impl IntoView {
    let chat = use_chat();
    let session = StoredValue::new(session);
    let text = Signal::derive(move || item.with(|item| item.message.content.text.clone()));
    let streaming = Memo::new(move |_| item.with(|item| item.state == ItemState::Streaming));
    let metadata = Memo::new(move |_| item.with(|item| item.message.metadata.clone()));
    let elements = Memo::new(move |_| item.with(|item| item.message.content.elements.clone()));
    let sources = Signal::derive(move || metadata.with(|metadata| metadata.sources.clone()));
    let citations = citations(item, sources, session);
    let state = move || match (streaming.get(), metadata.with(|metadata| metadata.finish_reason)) {
        (true, _) => "streaming",
        (_, Some(FinishReason::Stopped)) => "stopped",
        (_, Some(FinishReason::Failed)) => "failed",
        _ => "complete",
    };
    let crisis = move || {
        let Metadata { safety, .. } = metadata.get();
        let helps = helps(&elements.get());
        (safety.crisis || !helps.is_empty()).then(|| {
            let alert = Signal::derive(move || board.alert.get() == Some(key));
            view! { <CrisisCard types=safety.types helps alert id=format!("crisis-{key}")/> }
        })
    };
    let asking = RwSignal::new(false);
    let rate = Callback::new(move |rated: Rated| {
        let answer = item.with_untracked(|item| item.message.id.clone());
        session.with_value(|session| chat.rate(session, answer, rated));
    });
    let agreed = chat.viewer.with_value(|viewer| viewer.user.profile.review_consent);
    view! {
        <article class="message" data-role="assistant" data-state=state id=anchor(item) aria-busy=move || streaming.get().then_some("true")>
            <h2 class="visually-hidden">"Answer"</h2>
            <div class="message-body prose"><Markdown text streaming citations/></div>
            {crisis}
            <Choices board elements key session/>
            <SourceList sources citations/>
            <Shown metadata/>
            <Offers board key elements session/>
            {move || asking.get().then(|| view! { <FeedbackForm id=format!("feedback-{key}") asking rate agreed/> })}
            <BrokenOff board item key session/>
            {move || (!streaming.get()).then(|| view! { <AnswerFoot board item key session asking rate/> })}
        </article>
    }
}

fn citations(
    item: RwSignal<Item>,
    sources: Signal<Vec<protocol::Source>>,
    session: StoredValue<ConversationId>,
) -> Citations {
    let chat = use_chat();
    let open = Callback::new(move |number| {
        #[cfg(feature = "hydrate")]
        if let Some(mark) = document().active_element() {
            let _ = mark.set_attribute("data-opened", "");
        }
        #[cfg(feature = "hydrate")]
        if let Some(answer) = item.with_untracked(|item| item.message.id.clone()) {
            session.with_value(|session| chat.passage_opened(session.clone(), answer, number));
        }
        chat.sources.set(Some(OpenSources { sources: sources.get_untracked(), current: number }));
    });
    let current = Signal::derive(move || {
        let here = chat.sources.get().filter(|open| sources.with(|sources| *sources == open.sources))?;
        Some(here.current)
    });
    let _ = (item, session);
    Citations { sources, open, current }
}

/// The sources by name, for whoever reads without the panel.
#[component]
fn SourceList(sources: Signal<Vec<protocol::Source>>, citations: Citations) -> impl IntoView {
    let list = move || {
        let sources = sources.get();
        let count = match sources.len() {
            0 => return None,
            1 => "1 source".to_owned(),
            count => format!("{count} sources"),
        };
        let lines = sources.into_iter().enumerate().map(|(n, source)| {
            let (href, title) = (link(&source), source.title);
            view! { <li><span>{format!("{}.", n + 1)}</span><a href=href>{title}</a></li> }
        });
        Some(view! {
            <details class="message-sources">
                <summary><Icon name="book" small=true/>{count}</summary>
                <ol>{lines.collect_view()}</ol>
            </details>
        })
    };
    let _ = citations;
    list
}

/// What whoever answered was shown, in words.
#[component]
fn Shown(metadata: Memo<Metadata>) -> impl IntoView {
    move || {
        let shown = metadata.with(|metadata| metadata.context_used.clone());
        (!shown.is_empty()).then(|| {
            let lines: Vec<_> = shown.into_iter().map(|line| view! { <li>{line}</li> }).collect();
            view! {
                <details class="message-shown">
                    <summary><Icon name="eye" small=true/>"What the AI was shown"</summary>
                    <ul>{lines}</ul>
                </details>
            }
        })
    }
}

/// What is offered under an answer: exercises to press, things to try.
#[component]
fn Offers(board: Board, key: Key, elements: Memo<Vec<Element>>, session: StoredValue<ConversationId>) -> impl IntoView {
    let chat = use_chat();
    let alive = super::field::use_alive();
    let waiting = use_waiting(board);
    let taken = Memo::new(move |_| board.taken_after(key));
    let buttons = move || {
        let buttons: Vec<_> = elements
            .get()
            .into_iter()
            .filter_map(|element| match element {
                Element::Button { id, label } if !is_choice(&id) => Some((id, label)),
                _ => None,
            })
            .map(|(id, label)| {
                let id = StoredValue::new(id);
                let is_waiting = move || id.with_value(|id| waiting.with(|waiting| waiting.as_ref() == Some(id)));
                let was_taken =
                    Memo::new(move |_| is_waiting() || id.with_value(|id| taken.with(|taken| taken.contains(id))));
                // What is under way stands at the end of the page; what is over can be begun again.
                let closed =
                    Memo::new(move |_| is_waiting() || id.with_value(|id| board.under_way().as_ref() == Some(id)));
                view! {
                    <button
                        class="button offer"
                        type="button"
                        disabled=move || !alive.get()
                        aria-disabled=move || closed.get().then_some("true")
                        aria-pressed=move || was_taken.get().to_string()
                        on:click=move |_| {
                            if !closed.get_untracked() {
                                waiting.set(Some(id.get_value()));
                                session.with_value(|session| {
                                    id.with_value(|id| chat.press(session, id, serde_json::Value::Null));
                                });
                            }
                        }
                    >
                        {move || was_taken.get().then(|| view! { <Icon name="check" small=true/> })}
                        {label}
                    </button>
                }
            })
            .collect();
        (!buttons.is_empty()).then(|| view! { <div class="offers" role="group" aria-label="Exercises">{buttons}</div> })
    };
    let advice = move || {
        let lines: Vec<_> = elements
            .get()
            .into_iter()
            .filter_map(|element| match element {
                Element::Recommendation { label, .. } => Some(view! { <li>{label}</li> }),
                _ => None,
            })
            .collect();
        (!lines.is_empty()).then(|| view! { <ul class="recommendations" aria-label="Things to try">{lines}</ul> })
    };
    view! { {advice} {buttons} }
}

/// That an answer ended before its end, and the way to another one.
#[component]
fn BrokenOff(board: Board, item: RwSignal<Item>, key: Key, session: StoredValue<ConversationId>) -> impl IntoView {
    let chat = use_chat();
    let finish = Memo::new(move |_| item.with(|item| item.message.metadata.finish_reason));
    move || {
        let (icon, text, again) = match finish.get()? {
            FinishReason::Complete => return None,
            FinishReason::Stopped => ("stop", "You stopped this answer. ", "Answer again"),
            FinishReason::Failed => {
                ("alert", "This answer could not be finished. Your question is safe. ", "Try again")
            }
        };
        let latest = move || board.last_answer.get() == Some(key);
        Some(view! {
            <p class="message-notice">
                <Icon name=icon small=true/>
                {text}
                {move || latest().then(|| view! {
                    <button class="text-button" type="button" on:click=move |_| answer_again(chat, item, session)>{again}</button>
                })}
            </p>
        })
    }
}

fn answer_again(chat: Chat, item: RwSignal<Item>, session: StoredValue<ConversationId>) {
    if let Some(id) = item.with_untracked(|item| item.message.id.clone()) {
        session.with_value(|session| chat.regenerate(session, &id));
    }
}

#[component]
fn AnswerFoot(
    board: Board,
    item: RwSignal<Item>,
    key: Key,
    session: StoredValue<ConversationId>,
    asking: RwSignal<bool>,
    rate: Callback<Rated>,
) -> impl IntoView {
    let chat = use_chat();
    let rating = RwSignal::new(None);
    let (author, at) = item.with_untracked(|item| {
        let model = item.message.metadata.model.as_deref().unwrap_or("builtin");
        let name = match model {
            "care" => "Safety answer",
            builtin if builtin.starts_with("builtin") => "Built-in guide",
            other => other,
        };
        (format!("{name} — not a doctor"), item.message.timestamp.clone())
    });
    let on_copy = move |_| {
        #[cfg(feature = "hydrate")]
        copy(chat, &item.with_untracked(|item| item.message.content.text.clone()));
    };
    let latest = move || board.last_answer.get() == Some(key) && !board.phase.get().is_busy();
    let regenerate = move |_| answer_again(chat, item, session);
    view! {
        <footer class="message-foot">
            <span class="message-author">{author}</span>
            <Timestamp at shape=Shape::Time/>
            <div class="message-tools" role="group" aria-label="About this answer">
                <button class="tool" type="button" aria-label="Copy answer" on:click=on_copy><Icon name="copy"/></button>
                {move || latest().then(|| view! {
                    <button class="tool" type="button" aria-label="Answer again" on:click=regenerate><Icon name="retry"/></button>
                })}
                <Thumbs rating asking rate/>
            </div>
        </footer>
    }
}

#[cfg(feature = "hydrate")]
fn copy(chat: Chat, text: &str) {
    const REFUSED: &str = "The browser did not allow copying. Select the text instead.";
    // Pages that are not secure have no clipboard at all.
    let navigator = window().navigator();
    if !js_sys::Reflect::has(&navigator, &"clipboard".into()).unwrap_or(false) {
        chat.say(REFUSED);
        return;
    }
    let copied = navigator.clipboard().write_text(text);
    leptos::task::spawn_local(async move {
        match wasm_bindgen_futures::JsFuture::from(copied).await {
            Ok(_) => chat.say("Copied."),
            Err(_) => chat.say(REFUSED),
        }
    });
}
