//! What a person can do with their exercises, progress, questionnaires and safety plan, by a route or by a page alike.

use clinical::questionnaires as forms;
use protocol::UserId;
use protocol::care::{
    Answers, Completed, Done, ExerciseLine, FeedbackAnswer, FeedbackRequest, FillIn, KeepPlan, LearnedPassages,
    OpenedPassage, Progress, Questionnaire, QuestionnaireResult, SafetyPlan, Stage,
};

use super::exercises::{self, Wrong};
use super::types::Noted;
use super::{feedback, passages, progress, questionnaires, safety_plan, wire};
use crate::audit::Origin;
use crate::error::ApiError;
use crate::limits::{Kind, RetryAfter};
use crate::state::App;

/// One person's, for one request.
pub(crate) struct Desk<'a> {
    pub(crate) app: &'a App,
    pub(crate) user: &'a UserId,
    pub(crate) origin: &'a Origin,
}

impl From<Wrong> for ApiError {
    fn from(wrong: Wrong) -> Self {
        Self::unprocessable(wrong.field, wrong.text)
    }
}

fn form(id: &str) -> Result<&'static forms::Questionnaire, ApiError> {
    forms::by_id(id).ok_or_else(|| ApiError::not_found("questionnaire"))
}

/// A questionnaire, as it is asked.
pub(crate) fn questionnaire(id: &str) -> Result<Questionnaire, ApiError> {
    Ok(wire::questionnaire(form(id)?))
}

/// Where an exercise with typed answers stands after these.
pub(crate) fn exercise_next(id: &str, answers: &Answers) -> Result<Stage, ApiError> {
    let stage = exercises::next(id, answers).ok_or_else(|| ApiError::not_found("exercise with questions"))?;
    Ok(stage?)
}

impl Desk<'_> {
    /// Whatever stores something counts.
    fn may_write(&self) -> Result<(), RetryAfter> {
        self.app.limits.check(Kind::Commands, self.user.as_str())
    }

    /// Every exercise.
    pub(crate) async fn exercises(&self) -> Result<Vec<ExerciseLine>, ApiError> {
        Ok(exercises::list(self.app, self.user).await?)
    }

    /// Stores an exercise that was finished outside of a conversation.
    pub(crate) async fn exercise_done(&self, id: &str, done: Done) -> Result<Completed, ApiError> {
        self.may_write()?;
        let exercise = clinical::exercises::by_id(id).ok_or_else(|| ApiError::not_found("exercise"))?;
        let (content, safety) = exercises::complete(self.app, self.user, exercise, done, self.origin).await??;
        Ok(Completed { content, safety })
    }

    /// What was done over time.
    pub(crate) async fn progress(&self) -> Result<Progress, ApiError> {
        Ok(progress::progress(self.app, self.user).await?)
    }

    /// Notes how they feel.
    pub(crate) async fn note_mood(&self, score: u8) -> Result<(), ApiError> {
        self.may_write()?;
        if score > 10 {
            return Err(ApiError::unprocessable("score", "`score` is 0 to 10."));
        }
        progress::note(self.app, self.user, &Noted::Mood { score }, self.origin).await?;
        Ok(())
    }

    /// Deletes something noted.
    pub(crate) async fn forget_entry(&self, id: &str) -> Result<(), ApiError> {
        self.may_write()?;
        progress::delete(self.app, self.user, id, self.origin).await
    }

    /// Keeps a questionnaire that was filled in.
    pub(crate) async fn fill_in(&self, id: &str, filled: FillIn) -> Result<QuestionnaireResult, ApiError> {
        self.may_write()?;
        questionnaires::fill_in(self.app, self.user, form(id)?, filled, self.origin).await
    }

    /// Their safety plan.
    pub(crate) async fn safety_plan(&self) -> Result<SafetyPlan, ApiError> {
        Ok(safety_plan::read(self.app, self.user).await?)
    }

    /// Keeps it.
    pub(crate) async fn keep_safety_plan(&self, plan: KeepPlan) -> Result<SafetyPlan, ApiError> {
        self.may_write()?;
        safety_plan::keep(self.app, self.user, plan, self.origin).await
    }

    /// Deletes it.
    pub(crate) async fn delete_safety_plan(&self) -> Result<(), ApiError> {
        self.may_write()?;
        Ok(safety_plan::delete(self.app, self.user, self.origin).await?)
    }

    /// Notes that they opened a passage that an answer cites.
    pub(crate) async fn opened(&self, opened: OpenedPassage) -> Result<(), ApiError> {
        self.may_write()?;
        passages::opened(self.app, self.user, opened, self.origin).await
    }

    /// Takes back what their opening and rating said of passages.
    pub(crate) async fn withdraw_feedback(&self) -> Result<u64, ApiError> {
        self.may_write()?;
        passages::withdraw(self.app, self.user, self.origin).await
    }

    /// What was learned of passages; the caller is an administrator.
    pub(crate) async fn learned(&self) -> Result<LearnedPassages, ApiError> {
        passages::looked(self.app, self.user, self.origin).await?;
        passages::list(self.app).await
    }

    /// Forgets it, of one passage or of all; the caller is an administrator.
    pub(crate) async fn forget_learned(&self, passage: Option<String>) -> Result<u64, ApiError> {
        self.may_write()?;
        passages::forget(self.app, self.user, passage, self.origin).await
    }

    /// Keeps what they think of an answer.
    pub(crate) async fn rate(&self, said: FeedbackRequest) -> Result<FeedbackAnswer, ApiError> {
        self.may_write()?;
        feedback::rest(self.app, self.user, said, self.origin).await
    }
}
