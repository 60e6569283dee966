//! What ratings do to the order of what is found: how far they move it, that safety is not moved, that undo is exact.

use std::sync::LazyLock;

use knowledge::learned::{Learned, Votes, is_safety, key};
use knowledge::{Hit, Library};

/// Opened once; each test asks it alone, since what is learned holds for all.
static LIBRARY: LazyLock<std::sync::Mutex<Library>> =
    LazyLock::new(|| std::sync::Mutex::new(Library::load().expect("the library in the binary is whole")));

const SPREAD: f64 = 0.15;
const QUESTIONS: [&str; 8] = [
    "what helps with heartburn at night",
    "how do I treat a cold",
    "dry skin on my hands",
    "how to sleep better",
    "chest pain when I breathe",
    "headache that will not go away",
    "my knee hurts on stairs",
    "what can I take for hay fever",
];

fn places(hits: &[Hit<'_>]) -> Vec<String> {
    hits.iter().map(|hit| key(hit.article, &hit.passage)).collect()
}

fn taught(factor: f64, keys: impl IntoIterator<Item = String>) -> Learned {
    Learned { factors: keys.into_iter().map(|key| (key, factor)).collect(), ..Learned::default() }
}

#[test]
fn a_passage_is_moved_by_ratings_no_further_than_the_bound_and_undo_restores_exactly() {
    let library = LIBRARY.lock().expect("no panic");
    let (most, least) = (Votes { helped: 10_000, ..Votes::default() }, Votes { did_not: 10_000, ..Votes::default() });
    let (best, worst) = (most.factor(SPREAD, 3), least.factor(SPREAD, 3));
    let mut moved = 0;
    for question in QUESTIONS {
        let before: Vec<(String, f64)> =
            library.search(question, 12).iter().map(|hit| (key(hit.article, &hit.passage), hit.score)).collect();
        for (at, (one, score)) in before.iter().enumerate() {
            library.learn(taught(best, [one.clone()]));
            let raised = places(&library.search(question, 12));
            library.learn(taught(worst, [one.clone()]));
            let lowered = places(&library.search(question, 12));
            library.learn(Learned::default());
            let (up, down) = (raised.iter().position(|key| key == one), lowered.iter().position(|key| key == one));
            let up = up.expect("what is raised is still found");
            assert!(up <= at, "{question}: raised from {at} to {up}");
            // Whatever it passed stood within the bound.
            assert!(before[up..at].iter().all(|(_, other)| *other <= score * 1.15 + 1e-9), "{question}: {one}");
            if let Some(down) = down {
                assert!(down >= at, "{question}: lowered from {at} to {down}");
                assert!(before[at..=down].iter().all(|(_, other)| *other >= score * 0.85 - 1e-9), "{question}: {one}");
                moved += usize::from(up < at) + usize::from(down > at);
            }
        }
        let after: Vec<(String, f64)> =
            library.search(question, 12).iter().map(|hit| (key(hit.article, &hit.passage), hit.score)).collect();
        assert_eq!(after, before, "{question}");
    }
    assert!(moved > 0, "ratings move something");
}

#[test]
fn what_is_about_an_emergency_keeps_its_place_whatever_is_rated() {
    let library = LIBRARY.lock().expect("no panic");
    let mut safety = 0;
    for question in QUESTIONS.iter().chain(&["is this a stroke", "when should I worry about a fever", "a deep cut"]) {
        let before = places(&library.search(question, 12));
        let of_safety = |library: &Library| -> Vec<(usize, String)> {
            let hits = library.search(question, 12);
            let kept = hits.iter().enumerate().filter(|(_, hit)| is_safety(hit.article, &hit.passage));
            kept.map(|(at, hit)| (at, key(hit.article, &hit.passage))).collect()
        };
        let kept = of_safety(&library);
        safety += kept.len();
        // All of it is called bad, and all else good.
        let mut learned = taught(1.15, before.iter().cloned());
        learned.factors.extend(kept.iter().map(|(_, key)| (key.clone(), 0.85)));
        library.learn(learned);
        let now = of_safety(&library);
        library.learn(Learned::default());
        assert_eq!(now, kept, "{question}");
    }
    assert!(safety > 5, "{safety}");
}

#[test]
fn an_article_that_is_fixed_is_not_moved() {
    let library = LIBRARY.lock().expect("no panic");
    let question = "chest pain when I breathe";
    let before = places(&library.search(question, 12));
    let of_chest = |places: &[String]| -> Vec<usize> {
        (0..places.len()).filter(|at| places[*at].starts_with("chest-pain/")).collect()
    };
    let mut learned = taught(1.15, before.iter().filter(|key| !key.starts_with("chest-pain/")).cloned());
    learned.factors.extend(before.iter().filter(|key| key.starts_with("chest-pain/")).map(|key| (key.clone(), 0.85)));
    learned.fixed.insert("chest-pain".to_owned());
    library.learn(learned);
    let after = places(&library.search(question, 12));
    library.learn(Learned::default());
    assert!(!of_chest(&before).is_empty());
    assert_eq!(of_chest(&after), of_chest(&before));
}
