//! Documents are imported, replaced, found and removed by the command line, and cited by the library.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use knowledge::Library;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Runs the binary in an empty folder, with its data beside.
fn anamnesis(folder: &TempDir, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_anamnesis"))
        .args(arguments)
        .current_dir(folder.path())
        .env("ANAMNESIS_DATA", folder.path().join("data"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary was built");
    // A command that ends before it has read everything closes the pipe.
    let _ = child.stdin.take().expect("it is piped").write_all(input);
    child.wait_with_output().expect("it ends")
}

/// What it printed, where it must succeed.
fn printed(folder: &TempDir, arguments: &[&str], input: &[u8]) -> String {
    let output = anamnesis(folder, arguments, input);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What it complained of, where it must fail.
fn refused(folder: &TempDir, arguments: &[&str], input: &[u8]) -> String {
    let output = anamnesis(folder, arguments, input);
    assert!(!output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).expect("UTF-8")
}

fn found(folder: &TempDir, query: &str) -> Vec<Value> {
    let text = printed(folder, &["library", "search", query, "--collection", "notes", "--json"], b"");
    text.lines().map(|line| serde_json::from_str(line).expect("a JSON object a line")).collect()
}

/// The same for several queries in one go: a process that opens the library takes its time over it.
fn found_each(folder: &TempDir, queries: &[&str]) -> Vec<Vec<Value>> {
    let arguments = ["library", "search", "--queries", "-", "--collection", "notes", "--json"];
    let text = printed(folder, &arguments, queries.join("\n").as_bytes());
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a JSON object a line")).collect();
    queries.iter().map(|query| rows.iter().filter(|row| row["query"] == *query).cloned().collect()).collect()
}

/// Each of these queries must find its entry first.
fn must_find(folder: &TempDir, pairs: &[(&str, &str)]) {
    let queries: Vec<&str> = pairs.iter().map(|(query, _)| *query).collect();
    for ((query, id), rows) in pairs.iter().zip(found_each(folder, &queries)) {
        assert_eq!(rows.first().map(|row| &row["id"]), Some(&Value::from(*id)), "{query}");
    }
}

fn ids(folder: &TempDir, query: &str) -> Vec<String> {
    found(folder, query).iter().map(|row| row["id"].as_str().expect("text").to_owned()).collect()
}

fn lines(rows: &[Value]) -> Vec<u8> {
    let rows: Vec<String> = rows.iter().map(Value::to_string).collect();
    (rows.join("\n") + "\n").into_bytes()
}

/// A little library of conditions.
fn notes() -> Vec<u8> {
    lines(&[
        json!({"id": "als", "title": "Amyotrophic lateral sclerosis", "date": "2024-05-01", "url": "https://example.org/als",
            "text": "Amyotrophic lateral sclerosis weakens muscles step by step. Riluzole slows it a little."}),
        json!({"id": "gout-treat", "title": "What are the treatments for gout ?", "text": "Colchicine and ice ease an attack of gout in the joint."}),
        json!({"id": "gout-what", "title": "What is gout ?", "text": "Gout, also called podagra, is arthritis from crystals of uric acid."}),
        json!({"id": "gout-kin", "title": "Is gout inherited ?", "text": "Gout often runs in families, with several genes at work."}),
        json!({"id": "leprosy", "title": "Leprosy", "text": "Leprosy is an infection of skin and nerves that antibiotics heal."}),
        json!({"id": "burn", "title": "Minor burns", "text": "Cool running water over a burn for twenty minutes."}),
    ])
}

fn with_notes() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    printed(&folder, &["library", "import", "-", "--collection", "notes"], &notes());
    folder
}

#[test]
fn json_lines_are_found_with_every_promised_field() {
    let folder = with_notes();
    let rows = found(&folder, "riluzole for amyotrophic lateral sclerosis");
    assert_eq!(
        rows[0],
        json!({"query": "riluzole for amyotrophic lateral sclerosis", "rank": 1, "id": "als", "collection": "notes",
            "title": "Amyotrophic lateral sclerosis", "score": rows[0]["score"],
            "passage": "Amyotrophic lateral sclerosis weakens muscles step by step. Riluzole slows it a little.",
            "url": "https://example.org/als", "date": "2024-05-01"})
    );
    assert!(rows[0]["score"].as_f64().is_some_and(|score| score > 0.0));
    let ranks: Vec<_> = rows.iter().map(|row| row["rank"].as_u64().expect("a number")).collect();
    assert_eq!(ranks, (1..=rows.len() as u64).collect::<Vec<_>>());
}

#[test]
fn other_names_lay_names_and_misspellings_lead_to_an_entry() {
    let folder = with_notes();
    must_find(
        &folder,
        &[
            ("lou gehrigs disease", "als"),
            ("ALS", "als"),
            ("podagra", "gout-what"),
            ("Hansen's disease", "leprosy"),
            ("amyotrofic lateral sclerosys", "als"),
            ("Dear Sir, my uncle has leprosi. Thank you and kind regards", "leprosy"),
        ],
    );
}

#[test]
fn of_one_subject_the_entry_that_is_asked_for_comes_first() {
    let folder = with_notes();
    must_find(
        &folder,
        &[
            ("how is gout treated?", "gout-treat"),
            ("My father had gout. Did I inherit it?", "gout-kin"),
            ("what is gout", "gout-what"),
        ],
    );
}

#[test]
fn a_folder_gives_its_markdown_text_html_and_json_lines_gzipped_or_not() {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join("in").join(name);
        std::fs::create_dir_all(path.parent().expect("it was joined")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    };
    write("deep/er/hives.md", b"# Hives\n\nItchy welts that come and go.");
    write("croup.txt", b"Croup\n\nA barking cough in a small child.");
    write("stye.html", b"<title>Stye</title><body><p>A sore lump on the eyelid.<script>no</script></body>");
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zip.write_all(&lines(&[
        json!({"_id": 7, "question": "What is scurvy?", "answer": "Scurvy is a lack of vitamin C."}),
    ]))
    .unwrap();
    write("rows.jsonl.gz", &zip.finish().unwrap());
    write("picture.png", b"\x89PNG");
    write(".hidden.md", b"# Hidden");
    let output = anamnesis(&folder, &["library", "import", "in", "--collection", "notes"], b"");
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("1 files of other kinds"), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("4 entries imported"), "{output:?}");
    let wanted = [
        ("hives", "deep/er/hives.md", "Hives"),
        ("croup", "croup.txt", "Croup"),
        ("stye on the eyelid", "stye.html", "Stye"),
        ("scurvy", "7", "What is scurvy?"),
    ];
    for ((query, id, title), rows) in wanted.iter().zip(found_each(&folder, &wanted.map(|(query, ..)| query))) {
        assert_eq!((&rows[0]["id"], &rows[0]["title"]), (&Value::from(*id), &Value::from(*title)), "{query}");
    }
}

#[test]
fn a_bad_line_is_named_and_the_rest_is_imported() {
    let folder = TempDir::new().expect("a folder");
    let mut file = notes();
    file.extend_from_slice(b"{\"id\": \"x\", \"title\": \n{\"id\": \"y\", \"title\": \"No text\"}\n[1]\n\xff\xfe\n");
    std::fs::write(folder.path().join("in.jsonl"), &file).expect("a file");
    let strict = refused(&folder, &["library", "import", "in.jsonl", "--strict"], b"");
    assert!(
        strict.contains("in.jsonl, line 7: the JSON ends too early") && strict.contains("nothing was imported"),
        "{strict}"
    );
    refused(&folder, &["library", "search", "gout", "--collection", "imported"], b"");
    let output = anamnesis(&folder, &["library", "import", "in.jsonl", "--collection", "notes"], b"");
    assert!(output.status.success());
    let told = String::from_utf8_lossy(&output.stderr);
    for problem in ["line 7: ", "line 8: no `text`", "line 9: not a JSON object", "line 10: not UTF-8"] {
        assert!(told.contains(problem), "{problem} is not in {told}");
    }
    assert!(!told.contains("No text"), "what stands in a line is not printed: {told}");
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("6 entries imported"));
    assert_eq!(ids(&folder, "leprosy")[0], "leprosy");
}

