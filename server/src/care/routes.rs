//! The REST routes of exercises, progress, questionnaires, the safety plan and feedback.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query};
use axum::routing::{delete, get, post};
use http::request::Parts;
use protocol::care::{
    Answer, Answers, Completed, Done, ExerciseList, FeedbackAnswer, FeedbackRequest, FillIn, KeepPlan, LearnedPassages,
    NoteMood, OpenedPassage, Progress, Questionnaire, QuestionnaireResult, SafetyPlan, Stage,
};
use protocol::rest::{Notice, UserRole};
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi, ToSchema};

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

/// The routes as they are described.
#[derive(OpenApi)]
#[openapi(paths(
    exercises,
    next,
    complete,
    progress,
    mood,
    forget,
    questionnaire,
    fill_in,
    plan,
    keep_plan,
    delete_plan,
    rate,
    opened,
    withdraw,
    learned,
    forget_learned
))]
pub(crate) struct Described;

/// Which questionnaires there are.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "only described; the handlers look for the word among the questionnaires")]
enum QuestionnaireId {
    Phq9,
    Gad7,
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

/// Lists the exercises, with how often they were finished.
#[utoipa::path(
    get, path = "/api/exercises", operation_id = "list_exercises", tag = "Care",
    responses((status = 200, body = ExerciseList)),
)]
async fn exercises(person: Person) -> Reply<ExerciseList> {
    person.desk().exercises().await.map(|exercises| ExerciseList { exercises }).map(Personal)
}

/// What was answered so far.
#[derive(Deserialize, ToSchema)]
struct SoFar {
    /// By the id of the question.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Answer>)]
    answers: Answers,
}

/// Gives the next question of an exercise, or its last step. Nothing is stored.
#[utoipa::path(
    post, path = "/api/exercises/{id}/next", operation_id = "next_step", tag = "Care",
    request_body = SoFar,
    responses((status = 200, body = Stage)),
)]
async fn next(_: Caller, Path(id): Path<String>, Json(so_far): Json<SoFar>) -> Reply<Stage> {
    desk::exercise_next(&id, &so_far.answers).map(Personal)
}

/// Notes an exercise that was finished. Danger in what was typed is answered first.
#[utoipa::path(
    post, path = "/api/exercises/{id}/complete", operation_id = "complete_exercise", tag = "Care",
    request_body = Done,
    responses((status = 200, body = Completed)),
)]
async fn complete(person: Person, Path(id): Path<String>, Json(done): Json<Done>) -> Reply<Completed> {
    person.desk().exercise_done(&id, done).await.map(Personal)
}

/// Gives what was done and noted over time; days are counted in UTC.
#[utoipa::path(
    get, path = "/api/progress", operation_id = "progress", tag = "Care",
    responses((status = 200, body = Progress)),
)]
async fn progress(person: Person) -> Reply<Progress> {
    person.desk().progress().await.map(Personal)
}

/// Notes how they feel.
#[utoipa::path(
    post, path = "/api/progress/mood", operation_id = "note_mood", tag = "Care",
    request_body = NoteMood,
    responses((status = 200, body = Notice)),
)]
async fn mood(person: Person, Json(noted): Json<NoteMood>) -> Reply<Notice> {
    person.desk().note_mood(noted.score).await.map(|()| notice("Noted.")).map(Personal)
}

/// Deletes a mood, a questionnaire or an exercise that was noted.
#[utoipa::path(
    delete, path = "/api/progress/entries/{id}", operation_id = "forget_entry", tag = "Care",
    responses((status = 200, body = Notice)),
)]
async fn forget(person: Person, Path(id): Path<String>) -> Reply<Notice> {
    person.desk().forget_entry(&id).await.map(|()| notice("Deleted.")).map(Personal)
}

/// Gives a questionnaire, as it is asked.
#[utoipa::path(
    get, path = "/api/questionnaires/{id}", operation_id = "open_questionnaire", tag = "Care",
    params(("id" = inline(QuestionnaireId), Path, description = "Which questionnaire.")),
    responses((status = 200, body = Questionnaire)),
)]
async fn questionnaire(_: Caller, Path(id): Path<String>) -> Reply<Questionnaire> {
    desk::questionnaire(&id).map(Personal)
}

