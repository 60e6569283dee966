//! Files as people have them, and as people who mean harm make them.

mod made;

use documents::picture::clean;
use documents::{Document, Kind, Limits, Unreadable, kind, read};
use made::{deflated, docx, jpeg, paragraph, pdf, pdf_of, png, webp, written, zip_of};
use proptest::prelude::*;

fn taken(bytes: &[u8], name: &str) -> Result<Document, Unreadable> {
    taken_within(bytes, name, &Limits::default())
}

fn taken_within(bytes: &[u8], name: &str, limits: &Limits) -> Result<Document, Unreadable> {
    read(bytes, kind(bytes, name, limits.entries)?, limits, &mut |_, _| {})
}

fn texts(document: &Document) -> Vec<&str> {
    document.passages.iter().map(|passage| passage.text.as_str()).collect()
}

fn letter() -> Vec<u8> {
    pdf(
        &[
            vec![
                (780, 22, "Discharge letter"),
                (740, 15, "Medicines"),
                (715, 11, "Take metformin 500 mg twice a day with meals, and tell your prac-"),
                (701, 11, "tice about any sickness that lasts."),
                (670, 11, "Ramipril was stopped."),
            ],
            vec![(780, 15, "Follow up"), (750, 11, "Blood test in six weeks.")],
        ],
        true,
    )
}

#[test]
fn a_pdf_gives_its_text_with_pages_and_headings() {
    let mut told = Vec::new();
    let document = read(&letter(), Kind::Pdf, &Limits::default(), &mut |page, pages| told.push((page, pages))).unwrap();
    assert_eq!(document.title.as_deref(), Some("Discharge letter"));
    assert_eq!((document.pages, document.unread.len()), (Some(2), 0));
    assert_eq!(told, [(1, 2), (2, 2)]);
    let shown: Vec<_> = document
        .passages
        .iter()
        .map(|passage| (passage.page, passage.headings.join(" › "), passage.text.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            (
                Some(1),
                "Discharge letter › Medicines".to_owned(),
                "Take metformin 500 mg twice a day with meals, and tell your practice about any sickness that \
                 lasts.\n\nRamipril was stopped."
            ),
            (Some(2), "Discharge letter › Follow up".to_owned(), "Blood test in six weeks."),
        ]
    );
    assert_eq!(document.passages[1].start, document.passages[0].end + 2);
}

#[test]
fn what_stands_at_the_edge_of_every_page_is_no_part_of_the_text() {
    let pages: Vec<String> = (1..=6).map(|page| format!("Page {page} of 6")).collect();
    let pages: Vec<_> = pages
        .iter()
        .map(|foot| vec![(800, 9, "St Elsewhere Hospital"), (700, 11, "Something said."), (40, 9, foot.as_str())])
        .collect();
    let document = taken(&pdf(&pages, false), "x.pdf").unwrap();
    let all = texts(&document).join(" ");
    assert!(all.contains("Something said.") && !all.contains("Elsewhere") && !all.contains("of 6"), "{all}");
}

#[test]
fn a_pdf_of_pictures_says_that_ocr_is_not_built_in() {
    let error = taken(&pdf(&[vec![], vec![]], false), "scan.pdf").unwrap_err();
    assert_eq!(error, Unreadable::Pictures);
    assert!(error.to_string().contains("OCR) is not built in"));
    let mixed = taken(&pdf(&[vec![(700, 11, "One page with text.")], vec![]], false), "x.pdf").unwrap();
    assert_eq!(mixed.unread, [2]);
}

#[test]
fn a_locked_pdf_says_so() {
    let objects = [b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(), b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec(),
        b"<< /Filter /Standard /V 1 /R 2 /O (01234567890123456789012345678901) /U (01234567890123456789012345678901) /P -4 >>".to_vec()];
    let locked = written(&objects, "/Encrypt 3 0 R /ID [(a)(b)] ");
    let error = taken(&locked, "x.pdf").unwrap_err();
    assert!(matches!(error, Unreadable::Locked(_)), "{error:?}");
}