#[test]
fn an_entry_that_is_too_long_is_a_problem_of_its_own_line() {
    let folder = TempDir::new().expect("a folder");
    let long = "x".repeat(5000);
    let rows = lines(&[
        json!({"id": "long", "title": "Long", "text": long}),
        json!({"id": "b", "title": "Burns", "text": "Cool it."}),
    ]);
    let output =
        anamnesis(&folder, &["library", "import", "-", "--collection", "notes", "--import-entry-bytes", "1000"], &rows);
    assert!(output.status.success());
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("standard input, line 1: longer than 1000 bytes"),
        "{output:?}"
    );
    assert_eq!(ids(&folder, "burns"), ["b"]);
}

#[test]
fn importing_again_replaces_by_id_and_adds_nothing() {
    let folder = with_notes();
    let again = printed(&folder, &["library", "import", "-", "--collection", "notes"], &notes());
    assert!(again.contains("the library has 6 imported entries"), "{again}");
    let new = lines(&[json!({"id": "burn", "title": "Sunstroke", "text": "Shade and water."})]);
    let text = printed(&folder, &["library", "import", "-", "--collection", "notes"], &new);
    assert!(text.contains("the library has 6 imported entries"), "{text}");
    assert_eq!(ids(&folder, "sunstroke"), ["burn"]);
    assert!(!found(&folder, "minor burns").iter().any(|row| row["title"] == "Minor burns"));
}