/// Keeps a questionnaire that was filled in, and says what it means.
///
/// Where the item about death was ticked, `care` answers that.
#[utoipa::path(
    post, path = "/api/questionnaires/{id}", operation_id = "fill_in_questionnaire", tag = "Care",
    params(("id" = inline(QuestionnaireId), Path, description = "Which questionnaire.")),
    request_body = FillIn,
    responses((status = 200, body = QuestionnaireResult)),
)]
async fn fill_in(person: Person, Path(id): Path<String>, Json(filled): Json<FillIn>) -> Reply<QuestionnaireResult> {
    person.desk().fill_in(&id, filled).await.map(Personal)
}

/// Gives the safety plan: what is asked, and what was written.
#[utoipa::path(
    get, path = "/api/safety-plan", operation_id = "safety_plan", tag = "Care",
    responses((status = 200, body = SafetyPlan)),
)]
async fn plan(person: Person) -> Reply<SafetyPlan> {
    person.desk().safety_plan().await.map(Personal)
}

/// Keeps the safety plan; what is left out is emptied.
#[utoipa::path(
    put, path = "/api/safety-plan", operation_id = "keep_safety_plan", tag = "Care",
    request_body = KeepPlan,
    responses((status = 200, body = SafetyPlan)),
)]
async fn keep_plan(person: Person, Json(plan): Json<KeepPlan>) -> Reply<SafetyPlan> {
    person.desk().keep_safety_plan(plan).await.map(Personal)
}

/// Deletes the safety plan.
#[utoipa::path(
    delete, path = "/api/safety-plan", operation_id = "delete_safety_plan", tag = "Care",
    responses((status = 200, body = Notice)),
)]
async fn delete_plan(person: Person) -> Reply<Notice> {
    person.desk().delete_safety_plan().await.map(|()| notice("Deleted.")).map(Personal)
}

/// Keeps what somebody thinks of an answer.
#[utoipa::path(
    post, path = "/api/feedback", operation_id = "rate", tag = "Feedback",
    request_body = FeedbackRequest,
    responses((status = 200, body = FeedbackAnswer), (status = 404, description = "There is no such conversation or message.")),
)]
async fn rate(person: Person, Json(said): Json<FeedbackRequest>) -> Reply<FeedbackAnswer> {
    person.desk().rate(said).await.map(Personal)
}

/// Notes that a passage which an answer cites was opened.
#[utoipa::path(
    post, path = "/api/feedback/opened", operation_id = "opened_passage", tag = "Feedback",
    request_body = OpenedPassage,
    responses((status = 200, body = Notice), (status = 404, description = "There is no such conversation, answer or passage.")),
)]
async fn opened(person: Person, Json(passage): Json<OpenedPassage>) -> Reply<Notice> {
    person.desk().opened(passage).await.map(|()| notice("Noted.")).map(Personal)
}

/// Takes back what the caller's opening and rating said of passages; the ratings stay.
#[utoipa::path(
    delete, path = "/api/feedback", operation_id = "withdraw_feedback", tag = "Feedback",
    responses((status = 200, body = Notice)),
)]
async fn withdraw(person: Person) -> Reply<Notice> {
    let gone = person.desk().withdraw_feedback().await;
    gone.map(|gone| notice(&format!("What you opened and rated moves no passage any more ({gone} taken back).")))
        .map(Personal)
}

/// Gives what people said of passages of the library.
#[utoipa::path(
    get, path = "/api/library/feedback", operation_id = "learned_passages", tag = "Feedback",
    responses((status = 200, body = LearnedPassages), (status = 403, description = "Only administrators may.")),
)]
async fn learned(person: Person) -> Reply<LearnedPassages> {
    person.caller.require(&[UserRole::Admin])?;
    person.desk().learned().await.map(Personal)
}

/// Of which passage; all of them without.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// As the list names it; all of them without.
    #[serde(default)]
    passage: Option<String>,
}

/// Forgets what was said of one passage, or of all.
#[utoipa::path(
    delete, path = "/api/library/feedback", operation_id = "forget_learned", tag = "Feedback",
    params(Which),
    responses((status = 200, body = Notice), (status = 403, description = "Only administrators may.")),
)]
async fn forget_learned(person: Person, which: Result<Query<Which>, QueryRejection>) -> Reply<Notice> {
    person.caller.require(&[UserRole::Admin])?;
    let Which { passage } = rest::query(which)?;
    let gone = person.desk().forget_learned(passage).await;
    gone.map(|gone| notice(&format!("Forgotten: what was said in {gone} cases."))).map(Personal)
}