#[test]
fn a_word_document_gives_headings_tables_and_pages() {
    let body = [
        paragraph("Title", "Care plan"),
        paragraph("Heading1", "Asthma &amp; cough"),
        paragraph("", "Use the brown inhaler twice a day."),
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Peak flow</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>420</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
            .to_owned(),
        "<w:p><w:r><w:lastRenderedPageBreak/><w:t>On the second page.</w:t></w:r></w:p>".to_owned(),
        "<w:p><w:del><w:r><w:delText>Taken back.</w:delText></w:r></w:del></w:p>".to_owned(),
    ];
    let document = taken(&docx(&body.concat()), "plan.docx").unwrap();
    assert_eq!(document.title.as_deref(), Some("Care plan"));
    assert_eq!(document.pages, Some(2));
    assert_eq!(texts(&document), ["Use the brown inhaler twice a day.\n\nPeak flow | 420\n\nOn the second page."]);
    assert_eq!(document.passages[0].headings, ["Care plan", "Asthma & cough"]);
}

#[test]
fn markdown_and_web_pages_are_read_as_what_they_say() {
    let text = "---\ntitle: x\n---\n# Asthma\n\nUse **the** [inhaler](https://x.example).\n\n- one\n- two\n\n## At night\n\n<b>Sit</b> up.";
    let document = taken(text.as_bytes(), "a.md").unwrap();
    assert_eq!(texts(&document), ["Use the inhaler.\n\n• one\n• two", "Sit up."]);
    assert_eq!(document.passages[1].headings, ["Asthma", "At night"]);
    let page = "<!doctype html><title>Gout &amp; you</title><body><h1>Gout</h1><p>Uric\nacid.</p><h2>Food</h2><p>Less beer.<script>x</script>";
    let document = taken(page.as_bytes(), "a.txt").unwrap();
    assert_eq!(document.title.as_deref(), Some("Gout & you"));
    assert_eq!(texts(&document), ["Uric acid.", "Less beer."]);
    assert_eq!(document.passages[1].headings, ["Gout", "Food"]);
}

#[test]
fn a_file_is_what_stands_in_it_whatever_its_name() {
    let is = |bytes: &[u8], name: &str| kind(bytes, name, 100);
    assert_eq!(is(&letter(), "holiday.png"), Ok(Kind::Pdf));
    assert_eq!(is(&png(), "letter.pdf"), Ok(Kind::Png));
    assert_eq!(is(&jpeg(), "letter.md"), Ok(Kind::Jpeg));
    assert_eq!(is(&webp(), "x"), Ok(Kind::Webp));
    assert_eq!(is(&docx(""), "x.txt"), Ok(Kind::Docx));
    assert_eq!(is(b"<html><body>x", "x.md"), Ok(Kind::Html));
    assert_eq!(is(b"# x", "x.MD"), Ok(Kind::Markdown));
    assert_eq!(is(b"# x", "x.pdf"), Ok(Kind::Text));
    assert_eq!(is("\u{feff}Größe".as_bytes(), "x"), Ok(Kind::Text));
    assert_eq!(is(b"\xff\xfeh\0i\0", "x"), Ok(Kind::Text));
    assert_eq!(is(b"", "x.pdf"), Err(Unreadable::Empty));
    for (bytes, word) in [
        (&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], "old Office"),
        (b"\0\0\0\x18ftypheic", "HEIC"),
        (b"GIF89a", "GIF"),
        (b"\x1f\x8b\x08", "archive"),
        (b"MZ\x90\0\x03", "none of the kinds"),
        (b"a\0b", "none of the kinds"),
        (b"\xff\xfe\x01", "none of the kinds"),
    ] {
        let error = is(bytes, "x.pdf").unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    let archive = zip_of(&[("letter.pdf", &letter())]);
    assert!(is(&archive, "letter.docx").unwrap_err().to_string().contains("one by one"));
    assert!(is(&zip_of(&[("xl/workbook.xml", b"")]), "x").unwrap_err().to_string().contains("spreadsheet"));
    assert!(matches!(is(b"PK\x03\x04 and nothing", "x.docx"), Err(Unreadable::Damaged(_))));
}

