//! `/reviews` and `/reviews/:id`: rated answers that people agreed to have read, for clinicians and administrators.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use protocol::rest::UserRole;
use protocol::review::{RatedAnswer, ReviewLine, ReviewList, Verdict};

use super::clinic::Gate;
use crate::api::ApiFailure;
use crate::api::care::{JudgeAnswer, list_reviews, read_rated_answer};
use crate::api::types::Viewer;
use crate::components::clinic::nav::ClinicNav;
use crate::components::field::{FormNotice, failure_of};
use crate::components::icon::Icon;
use crate::components::markdown::{Citations, Markdown};
use crate::components::page::Page;
use crate::components::sources_panel::link;
use crate::components::timestamp::{Shape, Timestamp};

/// A page of reviewers. Whoever is none is told so by the server.
#[component]
fn ReviewsFrame<T, V, F>(title: &'static str, needs: Resource<Result<T, ApiFailure>>, children: F) -> impl IntoView
where
    T: Clone + Send + Sync + serde::Serialize + serde::de::DeserializeOwned + 'static,
    V: IntoView + 'static,
    F: Fn((Viewer, T)) -> V + Clone + Send + Sync + 'static,
{
    view! {
        <Title text=format!("{title} · Anamnesis")/>
        <Page>
            <Gate needs only=None let((viewer, needed))>
                <div class="clinic">
                    {(viewer.user.role == UserRole::Clinician).then(|| view! { <ClinicNav/> })}
                    <main class="container clinic-main" id="main">{children((viewer, needed))}</main>
                </div>
            </Gate>
        </Page>
    }
}

/// The queue.
#[component]
pub fn ReviewsPage() -> impl IntoView {
    let query = use_query_map();
    let is_open = Memo::new(move |_| query.with(|query| query.get("state")).as_deref() != Some("closed"));
    let list = Resource::new(move || is_open.get(), |is_open| list_reviews(is_open, 0));
    view! {
        <ReviewsFrame title="Answers to review" needs=list let((viewer, list))>
            <header class="clinic-head">
                <h1 class="clinic-title">"Answers to review"</h1>
                {(viewer.user.role == UserRole::Admin).then(|| view! {
                    <a class="button" href="/api/feedback/export" rel="external" download="rated-answers.jsonl">
                        <Icon name="download" small=true/>"Save as JSON lines"
                    </a>
                })}
            </header>
            <Queue list is_open=is_open.get_untracked()/>
        </ReviewsFrame>
    }
}

#[component]
fn Queue(list: ReviewList, is_open: bool) -> impl IntoView {
    let total = list.total;
    let lines = RwSignal::new(list.reviews);
    let way = move |to: &'static str, here: bool, label: String| {
        view! { <a class="filter-link" href=to aria-current=here.then_some("true")>{label}</a> }
    };
    let on_more = move |_| {
        leptos::task::spawn_local(async move {
            let offset = i64::try_from(lines.with_untracked(Vec::len)).unwrap_or(i64::MAX);
            if let Ok(page) = list_reviews(is_open, offset).await {
                let _ = lines.try_update(|all| {
                    let new = page.reviews.into_iter().filter(|new| all.iter().all(|held| held.id != new.id));
                    let new: Vec<_> = new.collect();
                    all.extend(new);
                });
            }
        });
    };
    let has_more = move || lines.with(|all| i64::try_from(all.len()).is_ok_and(|held| held < total));
    let is_empty = total == 0;
    view! {
        <p class="quiet shared-lead">
            "Answers that people rated low and let you read, to make them better. Names, addresses, numbers and dates are taken out as far as they are found. Each that you open is on the trail."
        </p>
        <div class="case-tools">
            <nav class="filter" aria-label="Which answers">
                {way("/reviews", is_open, format!("Open ({})", list.open))}
                {way("/reviews?state=closed", !is_open, "Closed".to_owned())}
            </nav>
        </div>
        <ul class="case-list" aria-label="Answers">
            <For each=move || lines.get() key=|line| line.id.clone() let(line)><QueueLine line/></For>
        </ul>
        {move || has_more().then(|| view! { <button class="button" type="button" on:click=on_more>"Show more"</button> })}
        {is_empty.then(|| view! {
            <section class="empty clinic-empty" aria-labelledby="empty-title">
                <h2 class="empty-title" id="empty-title">
                    {if is_open { "Nothing to review" } else { "Nothing was reviewed yet" }}
                </h2>
                <p class="quiet">"An answer comes here when somebody rates it low and agrees that it is read."</p>
            </section>
        })}
    }
}

/// What a verdict is called.
const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fine => "Fine",
        Verdict::Wording => "Badly said",
        Verdict::Wrong => "Wrong",
        Verdict::Unsafe => "Unsafe",
    }
}

#[component]
fn QueueLine(line: ReviewLine) -> impl IntoView {
    let href = format!("/reviews/{}", line.id);
    let (key, word) = line.verdict.map_or(("open", "Open"), |verdict| ("signed", verdict_word(verdict)));
    view! {
        <li class="case-line" data-shape="short">
            <a class="case-link" href=href>
                <span class="case-name">{format!("Rated {} of 5", line.rating)}</span>
            </a>
            <span class="case-state" data-state=key>{word}</span>
            <span class="case-when"><Timestamp at=line.rated_at shape=Shape::Full/></span>
        </li>
    }
}

