//! A person's safety plan: kept sealed, one at a time.

use clinical::safety_plan::{self as form, CLOSING, Written};
use protocol::UserId;
use protocol::care::{KeepPlan, PlanStep, SafetyPlan};
use vault::Place;

use super::store;
use crate::audit::{Action, Actor, Entry, Origin};
use crate::clock::{Millis, rfc3339};
use crate::db::{StoreError, shared};
use crate::error::ApiError;
use crate::state::App;

/// What the last part is called.
const CLOSING_HEADING: &str = "What is worth living for";

fn place(user: &UserId) -> Place<'_> {
    Place { table: "safety_plans", column: "body", row: user.as_str() }
}

/// What is asked, and what this person wrote.
pub(super) async fn read(app: &App, user: &UserId) -> Result<SafetyPlan, StoreError> {
    let key = app.keys.get(&app.db, user.as_str()).await?;
    let row = {
        let mut connection = app.db.read().await?;
        store::plan(&mut connection, user).await?
    };
    let Some((body, at)) = row else { return Ok(shown(&Written::new(), None)) };
    let opened = key.open(place(user), &body)?;
    let written = serde_json::from_slice(&opened).map_err(|_| StoreError::Corrupt("a safety plan is not read"))?;
    Ok(shown(&written, Some(at)))
}

fn shown(written: &Written, at: Option<Millis>) -> SafetyPlan {
    let plan = form::plan();
    let lines = |id: &str| written.get(id).cloned().unwrap_or_default();
    let steps = plan.step.iter().map(|step| PlanStep {
        id: step.id.clone(),
        heading: format!("{}. {}", step.number, step.heading),
        why: step.why.clone(),
        prompts: step.prompts.clone(),
        examples: step.examples.clone(),
        lines: lines(&step.id),
    });
    let closing = PlanStep {
        id: CLOSING.to_owned(),
        heading: CLOSING_HEADING.to_owned(),
        why: plan.closing.message.clone(),
        prompts: plan.closing.prompts.clone(),
        examples: plan.closing.examples.clone(),
        lines: lines(CLOSING),
    };
    SafetyPlan {
        title: plan.title.clone(),
        intro: plan.intro.clone(),
        stop_first: plan.stop_first.clone(),
        with_someone: plan.with_someone.clone(),
        keep: plan.keep.clone(),
        source: plan.source.clone(),
        steps: steps.chain([closing]).collect(),
        updated_at: at.map(rfc3339),
    }
}

/// Keeps a plan in place of the one before.
pub(super) async fn keep(app: &App, user: &UserId, plan: KeepPlan, origin: &Origin) -> Result<SafetyPlan, ApiError> {
    let written = form::tidy(plan.steps)
        .map_err(|refused| ApiError::unprocessable("steps", format!("The plan can't be kept: {refused}.")))?;
    let now = app.clock.now();
    let key = app.keys.get(&app.db, user.as_str()).await?;
    let text = serde_json::to_vec(&written).map_err(ApiError::internal)?;
    let body = key.seal(place(user), &text).map_err(StoreError::from)?;
    let entry = Entry::new(now, Actor::User(user.clone()), Action::SAFETY_PLAN).subject(user).from(origin);
    let job = shared((user.clone(), body, entry));
    app.writer
        .run(move |tx| {
            let job = std::sync::Arc::clone(&job);
            Box::pin(async move {
                store::keep_plan(&mut tx.connection, &job.0, &job.1, now).await?;
                tx.audit(job.2.clone());
                Ok(())
            })
        })
        .await?;
    Ok(shown(&written, Some(now)))
}

/// Deletes it.
pub(super) async fn delete(app: &App, user: &UserId, origin: &Origin) -> Result<(), StoreError> {
    let now = app.clock.now();
    let entry = Entry::new(now, Actor::User(user.clone()), Action::SAFETY_PLAN_DELETE).subject(user).from(origin);
    let job = shared((user.clone(), entry));
    app.writer
        .run(move |tx| {
            let job = std::sync::Arc::clone(&job);
            Box::pin(async move {
                store::delete_plan(&mut tx.connection, &job.0).await?;
                tx.audit(job.1.clone());
                Ok(())
            })
        })
        .await
}