#[test]
fn bombs_are_refused_and_not_unpacked() {
    let small = Limits { unpacked_bytes: 8 << 20, ..Limits::default() };
    let spaces = vec![b' '; 32 << 20];
    let bomb = zip_of(&[("word/document.xml", &spaces)]);
    assert!(bomb.len() < 100_000);
    assert!(matches!(taken_within(&bomb, "x.docx", &Limits::default()), Err(Unreadable::Bomb(_))), "the ratio");
    assert!(matches!(taken_within(&bomb, "x.docx", &small), Err(Unreadable::Bomb(_))), "the size");
    let page = pdf_of(std::slice::from_ref(&spaces), true);
    assert!(matches!(taken_within(&page, "x.pdf", &small), Err(Unreadable::Bomb(_))), "a page");
    let packed = deflated(&spaces);
    let mut objects =
        format!("<< /Type /ObjStm /N 1 /First 4 /Length {} /Filter /FlateDecode >>\nstream\n", packed.len())
            .into_bytes();
    objects.extend_from_slice(&packed);
    objects.extend_from_slice(b"\nendstream");
    let file = written(&[b"<< /Type /Catalog >>".to_vec(), objects], "");
    assert!(matches!(taken_within(&file, "x.pdf", &small), Err(Unreadable::Bomb(_))), "packed objects");
    let many: Vec<(String, Vec<u8>)> = (0..40).map(|n| (format!("{n}"), Vec::new())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    assert!(matches!(kind(&zip_of(&many), "x.docx", 30), Err(Unreadable::Bomb(_))), "many files");
}

#[test]
fn what_is_nested_or_defined_in_itself_is_refused() {
    let deep = format!("{}x{}", "<w:p>".repeat(2_000), "</w:p>".repeat(2_000));
    assert!(matches!(taken(&docx(&deep), "x.docx"), Err(Unreadable::Bomb(_))));
    let laughs = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><w:document><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:document>";
    assert!(matches!(
        taken(&zip_of(&[("word/document.xml", laughs.as_bytes())]), "x.docx"),
        Err(Unreadable::Damaged(_))
    ));
    let arrays = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    let nested = written(&[format!("<< /Type /Catalog /Pages {arrays} >>").into_bytes()], "");
    assert!(taken(&nested, "x.pdf").is_err());
    let cycle = written(
        &[
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>".to_vec(),
        ],
        "",
    );
    assert!(taken(&cycle, "x.pdf").is_err());
    let markdown = format!("{}x", "> ".repeat(20_000));
    assert!(taken(markdown.as_bytes(), "x.md").is_ok());
    let entities = format!("<html><body>{}", "&".repeat(500_000));
    assert!(matches!(taken(entities.as_bytes(), "x.html"), Err(Unreadable::NoText)));
}

#[test]
fn limits_name_themselves() {
    let pages: Vec<_> = (0..4).map(|_| vec![(700, 11, "Said.")]).collect();
    let limits = Limits { pages: 3, text_bytes: 1 << 20, ..Limits::default() };
    let error = taken_within(&pdf(&pages, false), "x.pdf", &limits).unwrap_err();
    assert_eq!(error.to_string(), "This document has 4 pages; 3 is the most. Upload the part that matters.");
    let long = "word ".repeat(300_000);
    assert_eq!(taken_within(long.as_bytes(), "x.txt", &limits).unwrap_err(), Unreadable::Long(1));
    let long = pdf_of(&[stream_of_text(&long)], true);
    assert_eq!(taken_within(&long, "x.pdf", &limits).unwrap_err(), Unreadable::Long(1));
    let tiny = Limits { pixels: 100, ..Limits::default() };
    assert!(matches!(clean(&jpeg(), Kind::Jpeg, &tiny), Err(Unreadable::Pixels { .. })));
}

fn stream_of_text(text: &str) -> Vec<u8> {
    format!("BT /F1 11 Tf 72 700 Td ({text}) Tj ET").into_bytes()
}

#[test]
fn passages_have_a_size_and_say_everything_once() {
    let sentence = "The knee was looked at again and found to be better than before. ";
    let text = format!("# Knee\n\n{}\n\nShort.\n\n## Then\n\n{}", sentence.repeat(80), "ü".repeat(9_000));
    let document = taken(text.as_bytes(), "x.md").unwrap();
    for passage in &document.passages {
        assert!(
            passage.text.split_whitespace().count() <= 250 && passage.text.len() <= 2_502,
            "{}",
            passage.text.len()
        );
    }
    let knee: Vec<&str> = document
        .passages
        .iter()
        .filter(|passage| passage.headings.len() == 1)
        .map(|passage| passage.text.as_str())
        .collect();
    assert_eq!(knee.join(" ").matches("better than before.").count(), 80);
    assert!(knee.iter().all(|text| text.ends_with('.')), "cut behind sentences");
    let all: usize = document.passages.iter().map(|passage| passage.text.matches('ü').count()).sum();
    assert_eq!(all, 9_000);
    assert_eq!(taken(b"# Only\n\n# headings", "x.md").unwrap().passages.len(), 2, "nothing is lost");
}

#[test]
fn a_picture_tells_nothing_but_itself() {
    for (bytes, kind, size) in
        [(png(), Kind::Png, (1, 1)), (jpeg(), Kind::Jpeg, (32, 16)), (webp(), Kind::Webp, (3, 2))]
    {
        let picture = clean(&bytes, kind, &Limits::default()).unwrap();
        assert_eq!((picture.width, picture.height), size);
        let text = String::from_utf8_lossy(&picture.bytes).into_owned();
        for told in ["taken at home", "GPS", "EXIF", "after the end"] {
            assert!(String::from_utf8_lossy(&bytes).contains("taken at home"));
            assert!(!text.contains(told), "{told} in {kind:?}");
        }
        assert_eq!(documents::kind(&picture.bytes, "x", 9).unwrap(), kind);
        let again = clean(&picture.bytes, kind, &Limits::default()).unwrap();
        assert_eq!(again.bytes, picture.bytes, "what is clean stays as it is");
    }
    let turned = clean(&jpeg(), Kind::Jpeg, &Limits::default()).unwrap().bytes;
    assert!(turned.windows(12).any(|window| window == b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"), "which side is up stays");
    for cut in 0..png().len() - 1 {
        assert!(clean(&png()[..cut], Kind::Png, &Limits::default()).is_err());
    }
}

/// Any file: a good one that was cut, or of which bytes were changed.
fn spoilt() -> impl Strategy<Value = (Vec<u8>, usize)> {
    let body = [paragraph("Heading1", "Asthma"), paragraph("", "Use the inhaler.")].concat();
    let files = [letter(), docx(&body), png(), jpeg(), webp(), b"# x\n\n- a | b\n".to_vec()];
    let count = files.len();
    (
        0..count,
        any::<prop::sample::Index>(),
        proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
    )
        .prop_map(move |(which, cut, changes)| {
            let mut file = files[which].clone();
            if changes.is_empty() {
                file.truncate(cut.index(file.len()));
            }
            for (at, byte) in changes {
                let at = at.index(file.len());
                file[at] = byte;
            }
            (file, which)
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn spoilt_files_end_in_text_or_in_words((file, which) in spoilt()) {
        // A small stack, as whoever runs this may have one.
        let limits = Limits { unpacked_bytes: 16 << 20, ..Limits::default() };
        let name = ["x.pdf", "x.docx", "x.png", "x.jpg", "x.webp", "x.md"][which];
        match kind(&file, name, limits.entries) {
            Ok(kind) if kind.is_picture() => drop(clean(&file, kind, &limits)),
            Ok(kind) => drop(read(&file, kind, &limits, &mut |_, _| {})),
            Err(why) => prop_assert!(!why.to_string().is_empty()),
        }
    }
}
