//! The description as a page of the site: plain HTML that needs no script, with the site's own stylesheet.

mod body;
mod kind;

use leptos::prelude::*;
use serde_json::Value;

use crate::site::assets;
use body::{answers, request};
use kind::{fields, prose, wording};

/// Nothing runs on this page, and nothing is loaded but the stylesheet and the icon.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; manifest-src 'self'; \
    base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'none'";

/// One operation, with where it is found.
struct Operation<'a> {
    path: &'a str,
    method: String,
    told: &'a Value,
}

impl Operation<'_> {
    fn text(&self, name: &str) -> String {
        self.told[name].as_str().unwrap_or_default().to_owned()
    }
}

fn operations(described: &Value) -> Vec<Operation<'_>> {
    let paths = described["paths"].as_object().into_iter().flatten();
    let all = paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().into_iter().flatten();
        methods.map(|(method, told)| Operation { path, method: method.to_uppercase(), told })
    });
    all.collect()
}

/// The whole document.
pub(super) fn html(described: &Value) -> String {
    let operations = operations(described);
    let tags: Vec<&Value> = described["tags"].as_array().into_iter().flatten().collect();
    let css = assets::url("main.css").unwrap_or_default();
    let about = described["info"]["description"].as_str().unwrap_or_default();
    let about = about.split("\n\n").map(|part| view! { <p>{prose(part)}</p> }).collect_view();
    let ways = tags.iter().map(|tag| way(tag, &operations)).collect_view();
    let groups = tags.iter().map(|tag| group(tag, &operations)).collect_view();
    let page = view! {
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#fbfaf8"/>
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#10151b"/>
                <title>"The API · Anamnesis"</title>
                <link rel="stylesheet" href=css/>
                <link rel="icon" href="/favicon.svg" r#type="image/svg+xml"/>
            </head>
            <body>
                <a class="skip-link" href="#main">"Skip to content"</a>
                <div class="page">
                    <header class="container">
                        <div class="site-header">
                            <a class="wordmark" href="/">"Anamnesis"</a>
                            <nav class="site-nav" aria-label="Main">
                                <a class="button" data-kind="quiet" href="/library">"Library"</a>
                                <a class="button" href="/chat">"Your conversations"</a>
                            </nav>
                        </div>
                    </header>
                    <main class="container article api" id="main">
                        <header class="article-head">
                            <h1 class="article-title">"The API"</h1>
                            {about}
                            <p>
                                "As a file for programs, OpenAPI 3.1: " <a href="/api/openapi.json">"/api/openapi.json"</a>
                            </p>
                        </header>
                        <nav class="api-ways" aria-label="Operations">{ways}</nav>
                        {groups}
                        {types(described)}
                    </main>
                    <footer class="site-footer container">
                        <div class="site-footer-inner">
                            <p>"Anamnesis gives health information. It is not a doctor and does not replace one."</p>
                            <ul class="site-footer-links">
                                <li><a href="/">"Start page"</a></li>
                                <li><a href="/library">"Library"</a></li>
                            </ul>
                        </div>
                    </footer>
                </div>
            </body>
        </html>
    };
    format!("<!DOCTYPE html>{}", page.to_html())
}

fn of<'a>(tag: &Value, operations: &'a [Operation<'a>]) -> impl Iterator<Item = &'a Operation<'a>> {
    let name = tag["name"].clone();
    operations.iter().filter(move |one| one.told["tags"][0] == name)
}

