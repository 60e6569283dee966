use super::super::heal::heal;
use super::*;

fn answer(text: &str) -> Vec<Block> {
    parse(text, &Reading { cites: true, ..Reading::default() })
}

fn streamed(text: &str) -> Vec<Block> {
    parse(text, &Reading { cites: true, streaming: true, passage: None })
}

fn plain(text: &str) -> Inline {
    Inline::Text(text.to_owned())
}

/// What a reader sees.
fn seen(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        match block {
            Block::Paragraph(inlines) | Block::Heading(_, inlines) => text.push_str(&words(inlines)),
            Block::List(_, items) => items.iter().for_each(|item| text.push_str(&seen(item))),
            Block::Quote(inner) => text.push_str(&seen(inner)),
            Block::Code(code) => text.push_str(code),
            Block::Table(head, rows) => rows.iter().flatten().chain(head).for_each(|cell| text.push_str(&words(cell))),
            Block::Rule => {}
        }
        text.push(' ');
    }
    text
}

fn words(inlines: &[Inline]) -> String {
    let mut text = String::new();
    for inline in inlines {
        match inline {
            Inline::Text(part) | Inline::Passage(part, _) | Inline::Code(part) => text.push_str(part),
            Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Struck(inner) | Inline::Link(_, inner) => {
                text.push_str(&words(inner));
            }
            Inline::Cite(_) | Inline::Break => {}
        }
    }
    text
}

fn links(inlines: &[Inline]) -> Vec<String> {
    inlines.iter().filter_map(|inline| if let Inline::Link(to, _) = inline { Some(to.clone()) } else { None }).collect()
}

#[test]
fn blocks_and_inlines_become_the_tree() {
    let blocks = answer("## Head\n\nOne **two** *three* `four`\n\n1. a\n2. b\n\n- c\n  - d\n\n---\n\n> e\n");
    assert_eq!(blocks[0], Block::Heading(2, vec![plain("Head")]));
    assert_eq!(
        blocks[1],
        Block::Paragraph(vec![
            plain("One "),
            Inline::Strong(vec![plain("two")]),
            plain(" "),
            Inline::Emphasis(vec![plain("three")]),
            plain(" "),
            Inline::Code("four".to_owned()),
        ])
    );
    let item = |text: &str| vec![Block::Paragraph(vec![plain(text)])];
    assert_eq!(blocks[2], Block::List(Some(1), vec![item("a"), item("b")]));
    let inner = Block::List(None, vec![item("d")]);
    assert_eq!(blocks[3], Block::List(None, vec![vec![Block::Paragraph(vec![plain("c")]), inner]]));
    assert_eq!(blocks[4], Block::Rule);
    assert_eq!(blocks[5], Block::Quote(item("e")));
}

#[test]
fn a_table_has_a_head_and_rows() {
    let cell = |text: &str| vec![plain(text)];
    let blocks = answer("| a | b |\n|---|---|\n| 1 | 2 |\n");
    assert_eq!(blocks, [Block::Table(vec![cell("a"), cell("b")], vec![vec![cell("1"), cell("2")]])]);
}

#[test]
fn numbers_in_brackets_are_marks_of_sources_in_answers_only() {
    assert_eq!(
        answer("Rest helps [1]. Drink [2, 3]; see [4][5] and [x] [0] [1000]."),
        [Block::Paragraph(vec![
            plain("Rest helps"),
            Inline::Cite(1),
            plain(". Drink"),
            Inline::Cite(2),
            Inline::Cite(3),
            plain("; see"),
            Inline::Cite(4),
            Inline::Cite(5),
            plain(" and [x] [0] [1000]."),
        ])]
    );
    assert_eq!(parse("a [1]", &Reading::default()), [Block::Paragraph(vec![plain("a [1]")])]);
}

#[test]
fn raw_html_is_text() {
    for text in ["<script>alert(1)</script>", "a <img src=x onerror=alert(1)> b", "<div onclick=x>\n\nhi\n\n</div>"] {
        let blocks = answer(text);
        assert!(blocks.iter().all(|block| matches!(block, Block::Paragraph(_))), "{text}: {blocks:?}");
        assert!(seen(&blocks).contains('<'), "{text} is shown as it was written");
    }
}

#[test]
fn images_leave_their_description_only() {
    assert_eq!(answer("![a cat](https://elsewhere.example/cat.png)"), [Block::Paragraph(vec![plain("a cat")])]);
}

