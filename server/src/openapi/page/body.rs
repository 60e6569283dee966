//! What an operation is sent, and what it answers.

use leptos::prelude::*;
use serde_json::Value;

use super::kind::{self, prose, wording};

/// What is sent.
pub(super) fn request(told: &Value) -> Option<impl IntoView + use<>> {
    let body = told.get("requestBody")?;
    let needed = if body["required"] == true { "" } else { "; it can be left out" };
    let media = body["content"].as_object()?.values().next()?.clone();
    Some(view! {
        <h4>"Body"</h4>
        <p>{kind::of(&media["schema"])} <span class="quiet">{needed}</span></p>
        {example(&media)}
    })
}

/// What comes back, what went well first.
pub(super) fn answers(told: &Value) -> impl IntoView + use<> {
    let all = told["responses"].as_object().into_iter().flatten();
    let (good, mut bad): (Vec<_>, Vec<_>) = all.partition(|(status, _)| status.as_str() < "400");
    bad.sort_by_key(|(status, _)| *status);
    let good = good.into_iter().map(|(status, answer)| {
        let media: Vec<_> = answer["content"].as_object().into_iter().flatten().collect();
        let kinds = media.iter().map(|(name, media)| {
            let name = (*name != "application/json").then(|| view! { " as " <code>{(*name).clone()}</code> });
            view! { <span>{kind::of(&media["schema"])} {name} " "</span> }
        });
        let kinds = kinds.collect_view();
        let example = media.first().and_then(|(_, media)| example(media));
        view! {
            <p><strong>{status.clone()}</strong> " " {prose(&wording(&answer["description"]))} " " {kinds}</p>
            {example}
        }
    });
    let good = good.collect_view();
    let bad = bad
        .into_iter()
        .map(|(status, answer)| {
            let text = answer["$ref"]
                .as_str()
                .and_then(|name| name.rsplit('/').next())
                .map_or_else(|| wording(&answer["description"]), |name| super::super::rules::about(name).to_owned());
            view! {
                <div>
                    <dt><strong>{status.clone()}</strong></dt>
                    <dd>{prose(&text)}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <h4>"Answers"</h4>
        {good}
        <details>
            <summary>"What can go wrong"</summary>
            <dl class="api-fields">{bad}</dl>
        </details>
    }
}

fn example(media: &Value) -> Option<impl IntoView + use<>> {
    let example = media.get("example")?;
    let text = example.as_str().map(ToOwned::to_owned);
    let text = text.unwrap_or_else(|| serde_json::to_string_pretty(example).expect("an example is plain data"));
    Some(view! {
        <details>
            <summary>"Example"</summary>
            <pre tabindex="0"><code>{text}</code></pre>
        </details>
    })
}
