//! Over time: how somebody felt, and what questionnaires said; drawn, and as a table.

use std::collections::BTreeMap;

use leptos::prelude::*;
use protocol::care::{Effect as Did, Filled, Mood};

use super::times::millis;
use crate::components::plot::{Band, Plot, Point};
use crate::components::timestamp::{Shape, Timestamp, plain};

/// Kroenke K, Spitzer RL, Williams JBW. The PHQ-9. J Gen Intern Med 2001;16:606-613: 5, 10, 15, 20 of 27.
const PHQ9: &[Band] = &[
    Band { from: 0.0, name: "None to minimal" },
    Band { from: 5.0, name: "Mild" },
    Band { from: 10.0, name: "Moderate" },
    Band { from: 15.0, name: "Moderately severe" },
    Band { from: 20.0, name: "Severe" },
];
/// Spitzer RL, Kroenke K, Williams JBW, Löwe B. The GAD-7. Arch Intern Med 2006;166:1092-1097: 5, 10, 15 of 21.
const GAD7: &[Band] = &[
    Band { from: 0.0, name: "Minimal" },
    Band { from: 5.0, name: "Mild" },
    Band { from: 10.0, name: "Moderate" },
    Band { from: 15.0, name: "Severe" },
];

/// How somebody felt. What was noted before an exercise and after it has one time; the first is before.
#[component]
pub fn Moods(
    moods: Vec<Mood>,
    exercises: Vec<Did>,
    /// What deletes one that was noted by itself.
    forget: Callback<Mood, AnyView>,
) -> impl IntoView {
    let labels = exercises.into_iter().map(|did| (did.id, did.label)).collect();
    let context = contexts(&moods, &labels);
    let points = moods.iter().zip(&context).filter_map(|(mood, (words, is_before))| {
        let title = format!("{}: {} of 10{}", plain(&mood.at, Shape::Full), mood.score, said(words));
        Some(Point { at_ms: millis(&mood.at)?, value: f64::from(mood.score), title, hollow: *is_before })
    });
    let points: Vec<_> = points.collect();
    let figures = moods.iter().map(|mood| u32::from(mood.score));
    let description = describe("Mood, 0 (very bad) to 10 (very good)", figures, moods.len());
    let ends = ends(&moods.iter().map(|mood| mood.at.clone()).collect::<Vec<_>>());
    let rows = moods.into_iter().zip(context).rev().map(|(mood, (words, _))| {
        view! {
            <tr>
                <th scope="row"><Timestamp at=mood.at.clone() shape=Shape::Full/></th>
                <td class="figures">{mood.score.to_string()}</td>
                <td>{words}</td>
                <td class="table-do">{mood.exercise.is_none().then(|| forget.run(mood))}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <Plot points max=10.0 ticks=&[0.0, 5.0, 10.0] bands=&[] description/>
        {ends}
        <details class="fold plot-table">
            <summary>"The same as a table"</summary>
            <div class="table-scroll">
                <table class="table" aria-label="Mood">
                    <thead>
                        <tr>
                            <th scope="col">"When"</th>
                            <th scope="col">"Mood, of 10"</th>
                            <th scope="col">"With"</th>
                            <th scope="col"><span class="visually-hidden">"Delete"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}

/// What a mood was noted with, and whether it is the one before.
fn contexts(moods: &[Mood], labels: &BTreeMap<String, String>) -> Vec<(String, bool)> {
    let same =
        |one: &Mood, other: &Mood| one.exercise.is_some() && one.exercise == other.exercise && one.at == other.at;
    let mut contexts = Vec::with_capacity(moods.len());
    let mut after = false;
    for (n, mood) in moods.iter().enumerate() {
        let label = mood.exercise.as_ref().map(|id| labels.get(id).unwrap_or(id).clone());
        let before = !after && moods.get(n + 1).is_some_and(|next| same(mood, next));
        contexts.push(match label {
            None => (String::new(), false),
            Some(label) if before => (format!("before: {label}"), true),
            Some(label) if after => (format!("after: {label}"), false),
            Some(label) => (label, false),
        });
        after = before;
    }
    contexts
}

fn said(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!(", {words}") }
}

/// One questionnaire, each time that it was filled in.
#[component]
pub fn Scores(
    filled: Vec<Filled>,
    /// What deletes one of them.
    forget: Callback<Filled, AnyView>,
) -> impl IntoView {
    let (name, max, id) = filled.last().map(|last| (last.name.clone(), last.max, last.questionnaire.clone()))?;
    let bands = match id.as_str() {
        "phq9" => PHQ9,
        "gad7" => GAD7,
        _ => &[],
    };
    let ticks: &'static [f64] = match id.as_str() {
        "phq9" => &[0.0, 5.0, 10.0, 15.0, 20.0, 27.0],
        "gad7" => &[0.0, 5.0, 10.0, 15.0, 21.0],
        _ => &[0.0],
    };
    let points = filled.iter().filter_map(|one| {
        let title = format!("{}: {} of {}, {}", plain(&one.completed_at, Shape::Full), one.score, one.max, one.band);
        Some(Point { at_ms: millis(&one.completed_at)?, value: f64::from(one.score), title, hollow: false })
    });
    let points: Vec<_> = points.collect();
    let description =
        describe(&format!("{name}, 0 to {max}; less is better"), filled.iter().map(|one| one.score), filled.len());
    let ends = ends(&filled.iter().map(|one| one.completed_at.clone()).collect::<Vec<_>>());
    let label = name.clone();
    let rows = filled.into_iter().rev().map(|one| {
        let (at, score, band) = (one.completed_at.clone(), one.score.to_string(), one.band.clone());
        view! {
            <tr>
                <th scope="row"><Timestamp at shape=Shape::Full/></th>
                <td class="figures">{score}</td>
                <td>{band}</td>
                <td class="table-do">{forget.run(one)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    Some(view! {
        <Plot points max=f64::from(max) ticks bands description/>
        {ends}
        <details class="fold plot-table">
            <summary>"The same as a table"</summary>
            <div class="table-scroll">
                <table class="table" aria-label=label>
                    <thead>
                        <tr>
                            <th scope="col">"When"</th>
                            <th scope="col">{format!("Score, of {max}")}</th>
                            <th scope="col">"Range"</th>
                            <th scope="col"><span class="visually-hidden">"Delete"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    })
}

/// From when to when, under the drawing.
fn ends(times: &[String]) -> AnyView {
    let first = times.first().cloned();
    let last = (times.len() > 1).then(|| times.last().cloned()).flatten();
    view! {
        <p class="plot-ends">
            {first.map(|at| view! { <Timestamp at shape=Shape::Day/> })}
            {last.map(|at| view! { <Timestamp at shape=Shape::Day/> })}
        </p>
    }
    .into_any()
}

/// The drawing in a sentence.
fn describe(what: &str, figures: impl Iterator<Item = u32> + Clone, count: usize) -> String {
    let (low, high) = (figures.clone().min().unwrap_or(0), figures.clone().max().unwrap_or(0));
    let last = figures.last().unwrap_or(0);
    match count {
        0 | 1 => format!("{what}. Noted once: {last}."),
        count => format!("{what}. Noted {count} times, between {low} and {high}; the latest is {last}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_of_one_exercise_is_before_and_after() {
        let mood = |at: &str, exercise: Option<&str>| Mood {
            id: at.to_owned(),
            at: at.to_owned(),
            score: 5,
            exercise: exercise.map(str::to_owned),
        };
        let labels = BTreeMap::from([("ex_a".to_owned(), "A".to_owned())]);
        let moods = [
            mood("1", None),
            mood("2", Some("ex_a")),
            mood("2", Some("ex_a")),
            mood("3", Some("ex_a")),
            mood("4", Some("ex_b")),
        ];
        let told: Vec<_> = contexts(&moods, &labels).into_iter().map(|(words, _)| words).collect();
        assert_eq!(told, ["", "before: A", "after: A", "A", "ex_b"]);
    }

    #[test]
    fn a_drawing_is_said_in_a_sentence() {
        assert_eq!(describe("Mood", [3].into_iter(), 1), "Mood. Noted once: 3.");
        assert_eq!(
            describe("Mood", [3, 8, 5].into_iter(), 3),
            "Mood. Noted 3 times, between 3 and 8; the latest is 5."
        );
    }
}
