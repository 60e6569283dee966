//! The library: its articles are whole, its passages are where they say, and what people ask is found.

use std::collections::HashSet;
use std::sync::LazyLock;
use std::time::Instant;

use knowledge::command::{self, Search};
use knowledge::{Article, Library, Urgency};
use serde::Deserialize;

/// Opened once: an unoptimised build takes its time over it.
static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::load().expect("the library in the binary is whole"));

fn library() -> &'static Library {
    &LIBRARY
}

/// Fails with everything that is wrong, not with the first.
fn nothing_wrong(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn is_a_day(text: &str) -> bool {
    let shape = |(at, byte): (usize, u8)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() };
    text.len() == 10 && text.bytes().enumerate().all(shape)
}

#[test]
fn every_article_says_what_it_is_called_and_what_it_rests_on() {
    let library = library();
    assert!(library.articles().len() >= 120);
    let mut wrong = Vec::new();
    for Article { id, title, aliases, topics, reviewed, sources, .. } in library.articles() {
        let mut must = |holds: bool, what: &str| {
            if !holds {
                wrong.push(format!("{id}: {what}"));
            }
        };
        must(!title.trim().is_empty(), "no title");
        must(aliases.len() >= 6, "fewer than 6 aliases");
        must(!topics.is_empty(), "no topics");
        must(is_a_day(reviewed), "the review date is not YYYY-MM-DD");
        must(sources.len() >= 2, "fewer than 2 sources");
        for source in sources {
            must(!source.title.is_empty() && !source.publisher.is_empty(), "a source without title or publisher");
            must((1990..2100).contains(&source.year), "a source without a sensible year");
            must(source.url.starts_with("https://") && source.url.contains('.'), "a source without an https address");
        }
        let lower: HashSet<String> = aliases.iter().map(|alias| alias.to_lowercase()).collect();
        must(lower.len() == aliases.len(), "an alias twice");
    }
    nothing_wrong(&wrong);
}

/// The syllables of a word, by its groups of vowels; a silent e at its end is none.
fn syllables(word: &str) -> usize {
    let vowels: Vec<bool> = word.chars().map(|letter| "aeiouyAEIOUY".contains(letter)).collect();
    let groups = vowels.split(|vowel| !vowel).filter(|group| !group.is_empty()).count();
    let silent = word.ends_with('e') && !word.ends_with("le") && groups > 1;
    (groups - usize::from(silent)).max(1)
}

/// Flesch–Kincaid grade (Kincaid et al., 1975): the school year, about five below the age, that reads it with ease. What
/// stands in a list, or behind a semicolon or a colon, counts as a sentence of its own.
#[expect(clippy::cast_precision_loss, reason = "a page has few words")]
fn reading_grade(article: &Article) -> f64 {
    let text: Vec<&str> = article.passages.iter().map(|passage| passage.text.as_str()).collect();
    let text = text.join("\n");
    let ends = |character: char| ".!?;:\n".contains(character);
    let sentences = text.split(ends).filter(|sentence| sentence.split_whitespace().count() > 1).count();
    let words: Vec<&str> = text
        .split(|character: char| !character.is_ascii_alphabetic() && character != '\'')
        .filter(|word| word.chars().any(char::is_alphabetic))
        .collect();
    let (count, spoken) = (words.len() as f64, words.iter().map(|word| syllables(word)).sum::<usize>() as f64);
    0.39 * count / sentences as f64 + 11.8 * spoken / count - 15.59
}

#[test]
fn articles_are_read_with_ease_at_twelve() {
    let grades: Vec<(f64, &str)> =
        library().articles().iter().map(|article| (reading_grade(article), article.id.as_str())).collect();
    let hard: Vec<String> =
        grades.iter().filter(|(grade, _)| *grade > 8.5).map(|(grade, id)| format!("{id}: grade {grade:.1}")).collect();
    nothing_wrong(&hard);
    #[expect(clippy::cast_precision_loss, reason = "a few hundred articles")]
    let mean = grades.iter().map(|(grade, _)| grade).sum::<f64>() / grades.len() as f64;
    assert!(mean <= 7.0, "grade {mean:.1} on average");
}

