//! What a person did over time: markers, how they felt, questionnaires, and what exercises did for them.

use std::collections::{BTreeMap, BTreeSet};

use clinical::exercises;
use protocol::UserId;
use protocol::care::{Days, Effect, Filled, Marker, Mood, Progress};
use vault::{DataKey, Place};

use super::questionnaires;
use super::store::{self, NewEntry};
use super::types::{Entered, Noted};
use crate::audit::{Action, Actor, Entry, Origin};
use crate::clock::{Millis, rfc3339};
use crate::db::{StoreError, shared};
use crate::error::ApiError;
use crate::ids;
use crate::state::App;

const DAY: Millis = 86_400_000;

/// Everything about a person's progress.
pub(crate) async fn progress(app: &App, user: &UserId) -> Result<Progress, StoreError> {
    let key = app.keys.get(&app.db, user.as_str()).await?;
    let markers = {
        let mut connection = app.db.read().await?;
        store::markers(&mut connection, user, most(app)).await?
    };
    let markers = markers.into_iter().map(|row| marker(&key, row)).collect::<Result<Vec<_>, _>>()?;
    let entered = entries(app, user).await?;
    Ok(Progress {
        days: days(markers.iter().map(|(at, _)| *at).chain(entered.iter().map(|entry| entry.at)), app.clock.now()),
        moods: moods(&entered),
        questionnaires: entered.iter().filter_map(filled).collect(),
        exercises: effects(&entered),
        markers: markers.into_iter().map(|(_, marker)| marker).collect(),
    })
}

/// What a person did and noted, the oldest first.
pub(crate) async fn entries(app: &App, user: &UserId) -> Result<Vec<Entered>, StoreError> {
    let key = app.keys.get(&app.db, user.as_str()).await?;
    let rows = {
        let mut connection = app.db.read().await?;
        store::entries(&mut connection, user, most(app)).await?
    };
    rows.into_iter()
        .rev()
        .map(|(id, body, at)| {
            let opened = key.open(place(&id), &body)?;
            let noted = serde_json::from_slice(&opened).map_err(|_| StoreError::Corrupt("a care entry is not read"))?;
            Ok(Entered { id, at, noted })
        })
        .collect()
}

fn most(app: &App) -> i64 {
    i64::try_from(app.settings.care_entries).unwrap_or(i64::MAX)
}

/// An entry to be stored, sealed under the person's key.
pub(crate) fn sealed(key: &DataKey, user: &UserId, noted: &Noted, at: Millis) -> Result<NewEntry, StoreError> {
    let id = ids::plain(at);
    let text = serde_json::to_vec(noted).map_err(|_| StoreError::Corrupt("a care entry is not written"))?;
    Ok(NewEntry { body: key.seal(place(&id), &text)?, id, user: user.clone(), at })
}

const fn place(id: &str) -> Place<'_> {
    Place { table: "care_entries", column: "body", row: id }
}

/// Notes something by itself: a mood, a questionnaire. Gives its id.
pub(crate) async fn note(app: &App, user: &UserId, noted: &Noted, origin: &Origin) -> Result<Entered, StoreError> {
    let now = app.clock.now();
    let key = app.keys.get(&app.db, user.as_str()).await?;
    let entry = sealed(&key, user, noted, now)?;
    let id = entry.id.clone();
    let audit =
        Entry::new(now, Actor::User(user.clone()), Action::NOTED).object("entry", &id).subject(user).from(origin);
    let job = shared((entry, audit));
    app.writer
        .run(move |tx| {
            let job = std::sync::Arc::clone(&job);
            Box::pin(async move {
                store::insert_entry(&mut tx.connection, &job.0).await?;
                tx.audit(job.1.clone());
                Ok(())
            })
        })
        .await?;
    Ok(Entered { id, at: now, noted: noted.clone() })
}

/// Deletes an entry; an unknown one is not found.
pub(crate) async fn delete(app: &App, user: &UserId, id: &str, origin: &Origin) -> Result<(), ApiError> {
    let audit = Entry::new(app.clock.now(), Actor::User(user.clone()), Action::NOTED_DELETE)
        .object("entry", id)
        .subject(user)
        .from(origin);
    let job = shared((user.clone(), id.to_owned(), audit));
    let found = app
        .writer
        .run(move |tx| {
            let job = std::sync::Arc::clone(&job);
            Box::pin(async move {
                let found = store::delete_entry(&mut tx.connection, &job.0, &job.1).await?;
                if found {
                    tx.audit(job.2.clone());
                }
                Ok(found)
            })
        })
        .await?;
    if found { Ok(()) } else { Err(ApiError::not_found("entry")) }
}

fn marker(key: &DataKey, row: store::MarkerRow) -> Result<(Millis, Marker), StoreError> {
    let opened = key.open(Place { table: "markers", column: "body", row: &row.id }, &row.body)?;
    let body: serde_json::Value =
        serde_json::from_slice(&opened).map_err(|_| StoreError::Corrupt("a marker is not read"))?;
    let description = body["description"].as_str().unwrap_or_default().to_owned();
    let marker = Marker {
        marker_id: row.id,
        marker_type: row.marker_type,
        description,
        achieved_at: rfc3339(row.achieved_at),
        therapeutic_value: row.therapeutic_value,
    };
    Ok((row.achieved_at, marker))
}

