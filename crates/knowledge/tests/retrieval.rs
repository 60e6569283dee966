//! Lay questions find the articles that answer them, and letters and other names find what was imported, better than plain
//! BM25 does.

mod measure;

use std::collections::HashSet;

use knowledge::Library;
use knowledge::imported::Entry;

#[test]
fn lay_questions_are_found() {
    let library = Library::load().expect("the library in the binary is whole");
    let figures = measure::all(&library);
    for half in ["dev", "held"] {
        let (ours, plain) = (figures[&(half, "library")], figures[&(half, "plain BM25")]);
        println!("{half}: {ours:?}, plain BM25: {plain:?}");
        assert!(ours.ndcg > plain.ndcg, "{half}: {ours:?} is no better than {plain:?}");
    }
}

/// Letters better by half, other names better; `cargo bench -p knowledge --bench retrieval` prints all figures.
#[test]
fn letters_and_other_names_find_what_was_imported() {
    let Some(place) = measure::corpus::place() else {
        println!("skipped: no ../shared/clinical/corpus");
        return;
    };
    let all = measure::corpus::entries(&place);
    let entries = if cfg!(debug_assertions) { thinned(all) } else { all };
    let data = tempfile::tempdir().expect("a folder");
    measure::corpus::import_bare(data.path(), &entries);
    let library = Library::open_imported(data.path()).expect("it was just imported");
    let plain = measure::corpus::PlainCorpus::new(&entries);
    let (letters, names) = (measure::corpus::letters(&entries), measure::corpus::other_names(&entries));
    for held in [false, true] {
        let ours = measure::measure(&letters, held, |query| measure::by_imported(&library, query));
        let beside = measure::measure(&letters, held, |query| plain.rank(query));
        println!("letters, held {held}: {ours:?}, plain BM25: {beside:?}");
        assert!(ours.ndcg > beside.ndcg * 1.5, "{ours:?} is not better by half than {beside:?}");
        let ours = measure::measure(&names, held, |query| measure::by_imported(&library, query));
        let beside = measure::measure(&names, held, |query| plain.rank(query));
        println!("other names, held {held}: {ours:?}, plain BM25: {beside:?}");
        assert!(ours.hit_10 > beside.hit_10, "{ours:?} is no better than {beside:?}");
    }
}

/// Every fifth entry, and all that answer a letter: an unoptimised build takes minutes over more.
fn thinned(entries: Vec<Entry>) -> Vec<Entry> {
    let wanted: HashSet<String> =
        measure::corpus::letters(&entries).into_iter().flat_map(|letter| letter.grades.into_keys()).collect();
    let kept = |(at, entry): &(usize, Entry)| at % 5 == 0 || wanted.contains(&entry.id);
    entries.into_iter().enumerate().filter(kept).map(|(_, entry)| entry).collect()
}
