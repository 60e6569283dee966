//! `/search`: looks through all that was said. What is looked for is health text, so it stands in no address: it is
//! kept in the tab until the person signs out, and the way back from a conversation finds it again.

use leptos::either::EitherOf4;
use leptos::html::Input;
use leptos::prelude::*;
use protocol::Role;
use protocol::rest::{Highlight, SearchFor, SearchHit, SearchResults};

use super::RecordsPage;
use crate::api::ApiFailure;
use crate::api::conversations::search;
use crate::components::field::use_alive;
use crate::components::icon::Icon;
use crate::components::timestamp::{Shape, Timestamp};
use crate::state::{list, storage};

/// Where the tab keeps what was looked for.
const KEPT: &str = "search";
/// How many are shown at first, and how many more each time.
const PAGE: i64 = 20;
/// The most that are shown.
const MOST: i64 = 100;

/// The page.
#[component]
pub fn SearchPage() -> impl IntoView {
    let nothing = Resource::new(|| (), |()| async { Ok::<_, ApiFailure>(()) });
    view! {
        <RecordsPage title="Search" needs=nothing let((_viewer, ()))>
            <Search/>
        </RecordsPage>
    }
}

/// Where a search stands.
#[derive(Debug, Clone, PartialEq)]
enum Found {
    /// Nothing was looked for.
    Nothing,
    Looking,
    Results(SearchResults),
    Failed(ApiFailure),
}

#[component]
fn Search() -> impl IntoView {
    let wanted = RwSignal::new(SearchFor::default());
    let found = RwSignal::new(Found::Nothing);
    let field = NodeRef::<Input>::new();
    let look = move |limit: i64| {
        let asked = SearchFor { limit: Some(limit), ..wanted.get_untracked() };
        storage::write_visit(KEPT, &serde_json::to_string(&asked).unwrap_or_default());
        if asked.q.trim().is_empty() {
            return found.set(Found::Nothing);
        }
        if limit == PAGE {
            found.set(Found::Looking);
        }
        leptos::task::spawn_local(async move {
            let answer = search(asked.clone()).await;
            // Somebody may have asked for something else meanwhile, or gone.
            if wanted.try_with_untracked(|now| SearchFor { limit: asked.limit, ..now.clone() } == asked) == Some(true) {
                found.try_set(answer.map_or_else(Found::Failed, Found::Results));
            }
        });
    };
    Effect::new(move |_| {
        if let Ok(kept) = serde_json::from_str::<SearchFor>(&storage::read_visit(KEPT).unwrap_or_default()) {
            let limit = kept.limit.unwrap_or(PAGE);
            wanted.set(kept);
            look(limit);
        }
    });
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            // It is not in the page yet, and not enabled.
            request_animation_frame(move || {
                let _ = field.focus();
                field.select();
            });
        }
    });
    view! {
        <p class="quiet shared-lead">
            "All that you and the assistant said, in conversations that are not deleted. What you look for is kept nowhere but in this tab."
        </p>
        <Form wanted field look=Callback::new(move |()| look(PAGE))/>
        <div aria-live="polite" aria-busy=move || found.with(|found| *found == Found::Looking).then_some("true")>
            {move || match found.get() {
                Found::Nothing => EitherOf4::A(()),
                Found::Looking => EitherOf4::B(view! { <p class="quiet">"Looking…"</p> }),
                Found::Failed(failure) => EitherOf4::C(view! {
                    <p class="notice" data-kind="danger" role="alert"><Icon name="alert"/>{failure.message}</p>
                }),
                Found::Results(results) => EitherOf4::D(view! { <Results results more=Callback::new(look)/> }),
            }}
        </div>
    }
}

