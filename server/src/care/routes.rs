//! The REST routes of exercises, progress, questionnaires, the safety plan and feedback.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query};
use axum::response::AppendHeaders;
use axum::routing::{delete, get, post};
use http::request::Parts;
use protocol::care::{
    Answers, Completed, Done, ExerciseList, FeedbackAnswer, FeedbackRequest, FillIn, KeepPlan, LearnedPassages,
    NoteMood, OpenedPassage, Progress, Questionnaire, QuestionnaireResult, SafetyPlan, Stage,
};
use protocol::rest::{Notice, UserRole};
use serde::Deserialize;

use super::desk::{self, Desk};
use crate::auth::{Caller, Visit};
use crate::error::{ApiError, Json, Path};
use crate::state::App;

/// `/api/exercises`, `/api/progress`, `/api/questionnaires`, `/api/safety-plan`, `/api/feedback` and
/// `/api/library/feedback`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/exercises", get(exercises))
        .route("/api/exercises/{id}/next", post(next))
        .route("/api/exercises/{id}/complete", post(complete))
        .route("/api/progress", get(progress))
        .route("/api/progress/mood", post(mood))
        .route("/api/progress/entries/{id}", delete(forget))
        .route("/api/questionnaires/{id}", get(questionnaire).post(fill_in))
        .route("/api/safety-plan", get(plan).put(keep_plan).delete(delete_plan))
        .route("/api/feedback", post(rate).delete(withdraw))
        .route("/api/feedback/opened", post(opened))
        .route("/api/library/feedback", get(learned).delete(forget_learned))
}

/// What is personal is kept by nobody on the way.
type Personal<T> = Result<(AppendHeaders<[(&'static str, &'static str); 1]>, Json<T>), ApiError>;

fn personal<T>(body: Result<T, ApiError>) -> Personal<T> {
    Ok((AppendHeaders([("cache-control", "no-store")]), Json(body?)))
}

/// Who asks, and where from.
struct Person {
    app: App,
    visit: Visit,
    caller: Caller,
}

impl FromRequestParts<App> for Person {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Ok(visit) = Visit::from_request_parts(parts, app).await;
        Ok(Self { caller: Caller::from_request_parts(parts, app).await?, visit, app: app.clone() })
    }
}

impl Person {
    const fn desk(&self) -> Desk<'_> {
        Desk { app: &self.app, user: &self.caller.user_id, origin: &self.visit.origin }
    }
}

fn notice(message: &str) -> Notice {
    Notice { message: message.to_owned() }
}

async fn exercises(person: Person) -> Personal<ExerciseList> {
    personal(person.desk().exercises().await.map(|exercises| ExerciseList { exercises }))
}

/// What was answered so far.
#[derive(Deserialize)]
struct SoFar {
    #[serde(default)]
    answers: Answers,
}

async fn next(_: Caller, Path(id): Path<String>, Json(so_far): Json<SoFar>) -> Personal<Stage> {
    personal(desk::exercise_next(&id, &so_far.answers))
}

async fn complete(person: Person, Path(id): Path<String>, Json(done): Json<Done>) -> Personal<Completed> {
    personal(person.desk().exercise_done(&id, done).await)
}

async fn progress(person: Person) -> Personal<Progress> {
    personal(person.desk().progress().await)
}

async fn mood(person: Person, Json(noted): Json<NoteMood>) -> Personal<Notice> {
    personal(person.desk().note_mood(noted.score).await.map(|()| notice("Noted.")))
}

async fn forget(person: Person, Path(id): Path<String>) -> Personal<Notice> {
    personal(person.desk().forget_entry(&id).await.map(|()| notice("Deleted.")))
}

async fn questionnaire(_: Caller, Path(id): Path<String>) -> Personal<Questionnaire> {
    personal(desk::questionnaire(&id))
}

async fn fill_in(person: Person, Path(id): Path<String>, Json(filled): Json<FillIn>) -> Personal<QuestionnaireResult> {
    personal(person.desk().fill_in(&id, filled).await)
}

async fn plan(person: Person) -> Personal<SafetyPlan> {
    personal(person.desk().safety_plan().await)
}

async fn keep_plan(person: Person, Json(plan): Json<KeepPlan>) -> Personal<SafetyPlan> {
    personal(person.desk().keep_safety_plan(plan).await)
}

async fn delete_plan(person: Person) -> Personal<Notice> {
    personal(person.desk().delete_safety_plan().await.map(|()| notice("Deleted.")))
}

async fn rate(person: Person, Json(said): Json<FeedbackRequest>) -> Personal<FeedbackAnswer> {
    personal(person.desk().rate(said).await)
}

async fn opened(person: Person, Json(passage): Json<OpenedPassage>) -> Personal<Notice> {
    personal(person.desk().opened(passage).await.map(|()| notice("Noted.")))
}

async fn withdraw(person: Person) -> Personal<Notice> {
    let gone = person.desk().withdraw_feedback().await;
    personal(
        gone.map(|gone| notice(&format!("What you opened and rated moves no passage any more ({gone} taken back)."))),
    )
}

async fn learned(person: Person) -> Personal<LearnedPassages> {
    person.caller.require(&[UserRole::Admin])?;
    personal(person.desk().learned().await)
}

/// Of which passage; all of them without.
#[derive(Deserialize)]
struct Which {
    #[serde(default)]
    passage: Option<String>,
}

async fn forget_learned(person: Person, which: Result<Query<Which>, QueryRejection>) -> Personal<Notice> {
    person.caller.require(&[UserRole::Admin])?;
    let Query(Which { passage }) =
        which.map_err(|_| ApiError::unprocessable("passage", "Give one `passage`, or none for all."))?;
    let gone = person.desk().forget_learned(passage).await;
    personal(gone.map(|gone| notice(&format!("Forgotten: what was said in {gone} cases."))))
}
