//! `cargo bench -p server --bench retrieval`: how well lay questions are found, beside plain BM25, and how fast.
//!
//! `-- misses` lists the questions of the half that may be looked at whose answer is not among the first five.

#[path = "../tests/measure/mod.rs"]
mod measure;

use std::time::Instant;

use server::knowledge::Library;

fn main() {
    let begun = Instant::now();
    let library = Library::load().expect("the library in the binary is whole");
    println!("{} articles, opened in {:.0} ms", library.articles().len(), begun.elapsed().as_secs_f64() * 1e3);
    println!("{:<6} {:<12} {:>8} {:>7} {:>7} {:>7}", "half", "ranking", "nDCG@10", "hit@1", "hit@5", "silent");
    for ((half, name), figures) in measure::all(&library) {
        let measure::Figures { ndcg, hit_1, hit_5, silent } = figures;
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