#[test]
fn every_link_and_every_related_id_leads_to_an_article() {
    let library = library();
    let mut wrong = Vec::new();
    for article in library.articles() {
        let links = article.body.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let named = article.related.iter().map(String::as_str).chain(links);
        for id in named.filter(|id| library.article(id).is_none()) {
            wrong.push(format!("{}: there is no article `{id}`", article.id));
        }
        if article.related.contains(&article.id) {
            wrong.push(format!("{}: related to itself", article.id));
        }
    }
    nothing_wrong(&wrong);
}

#[test]
fn every_bullet_under_when_to_get_help_names_an_urgency_in_order() {
    let library = library();
    let mut wrong = Vec::new();
    for article in library.articles() {
        let blocks = &article.section("When to get help").blocks;
        for block in blocks.iter().filter(|block| block.urgency.is_none()) {
            wrong.push(format!("{}: no urgency in `{}`", article.id, article.text(block)));
        }
        let urgencies: Vec<Urgency> = blocks.iter().filter_map(|block| block.urgency).collect();
        if !urgencies.is_sorted() {
            wrong.push(format!("{}: the urgencies are out of order", article.id));
        }
        if urgencies.first() != Some(&Urgency::Emergency) {
            wrong.push(format!("{}: no emergency", article.id));
        }
    }
    nothing_wrong(&wrong);
}

#[test]
fn the_sources_section_lists_the_sources_of_the_front_matter() {
    let library = library();
    let mut wrong = Vec::new();
    for article in library.articles() {
        let listed: Vec<&str> = article.section("Sources").blocks.iter().map(|block| article.text(block)).collect();
        if listed.len() != article.sources.len() {
            wrong.push(format!(
                "{}: {} listed, {} in the front matter",
                article.id,
                listed.len(),
                article.sources.len()
            ));
        }
        for (line, source) in listed.iter().zip(&article.sources) {
            if !line.contains(&source.publisher) || !line.contains(&source.year.to_string()) {
                wrong.push(format!("{}: `{line}` is not {}, {}", article.id, source.publisher, source.year));
            }
        }
    }
    nothing_wrong(&wrong);
}

#[test]
fn passages_are_exactly_the_bytes_they_name() {
    let library = library();
    for article in library.articles() {
        let mut end = 0;
        for passage in &article.passages {
            assert_eq!(article.body.get(passage.start..passage.end), Some(passage.text.as_str()), "{}", article.id);
            assert!(passage.start >= end, "{}: passages overlap", article.id);
            end = passage.end;
        }
        for section in article.sections.iter().filter(|section| section.heading != "Sources") {
            for block in &section.blocks {
                let passage = article.passage_at(block.range.start).expect("every block is in a passage");
                assert!(passage.end >= block.range.end && passage.heading == section.heading, "{}", article.id);
            }
        }
    }
}

#[test]
fn passages_are_short_enough_to_read_at_a_glance() {
    let library = library();
    let words = |text: &str| text.split_whitespace().count();
    let lengths: Vec<usize> =
        library.articles().iter().flat_map(|article| &article.passages).map(|passage| words(&passage.text)).collect();
    let fitting = lengths.iter().filter(|length| (40..=150).contains(*length)).count();
    assert!(fitting * 100 >= lengths.len() * 90, "only {fitting} of {} passages have 40 to 150 words", lengths.len());
}

#[derive(Deserialize)]
struct Questions {
    question: Vec<Question>,
    nothing: Nothing,
}

#[derive(Deserialize)]
struct Question {
    ask: String,
    must_retrieve: Vec<String>,
    must_not: Vec<String>,
}

#[derive(Deserialize)]
struct Nothing {
    ask: Vec<String>,
}

fn questions() -> Questions {
    toml::from_str(include_str!("questions.toml")).expect("questions.toml is as it must be")
}

