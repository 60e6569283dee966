//! `/documents/:id?from=&to=`: a document's text, with the passage that someone came to read; or a picture.

use std::ops::Range;

use leptos::either::EitherOf3;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use protocol::DocumentId;
use protocol::document::{DocumentPassage, DocumentStatus, OpenedDocument};

use super::line::Facts;
use crate::api::documents::open_document;
use crate::components::icon::Icon;
use crate::components::page::Page;
use crate::pages::error::{FailureMain, NotFoundMain};

/// The page.
#[component]
pub fn DocumentPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let number = move |name: &str| query.with(|query| query.get(name)?.parse::<usize>().ok());
    let passage = Memo::new(move |_| Some(number("from")?..number("to")?).filter(|it| it.start < it.end));
    let part = Memo::new(move |_| number("part").and_then(|part| u32::try_from(part).ok()));
    let document = Resource::new(
        move || (id.get(), passage.get().map(|passage| passage.start), part.get()),
        |(id, at, part)| open_document(DocumentId::new(id), at, part),
    );
    view! {
        <Page>
            <Suspense>
                {move || {
                    let passage = passage.get();
                    Suspend::new(async move {
                        match document.await {
                            Ok(opened) => EitherOf3::A(view! { <Opened opened passage/> }),
                            Err(failure) if failure.status == 404 => EitherOf3::B(view! { <NotFoundMain/> }),
                            Err(failure) => EitherOf3::C(view! { <FailureMain failure/> }),
                        }
                    })
                }}
            </Suspense>
        </Page>
    }
}

#[component]
fn Opened(opened: OpenedDocument, passage: Option<Range<usize>>) -> impl IntoView {
    let OpenedDocument { document, text, before, behind } = opened;
    let title = document.title.clone().unwrap_or_else(|| document.name.clone());
    let file = format!("/api/documents/{}/content", document.id);
    let picture = document.is_picture().then(|| {
        view! {
            <a href=file.clone() rel="external">
                <img class="document-picture" src=file.clone() alt=document.name.clone() width=document.width.map(|it| it.to_string()) height=document.height.map(|it| it.to_string())/>
            </a>
        }
    });
    let unread = (!document.unread_pages.is_empty()).then(|| {
        let pages = listed(&document.unread_pages);
        view! {
            <p class="notice"><Icon name="info"/>{format!("No text could be read on {pages}: pictures of text are not read (no OCR is built in).")}</p>
        }
    });
    let state = match document.status {
        DocumentStatus::Ready => None,
        DocumentStatus::Reading => Some("This document is still being read. Look again in a moment.".to_owned()),
        DocumentStatus::Failed => document.problem.clone(),
    };
    #[cfg(feature = "hydrate")]
    if passage.is_some() {
        Effect::new(move |_| request_animation_frame(crate::pages::library::show_passage));
    }
    let id = document.id.clone();
    let part = move |from: u32| format!("/documents/{id}?part={from}");
    let earlier = (before > 0).then(|| part(before.saturating_sub(PART)));
    let shown = u32::try_from(text.len()).unwrap_or(0);
    let later = (behind > 0).then(|| part(before + shown));
    view! {
        <Title text=format!("{title} · Anamnesis")/>
        <main class="container article" data-width="narrow" id="main">
            <header class="article-head">
                <a class="article-back" href="/documents"><Icon name="back" small=true/>"All documents"</a>
                <h1 class="article-title">{title.clone()}</h1>
                {(title != document.name).then(|| view! { <p class="quiet small">{document.name.clone()}</p> })}
                <Facts document=document.clone()/>
                <p><a class="button" data-size="small" href=file download rel="external"><Icon name="download" small=true/>"Save the file"</a></p>
            </header>
            {state.map(|text| view! { <p class="notice"><Icon name="info"/>{text}</p> })}
            {unread}
            {picture}
            {earlier.map(|href| view! { <p><a href=href>"Earlier part"</a></p> })}
            <article class="prose article-body document-text"><Text text passage/></article>
            {later.map(|href| view! { <p><a href=href>"Next part"</a></p> })}
        </main>
    }
}

/// As many passages as the server gives at once.
const PART: u32 = 400;

/// `page 2`, `pages 2, 3 and 9`
fn listed(pages: &[u32]) -> String {
    const MOST: usize = 8;
    let named: Vec<String> = pages.iter().take(MOST).map(ToString::to_string).collect();
    match (named.as_slice(), pages.len().saturating_sub(MOST)) {
        ([one], 0) => format!("page {one}"),
        ([before @ .., last], 0) => format!("pages {} and {last}", before.join(", ")),
        (all, more) => format!("pages {} and {more} more", all.join(", ")),
    }
}

/// The passages: headings where they change, pages where they turn.
#[component]
fn Text(text: Vec<DocumentPassage>, passage: Option<Range<usize>>) -> impl IntoView {
    let mut headings: Vec<String> = Vec::new();
    let mut page = None;
    let mut is_first = true;
    let mut shown = Vec::new();
    for part in text {
        if part.page.is_some() && part.page != page {
            page = part.page;
            shown.push(view! { <p class="document-page" id=format!("page-{}", page.unwrap_or(0))>{format!("Page {}", page.unwrap_or(0))}</p> }.into_any());
        }
        let same = headings.iter().zip(&part.headings).take_while(|(held, new)| held == new).count();
        for (depth, heading) in part.headings.iter().enumerate().skip(same) {
            shown.push(heading_at(depth, heading.clone()));
        }
        headings.clone_from(&part.headings);
        shown.extend(paragraphs(&part, passage.as_ref(), &mut is_first));
    }
    shown
}

fn heading_at(depth: usize, text: String) -> AnyView {
    match depth {
        0 => view! { <h2>{text}</h2> }.into_any(),
        1 => view! { <h3>{text}</h3> }.into_any(),
        _ => view! { <h4>{text}</h4> }.into_any(),
    }
}

/// The paragraphs of a passage; what someone came to read is marked, the first of it by its id.
fn paragraphs(part: &DocumentPassage, passage: Option<&Range<usize>>, is_first: &mut bool) -> Vec<AnyView> {
    let mut at = part.start;
    let mut shown = Vec::new();
    for text in part.text.split("\n\n") {
        let (start, end) = (at, at + text.len());
        at = end + 2;
        let marked = passage.filter(|passage| passage.start < end && start < passage.end);
        let Some(marked) = marked else {
            shown.push(view! { <p>{text.to_owned()}</p> }.into_any());
            continue;
        };
        let from = floor(text, marked.start.saturating_sub(start));
        let to = floor(text, marked.end.saturating_sub(start));
        let (before, inside, behind) = (text[..from].to_owned(), text[from..to].to_owned(), text[to..].to_owned());
        let id = std::mem::take(is_first).then_some("passage");
        shown.push(view! { <p>{before}<mark id=id>{inside}</mark>{behind}</p> }.into_any());
    }
    shown
}

/// The nearest boundary of a character at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{floor, listed};

    #[test]
    fn pages_are_listed_as_people_list_them() {
        assert_eq!(listed(&[2]), "page 2");
        assert_eq!(listed(&[2, 3, 9]), "pages 2, 3 and 9");
        assert_eq!(listed(&(1..=20).collect::<Vec<_>>()), "pages 1, 2, 3, 4, 5, 6, 7, 8 and 12 more");
        assert_eq!(floor("aü", 2), 1);
    }
}