#[test]
fn links_lead_to_safe_places_only() {
    let safe = [
        ("https://nhs.uk/a?b=c", "https://nhs.uk/a?b=c"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("tel:988", "tel:988"),
        ("/library/fever?from=1&to=2", "/library/fever?from=1&to=2"),
        ("stroke-signs", "/library/stroke-signs"),
    ];
    for (address, expected) in safe {
        assert_eq!(safe_link(address).as_deref(), Some(expected));
    }
    let unsafe_ones = [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "java\tscript:alert(1)",
        "\u{1}javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "http://plain.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "\\\\elsewhere.example",
        "https:",
        "../up",
        "",
    ];
    for address in unsafe_ones {
        assert_eq!(safe_link(address), None, "{address:?}");
    }
}

#[test]
fn a_link_that_is_not_safe_leaves_its_words() {
    for text in ["[press](javascript:alert(1))", "[press](<java script:x>)", "[press](data:text/html;base64,PHM+)"] {
        let blocks = answer(text);
        let Some(Block::Paragraph(inlines)) = blocks.first() else { panic!("{text}") };
        assert_eq!(links(inlines), [] as [String; 0], "{text}");
        assert!(words(inlines).contains("press"));
    }
}

#[test]
fn deep_nesting_is_shown_flat_and_does_not_overflow() {
    for text in
        [">".repeat(6000) + " deep", "- ".repeat(3000) + "deep", "*".repeat(7000) + "deep", "[".repeat(7000) + "deep"]
    {
        assert!(seen(&answer(&text)).contains("deep"));
        let _ = streamed(&text);
    }
}

#[test]
fn a_passage_is_cut_out_of_the_text_by_its_bytes() {
    let text = "## Was nützt\n\nÖl **hilft** nie. Ruhe hilft.\n";
    let from = text.find("hilft").expect("it is there");
    let to = text.find(" Ruhe").expect("it is there");
    let blocks = parse(text, &Reading { passage: Some(from..to), ..Reading::default() });
    assert_eq!(
        blocks[1],
        Block::Paragraph(vec![
            plain("Öl "),
            Inline::Strong(vec![Inline::Passage("hilft".to_owned(), true)]),
            Inline::Passage(" nie.".to_owned(), false),
            plain(" Ruhe hilft."),
        ])
    );
}

#[test]
fn a_passage_beyond_the_text_or_inside_a_character_marks_what_it_can() {
    for passage in [0..10_000, 3..4, 9_000..10_000, 4..4] {
        let blocks = parse("Öööö &amp; more", &Reading { passage: Some(passage), ..Reading::default() });
        assert_eq!(seen(&blocks).trim(), "Öööö & more");
    }
}

#[test]
fn the_first_bold_word_tells_how_urgent_it_is() {
    for (text, level) in [
        ("**Emergency – call now:** x", Some("emergency")),
        ("**Urgent – same day:** x", Some("urgent")),
        ("**Routine – book:** x", Some("routine")),
        ("**Self-care:** x", Some("self_care")),
        ("**Rest:** x", None),
        ("Emergency", None),
    ] {
        let blocks = answer(text);
        let Some(Block::Paragraph(inlines)) = blocks.first() else { panic!("{text}") };
        assert_eq!(urgency(inlines), level, "{text}");
    }
}

#[test]
fn half_open_markup_is_closed_or_held_back() {
    let cases = [
        ("a **bo", "a **bo**"),
        ("a **bo*", "a **bo**"),
        ("a **", "a"),
        ("a **bold**", "a **bold**"),
        ("a *it", "a *it*"),
        ("**a *b", "**a *b***"),
        ("a **b ", "a **b**"),
        ("a `co", "a `co`"),
        ("a `", "a"),
        ("a [te", "a te"),
        ("a [text]", "a text"),
        ("a [text](https://x", "a text"),
        ("a [text](https://x.example)", "a [text](https://x.example)"),
        ("a [1", "a"),
        ("a [1]", "a [1]"),
        ("a [1] b", "a [1] b"),
        ("head\n-", "head\n"),
        ("head\n\n#", "head\n\n"),
        ("- one **two**\n- three *fo", "- one **two**\n- three *fo*"),
        ("- five ** six\n- seven", "- five ** six\n- seven"),
        ("2 * 3 = 6", "2 * 3 = 6"),
        ("snake_case_name", "snake_case_name"),
        ("```\ncode **", "```\ncode **"),
        ("done.\n\nnew", "done.\n\nnew"),
    ];
    for (text, expected) in cases {
        assert_eq!(heal(text), expected, "{text:?}");
    }
}

#[test]
fn no_prefix_of_an_answer_shows_raw_markup() {
    let text = "Most **tension headaches** pass with *rest* and `water` [1].\n\n## What helps\n\n- **Drink** water [1]\n- \
                Read [the page](https://nhs.uk/x) or [fever](fever) [2, 3]\n- ***Both*** ~~not~~ this\n\n1. **One** \
                thing\n2. Another _thing_\n\n**Emergency – call now:** worst *ever* headache [1].\n";
    for end in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
        let shown = seen(&streamed(&text[..end]));
        for raw in ["**", "`", "[", "](", "~~", "#", " *", "* ", "_"] {
            assert!(!shown.contains(raw), "{raw:?} in {shown:?} after {:?}", &text[..end]);
        }
    }
    assert_eq!(streamed(text), answer(text), "at the end nothing is held back");
}

#[test]
fn closed_blocks_do_not_change_while_the_last_one_grows() {
    let closed = answer("One **two** [1].\n\n- a\n- b\n\n");
    for tail in ["T", "Th", "The **en", "The **end**"] {
        let blocks = streamed(&format!("One **two** [1].\n\n- a\n- b\n\n{tail}"));
        assert_eq!(blocks[..2], closed[..]);
    }
}

#[test]
fn any_bytes_are_read_without_a_panic() {
    let pieces = [
        "**", "`", "[", "](", ")", "\n", "- ", "1. ", "<b>", "é", "😀", "\\", "_", "~~", "#", ">", "|", "```", "&#0;",
        "\u{0}",
    ];
    for a in pieces {
        for b in pieces {
            for c in pieces {
                for text in [format!("{a}{b}{c}"), format!("x{a}y{b}z{c}w")] {
                    let _ = streamed(&text);
                    let _ = parse(&text, &Reading { passage: Some(1..3), cites: true, streaming: false });
                }
            }
        }
    }
}