#[test]
fn what_people_ask_is_found_among_the_first_three() {
    let library = library();
    let questions = questions().question;
    assert!(questions.len() >= 20);
    let mut wrong = Vec::new();
    for Question { ask, must_retrieve, must_not } in &questions {
        let found: Vec<&str> = library.search(ask, 3).iter().map(|hit| hit.article.id.as_str()).collect();
        if !must_retrieve.iter().any(|id| found.contains(&id.as_str())) {
            wrong.push(format!("`{ask}` gave {found:?}, not {must_retrieve:?}"));
        }
        for id in must_retrieve.iter().chain(must_not).filter(|id| library.article(id).is_none()) {
            wrong.push(format!("`{ask}` speaks of `{id}`, which is no article"));
        }
        for id in must_not.iter().filter(|id| found.contains(&id.as_str())) {
            wrong.push(format!("`{ask}` gave {id}"));
        }
    }
    nothing_wrong(&wrong);
}

/// By their words alone these are about sunburn and about not wanting to live: known faults, told in
/// `docs/decisions/0006-no-embeddings-in-retrieval.md`.
const MISLEADS: [&str; 2] = ["temperature of the sun", "what is the meaning of life"];

#[test]
fn nothing_is_claimed_where_the_library_has_nothing() {
    let library = library();
    let asked = questions().nothing.ask;
    assert!(asked.len() >= 15);
    let mut wrong = Vec::new();
    for ask in asked.iter().filter(|ask| !MISLEADS.contains(&ask.as_str())) {
        if let Some(hit) = library.find(&library.read(ask), 1).first() {
            wrong.push(format!("`{ask}` gave {} ({:.1})", hit.article.id, hit.score));
        }
    }
    nothing_wrong(&wrong);
}

#[test]
fn an_article_gives_two_passages_at_most_and_the_limit_is_kept() {
    let library = library();
    for Question { ask, .. } in questions().question {
        let hits = library.search(&ask, 5);
        assert!(hits.len() <= 5);
        assert!(hits.is_sorted_by(|a, b| a.score >= b.score), "{ask}");
        for hit in &hits {
            assert!(hits.iter().filter(|other| other.article.id == hit.article.id).count() <= 2, "{ask}");
        }
    }
    assert!(library.search("headache", 0).is_empty());
}

#[test]
fn case_punctuation_and_apostrophes_change_nothing() {
    let library = library();
    let ids = |ask: &str| -> Vec<(String, usize)> {
        library.search(ask, 5).iter().map(|hit| (hit.article.id.clone(), hit.passage.start)).collect()
    };
    assert_eq!(ids("I can't sleep!!"), ids("i CANT sleep"));
    assert_eq!(ids("sore throat, and a fever?"), ids("Sore Throat and a Fever"));
    assert!(!ids("i cant sleep").is_empty());
}

#[test]
fn a_source_opens_the_very_passage() {
    let library = library();
    let hit = &library.search("sore throat", 1)[0];
    let source = hit.source();
    assert_eq!(source.id, "library/sore-throat");
    assert_eq!(source.url, format!("/library/sore-throat?from={}&to={}#passage", source.start, source.end));
    assert_eq!(library.article("sore-throat").unwrap().body[source.start..source.end], source.passage);
}

#[test]
fn the_command_prints_ranked_passages_as_text_and_as_json() {
    let library = library();
    let search = |query: &str, json| {
        command::search(library, query, &Search { collection: None, limit: 3, json, headed: false }).unwrap()
    };
    let text = search("sore throat", false);
    assert!(text.starts_with(" 1. ") && text.contains("[sore-throat]"), "{text}");
    let first: serde_json::Value = serde_json::from_str(search("sore throat", true).lines().next().unwrap()).unwrap();
    assert_eq!(
        (&first["id"], &first["collection"], &first["rank"]),
        (&"sore-throat".into(), &"builtin".into(), &1.into())
    );
    assert!(search("best pizza recipe", false).contains("Nothing in the library"));
}

/// The promise is 5 ms in the released binary; this guards against another order of magnitude without failing on a busy
/// machine or an unoptimised build. How long the library takes to open is measured by `cargo xtask bench`.
#[test]
fn the_library_answers_quickly() {
    let asked = questions().question;
    let start = Instant::now();
    for Question { ask, .. } in &asked {
        LIBRARY.search(ask, 5);
    }
    let each = start.elapsed() / u32::try_from(asked.len()).unwrap();
    println!("{each:?} a question");
    assert!(each.as_millis() < 100, "{each:?} a question");
}