#[test]
fn entries_that_share_an_id_in_one_import_are_parts_of_one_document() {
    let folder = TempDir::new().expect("a folder");
    let rows = lines(&[
        json!({"id": "page", "title": "Polycythemia", "text": "Too many red cells."}),
        json!({"id": "page", "title": "Myelofibrosis", "text": "Scarred marrow."}),
    ]);
    for _ in 0..2 {
        let text = printed(&folder, &["library", "import", "-", "--collection", "notes"], &rows);
        assert!(text.contains("the library has 2 imported entries"), "{text}");
    }
    assert_eq!(found(&folder, "myelofibrosis")[0]["title"], "Myelofibrosis");
    assert_eq!(ids(&folder, "polycythemia myelofibrosis"), ["page"]);
}

#[test]
fn a_collection_is_listed_and_removed_alone() {
    let folder = with_notes();
    printed(
        &folder,
        &["library", "import", "-"],
        &lines(&[
            json!({"id": "1", "title": "Gout diet", "text": "Less beer.", "collection": "other"}),
            json!({"id": "2", "title": "Gout shoes", "text": "Wide ones."}),
        ]),
    );
    let listed = printed(&folder, &["library", "collections"], b"");
    let words: Vec<&str> = listed.split_whitespace().collect();
    assert_eq!(words[1..], ["builtin", "1", "imported", "6", "notes", "1", "other"], "{listed}");
    printed(&folder, &["library", "remove", "--collection", "notes"], b"");
    let after = printed(&folder, &["library", "search", "gout", "--json"], b"");
    assert!(!after.contains("\"notes\"") && after.contains("\"other\"") && after.contains("\"imported\""), "{after}");
    assert!(refused(&folder, &["library", "remove", "--collection", "notes"], b"").contains("no imported collection"));
    assert!(refused(&folder, &["library", "search", "gout", "--collection", "notes"], b"").contains("no collection"));
}

