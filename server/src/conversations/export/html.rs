//! An export as a page that is saved: to read in any browser, and to print. An answer is read by the reader of Markdown
//! that the site has, which knows no tags, and links of a few kinds only; everything else is plain text.

use std::fmt::Write;

use app::components::markdown::parse::{Block, Inline, Reading, parse};
use protocol::document::Attachment;
use protocol::rest::{ChatMessage, Export};
use protocol::{Role, Source};
use serde::Deserialize as _;

use super::{beside, speaker, title_of};
use crate::conversations::wire::role_word;

/// Wherever the page is opened, it loads nothing and runs nothing.
const HEAD: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Conversations</title>
"#;

/// The page stands alone, so it has no part in the site's tokens.
const STYLE: &str = r#"<style>
:root { color-scheme: light dark; --quiet: light-dark(#5a5f66, #a3a9b1); --line: light-dark(#c9cdd2, #4a5058); }
body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere;
  font: 1.0625rem/1.6 Charter, "Bitstream Charter", Cambria, Georgia, serif; }
h1, h2, h3, h4 { margin: 1.6em 0 0.4em; line-height: 1.25; font-family: system-ui, sans-serif; }
h1 { font-size: 1.6rem; }
h2 { font-size: 1rem; }
h3, h4 { font-size: 1.0625rem; }
time { font-weight: normal; }
h2 time, .attached, .sources { color: var(--quiet); }
.attached, .sources { font-size: 0.875em; }
.attached { padding: 0; list-style: none; }
article + article { margin-top: 4rem; border-top: 2px solid var(--line); }
section[data-role="user"] { padding-left: 1rem; border-left: 3px solid var(--line); }
blockquote { margin-inline: 0; padding-left: 1rem; border-left: 3px solid var(--line); }
pre { white-space: pre-wrap; }
table { border-collapse: collapse; }
th, td { padding: 0.25rem 0.5rem; border: 1px solid var(--line); text-align: left; vertical-align: top; }
sup { line-height: 0; }
@page { margin: 18mm 20mm; }
@media print {
  :root { color-scheme: only light; --quiet: #000; }
  body { max-width: none; margin: 0; padding: 0; color: #000; background: #fff; font-size: 11pt; line-height: 1.45; }
  article + article { margin-top: 0; border-top: 0; break-before: page; }
  h1, h2, h3, h4 { break-inside: avoid; break-after: avoid; }
  li, tr, pre, blockquote, .attached { break-inside: avoid; }
  p { orphans: 3; widows: 3; }
  a { color: inherit; text-decoration: none; }
  a[href^="http"]::after { content: " (" attr(href) ")"; font-size: 0.85em; }
}
</style>
"#;

/// The page; `None` where it would be larger than this.
pub(super) fn page(export: &Export, bytes_max: usize) -> Option<String> {
    let mut page = format!("{HEAD}{STYLE}</head>\n<body>\n");
    for one in &export.conversations {
        let _ = write!(page, "<article>\n<h1>{}</h1>\n", escaped(title_of(one)));
        let _ = writeln!(page, "<p>Begun {}.</p>", time(&one.conversation.created_at));
        for message in &one.messages {
            section(message, &mut page);
            // A small text can be a large table, so what grows is looked at on the way.
            if page.len() > bytes_max {
                return None;
            }
        }
        page.push_str("</article>\n");
    }
    page.push_str("</body>\n</html>\n");
    Some(page).filter(|page| page.len() <= bytes_max)
}

fn section(message: &ChatMessage, page: &mut String) {
    let (role, who, when) = (role_word(message.role), speaker(message.role), time(&message.created_at));
    let _ = write!(page, "<section data-role=\"{role}\">\n<h2>{who} · {when}</h2>\n");
    if message.role == Role::Assistant {
        let reading = Reading { cites: true, ..Reading::default() };
        blocks(&parse(&message.content, &reading), page);
    } else {
        paragraphs(&message.content, page);
    }
    paragraphs(&beside(message), page);
    attached(message, page);
    sources(&message.sources, page);
    page.push_str("</section>\n");
}

/// A time of RFC 3339 in UTC, to the minute.
fn time(at: &str) -> String {
    let words = match (at.get(..10), at.get(11..16)) {
        (Some(day), Some(minute)) => format!("{day}, {minute} UTC"),
        _ => at.to_owned(),
    };
    format!("<time datetime=\"{}\">{}</time>", escaped(at), escaped(&words))
}

/// Plain text with its line breaks.
fn paragraphs(text: &str, page: &mut String) {
    for paragraph in text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
        let _ = writeln!(page, "<p>{}</p>", escaped(paragraph).replace('\n', "<br>\n"));
    }
}

/// What came with a message, by its names.
fn attached(message: &ChatMessage, page: &mut String) {
    let Some(Ok(attached)) = message.metadata.get("attached").map(Vec::<Attachment>::deserialize) else { return };
    if attached.is_empty() {
        return;
    }
    page.push_str("<ul class=\"attached\">\n");
    for one in attached {
        let kind = if one.is_picture() { "Picture" } else { "Document" };
        let _ = writeln!(page, "<li>{kind}: {}</li>", escaped(&one.name));
    }
    page.push_str("</ul>\n");
}

fn sources(sources: &[Source], page: &mut String) {
    if sources.is_empty() {
        return;
    }
    page.push_str("<ol class=\"sources\">\n");
    for source in sources {
        let _ = writeln!(page, "<li>{} ({})</li>", escaped(&source.title), escaped(&source.url));
    }
    page.push_str("</ol>\n");
}

fn blocks(blocks: &[Block], page: &mut String) {
    for one in blocks {
        block(one, page);
    }
}

fn block(block: &Block, page: &mut String) {
    match block {
        Block::Paragraph(inner) => {
            within("p", inner, page);
            page.push('\n');
        }
        // The page has its own first headings: those of an answer stand below them.
        Block::Heading(level, inner) => {
            within(if *level > 2 { "h4" } else { "h3" }, inner, page);
            page.push('\n');
        }
        Block::List(start, items) => list(*start, items, page),
        Block::Quote(inner) => {
            page.push_str("<blockquote>\n");
            blocks(inner, page);
            page.push_str("</blockquote>\n");
        }
        Block::Code(code) => {
            let _ = writeln!(page, "<pre><code>{}</code></pre>", escaped(code));
        }
        Block::Table(head, rows) => table(head, rows, page),
        Block::Rule => page.push_str("<hr>\n"),
    }
}

fn list(start: Option<u64>, items: &[Vec<Block>], page: &mut String) {
    let tag = if start.is_some() { "ol" } else { "ul" };
    let _ = match start {
        Some(start) if start != 1 => writeln!(page, "<ol start=\"{start}\">"),
        _ => writeln!(page, "<{tag}>"),
    };
    for item in items {
        page.push_str("<li>");
        // The first paragraph of an item needs nothing around it.
        if let Some((Block::Paragraph(first), rest)) = item.split_first() {
            inlines(first, page);
            blocks(rest, page);
        } else {
            blocks(item, page);
        }
        page.push_str("</li>\n");
    }
    let _ = writeln!(page, "</{tag}>");
}

fn table(head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>], page: &mut String) {
    page.push_str("<table>\n<thead>");
    row("th", head, page);
    page.push_str("</thead>\n<tbody>\n");
    for cells in rows {
        row("td", cells, page);
        page.push('\n');
    }
    page.push_str("</tbody>\n</table>\n");
}

fn row(tag: &str, cells: &[Vec<Inline>], page: &mut String) {
    page.push_str("<tr>");
    for cell in cells {
        within(tag, cell, page);
    }
    page.push_str("</tr>");
}

fn within(tag: &str, inner: &[Inline], page: &mut String) {
    let _ = write!(page, "<{tag}>");
    inlines(inner, page);
    let _ = write!(page, "</{tag}>");
}

fn inlines(inlines: &[Inline], page: &mut String) {
    for one in inlines {
        inline(one, page);
    }
}

fn inline(inline: &Inline, page: &mut String) {
    match inline {
        Inline::Text(text) | Inline::Passage(text, _) => page.push_str(&escaped(text)),
        Inline::Cite(number) => {
            let _ = write!(page, "<sup>[{number}]</sup>");
        }
        Inline::Emphasis(inner) => within("em", inner, page),
        Inline::Strong(inner) => within("strong", inner, page),
        Inline::Struck(inner) => within("s", inner, page),
        Inline::Code(code) => {
            let _ = write!(page, "<code>{}</code>", escaped(code));
        }
        // A saved page is no longer of the site: a link within the site would lead nowhere.
        Inline::Link(address, inner) if address.starts_with('/') => inlines(inner, page),
        Inline::Link(address, inner) => {
            let _ = write!(page, "<a href=\"{}\" rel=\"noopener noreferrer\">", escaped(address));
            inlines(inner, page);
            page.push_str("</a>");
        }
        Inline::Break => page.push_str("<br>\n"),
    }
}

/// As text within a page: nothing that a person or a model wrote becomes a tag.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use protocol::ConversationId;
    use protocol::rest::{Conversation, ConversationStatus, ExportedConversation};
    use serde_json::Map;

    use super::*;

    /// An export of one answer.
    fn answered(content: &str) -> Export {
        let conversation = Conversation {
            id: ConversationId::new("1"),
            title: String::new(),
            status: ConversationStatus::Active,
            message_count: 1,
            last_message_at: None,
            model_name: None,
            system_prompt: None,
            total_tokens: 0,
            metadata: Map::new(),
            created_at: String::new(),
            updated_at: String::new(),
        };
        let answer = ChatMessage {
            id: None,
            conversation_id: None,
            role: Role::Assistant,
            content: content.to_owned(),
            elements: Vec::new(),
            sources: Vec::new(),
            model_name: None,
            token_count: 0,
            generation_time: None,
            context_used: Vec::new(),
            metadata: Map::new(),
            seq: None,
            created_at: String::new(),
        };
        let conversations = vec![ExportedConversation { conversation, messages: vec![answer] }];
        Export { format: String::new(), version: 1, exported_at: String::new(), conversations }
    }

    fn shown(content: &str) -> String {
        page(&answered(content), usize::MAX).expect("there is room")
    }

    #[test]
    fn a_time_is_shown_to_the_minute() {
        let shown = time("2026-11-22T21:12:30.876Z");
        assert_eq!(shown, "<time datetime=\"2026-11-22T21:12:30.876Z\">2026-11-22, 21:12 UTC</time>");
    }

    #[test]
    fn nothing_that_was_written_becomes_a_tag() {
        assert_eq!(escaped("<b title='x'>\"&"), "&lt;b title=&#39;x&#39;&gt;&quot;&amp;");
        let page = shown("<b>x</b>\n\n<script>x</script>\n\n`<i>` [a](https://a.example/\"><script>)");
        assert!(!page.contains("<b>") && !page.contains("<script") && !page.contains("<i>"), "{page}");
    }

    #[test]
    fn an_answer_is_shown_as_it_is_meant() {
        for (written, meant) in [
            (
                "A *b* **c** ~~d~~ `e` [1, 2]",
                "<p>A <em>b</em> <strong>c</strong> <s>d</s> <code>e</code><sup>[1]</sup><sup>[2]</sup></p>",
            ),
            ("# A\n\n### B", "<h3>A</h3>\n<h4>B</h4>"),
            ("- a\n- b\n  - c", "<ul>\n<li>a</li>\n<li>b<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>"),
            ("3. a", "<ol start=\"3\">\n<li>a</li>\n</ol>"),
            ("> a\n\n---", "<blockquote>\n<p>a</p>\n</blockquote>\n<hr>"),
            (
                "| a |\n| - |\n| b |",
                "<table>\n<thead><tr><th>a</th></tr></thead>\n<tbody>\n<tr><td>b</td></tr>\n</tbody>\n</table>",
            ),
            ("[a](https://a.example/?b&c)", "<a href=\"https://a.example/?b&amp;c\" rel=\"noopener noreferrer\">a</a>"),
            ("[a](javascript:b) [c](/library/d)", "<p>a c</p>"),
        ] {
            let page = shown(written);
            assert!(page.contains(meant), "{written}: {page}");
        }
    }

    #[test]
    fn a_small_text_that_is_a_large_page_is_stopped() {
        let (head, rows) = (format!("{}|\n{}|\n", "|a".repeat(300), "|-".repeat(300)), "|b|\n".repeat(300));
        let export = answered(&(head + &rows));
        assert!(page(&export, usize::MAX).is_some_and(|page| page.len() > 500_000));
        assert_eq!(page(&export, 100_000), None);
    }
}
