//! The part of a page's host that exercises, progress, questionnaires and the safety plan need: the same functions as
//! behind the REST routes.

use app::api::ApiFailure;
use app::api::care_host::CareHost;
use async_trait::async_trait;
use protocol::care::{
    Answers, Completed, Done, ExerciseLine, FillIn, KeepPlan, OpenedPassage, Progress, Questionnaire,
    QuestionnaireResult, SafetyPlan, Stage,
};
use protocol::review::{Judge, RatedAnswer, ReviewList};

use super::RequestHost;
use crate::auth::Caller;
use crate::care::{self, Desk};
use crate::reviews;

/// Rated answers that the queue shows at first, and that each look further adds.
const PAGE: i64 = 50;

impl RequestHost {
    fn desk<'a>(&'a self, caller: &'a Caller) -> Desk<'a> {
        Desk { app: &self.app, user: &caller.user_id, origin: &self.visit.origin }
    }
}

#[async_trait]
impl CareHost for RequestHost {
    async fn exercises(&self) -> Result<Vec<ExerciseLine>, ApiFailure> {
        Ok(self.desk(&self.caller().await?).exercises().await?)
    }

    async fn exercise_next(&self, id: String, answers: Answers) -> Result<Stage, ApiFailure> {
        self.caller().await?;
        Ok(care::exercise_next(&id, &answers)?)
    }

    async fn exercise_done(&self, id: String, done: Done) -> Result<Completed, ApiFailure> {
        Ok(self.desk(&self.caller().await?).exercise_done(&id, done).await?)
    }

    async fn progress(&self) -> Result<Progress, ApiFailure> {
        Ok(self.desk(&self.caller().await?).progress().await?)
    }

    async fn note_mood(&self, score: u8) -> Result<(), ApiFailure> {
        Ok(self.desk(&self.caller().await?).note_mood(score).await?)
    }

    async fn forget_entry(&self, id: String) -> Result<(), ApiFailure> {
        Ok(self.desk(&self.caller().await?).forget_entry(&id).await?)
    }

    async fn questionnaire(&self, id: String) -> Result<Questionnaire, ApiFailure> {
        self.caller().await?;
        Ok(care::questionnaire(&id)?)
    }

    async fn fill_in(&self, id: String, form: FillIn) -> Result<QuestionnaireResult, ApiFailure> {
        Ok(self.desk(&self.caller().await?).fill_in(&id, form).await?)
    }

    async fn passage_opened(&self, opened: OpenedPassage) -> Result<(), ApiFailure> {
        Ok(self.desk(&self.caller().await?).opened(opened).await?)
    }

    async fn safety_plan(&self) -> Result<SafetyPlan, ApiFailure> {
        Ok(self.desk(&self.caller().await?).safety_plan().await?)
    }

    async fn keep_safety_plan(&self, plan: KeepPlan) -> Result<SafetyPlan, ApiFailure> {
        Ok(self.desk(&self.caller().await?).keep_safety_plan(plan).await?)
    }

    async fn delete_safety_plan(&self) -> Result<(), ApiFailure> {
        Ok(self.desk(&self.caller().await?).delete_safety_plan().await?)
    }

    async fn reviews(&self, open: bool, offset: i64) -> Result<ReviewList, ApiFailure> {
        let page = (PAGE, offset.max(0));
        Ok(reviews::list(&self.app, &self.caller().await?, open, page, &self.visit.origin).await?)
    }

    async fn rated_answer(&self, id: String) -> Result<RatedAnswer, ApiFailure> {
        Ok(reviews::open(&self.app, &self.caller().await?, &id, &self.visit.origin).await?)
    }

    async fn judge(&self, id: String, found: Judge) -> Result<RatedAnswer, ApiFailure> {
        Ok(reviews::judge(&self.app, &self.caller().await?, &id, found, &self.visit.origin).await?)
    }
}
