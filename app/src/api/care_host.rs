//! The trait behind the pages of exercises, progress, questionnaires and the safety plan, provided in context beside
//! [`super::host::Host`].

use std::sync::Arc;

use async_trait::async_trait;
use leptos::prelude::use_context;
use protocol::care::{
    Answers, Completed, Done, ExerciseLine, FillIn, KeepPlan, OpenedPassage, Progress, Questionnaire,
    QuestionnaireResult, SafetyPlan, Stage,
};
use protocol::review::{Judge, RatedAnswer, ReviewList};

use super::ApiFailure;

/// What the pages of care need of the server, for the person who made this request. What is unknown is 404, what can't be
/// taken 422 with its field.
#[async_trait]
pub trait CareHost: Send + Sync {
    /// Every exercise, with how often this person has done it.
    async fn exercises(&self) -> Result<Vec<ExerciseLine>, ApiFailure>;
    /// Where an exercise with typed answers stands after these; nothing is stored.
    async fn exercise_next(&self, id: String, answers: Answers) -> Result<Stage, ApiFailure>;
    /// Stores an exercise that was finished outside of a conversation.
    async fn exercise_done(&self, id: String, done: Done) -> Result<Completed, ApiFailure>;
    /// What was done over time.
    async fn progress(&self) -> Result<Progress, ApiFailure>;
    /// Notes how they feel, 0 to 10.
    async fn note_mood(&self, score: u8) -> Result<(), ApiFailure>;
    /// Deletes something noted.
    async fn forget_entry(&self, id: String) -> Result<(), ApiFailure>;
    /// A questionnaire, as it is asked.
    async fn questionnaire(&self, id: String) -> Result<Questionnaire, ApiFailure>;
    /// Keeps one that was filled in.
    async fn fill_in(&self, id: String, form: FillIn) -> Result<QuestionnaireResult, ApiFailure>;
    /// Notes that a passage was opened that an answer cites.
    async fn passage_opened(&self, opened: OpenedPassage) -> Result<(), ApiFailure>;
    /// Their safety plan, empty where there is none.
    async fn safety_plan(&self) -> Result<SafetyPlan, ApiFailure>;
    /// Keeps it.
    async fn keep_safety_plan(&self, plan: KeepPlan) -> Result<SafetyPlan, ApiFailure>;
    /// Deletes it.
    async fn delete_safety_plan(&self) -> Result<(), ApiFailure>;
    /// A page of the rated answers that may be read; 403 for who may not.
    async fn reviews(&self, open: bool, offset: i64) -> Result<ReviewList, ApiFailure>;
    /// One of them.
    async fn rated_answer(&self, id: String) -> Result<RatedAnswer, ApiFailure>;
    /// Says what was found of it, and closes it.
    async fn judge(&self, id: String, found: Judge) -> Result<RatedAnswer, ApiFailure>;
}

/// The care of this request.
pub fn use_care() -> Result<Arc<dyn CareHost>, ApiFailure> {
    use_context::<Arc<dyn CareHost>>()
        .ok_or_else(|| ApiFailure::new(500, "Something went wrong on our side. Please try again."))
}
