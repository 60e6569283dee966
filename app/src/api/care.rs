//! Exercises, progress, questionnaires and the safety plan. What is typed goes in bodies, never in addresses.

use leptos::prelude::*;
use leptos::server_fn::codec::{Json, PostUrl};
#[cfg(feature = "ssr")]
use protocol::care::OpenedPassage;
use protocol::care::{
    Answers, Completed, Done, ExerciseLine, FillIn, KeepPlan, Progress, Questionnaire, QuestionnaireResult, SafetyPlan,
    Stage,
};
#[cfg(feature = "ssr")]
use protocol::review::Judge;
use protocol::review::{RatedAnswer, ReviewList, Verdict};
use protocol::{ConversationId, MessageId};

use super::ApiFailure;
#[cfg(feature = "ssr")]
use super::care_host::use_care;
#[cfg(feature = "ssr")]
use super::host::told;

/// Every exercise.
#[server(prefix = "/fn", endpoint = "exercises", input = Json, output = Json)]
pub async fn list_exercises() -> Result<Vec<ExerciseLine>, ApiFailure> {
    told(use_care()?.exercises().await)
}

/// Where an exercise with typed answers stands after these.
#[server(prefix = "/fn", endpoint = "exercise-next", input = Json, output = Json)]
pub async fn exercise_next(id: String, answers: Answers) -> Result<Stage, ApiFailure> {
    told(use_care()?.exercise_next(id, answers).await)
}

/// Stores an exercise that was finished outside of a conversation.
#[server(prefix = "/fn", endpoint = "exercise-done", input = Json, output = Json)]
pub async fn exercise_done(id: String, done: Done) -> Result<Completed, ApiFailure> {
    told(use_care()?.exercise_done(id, done).await)
}

/// What was done over time.
#[server(prefix = "/fn", endpoint = "progress", input = Json, output = Json)]
pub async fn read_progress() -> Result<Progress, ApiFailure> {
    told(use_care()?.progress().await)
}

/// Notes how they feel; a plain form goes back to the page.
#[server(prefix = "/fn", endpoint = "note-mood", input = PostUrl, output = Json)]
pub async fn note_mood(score: u8) -> Result<(), ApiFailure> {
    told(use_care()?.note_mood(score).await)?;
    leptos_axum::redirect("/progress");
    Ok(())
}

/// Deletes something noted; a plain form goes back to the page.
#[server(prefix = "/fn", endpoint = "forget-entry", input = PostUrl, output = Json)]
pub async fn forget_entry(id: String) -> Result<(), ApiFailure> {
    told(use_care()?.forget_entry(id).await)?;
    leptos_axum::redirect("/progress");
    Ok(())
}

/// A questionnaire, as it is asked.
#[server(prefix = "/fn", endpoint = "questionnaire", input = Json, output = Json)]
pub async fn open_questionnaire(id: String) -> Result<Questionnaire, ApiFailure> {
    told(use_care()?.questionnaire(id).await)
}

/// Keeps a questionnaire that was filled in.
#[server(prefix = "/fn", endpoint = "keep-questionnaire", input = Json, output = Json)]
pub async fn keep_questionnaire(id: String, form: FillIn) -> Result<QuestionnaireResult, ApiFailure> {
    told(use_care()?.fill_in(id, form).await)
}

/// Notes that a passage was opened that an answer cites: its mark's number, from 1.
#[server(prefix = "/fn", endpoint = "passage-opened", input = Json, output = Json)]
pub async fn passage_opened(session: ConversationId, message: MessageId, number: u32) -> Result<(), ApiFailure> {
    let opened = OpenedPassage { conversation_id: session, message_id: message, source: number };
    told(use_care()?.passage_opened(opened).await)
}

/// Their safety plan.
#[server(prefix = "/fn", endpoint = "safety-plan", input = Json, output = Json)]
pub async fn read_safety_plan() -> Result<SafetyPlan, ApiFailure> {
    told(use_care()?.safety_plan().await)
}

/// Keeps it.
#[server(prefix = "/fn", endpoint = "keep-safety-plan", input = Json, output = Json)]
pub async fn keep_safety_plan(plan: KeepPlan) -> Result<SafetyPlan, ApiFailure> {
    told(use_care()?.keep_safety_plan(plan).await)
}

/// Deletes it; a plain form goes back to the page.
#[server(prefix = "/fn", endpoint = "delete-safety-plan", input = PostUrl, output = Json)]
pub async fn delete_safety_plan() -> Result<(), ApiFailure> {
    told(use_care()?.delete_safety_plan().await)?;
    leptos_axum::redirect("/safety-plan");
    Ok(())
}

/// A page of the rated answers that people agreed to have read: what is open, or what is closed.
#[server(prefix = "/fn", endpoint = "reviews", input = Json, output = Json)]
pub async fn list_reviews(open: bool, offset: i64) -> Result<ReviewList, ApiFailure> {
    told(use_care()?.reviews(open, offset).await)
}

/// One of them.
#[server(prefix = "/fn", endpoint = "rated-answer", input = Json, output = Json)]
pub async fn read_rated_answer(id: String) -> Result<RatedAnswer, ApiFailure> {
    told(use_care()?.rated_answer(id).await)
}

/// Says what was found of it, and closes it; a plain form goes back to the page.
#[server(prefix = "/fn", endpoint = "judge-answer", input = PostUrl, output = Json)]
pub async fn judge_answer(
    id: String,
    verdict: Verdict,
    #[server(default)] note: Option<String>,
) -> Result<RatedAnswer, ApiFailure> {
    let answer = told(use_care()?.judge(id.clone(), Judge { verdict, note }).await)?;
    leptos_axum::redirect(&format!("/reviews/{id}"));
    Ok(answer)
}
