//! `/library` and `/library/:id?from=&to=`: what answers are made of, to read as it stands.

use std::collections::BTreeMap;

use leptos::either::{Either, EitherOf3};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::error::{FailureMain, NotFoundMain};
use crate::api::library::{list_articles, read_article};
use crate::api::types::{Article, ArticleLine};
use crate::components::icon::Icon;
use crate::components::markdown::Markdown;
use crate::components::page::Page;

/// All articles.
#[component]
pub fn Library() -> impl IntoView {
    let articles = Resource::new(|| (), |()| list_articles());
    view! {
        <Title text="Library · Anamnesis"/>
        <Page>
            <Suspense>
                {move || Suspend::new(async move {
                    match articles.await {
                        Ok(articles) => Either::Left(view! { <ArticleList articles/> }),
                        Err(failure) => Either::Right(view! { <FailureMain failure/> }),
                    }
                })}
            </Suspense>
        </Page>
    }
}

/// By what they belong to first, so that a long list can be found one's way in; no script is needed for it.
#[component]
fn ArticleList(articles: Vec<ArticleLine>) -> impl IntoView {
    let mut topics: BTreeMap<String, Vec<ArticleLine>> = BTreeMap::new();
    for article in articles {
        let topic = article.topics.first().cloned().unwrap_or_default();
        topics.entry(topic).or_default().push(article);
    }
    let ways: Vec<_> = topics
        .iter()
        .map(|(topic, articles)| {
            view! { <li><a href=format!("#{topic}")>{name_of(topic)}" "<span class="quiet small">{articles.len()}</span></a></li> }
        })
        .collect();
    let sections: Vec<_> = topics
        .into_iter()
        .map(|(topic, articles)| {
            let name = name_of(&topic);
            let lines: Vec<_> = articles
                .into_iter()
                .map(|article| view! { <li><a href=format!("/library/{}", article.id)>{article.title}</a></li> })
                .collect();
            view! {
                <section class="library-topic" aria-labelledby=topic.clone()>
                    <h2 id=topic.clone()>{name}</h2>
                    <ul class="related-list library-list">{lines}</ul>
                </section>
            }
        })
        .collect();
    view! {
        <main class="container article" data-width="narrow" id="main">
            <header class="article-head">
                <h1 class="article-title">"Library"</h1>
                <p class="quiet">"What the built-in guide answers from. Each article names its sources and when it was last checked."</p>
            </header>
            <nav aria-label="Topics"><ul class="library-ways">{ways}</ul></nav>
            {sections}
        </main>
    }
}

/// `heart-and-circulation` as a heading.
fn name_of(topic: &str) -> String {
    let mut name = topic.replace('-', " ");
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name
}

/// One article, with the passage that someone came to read.
#[component]
pub fn ArticlePage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let passage = Memo::new(move |_| {
        query.with(|query| {
            let number = |name| query.get(name)?.parse::<usize>().ok();
            Some(number("from")?..number("to")?)
        })
    });
    let article = Resource::new(move || id.get(), read_article);
    view! {
        <Page>
            <Suspense>
                {move || {
                    let passage = passage.get();
                    Suspend::new(async move {
                        match article.await {
                            Ok(article) => EitherOf3::A(view! { <ArticleView article passage/> }),
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
fn ArticleView(article: Article, passage: Option<std::ops::Range<usize>>) -> impl IntoView {
    let count = match article.sources.len() {
        1 => "1 source".to_owned(),
        count => format!("{count} sources"),
    };
    let sources = article.sources.into_iter().map(|source| {
        let publisher = format!("{}, {}", source.publisher, source.year);
        view! {
            <li>
                <p>
                    <a href=source.url rel="noopener noreferrer">{source.title}</a>
                    " "
                    <span class="reference-publisher">{publisher}</span>
                </p>
            </li>
        }
    });
    let related =
        article.related.into_iter().map(|(id, title)| view! { <li><a href=format!("/library/{id}")>{title}</a></li> });
    let related: Vec<_> = related.collect();
    #[cfg(feature = "hydrate")]
    if passage.is_some() {
        Effect::new(move |_| request_animation_frame(show_passage));
    }
    view! {
        <Title text=format!("{} · Anamnesis", article.title)/>
        <main class="container article" data-width="narrow" id="main">
            <header class="article-head">
                <a class="article-back" href="/library"><Icon name="back" small=true/>"All articles"</a>
                <h1 class="article-title">{article.title}</h1>
                <p class="article-facts">
                    <span>"Written from its sources, not yet read by a clinician; " <time datetime=article.reviewed.clone()>{article.reviewed.clone()}</time></span>
                    <span>{count}</span>
                </p>
            </header>
            <article class="prose article-body">
                {match passage {
                    Some(passage) => view! { <Markdown text=article.markdown headings=2 passage/> }.into_any(),
                    None => view! { <Markdown text=article.markdown headings=2/> }.into_any(),
                }}
            </article>
            <div class="article-end">
                <section aria-labelledby="sources">
                    <h2 id="sources">"Sources"</h2>
                    <ol class="reference-list">{sources.collect_view()}</ol>
                </section>
                {(!related.is_empty()).then(|| view! {
                    <section aria-labelledby="related">
                        <h2 id="related">"Related"</h2>
                        <ul class="related-list">{related}</ul>
                    </section>
                })}
            </div>
        </main>
    }
}

#[cfg(feature = "hydrate")]
pub(super) fn show_passage() {
    if let Some(passage) = document().get_element_by_id("passage") {
        let how = web_sys::ScrollIntoViewOptions::new();
        how.set_block(web_sys::ScrollLogicalPosition::Center);
        passage.scroll_into_view_with_scroll_into_view_options(&how);
    }
}