/// One rated answer.
#[component]
pub fn ReviewPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let answer = Resource::new(move || id.get(), read_rated_answer);
    view! {
        <ReviewsFrame title="Answer to review" needs=answer let((_viewer, answer))>
            <p><a class="article-back" href="/reviews"><Icon name="back" small=true/>"Answers to review"</a></p>
            <Read answer/>
        </ReviewsFrame>
    }
}

#[component]
fn Read(answer: RatedAnswer) -> impl IntoView {
    let judge = ServerAction::<JudgeAnswer>::new();
    let closed = RwSignal::new(answer.clone());
    Effect::new(move |_| {
        if let Some(Ok(new)) = judge.value().get() {
            closed.set(new);
        }
    });
    let shown = answer.context_used.iter().map(|shown| view! { <li>{shown.clone()}</li> }).collect_view();
    let sources = answer.sources.iter().map(|source| {
        let (href, title) = (link(source), source.title.clone());
        view! { <li><a href=href>{title}</a></li> }
    });
    let sources = sources.collect_view();
    let (has_shown, has_sources) = (!answer.context_used.is_empty(), !answer.sources.is_empty());
    let id = answer.line.id.clone();
    view! {
        <header class="clinic-head">
            <h1 class="clinic-title">{format!("Rated {} of 5", answer.line.rating)}</h1>
            <p class="quiet">
                {answer.model.clone().map(|model| format!("Answered by {model} · "))}
                <Timestamp at=answer.line.rated_at.clone() shape=Shape::Full/>
            </p>
        </header>
        <section class="panel shared-lead" aria-labelledby="question-title">
            <h2 class="panel-title" id="question-title">"Question"</h2>
            <p class="review-text">{answer.question.clone()}</p>
        </section>
        <section class="panel shared-lead" aria-labelledby="answer-title">
            <h2 class="panel-title" id="answer-title">"Answer"</h2>
            <div class="prose"><Plain text=answer.answer.clone()/></div>
        </section>
        <section class="panel shared-lead" aria-labelledby="said-title">
            <h2 class="panel-title" id="said-title">"What was said of it"</h2>
            {match answer.text.clone() {
                Some(text) => view! { <p class="review-text">{text}</p> }.into_any(),
                None => view! { <p class="quiet">"Nothing but the rating."</p> }.into_any(),
            }}
        </section>
        <section class="panel shared-lead" aria-labelledby="shown-title">
            <h2 class="panel-title" id="shown-title">"What the answer was made from"</h2>
            {(!has_shown && !has_sources).then(|| view! { <p class="quiet">"Only the question."</p> })}
            {has_shown.then(|| view! { <ul class="plain-list">{shown}</ul> })}
            {has_sources.then(|| view! { <ol class="plain-list" aria-label="Sources">{sources}</ol> })}
        </section>
        {move || match closed.with(|answer| answer.line.verdict) {
            Some(verdict) => view! { <Closed verdict answer=closed.get()/> }.into_any(),
            None => view! { <Decide judge id=id.clone()/> }.into_any(),
        }}
    }
}

/// Markdown without the panel of sources beside it.
#[component]
fn Plain(text: String) -> impl IntoView {
    let citations =
        Citations { sources: Signal::stored(Vec::new()), open: Callback::new(|_| {}), current: Signal::stored(None) };
    view! { <Markdown text=Signal::stored(text) streaming=Memo::new(|_| false) citations/> }
}

#[component]
fn Closed(verdict: Verdict, answer: RatedAnswer) -> impl IntoView {
    view! {
        <section class="panel shared-lead" aria-labelledby="verdict-title">
            <h2 class="panel-title" id="verdict-title">"What was found"</h2>
            <p>
                <strong>{verdict_word(verdict)}</strong>
                {answer.reviewer.map(|name| format!(" by {name}"))}
                {answer.line.closed_at.map(|at| view! { ", " <Timestamp at shape=Shape::Full/> })}
            </p>
            {answer.note.map(|note| view! { <p class="review-text">{note}</p> })}
        </section>
    }
}

#[component]
fn Decide(judge: ServerAction<JudgeAnswer>, id: String) -> impl IntoView {
    let failure = failure_of(judge.value());
    let wrong = move || {
        let failure = failure.get().filter(|failure| failure.field.as_deref() == Some("note"));
        failure.map(|failure| view! { <p class="field-error"><Icon name="alert" small=true/>{failure.message}</p> })
    };
    let options = Verdict::ALL.map(|verdict| {
        view! {
            <label class="segmented-option">
                <input type="radio" name="verdict" value=verdict.as_str() required=true/>
                <span>{verdict_word(verdict)}</span>
            </label>
        }
    });
    view! {
        <section class="panel shared-lead" aria-labelledby="verdict-title">
            <h2 class="panel-title" id="verdict-title">"What do you find?"</h2>
            <ActionForm action=judge attr:class="decide">
                <FormNotice failure/>
                <input type="hidden" name="id" value=id/>
                <fieldset class="segmented" data-size="small">
                    <legend>"Verdict"</legend>
                    <div class="segmented-options">{options.collect_view()}</div>
                </fieldset>
                <div class="field">
                    <label class="field-label" for="note">"Note " <span class="field-optional">"(optional)"</span></label>
                    <textarea class="input" id="note" name="note" rows="3"></textarea>
                    {wrong}
                </div>
                <button class="button" data-kind="primary" type="submit" disabled=move || judge.pending().get()>"Close it"</button>
            </ActionForm>
        </section>
    }
}
