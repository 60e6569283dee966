//! Where one writes. Enter sends, Shift+Enter begins a line, and an input method in the middle of a word is left alone.

use leptos::html::Textarea;
use leptos::prelude::*;
use protocol::limits::MESSAGE_CHARS_MAX;
use protocol::{ConversationId, limits};

use super::attaching::{AttachButton, Attached, Attaching};
use super::field::use_alive;
use super::icon::Icon;
use crate::state::chat::{Said, use_chat};
use crate::state::transcript::Phase;

/// From here on the count is shown.
const NEAR: usize = limits::MESSAGE_CHARS_MAX * 9 / 10;

/// What is being written, shared with whoever may put words there (the starters of an empty conversation).
#[derive(Clone, Copy)]
pub struct Draft {
    /// The text.
    pub text: RwSignal<String>,
    /// What comes with it.
    pub attaching: Attaching,
    field: NodeRef<Textarea>,
}

impl Draft {
    /// An empty one.
    pub fn new() -> Self {
        Self { text: RwSignal::new(String::new()), attaching: Attaching::new(), field: NodeRef::new() }
    }

    /// Puts words there. The field is not bound to the signal, so that what was typed before the page came alive stays.
    pub fn put(&self, text: &str) {
        self.text.set(text.to_owned());
        #[cfg(feature = "hydrate")]
        if let Some(field) = self.field.get_untracked() {
            field.set_value(text);
        }
    }

    /// Puts the cursor there; only when the person asked for it.
    pub fn focus(&self) {
        #[cfg(feature = "hydrate")]
        if let Some(field) = self.field.get_untracked() {
            let _ = field.focus();
        }
    }
}

impl Default for Draft {
    fn default() -> Self {
        Self::new()
    }
}

/// The composer, with the one status line above it.
#[component]
#[expect(clippy::too_many_lines, reason = "most of it is markup, in the order in which it stands on the page")]
pub fn Composer(
    draft: Draft,
    /// Whose draft it is; none for a conversation yet to be made.
    session: Option<ConversationId>,
    #[prop(into)] phase: Signal<Phase>,
    /// Takes what is said.
    on_send: Callback<Said>,
    #[prop(optional)] on_stop: Option<Callback<()>>,
) -> impl IntoView {
    let chat = use_chat();
    let alive = use_alive();
    let count = Memo::new(move |_| draft.text.with(|text| text.trim().chars().count()));
    let busy = move || phase.get().is_busy();
    let attaching = draft.attaching;
    let waits = Memo::new(move |_| attaching.uploads.is_busy());
    let stops = Memo::new(move |_| on_stop.is_some() && busy() && count.get() == 0);
    let session = StoredValue::new(session);
    Effect::new(move |_| {
        begin(draft, chat.outbox().draft(session.get_value().as_ref()));
        if chat.cursor.try_update_value(std::mem::take) == Some(true) {
            // By then the field is part of the document.
            #[cfg(feature = "hydrate")]
            request_animation_frame(move || draft.focus());
        }
    });
    let keep = move |text: &str| chat.outbox().keep_draft(session.get_value().as_ref(), text);
    let send = move || {
        if !(1..=MESSAGE_CHARS_MAX).contains(&count.get_untracked()) || waits.get_untracked() {
            return;
        }
        // The conversation is still being made.
        if on_stop.is_none() && phase.get_untracked().is_busy() {
            return;
        }
        let text = draft.text.get_untracked().trim().to_owned();
        draft.put("");
        keep("");
        let attached = untrack(|| attaching.attached());
        attaching.clear();
        on_send.run(Said { text, attached });
        // The button gives way to the one that stops, and would take the cursor with it.
        draft.focus();
    };
    let on_keydown = move |event: leptos::ev::KeyboardEvent| {
        // 229 is what some browsers say while an input method is at work.
        let composing = event.is_composing() || event.key_code() == 229;
        if event.key() == "Enter" && !event.shift_key() && !composing {
            event.prevent_default();
            send();
        }
    };
    let too_long = move || count.get() > MESSAGE_CHARS_MAX;
    let state = move || match (too_long(), busy()) {
        (true, _) => "too-long",
        (_, true) => "busy",
        _ => "idle",
    };
    view! {
        <p class="turn-status" role="status" data-state=move || phase_word(phase.get())>{move || phase_text(phase.get())}</p>
        <noscript inner_html=NO_SCRIPT></noscript>
        <form
            class="composer"
            data-state=state
            method="post"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
            on:dragover=move |event| event.prevent_default()
            on:drop=move |event| {
                event.prevent_default();
                #[cfg(feature = "hydrate")]
                attaching.take(event.data_transfer().and_then(|dropped| dropped.files()));
            }
        >
            <Attached attaching/>
            <label class="visually-hidden" for="composer-text">"Your message"</label>
            <div class="composer-box">
                <AttachButton attaching/>
                <div class="composer-grow" data-value=draft.text>
                    <textarea
                        class="composer-text"
                        id="composer-text"
                        rows="1"
                        placeholder="Ask about your health"
                        aria-describedby="composer-hint composer-count"
                        enterkeyhint="send"
                        node_ref=draft.field
                        on:input=move |event| {
                            let text = event_target_value(&event);
                            keep(&text);
                            draft.text.set(text);
                        }
                        on:keydown=on_keydown
                        on:paste=move |event| {
                            #[cfg(feature = "hydrate")]
                            if attaching.take(event.clipboard_data().and_then(|pasted| pasted.files())) {
                                event.prevent_default();
                            }
                            #[cfg(not(feature = "hydrate"))]
                            drop(event);
                        }
                    ></textarea>
                </div>
                <button
                    class="button composer-send"
                    type="button"
                    hidden=move || !stops.get()
                    on:click=move |event| {
                        if let Some(stop) = on_stop {
                            stop.run(());
                        }
                        // Pressed by keyboard; a finger must not be given a keyboard that it did not ask for.
                        if event.detail() == 0 {
                            draft.focus();
                        }
                    }
                >
                    <Icon name="stop"/>
                    <span class="composer-word">"Stop"</span>
                </button>
                <button
                    class="button composer-send"
                    data-kind="primary"
                    type="submit"
                    hidden=move || stops.get()
                    disabled=move || !alive.get() || waits.get() || !(1..=MESSAGE_CHARS_MAX).contains(&count.get())
                >
                    <Icon name="send"/>
                    <span class="composer-word">"Send"</span>
                </button>
            </div>
            <Foot count/>
        </form>
    }
}

