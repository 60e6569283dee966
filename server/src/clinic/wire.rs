//! Rows to and from `protocol`: this is where the columns of a case are sealed and opened.

use protocol::clinic::{
    CaseFrame, CaseInput, CaseKind, CaseResult, CaseStatus, CaseSummary, Decision, Person, Share, ShareKind, Stage,
    Versions,
};
use protocol::{CaseId, UserId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use vault::{DataKey, Place};
use zeroize::Zeroizing;

use super::store::shares::ShareRow;
use super::store::{CaseRow, ReviewRow};
use super::types::{ReviewBody, Summary, Work};
use crate::clock::rfc3339;
use crate::db::StoreError;

fn seal(key: &DataKey, place: Place<'_>, value: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    let plain =
        Zeroizing::new(serde_json::to_vec(value).map_err(|_| StoreError::Corrupt("a case could not be written"))?);
    Ok(key.seal(place, &plain)?)
}

fn open<T: DeserializeOwned>(key: &DataKey, place: Place<'_>, sealed: &[u8]) -> Result<T, StoreError> {
    let plain = key.open(place, sealed)?;
    serde_json::from_slice(&plain).map_err(|_| StoreError::Corrupt("a case has another form"))
}

const fn of_case<'a>(column: &'a str, id: &'a str) -> Place<'a> {
    Place { table: "cases", column, row: id }
}

pub(super) fn seal_summary(key: &DataKey, id: &CaseId, summary: &Summary) -> Result<Vec<u8>, StoreError> {
    seal(key, of_case("summary", id.as_str()), summary)
}

pub(super) fn open_summary(key: &DataKey, row: &CaseRow) -> Result<Summary, StoreError> {
    open(key, of_case("summary", &row.id), &row.summary)
}

pub(super) fn seal_input(key: &DataKey, id: &CaseId, input: &CaseInput) -> Result<Vec<u8>, StoreError> {
    seal(key, of_case("input", id.as_str()), input)
}

pub(super) fn open_input(key: &DataKey, id: &CaseId, sealed: &[u8]) -> Result<CaseInput, StoreError> {
    open(key, of_case("input", id.as_str()), sealed)
}

pub(super) fn seal_work(key: &DataKey, id: &CaseId, work: &Work) -> Result<Vec<u8>, StoreError> {
    seal(key, of_case("work", id.as_str()), work)
}

pub(super) fn open_work(key: &DataKey, id: &CaseId, sealed: &[u8]) -> Result<Work, StoreError> {
    open(key, of_case("work", id.as_str()), sealed)
}

pub(super) fn seal_result(key: &DataKey, id: &CaseId, result: &CaseResult) -> Result<Vec<u8>, StoreError> {
    seal(key, of_case("result", id.as_str()), result)
}

/// The kind says which result it is, so that neither can be taken for the other.
pub(super) fn open_result(key: &DataKey, id: &CaseId, kind: CaseKind, sealed: &[u8]) -> Result<CaseResult, StoreError> {
    let place = of_case("result", id.as_str());
    Ok(match kind {
        CaseKind::Diagnosis => CaseResult::Diagnosis(open(key, place, sealed)?),
        CaseKind::Prescription => CaseResult::Prescription(open(key, place, sealed)?),
    })
}

pub(super) fn seal_frames(key: &DataKey, id: &CaseId, stage: i64, frames: &[CaseFrame]) -> Result<Vec<u8>, StoreError> {
    seal(key, Place { table: "case_stages", column: "body", row: &format!("{id}/{stage}") }, &frames)
}

pub(super) fn open_frames(key: &DataKey, id: &CaseId, stage: i64, sealed: &[u8]) -> Result<Vec<CaseFrame>, StoreError> {
    open(key, Place { table: "case_stages", column: "body", row: &format!("{id}/{stage}") }, sealed)
}

pub(super) fn seal_review(key: &DataKey, id: &str, review: &ReviewBody) -> Result<Vec<u8>, StoreError> {
    seal(key, Place { table: "case_reviews", column: "body", row: id }, review)
}

pub(super) fn open_review(key: &DataKey, row: &ReviewRow) -> Result<ReviewBody, StoreError> {
    open(key, Place { table: "case_reviews", column: "body", row: &row.id }, &row.body)
}

pub(super) fn kind(row: &CaseRow) -> Result<CaseKind, StoreError> {
    CaseKind::parse(&row.kind).ok_or(StoreError::Corrupt("a case has a kind that nobody knows"))
}

pub(super) fn status(row: &CaseRow) -> Result<CaseStatus, StoreError> {
    CaseStatus::parse(&row.status).ok_or(StoreError::Corrupt("a case has a status that nobody knows"))
}

pub(super) const fn decision_word(decision: Decision) -> &'static str {
    match decision {
        Decision::Accept => "accept",
        Decision::Edit => "edit",
        Decision::Reject => "reject",
    }
}

fn decision(word: &str) -> Option<Decision> {
    [Decision::Accept, Decision::Edit, Decision::Reject].into_iter().find(|one| decision_word(*one) == word)
}

/// A case as lists show it.
pub(super) fn summary(row: &CaseRow, key: &DataKey, owner: Person, is_own: bool) -> Result<CaseSummary, StoreError> {
    let Summary { title, outcome, urgency } = open_summary(key, row)?;
    let kind = kind(row)?;
    let at = usize::try_from(row.stage).unwrap_or(0).min(5);
    Ok(CaseSummary {
        id: CaseId::new(row.id.clone()),
        kind,
        title,
        status: status(row)?,
        stage: Stage::of(kind)[at],
        outcome,
        urgency,
        owner,
        is_own,
        patient_id: row.patient_id.clone().map(UserId::new),
        decision: row.decision.as_deref().and_then(decision),
        created_at: rfc3339(row.created_at),
        updated_at: rfc3339(row.updated_at),
    })
}

pub(super) fn versions(row: &CaseRow) -> Versions {
    Versions { engine: row.engine_version.clone(), data: row.data_version.clone() }
}

pub(super) fn share(row: &ShareRow, from: Person, with: Person) -> Result<Share, StoreError> {
    Ok(Share {
        id: row.id.clone(),
        kind: ShareKind::parse(&row.kind).ok_or(StoreError::Corrupt("a share has a kind that nobody knows"))?,
        from,
        with,
        case_id: row.case_id.clone().map(CaseId::new),
        alerts: row.alerts != 0,
        created_at: rfc3339(row.created_at),
    })
}