fn filled(entry: &Entered) -> Option<Filled> {
    match &entry.noted {
        Noted::Questionnaire { questionnaire, answers, .. } => {
            questionnaires::filled(questionnaire, answers, &entry.id, entry.at)
        }
        _ => None,
    }
}

fn moods(entered: &[Entered]) -> Vec<Mood> {
    let mood = |entry: &Entered, score, exercise: Option<&String>| Mood {
        id: entry.id.clone(),
        at: rfc3339(entry.at),
        score,
        exercise: exercise.cloned(),
    };
    let mut moods = Vec::new();
    for entry in entered {
        match &entry.noted {
            Noted::Mood { score } => moods.push(mood(entry, *score, None)),
            Noted::Exercise { exercise, done, .. } => {
                moods.extend(
                    [done.mood_before, done.mood_after]
                        .into_iter()
                        .flatten()
                        .map(|score| mood(entry, score, Some(exercise))),
                );
            }
            Noted::Questionnaire { .. } => {}
        }
    }
    moods
}

fn effects(entered: &[Entered]) -> Vec<Effect> {
    let mut done: BTreeMap<&str, (u32, Vec<f64>)> = BTreeMap::new();
    for entry in entered {
        if let Noted::Exercise { exercise, done: how, .. } = &entry.noted {
            let (times, changes) = done.entry(exercise).or_default();
            *times += 1;
            if let (Some(before), Some(after)) = (how.mood_before, how.mood_after) {
                changes.push(f64::from(after) - f64::from(before));
            }
        }
    }
    let mut effects: Vec<Effect> = done
        .into_iter()
        .map(|(id, (times, changes))| {
            let rated = u32::try_from(changes.len()).unwrap_or(u32::MAX);
            Effect {
                id: id.to_owned(),
                label: exercises::by_id(id).map_or_else(|| id.to_owned(), |exercise| exercise.label.clone()),
                times,
                rated,
                mood_change: (rated > 0).then(|| changes.iter().sum::<f64>() / f64::from(rated)),
            }
        })
        .collect();
    effects.sort_by_key(|effect| std::cmp::Reverse(effect.times));
    effects
}

/// Days (UTC) on which something was done.
fn days(times: impl Iterator<Item = Millis>, now: Millis) -> Days {
    let today = now.div_euclid(DAY);
    let done: BTreeSet<i64> = times.map(|at| at.div_euclid(DAY)).collect();
    let within = |days: i64| u32::try_from(done.range(today - days + 1..=today).count()).unwrap_or(u32::MAX);
    let mut row = 0;
    let (mut longest_row, mut last) = (0, None);
    for day in &done {
        row = if last == Some(day - 1) { row + 1 } else { 1 };
        longest_row = longest_row.max(row);
        last = Some(*day);
    }
    Days {
        of_last_7: within(7),
        of_last_28: within(28),
        in_a_row: if last.is_some_and(|last| last >= today - 1) { row } else { 0 },
        longest_row,
    }
}

#[cfg(test)]
mod tests {
    use protocol::care::Done;

    use super::*;

    #[test]
    fn a_row_of_days_goes_on_until_a_whole_day_was_missed() {
        let now = 100 * DAY + 5;
        let on = |list: &[i64]| days(list.iter().map(|day| day * DAY + 7), now);
        assert_eq!(on(&[]), Days::default());
        assert_eq!(on(&[100]), Days { of_last_7: 1, of_last_28: 1, in_a_row: 1, longest_row: 1 });
        assert_eq!(on(&[98, 99, 99]), Days { of_last_7: 2, of_last_28: 2, in_a_row: 2, longest_row: 2 });
        assert_eq!(on(&[98]), Days { of_last_7: 1, of_last_28: 1, in_a_row: 0, longest_row: 1 });
        assert_eq!(on(&[60, 61, 62, 93, 94, 100]), Days { of_last_7: 2, of_last_28: 3, in_a_row: 1, longest_row: 3 });
    }

    fn exercise(id: &str, moods: Option<(u8, u8)>) -> Entered {
        let done = Done {
            mood_before: moods.map(|(before, _)| before),
            mood_after: moods.map(|(_, after)| after),
            ..Done::default()
        };
        let noted = Noted::Exercise { exercise: id.to_owned(), context: None, done };
        Entered { id: String::new(), at: 0, noted }
    }

    #[test]
    fn what_an_exercise_did_is_the_mean_over_those_that_were_rated() {
        let entered = [
            exercise("ex_grounding", None),
            exercise("ex_breathing", Some((3, 5))),
            exercise("ex_breathing", None),
            exercise("ex_breathing", Some((4, 3))),
        ];
        let effects = effects(&entered);
        let told: Vec<_> =
            effects.iter().map(|effect| (effect.id.as_str(), effect.times, effect.rated, effect.mood_change)).collect();
        assert_eq!(told, [("ex_breathing", 3, 2, Some(0.5)), ("ex_grounding", 1, 0, None)]);
        assert_eq!(moods(&entered).iter().map(|mood| mood.score).collect::<Vec<_>>(), [3, 5, 4, 3]);
    }
}
