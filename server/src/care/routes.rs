//! The REST routes of exercises, progress, questionnaires, the safety plan and feedback.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query};
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
use crate::rest::{self, Personal};
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

/// What a person is answered.
type Reply<T> = Result<Personal<T>, ApiError>;

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

async fn exercises(person: Person) -> Reply<ExerciseList> {
    person.desk().exercises().await.map(|exercises| ExerciseList { exercises }).map(Personal)
}

/// What was answered so far.
#[derive(Deserialize)]
struct SoFar {
    #[serde(default)]
    answers: Answers,
}

async fn next(_: Caller, Path(id): Path<String>, Json(so_far): Json<SoFar>) -> Reply<Stage> {
    desk::exercise_next(&id, &so_far.answers).map(Personal)
}

async fn complete(person: Person, Path(id): Path<String>, Json(done): Json<Done>) -> Reply<Completed> {
    person.desk().exercise_done(&id, done).await.map(Personal)
}

async fn progress(person: Person) -> Reply<Progress> {
    person.desk().progress().await.map(Personal)
}

async fn mood(person: Person, Json(noted): Json<NoteMood>) -> Reply<Notice> {
    person.desk().note_mood(noted.score).await.map(|()| notice("Noted.")).map(Personal)
}

async fn forget(person: Person, Path(id): Path<String>) -> Reply<Notice> {
    person.desk().forget_entry(&id).await.map(|()| notice("Deleted.")).map(Personal)
}

async fn questionnaire(_: Caller, Path(id): Path<String>) -> Reply<Questionnaire> {
    desk::questionnaire(&id).map(Personal)
}

async fn fill_in(person: Person, Path(id): Path<String>, Json(filled): Json<FillIn>) -> Reply<QuestionnaireResult> {
    person.desk().fill_in(&id, filled).await.map(Personal)
}

async fn plan(person: Person) -> Reply<SafetyPlan> {
    person.desk().safety_plan().await.map(Personal)
}

async fn keep_plan(person: Person, Json(plan): Json<KeepPlan>) -> Reply<SafetyPlan> {
    person.desk().keep_safety_plan(plan).await.map(Personal)
}

async fn delete_plan(person: Person) -> Reply<Notice> {
    person.desk().delete_safety_plan().await.map(|()| notice("Deleted.")).map(Personal)
}

async fn rate(person: Person, Json(said): Json<FeedbackRequest>) -> Reply<FeedbackAnswer> {
    person.desk().rate(said).await.map(Personal)
}

async fn opened(person: Person, Json(passage): Json<OpenedPassage>) -> Reply<Notice> {
    person.desk().opened(passage).await.map(|()| notice("Noted.")).map(Personal)
}

async fn withdraw(person: Person) -> Reply<Notice> {
    let gone = person.desk().withdraw_feedback().await;
    gone.map(|gone| notice(&format!("What you opened and rated moves no passage any more ({gone} taken back).")))
        .map(Personal)
}

async fn learned(person: Person) -> Reply<LearnedPassages> {
    person.caller.require(&[UserRole::Admin])?;
    person.desk().learned().await.map(Personal)
}

/// Of which passage; all of them without.
#[derive(Deserialize)]
struct Which {
    #[serde(default)]
    passage: Option<String>,
}

async fn forget_learned(person: Person, which: Result<Query<Which>, QueryRejection>) -> Reply<Notice> {
    person.caller.require(&[UserRole::Admin])?;
    let Which { passage } = rest::query(which)?;
    let gone = person.desk().forget_learned(passage).await;
    gone.map(|gone| notice(&format!("Forgotten: what was said in {gone} cases."))).map(Personal)
}
