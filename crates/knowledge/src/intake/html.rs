//! The readable text of an HTML page, with its title, address and date. Tags are dropped, not rendered.

use crate::imported::Entry;

/// What is in these is not read.
const UNREAD: [&str; 10] = ["title", "script", "style", "noscript", "template", "svg", "nav", "footer", "head", "form"];
/// Before and behind these a line ends.
const BLOCKS: [&str; 24] = [
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "tr",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "article",
    "header",
    "main",
    "aside",
    "blockquote",
    "dt",
    "dd",
    "pre",
    "hr",
];

/// What stands in one block element of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// How deep a heading it is, from 1.
    pub level: Option<u8>,
    /// Without tags.
    pub text: String,
}

/// The title of a page, empty where it has none, and its paragraphs and headings.
pub fn parts(page: &str) -> (String, Vec<Part>) {
    let lower = page.to_ascii_lowercase();
    let mut parts = parts_of(page, &lower);
    for part in &mut parts {
        part.text = part.text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    (title(page, &lower), parts)
}

/// Reads a page.
pub(super) fn read(page: &str) -> Entry {
    let lower = page.to_ascii_lowercase();
    let mut entry = Entry { text: text(page, &lower), title: title(page, &lower), ..Entry::default() };
    for tag in tags(page, &lower, "<link") {
        if attribute(tag, "rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) {
            entry.url = attribute(tag, "href").unwrap_or_default();
        }
    }
    for tag in tags(page, &lower, "<meta") {
        let name =
            attribute(tag, "name").or_else(|| attribute(tag, "property")).unwrap_or_default().to_ascii_lowercase();
        let content = attribute(tag, "content").unwrap_or_default();
        match name.as_str() {
            "date"
            | "dcterms.modified"
            | "dc.date"
            | "last-modified"
            | "article:modified_time"
            | "article:published_time" => entry.date = content,
            "og:url" if entry.url.is_empty() => entry.url = content,
            _ => {}
        }
    }
    entry
}

fn title(page: &str, lower: &str) -> String {
    between(page, lower, "<title", "</title>").or_else(|| between(page, lower, "<h1", "</h1>")).unwrap_or_default()
}

/// The text of the first element that begins so.
fn between(page: &str, lower: &str, open: &str, close: &str) -> Option<String> {
    let from = lower.find(open)?;
    let from = from + lower[from..].find('>')? + 1;
    let to = from + lower[from..].find(close)?;
    let inside = &page[from..to];
    let found = text(inside, &inside.to_ascii_lowercase()).split_whitespace().collect::<Vec<_>>().join(" ");
    (!found.is_empty()).then_some(found)
}

fn tags<'page>(page: &'page str, lower: &str, open: &str) -> Vec<&'page str> {
    lower.match_indices(open).filter_map(|(from, _)| Some(&page[from..from + lower[from..].find('>')?])).collect()
}

/// The value of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let at = lower.find(&format!(" {name}="))? + name.len() + 2;
    let rest = &tag[at..];
    let value = match rest.chars().next()? {
        quote @ ('"' | '\'') => rest[1..].split(quote).next()?,
        _ => rest.split([' ', '/']).next()?,
    };
    Some(unescaped(value))
}

fn text(page: &str, lower: &str) -> String {
    let parts = parts_of(page, lower);
    let lines = parts.iter().flat_map(|part| part.text.lines());
    let lines = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn parts_of(page: &str, lower: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut level = None;
    let mut close = |level: Option<u8>, text: &mut String| {
        let text = std::mem::take(text);
        if !text.trim().is_empty() {
            parts.push(Part { level, text });
        }
    };
    let mut at = 0;
    while let Some(open) = lower[at..].find('<').map(|open| at + open) {
        text.push_str(&unescaped(&page[at..open]));
        if lower[open..].starts_with("<!--") {
            at = lower[open..].find("-->").map_or(page.len(), |end| open + end + 3);
            continue;
        }
        let closing = lower[open + 1..].starts_with('/');
        let name: &str = lower[open + 1 + usize::from(closing)..]
            .split(|mark: char| !mark.is_ascii_alphanumeric())
            .next()
            .unwrap_or("");
        if name.is_empty() && !lower[open + 1..].starts_with('!') {
            // A lone "<" is text.
            text.push('<');
            at = open + 1;
            continue;
        }
        let Some(end) = lower[open..].find('>').map(|end| open + end + 1) else { break };
        at = end;
        if !closing && UNREAD.contains(&name) {
            at = lower[end..].find(&format!("</{name}")).map_or(page.len(), |close| end + close);
        } else if BLOCKS.contains(&name) {
            close(level, &mut text);
            if let Some(depth) = heading(name) {
                level = (!closing).then_some(depth);
            }
        }
    }
    if at < page.len() && !lower[at..].contains('<') {
        text.push_str(&unescaped(&page[at..]));
    }
    close(level, &mut text);
    parts
}

/// How deep a heading an element is.
fn heading(name: &str) -> Option<u8> {
    name.strip_prefix('h')?.parse().ok().filter(|level| (1..=6).contains(level))
}

/// The entities that texts have.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        // Names are short; a longer one is not looked for through the whole of a hostile page.
        let entity =
            rest[1..].bytes().take(9).position(|byte| byte == b';').map(|end| (&rest[1..=end], &rest[end + 2..]));
        if let Some((letter, behind)) = entity.and_then(|(name, behind)| Some((character(name)?, behind))) {
            plain.push(letter);
            rest = behind;
        } else {
            plain.push('&');
            rest = &rest[1..];
        }
    }
    plain.push_str(rest);
    plain
}

fn character(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "rsquo" => '’',
        "lsquo" => '‘',
        "ldquo" => '“',
        "rdquo" => '”',
        "deg" => '°',
        "micro" => 'µ',
        _ => {
            let code = name.strip_prefix('#')?;
            let code = match code.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => code.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_gives_its_text_title_address_and_date() {
        let page = "<!doctype html><html><head><title>Gout &amp; you</title><link rel=canonical href='https://example.org/g'>\
                    <meta name=\"date\" content=\"2021-05-06\"><style>p{}</style></head><body><nav>Menu</nav><h1>Gout</h1>\
                    <p>Uric&nbsp;acid &lt; 6&#37;<br>is the aim.</p><script>var x = '<p>';</script><!-- no --></body></html>";
        let entry = read(page);
        assert_eq!(entry.title, "Gout & you");
        assert_eq!(entry.url, "https://example.org/g");
        assert_eq!(entry.date, "2021-05-06");
        assert_eq!(entry.text, "Gout\nUric acid < 6%\nis the aim.");
    }

    #[test]
    fn broken_pages_are_read_as_far_as_they_go() {
        assert_eq!(read("a < b and <b>c").text, "a < b and c");
        assert_eq!(read("<p").text, "");
        assert_eq!(read("x <script>never closed").text, "x");
    }
}
