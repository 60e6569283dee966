//! Taking a file of conversations in again that some server like this one has written.

use leptos::html::Input;
use leptos::prelude::*;

use crate::components::field::use_alive;
use crate::components::icon::Icon;

/// Where the file stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "files are sent by a browser only"))]
enum Stage {
    None,
    OnItsWay,
    /// What came of it, in a sentence.
    Taken(String),
    Refused(String),
}

/// Chooses a file and sends it; what was taken in before is passed over by the server.
#[component]
pub fn Import() -> impl IntoView {
    let alive = use_alive();
    let stage = RwSignal::new(Stage::None);
    let field = NodeRef::<Input>::new();
    let on_choose = move |_| {
        #[cfg(feature = "hydrate")]
        if let Some(field) = field.get_untracked()
            && let Some(file) = field.files().and_then(|files| files.item(0))
        {
            sending::send(&file, stage);
            // The same file again is another try.
            field.set_value("");
        }
    };
    let is_busy = move || stage.with(|stage| *stage == Stage::OnItsWay);
    view! {
        <div class="row">
            <label class="button" data-kind="file">
                <Icon name="plus" small=true/>
                "Take in a file"
                <input
                    class="visually-hidden"
                    type="file"
                    accept=".json,application/json"
                    node_ref=field
                    disabled=move || !alive.get() || is_busy()
                    on:change=on_choose
                />
            </label>
        </div>
        <div role="status">
            {move || match stage.get() {
                Stage::None | Stage::Refused(_) => None,
                Stage::OnItsWay => Some(view! { <p class="quiet">"The file is on its way…"</p> }.into_any()),
                Stage::Taken(said) => Some(view! {
                    <p class="notice" data-kind="good"><Icon name="check"/><span>{said}" "<a href="/chat">"Your conversations"</a></span></p>
                }.into_any()),
            }}
        </div>
        {move || match stage.get() {
            Stage::Refused(why) => Some(view! {
                <p class="notice" data-kind="danger" role="alert"><Icon name="alert"/>{why}</p>
            }),
            _ => None,
        }}
    }
}

/// What the server took in, in words.
#[cfg_attr(not(any(feature = "hydrate", test)), expect(dead_code, reason = "files are sent by a browser only"))]
fn told(taken: usize, skipped: usize) -> String {
    let count = |count: usize, one: &str, many: &str| match count {
        1 => one.to_owned(),
        count => format!("{count} {many}"),
    };
    let taken_in = match taken {
        0 => "Nothing in it is new.".to_owned(),
        taken => format!("{} taken in.", count(taken, "One conversation was", "conversations were")),
    };
    match skipped {
        0 => taken_in,
        skipped => format!("{taken_in} {} here already.", count(skipped, "One was", "were")),
    }
}

#[cfg(feature = "hydrate")]
mod sending {
    use leptos::prelude::*;
    use protocol::rest::{Imported, Problem};
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;
    use web_sys::{File, XmlHttpRequest};

    use super::{Stage, told};

    const LOST: &str = "The file did not arrive. Check your connection and try again.";

    pub(super) fn send(file: &File, stage: RwSignal<Stage>) {
        if begin(file, stage).is_none() {
            stage.set(Stage::Refused("The browser could not send this file.".to_owned()));
        }
    }

    fn begin(file: &File, stage: RwSignal<Stage>) -> Option<()> {
        let request = XmlHttpRequest::new().ok()?;
        request.open("POST", "/api/chat/import").ok()?;
        request.set_request_header("Content-Type", "application/json").ok()?;
        let ended = {
            let request = request.clone();
            Closure::once_into_js(move || {
                // The page may be left by now.
                stage.try_set(outcome(&request));
            })
        };
        request.set_onloadend(Some(ended.unchecked_ref()));
        stage.set(Stage::OnItsWay);
        request.send_with_opt_blob(Some(file)).ok()
    }

    fn outcome(request: &XmlHttpRequest) -> Stage {
        let said = request.response_text().ok().flatten().unwrap_or_default();
        match request.status().unwrap_or(0) {
            200 => match serde_json::from_str::<Imported>(&said) {
                Ok(imported) => Stage::Taken(told(imported.conversation_ids.len(), imported.skipped)),
                Err(_) => Stage::Refused(LOST.to_owned()),
            },
            _ => {
                Stage::Refused(serde_json::from_str::<Problem>(&said).map_or(LOST.to_owned(), |problem| problem.detail))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn what_was_taken_in_is_said_in_words() {
        for (taken, skipped, said) in [
            (0, 0, "Nothing in it is new."),
            (1, 0, "One conversation was taken in."),
            (3, 1, "3 conversations were taken in. One was here already."),
            (0, 2, "Nothing in it is new. 2 were here already."),
        ] {
            assert_eq!(told(taken, skipped), said);
        }
    }
}