/// A group in the table of contents.
fn way(tag: &Value, operations: &[Operation<'_>]) -> impl IntoView + use<> {
    let name = wording(&tag["name"]);
    let lines = of(tag, operations)
        .map(|one| {
            view! {
                <li>
                    <a href=format!("#{}", one.text("operationId"))>
                        <span class="api-method">{one.method.clone()}</span> " " {one.path.to_owned()}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <section>
            <h2><a href=format!("#{}", name.to_lowercase())>{name.clone()}</a></h2>
            <ul class="api-list">{lines}</ul>
        </section>
    }
}

fn group(tag: &Value, operations: &[Operation<'_>]) -> impl IntoView + use<> {
    let (name, about) = (wording(&tag["name"]), wording(&tag["description"]));
    let id = name.to_lowercase();
    let each = of(tag, operations).map(operation).collect_view();
    view! {
        <section class="api-group" aria-labelledby=id.clone()>
            <header>
                <h2 id=id.clone()>{name}</h2>
                <p class="quiet">{prose(&about)}</p>
            </header>
            {each}
        </section>
    }
}

fn operation(one: &Operation<'_>) -> impl IntoView + use<> {
    let is_open = one.told["security"].as_array().is_some_and(Vec::is_empty);
    let about = one.text("description");
    let about = about.split("\n\n").filter(|part| !part.is_empty()).map(|part| view! { <p>{prose(part)}</p> });
    let id = one.text("operationId");
    view! {
        <article class="api-operation" id=id.clone() aria-labelledby=format!("{id}-title")>
            <h3 id=format!("{id}-title")>
                <span class="api-method">{one.method.clone()}</span> " " <code>{one.path.to_owned()}</code>
            </h3>
            <p>{prose(&one.text("summary"))}</p>
            {about.collect_view()}
            <p class="quiet small">{if is_open { "Public: no token is needed." } else { "Needs a token." }}</p>
            {parameters(one)}
            {request(one.told)}
            {answers(one.told)}
            <h4>"As a command"</h4>
            <pre tabindex="0"><code>{curl(one, is_open)}</code></pre>
        </article>
    }
}

fn parameters(one: &Operation<'_>) -> Option<impl IntoView + use<>> {
    let all = one.told["parameters"].as_array().filter(|all| !all.is_empty())?;
    let lines = all.iter().map(|parameter| {
        let place = match parameter["in"].as_str() {
            Some("path") => "in the path",
            Some("header") => "header",
            _ => "query",
        };
        let needed = if parameter["required"] == true { ", needed" } else { "" };
        view! {
            <div>
                <dt>
                    <code>{wording(&parameter["name"])}</code>
                    <span class="quiet">{format!(" {place}{needed}: ")} {kind::of(&parameter["schema"])}</span>
                </dt>
                <dd>{prose(&wording(&parameter["description"]))}</dd>
            </div>
        }
    });
    Some(view! {
        <h4>"Parameters"</h4>
        <dl class="api-fields">{lines.collect_view()}</dl>
    })
}

/// Every type that a body is made of.
fn types(described: &Value) -> impl IntoView + use<> {
    let all = described["components"]["schemas"].as_object().into_iter().flatten();
    let each = all
        .map(|(name, schema)| {
            view! {
                <section class="api-type" id=format!("type-{name}")>
                    <h3><code>{name.clone()}</code></h3>
                    <p class="quiet">{prose(&wording(&schema["description"]))}</p>
                    {fields(schema)}
                </section>
            }
        })
        .collect_view();
    view! {
        <section class="api-group" aria-labelledby="types">
            <header>
                <h2 id="types">"Types"</h2>
                <p class="quiet">"What bodies are made of."</p>
            </header>
            <div class="api-types">{each}</div>
        </section>
    }
}

/// The operation as a line for a shell, with its example.
fn curl(one: &Operation<'_>, is_open: bool) -> String {
    let (mut path, mut query) = (one.path.to_owned(), Vec::new());
    for parameter in one.told["parameters"].as_array().into_iter().flatten() {
        let (name, example) = (wording(&parameter["name"]), &parameter["example"]);
        match parameter["in"].as_str() {
            Some("path") => {
                let value = example.as_str().map_or_else(|| format!("${}", name.to_uppercase()), ToOwned::to_owned);
                path = path.replace(&format!("{{{name}}}"), &value);
            }
            Some("query") if !example.is_null() => {
                query.push(format!("--data-urlencode '{name}={}'", wording(example)));
            }
            _ => {}
        }
    }
    let mut words = vec!["curl -s".to_owned()];
    // With a body curl posts by itself.
    let is_told = one.method == "GET" || (one.method == "POST" && one.told.get("requestBody").is_some());
    if !is_told {
        words.push(format!("-X {}", one.method));
    }
    words.push(format!("\"$A{path}\""));
    if !is_open {
        words.push("-H \"Authorization: Bearer $TOKEN\"".to_owned());
    }
    if !query.is_empty() {
        words.push(format!("-G {}", query.join(" ")));
    }
    let example = &one.told["requestBody"]["content"]["application/json"]["example"];
    if !example.is_null() {
        // In a shell a quote within quotes ends them first.
        let body = example.to_string().replace('\'', "'\\''");
        words.push(format!("-H 'Content-Type: application/json' -d '{body}'"));
    }
    words.join(" ")
}