/// What is looked for, when, and by whom it was said.
#[component]
fn Form(wanted: RwSignal<SearchFor>, field: NodeRef<Input>, look: Callback<()>) -> impl IntoView {
    let alive = use_alive();
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        look.run(());
    };
    let day = move |label: &'static str, of: fn(&mut SearchFor) -> &mut Option<String>| {
        let (id, named) = (label.to_lowercase(), label.to_lowercase());
        view! {
            <label class="found-filter" for=named>
                <span class="quiet">{label}</span>
                <input
                    class="input"
                    data-size="small"
                    type="date"
                    id=id
                    prop:value=move || wanted.with(|wanted| of(&mut wanted.clone()).clone().unwrap_or_default())
                    on:change=move |event| {
                        let day = Some(event_target_value(&event)).filter(|day| !day.is_empty());
                        wanted.update(|wanted| *of(wanted) = day);
                        look.run(());
                    }
                />
            </label>
        }
    };
    let said = move |label: &'static str, role: Option<Role>| {
        let is_this = move || wanted.with(|wanted| wanted.role == role);
        view! {
            <button
                class="filter-link"
                type="button"
                aria-pressed=move || is_this().to_string()
                on:click=move |_| {
                    wanted.update(|wanted| wanted.role = role);
                    look.run(());
                }
            >
                {label}
            </button>
        }
    };
    view! {
        <form class="found-form" role="search" on:submit=on_submit>
            <div class="found-words">
                <input
                    class="input"
                    type="search"
                    name="words"
                    aria-label="Words to look for"
                    placeholder="Words to look for"
                    autocomplete="off"
                    maxlength="200"
                    node_ref=field
                    disabled=move || !alive.get()
                    prop:value=move || wanted.with(|wanted| wanted.q.clone())
                    on:input=move |event| wanted.update(|wanted| wanted.q = event_target_value(&event))
                />
                <button class="button" data-kind="primary" type="submit" disabled=move || !alive.get()>"Search"</button>
            </div>
            <div class="found-filters">
                <div class="filter" role="group" aria-label="Said by">
                    {said("All", None)} {said("You", Some(Role::User))} {said("Answers", Some(Role::Assistant))}
                </div>
                {day("From", |wanted| &mut wanted.from)} {day("To", |wanted| &mut wanted.to)}
            </div>
            <noscript><p class="quiet">"The search needs JavaScript: what you look for would otherwise stand in an address."</p></noscript>
        </form>
    }
}

#[component]
fn Results(results: SearchResults, more: Callback<i64>) -> impl IntoView {
    let SearchResults { results, total } = results;
    let shown = i64::try_from(results.len()).unwrap_or(MOST);
    let said = match total {
        0 => "Nothing was found. All of the words must stand in one message; parts of words count, too.".to_owned(),
        1 => "One message".to_owned(),
        total if shown < total => format!("{total} messages; the newest {shown}"),
        total => format!("{total} messages"),
    };
    view! {
        <p class="quiet">{said}</p>
        <ol class="found-list">{results.into_iter().map(|hit| view! { <Hit hit/> }).collect_view()}</ol>
        {(shown < total && shown < MOST).then(|| view! {
            <button class="button" type="button" on:click=move |_| more.run((shown + PAGE).min(MOST))>"Show more"</button>
        })}
        {(shown < total && shown >= MOST).then(|| view! {
            <p class="quiet">"There are more: add a word or a day."</p>
        })}
    }
}

#[component]
fn Hit(hit: SearchHit) -> impl IntoView {
    let SearchHit { conversation, message, highlights } = hit;
    let href = match message.seq {
        Some(seq) => format!("/chat/{}?at={seq}", conversation.id),
        None => format!("/chat/{}", conversation.id),
    };
    let who = match message.role {
        Role::User => "You",
        Role::Assistant => "Answer",
        Role::Interactive => "Exercise",
        Role::System => "Notice",
    };
    let places = highlights.into_iter().map(|Highlight { before, found, after }| {
        view! { <p class="found-place">"…"{before}<mark>{found}</mark>{after}"…"</p> }
    });
    view! {
        <li class="found">
            <a class="found-link" href=href>{list::title(&conversation).to_owned()}</a>
            <span class="found-who quiet">{who}" · "<Timestamp at=message.created_at shape=Shape::Full/></span>
            {places.collect_view()}
        </li>
    }
}
