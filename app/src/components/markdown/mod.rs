//! Markdown as page elements. Blocks that are closed keep their elements while the last one grows.

mod heal;
pub mod parse;

use std::hash::{DefaultHasher, Hash, Hasher};

use leptos::prelude::*;
use protocol::Source;

use self::parse::{Block, Inline, Reading, parse, urgency};

/// What a mark of a source opens.
#[derive(Clone, Copy)]
pub struct Citations {
    /// The sources of the answer, in the order of their numbers.
    pub sources: Signal<Vec<Source>>,
    /// The mark with this number was pressed.
    pub open: Callback<usize>,
    /// The number whose source is on show.
    pub current: Signal<Option<usize>>,
}

/// A text as page elements.
#[component]
pub fn Markdown(
    /// The text, growing or whole.
    #[prop(into)]
    text: Signal<String>,
    /// It is still growing.
    #[prop(optional, into)]
    streaming: Signal<bool>,
    /// Numbers in brackets are marks of these sources.
    #[prop(optional)]
    citations: Option<Citations>,
    /// The passage, in bytes, that someone came to read.
    #[prop(optional)]
    passage: Option<std::ops::Range<usize>>,
    /// What the text's second-level headings are on the page.
    #[prop(default = 3)]
    headings: u8,
) -> impl IntoView {
    let blocks = Memo::new(move |_| {
        let reading = Reading { cites: citations.is_some(), streaming: streaming.get(), passage: passage.clone() };
        let blocks = text.with(|text| parse(text, &reading));
        blocks.into_iter().enumerate().collect::<Vec<_>>()
    });
    view! {
        <For each=move || blocks.get() key=|(n, block)| (*n, hash(block)) let((_, block))>
            {show_block(block, Setting { citations, headings })}
        </For>
    }
}

/// What the elements of a text need to know.
#[derive(Clone, Copy)]
struct Setting {
    citations: Option<Citations>,
    headings: u8,
}

fn hash(block: &Block) -> u64 {
    let mut hasher = DefaultHasher::new();
    block.hash(&mut hasher);
    hasher.finish()
}

fn show_blocks(blocks: Vec<Block>, setting: Setting) -> Vec<AnyView> {
    blocks.into_iter().map(|block| show_block(block, setting)).collect()
}

fn show_block(block: Block, setting: Setting) -> AnyView {
    match block {
        Block::Paragraph(inlines) => {
            let urgency = urgency(&inlines);
            view! { <p data-urgency=urgency>{show(inlines, setting)}</p> }.into_any()
        }
        // The page has its own first headings: those of a text stand below them.
        Block::Heading(level, inlines) => match level.max(2) - 2 + setting.headings {
            2 => view! { <h2>{show(inlines, setting)}</h2> }.into_any(),
            3 => view! { <h3>{show(inlines, setting)}</h3> }.into_any(),
            _ => view! { <h4>{show(inlines, setting)}</h4> }.into_any(),
        },
        Block::List(start, items) => {
            let items = items.into_iter().map(|item| show_item(item, setting)).collect_view();
            match start {
                Some(1) => view! { <ol>{items}</ol> }.into_any(),
                Some(start) => view! { <ol start=start.to_string()>{items}</ol> }.into_any(),
                None => view! { <ul>{items}</ul> }.into_any(),
            }
        }
        Block::Quote(blocks) => view! { <blockquote>{show_blocks(blocks, setting)}</blockquote> }.into_any(),
        Block::Code(code) => view! { <pre><code>{code}</code></pre> }.into_any(),
        Block::Rule => view! { <hr/> }.into_any(),
        Block::Table(head, rows) => show_table(head, rows, setting),
    }
}

/// An item of one paragraph shows it without the paragraph around it.
fn show_item(mut blocks: Vec<Block>, setting: Setting) -> AnyView {
    let Some(Block::Paragraph(_)) = blocks.first() else {
        return view! { <li>{show_blocks(blocks, setting)}</li> }.into_any();
    };
    let Block::Paragraph(inlines) = blocks.remove(0) else { unreachable!("it was looked at just now") };
    let urgency = urgency(&inlines);
    view! { <li data-urgency=urgency>{show(inlines, setting)} {show_blocks(blocks, setting)}</li> }.into_any()
}

fn show_table(head: Vec<Vec<Inline>>, rows: Vec<Vec<Vec<Inline>>>, setting: Setting) -> AnyView {
    let head = head.into_iter().map(|cell| view! { <th scope="col">{show(cell, setting)}</th> }).collect_view();
    let rows = rows.into_iter().map(|row| {
        let cells = row.into_iter().map(|cell| view! { <td>{show(cell, setting)}</td> }).collect_view();
        view! { <tr>{cells}</tr> }
    });
    view! { <table><thead><tr>{head}</tr></thead><tbody>{rows.collect_view()}</tbody></table> }.into_any()
}

fn show(inlines: Vec<Inline>, setting: Setting) -> Vec<AnyView> {
    inlines.into_iter().map(|inline| show_inline(inline, setting)).collect()
}

fn show_inline(inline: Inline, setting: Setting) -> AnyView {
    match inline {
        Inline::Text(text) => text.into_any(),
        Inline::Passage(text, true) => view! { <mark id="passage">{text}</mark> }.into_any(),
        Inline::Passage(text, false) => view! { <mark>{text}</mark> }.into_any(),
        Inline::Emphasis(inner) => view! { <em>{show(inner, setting)}</em> }.into_any(),
        Inline::Strong(inner) => view! { <strong>{show(inner, setting)}</strong> }.into_any(),
        Inline::Struck(inner) => view! { <s>{show(inner, setting)}</s> }.into_any(),
        Inline::Code(code) => view! { <code>{code}</code> }.into_any(),
        Inline::Break => view! { <br/> }.into_any(),
        Inline::Link(address, inner) => {
            let rel = (!address.starts_with('/')).then_some("noopener noreferrer");
            view! { <a href=address rel=rel>{show(inner, setting)}</a> }.into_any()
        }
        Inline::Cite(number) => match setting.citations {
            Some(citations) => view! { <Cite number citations/> }.into_any(),
            None => format!("[{number}]").into_any(),
        },
    }
}

#[component]
fn Cite(number: usize, citations: Citations) -> impl IntoView {
    let title = move || {
        citations
            .sources
            .with(|sources| sources.get(number - 1).map(|source| format!("Source {number}: {}", source.title)))
    };
    view! {
        <button
            class="cite"
            type="button"
            aria-controls="sources"
            // Another conversation may be on its way in: this mark is still on the page then, but no longer of it.
            aria-expanded=move || (citations.current.try_get().flatten() == Some(number)).to_string()
            aria-label=move || title().unwrap_or_else(|| format!("Source {number}"))
            disabled=move || title().is_none()
            on:click=move |_| citations.open.run(number)
        >
            {number}
        </button>
    }
}
