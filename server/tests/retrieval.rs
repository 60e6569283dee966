//! Lay questions find the articles that answer them, and better than plain BM25 does.

mod measure;

use server::knowledge::Library;

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