/// How to send, and how much more there is room for.
#[component]
fn Foot(count: Memo<usize>) -> impl IntoView {
    let too_long = move || count.get() > MESSAGE_CHARS_MAX;
    let counted = move || {
        if too_long() {
            format!("{} too many", thousands(count.get() - MESSAGE_CHARS_MAX))
        } else {
            format!("{} / {}", thousands(count.get()), thousands(MESSAGE_CHARS_MAX))
        }
    };
    view! {
        <div class="composer-foot">
            <p class="composer-hint" id="composer-hint">
                "Not for emergencies. "
                <span class="composer-keys">
                    <kbd>"Enter"</kbd>
                    " to send, "
                    <kbd>"Shift"</kbd>
                    "+"
                    <kbd>"Enter"</kbd>
                    " for a new line."
                </span>
            </p>
            <p
                class="composer-count"
                id="composer-count"
                data-near=move || (count.get() >= NEAR).to_string()
                data-over=move || too_long().to_string()
            >
                {counted}
            </p>
        </div>
    }
}

const NO_SCRIPT: &str = "<p class=\"system-note\">You can read here without JavaScript. Writing needs it: the live \
                         conversation runs in your browser.</p>";

/// What was typed before the page came alive, else what was kept.
fn begin(draft: Draft, kept: Option<String>) {
    #[cfg(feature = "hydrate")]
    if let Some(field) = draft.field.get() {
        let typed = field.value();
        if typed.is_empty() {
            draft.put(&kept.unwrap_or_default());
        } else {
            draft.text.set(typed);
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (draft, kept);
}

fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Idle => "idle",
        Phase::Queued(_) => "queued",
        Phase::Thinking => "thinking",
        Phase::Writing => "answering",
        Phase::Done => "done",
        Phase::Stopped => "stopped",
        Phase::Failed => "failed",
    }
}

fn phase_text(phase: Phase) -> String {
    match phase {
        Phase::Idle => String::new(),
        Phase::Queued(Some(position)) => format!("Waiting: number {position} in line"),
        Phase::Queued(None) => "Waiting for a free place".to_owned(),
        Phase::Thinking => "Thinking…".to_owned(),
        Phase::Writing => "Answering…".to_owned(),
        Phase::Done => "Done".to_owned(),
        Phase::Stopped => "Stopped".to_owned(),
        Phase::Failed => "The answer could not be finished".to_owned(),
    }
}

/// `7,812`
fn thousands(number: usize) -> String {
    if number < 1_000 { number.to_string() } else { format!("{},{:03}", number / 1_000, number % 1_000) }
}
