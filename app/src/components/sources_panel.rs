//! The passages that an answer rests on: beside the text where there is room, from below where there is none.

use leptos::either::Either;
use leptos::prelude::*;
use protocol::Source;

use super::icon::Icon;
use super::markdown::Markdown;
use crate::state::chat::use_chat;

/// The panel; empty and hidden until a mark is pressed.
#[component]
pub fn SourcesPanel() -> impl IntoView {
    let chat = use_chat();
    let title = NodeRef::<leptos::html::H2>::new();
    let on_close = move || {
        chat.sources.set(None);
        #[cfg(feature = "hydrate")]
        give_back_focus();
    };
    let on_keydown = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            on_close();
        }
    };
    // Opening it is the person's own doing, so focus may go there: a screen reader reads on in the panel.
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if chat.sources.with(Option::is_some)
            && let Some(title) = title.get()
        {
            request_animation_frame(move || show(&title));
        }
    });
    view! {
        <aside
            class="sources-panel"
            id="sources"
            aria-labelledby="sources-title"
            hidden=move || chat.sources.with(Option::is_none)
            on:keydown=on_keydown
        >
            <header class="sources-head">
                <h2 class="sources-title" id="sources-title" tabindex="-1" node_ref=title>"Sources"</h2>
                <button class="tool" data-size="touch" type="button" aria-label="Close sources" on:click=move |_| on_close()>
                    <Icon name="close"/>
                </button>
            </header>
            <ol class="source-list">
                {move || chat.sources.get().map(|open| {
                    let lines = open.sources.into_iter().enumerate();
                    lines.map(|(n, source)| view! { <SourceLine number=n + 1 current=n + 1 == open.current source/> }).collect_view()
                })}
            </ol>
        </aside>
    }
}

#[component]
fn SourceLine(number: usize, current: bool, source: Source) -> impl IntoView {
    let link = link(&source);
    let (name, section) = split_title(&source.title);
    let passage = 0..source.passage.len();
    let is_own = source.id.starts_with("documents/");
    view! {
        <li class="source" aria-current=current.then_some("true")>
            <h3 class="source-name"><span class="source-number">{number}</span>{name.to_owned()}</h3>
            {section.map(|section| view! { <p class="source-section">{section.to_owned()}</p> })}
            <blockquote class="source-passage">
                // What somebody uploaded is text and no Markdown.
                {if is_own {
                    Either::Left(view! { <p class="source-plain"><mark>{source.passage}</mark></p> })
                } else {
                    Either::Right(view! { <Markdown text=source.passage headings=4 passage/> })
                }}
            </blockquote>
            {link.map(|href| view! { <a class="source-link" href=href>{if is_own { "Open the document" } else { "Read the whole article" }}</a> })}
        </li>
    }
}

/// "Headache — What you can do" are an article and its heading.
pub fn split_title(title: &str) -> (&str, Option<&str>) {
    let cut = [" — ", " – ", ": "].into_iter().find_map(|dash| title.split_once(dash));
    cut.map_or((title, None), |(name, section)| (name, Some(section)))
}

/// Where the passage can be read in its place.
pub fn link(source: &Source) -> Option<String> {
    let url = super::markdown::parse::safe_link(&source.url)?;
    let ours = url.starts_with("/library/") && !url.contains(['?', '#']);
    Some(if ours { format!("{url}?from={}&to={}#passage", source.start, source.end) } else { url })
}

#[cfg(feature = "hydrate")]
fn show(title: &web_sys::HtmlElement) {
    let _ = title.focus();
    if let Ok(Some(current)) = document().query_selector("#sources [aria-current=true]") {
        let how = web_sys::ScrollIntoViewOptions::new();
        how.set_block(web_sys::ScrollLogicalPosition::Nearest);
        current.scroll_into_view_with_scroll_into_view_options(&how);
    }
}

/// The mark that opened the panel carries `data-opened`.
#[cfg(feature = "hydrate")]
fn give_back_focus() {
    use wasm_bindgen::JsCast;
    if let Ok(Some(mark)) = document().query_selector("[data-opened]") {
        let _ = mark.remove_attribute("data-opened");
        if let Ok(mark) = mark.dyn_into::<web_sys::HtmlElement>() {
            let _ = mark.focus();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(url: &str) -> Source {
        Source {
            id: String::new(),
            title: String::new(),
            passage: String::new(),
            url: url.to_owned(),
            score: 1.0,
            start: 3,
            end: 9,
        }
    }

    #[test]
    fn a_passage_of_the_library_is_linked_by_its_bytes() {
        assert_eq!(link(&source("/library/fever")).as_deref(), Some("/library/fever?from=3&to=9#passage"));
        assert_eq!(link(&source("/library/fever?from=1&to=2")).as_deref(), Some("/library/fever?from=1&to=2"));
        assert_eq!(link(&source("https://nhs.uk")).as_deref(), Some("https://nhs.uk"));
        assert_eq!(link(&source("javascript:x")), None);
    }

    #[test]
    fn a_title_is_an_article_and_its_heading() {
        assert_eq!(split_title("Headache — What it is"), ("Headache", Some("What it is")));
        assert_eq!(split_title("Headache"), ("Headache", None));
    }
}