#[test]
fn a_file_of_queries_is_answered_line_by_line() {
    let folder = with_notes();
    std::fs::write(folder.path().join("q.txt"), "gout treatment\n\nleprosy\n").expect("a file");
    let arguments = ["library", "search", "--queries", "q.txt", "--collection", "notes", "--json", "--limit", "2"];
    let text = printed(&folder, &arguments, b"");
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |query: &str| rows.iter().filter(|row| row["query"] == query).count();
    assert_eq!((of("gout treatment"), rows.len() - of("gout treatment") - of("leprosy")), (2, 0), "{text}");
    let piped = ["library", "search", "--queries", "-", "--collection", "notes", "--json", "--limit", "2"];
    assert_eq!(printed(&folder, &piped, b"gout treatment\n\nleprosy\n"), text);
    assert!(printed(&folder, &["library", "search", "--queries", "-"], b"leprosy\n").starts_with("leprosy\n 1. "));
}

#[test]
fn articles_and_imported_entries_are_searched_together_or_apart() {
    let folder = with_notes();
    let both = printed(&folder, &["library", "search", "gout treatment", "--json"], b"");
    assert!(both.contains("\"notes\"") && both.contains("\"builtin\""), "{both}");
    let articles = printed(&folder, &["library", "search", "gout treatment", "--json", "--collection", "builtin"], b"");
    assert!(!articles.contains("\"notes\"") && articles.contains("\"builtin\""), "{articles}");
}

#[test]
fn what_an_interrupted_import_left_does_no_harm() {
    let folder = with_notes();
    let shelf = folder.path().join("data/library");
    std::fs::create_dir_all(shelf.join("index-1-2")).unwrap();
    std::fs::write(shelf.join("index-1-2/meta.json"), "half of an ind").unwrap();
    std::fs::write(shelf.join("next"), "index-1-2").unwrap();
    assert_eq!(ids(&folder, "leprosy"), ["leprosy"]);
    printed(&folder, &["library", "import", "-", "--collection", "notes"], &notes());
    assert_eq!(ids(&folder, "leprosy"), ["leprosy"]);
    let left: Vec<_> = std::fs::read_dir(&shelf).unwrap().map(|found| found.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "the index, the pointer to it and the lock: {left:?}");
}

#[test]
fn two_imports_do_not_run_at_once() {
    let folder = with_notes();
    let lock = std::fs::File::create(folder.path().join("data/library/lock")).unwrap();
    lock.lock().unwrap();
    assert!(refused(&folder, &["library", "import", "-"], &notes()).contains("another import is running"));
}

#[test]
fn an_imported_passage_is_cited_with_its_address_and_date() {
    let folder = with_notes();
    let library = Library::open(&folder.path().join("data")).unwrap();
    let hits = library.further("what slows amyotrophic lateral sclerosis?", 3).unwrap();
    let source = hits[0].source();
    assert_eq!(source.id, "imported/notes/als");
    assert_eq!(source.url, "https://example.org/als");
    assert_eq!(source.title, "Amyotrophic lateral sclerosis (2024-05-01)");
    assert_eq!(hits[0].entry.text[source.start..source.end], source.passage);
}

#[test]
fn nothing_imported_is_claimed_for_what_it_does_not_speak_of() {
    let folder = with_notes();
    let library = Library::open(&folder.path().join("data")).unwrap();
    for query in ["best pizza recipe", "how do I file my taxes", "running shoes for the marathon", ""] {
        let hits = library.further(query, 3).unwrap();
        assert!(hits.is_empty(), "`{query}` gave {:?}", hits.iter().map(|hit| &hit.entry.id).collect::<Vec<_>>());
    }
}

#[test]
fn a_library_without_imports_has_its_articles_only() {
    let folder = TempDir::new().expect("a folder");
    let library = Library::open(Path::new(folder.path())).unwrap();
    assert!(library.imported().is_none());
    assert!(library.further("gout", 3).unwrap().is_empty());
    assert_eq!(library.look_up("sore throat", None, 3).unwrap()[0].id(), "sore-throat");
}
