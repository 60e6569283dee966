//! `cargo bench -p knowledge --bench retrieval`: how well lay questions are found, beside plain BM25, and how fast: articles,
//! and the corpus in `../shared` imported.
//!
//! `-- misses` lists the questions of the half that may be looked at whose answer is not among the first five.

#[path = "../tests/measure/mod.rs"]
mod measure;

use std::time::Instant;

use knowledge::Library;
use measure::corpus;

/// What is promised of 16,407 entries.
const IMPORT_SECONDS: f64 = 120.0;
const SEARCH_MS: f64 = 20.0;

fn main() {
    articles();
    imported();
}

fn articles() {
    let begun = Instant::now();
    let library = Library::load().expect("the library in the binary is whole");
    println!("{} articles, opened in {:.0} ms", library.articles().len(), begun.elapsed().as_secs_f64() * 1e3);
    println!("{:<6} {:<12} {:>8} {:>7} {:>7} {:>7}", "half", "ranking", "nDCG@10", "hit@1", "hit@5", "silent");
    for ((half, name), figures) in measure::all(&library) {
        let measure::Figures { ndcg, hit_1, hit_5, silent, .. } = figures;
        println!("{half:<6} {name:<12} {ndcg:>8.3} {hit_1:>7.3} {hit_5:>7.3} {silent:>7.3}");
    }
    let asked = measure::questions();
    let begun = Instant::now();
    for question in &asked {
        std::hint::black_box(measure::by_library(&library, &question.text));
    }
    #[expect(clippy::cast_precision_loss, reason = "300 questions")]
    let each = begun.elapsed().as_secs_f64() * 1e3 / asked.len() as f64;
    println!("a search takes {each:.2} ms");
    if std::env::args().any(|argument| argument == "misses") {
        for question in asked.iter().filter(|question| !question.held) {
            let ranked = measure::by_library(&library, &question.text);
            if !ranked.iter().take(5).any(|id| question.grades.get(id) == Some(&2)) {
                println!("{}\n    wants {:?}\n    gives {ranked:?}", question.text, question.grades);
            }
        }
    }
}

/// What is imported, from the corpus beside the checkout.
fn imported() {
    let Some(place) = corpus::place() else {
        println!("skipped: no ../shared/clinical/corpus");
        return;
    };
    let begun = Instant::now();
    let entries = corpus::entries(&place);
    let data = tempfile::tempdir().expect("a folder");
    corpus::import_bare(data.path(), &entries);
    let imported = begun.elapsed().as_secs_f64();
    println!("{} entries imported in {imported:.1} s", entries.len());
    let begun = Instant::now();
    let library = Library::open(data.path()).expect("it was just imported");
    println!("opened beside the articles in {:.0} ms", begun.elapsed().as_secs_f64() * 1e3);
    let plain = corpus::PlainCorpus::new(&entries);
    let sets = [("letters", corpus::letters(&entries)), ("other names", corpus::other_names(&entries))];
    println!(
        "{:<12} {:<5} {:<11} {:>8} {:>7} {:>7} {:>7}",
        "queries", "half", "ranking", "nDCG@10", "hit@1", "hit@5", "hit@10"
    );
    for (name, asked) in &sets {
        for (half, held) in [("dev", false), ("held", true)] {
            for ranking in ["library", "plain BM25"] {
                let figures = measure::measure(asked, held, |query| {
                    if ranking == "library" { measure::by_imported(&library, query) } else { plain.rank(query) }
                });
                let measure::Figures { ndcg, hit_1, hit_5, hit_10, .. } = figures;
                println!("{name:<12} {half:<5} {ranking:<11} {ndcg:>8.3} {hit_1:>7.3} {hit_5:>7.3} {hit_10:>7.3}");
            }
        }
    }
    let mut took: Vec<f64> = Vec::new();
    for asked in sets.iter().flat_map(|(_, asked)| asked) {
        let begun = Instant::now();
        std::hint::black_box(measure::by_imported(&library, &asked.text));
        took.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    took.sort_by(f64::total_cmp);
    let (middle, most) = (took[took.len() / 2], took[took.len() * 95 / 100]);
    println!("a search takes {middle:.1} ms in the middle, {most:.1} ms at the 95th percentile");
    assert!(imported < IMPORT_SECONDS && most < SEARCH_MS, "slower than promised");
}
