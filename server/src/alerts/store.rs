//! The SQL of alerts.

use protocol::{SafetyLevel, UserId};
use sqlx::AnyConnection;

use crate::audit::{Action, Actor, Entry};
use crate::clock::Millis;
use crate::db::StoreError;
use crate::ids;

/// Somebody is in danger: whoever may be told of it is.
#[derive(Debug, Clone)]
pub struct NewAlert {
    pub(crate) patient: UserId,
    pub(crate) level: SafetyLevel,
    pub(crate) at: Millis,
    /// Within this time a clinician is told once of each level.
    pub(crate) window: Millis,
}

/// The levels that alerts are of, by their words in storage and settings.
const LEVELS: [(SafetyLevel, &str); 3] =
    [(SafetyLevel::Elevated, "elevated"), (SafetyLevel::High, "high"), (SafetyLevel::Imminent, "imminent")];

/// The level of a word.
pub(super) fn level(word: &str) -> Option<SafetyLevel> {
    LEVELS.iter().find(|(_, name)| *name == word).map(|(level, _)| *level)
}

fn word(level: SafetyLevel) -> &'static str {
    LEVELS.iter().find(|(known, _)| *known == level).map_or("high", |(_, name)| name)
}

/// The shares that say so, and the clinicians: only such that hold, and with whom may still see the record.
pub(super) async fn consenting(
    connection: &mut AnyConnection,
    patient: &UserId,
) -> Result<Vec<(String, String)>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT shares.id, shares.with_id
         FROM shares
         JOIN users AS patient ON patient.id = shares.from_id AND patient.role = 'patient'
         JOIN users AS clinician
             ON clinician.id = shares.with_id AND clinician.role = 'clinician' AND clinician.active = 1
         WHERE shares.kind = 'record' AND shares.from_id = $1 AND shares.alerts = 1 AND shares.ended_at IS NULL
         ORDER BY shares.created_at, shares.id",
    )
    .bind(patient.as_str())
    .fetch_all(connection)
    .await?)
}

/// Stores an alert for each clinician who is to be told and was not lately told as much; gives their trail entries.
pub(crate) async fn raise(connection: &mut AnyConnection, new: &NewAlert) -> Result<Vec<Entry>, StoreError> {
    let mut entries = Vec::new();
    for (share, clinician) in consenting(&mut *connection, &new.patient).await? {
        let told: Vec<(String,)> =
            sqlx::query_as("SELECT level FROM alerts WHERE patient_id = $1 AND clinician_id = $2 AND created_at > $3")
                .bind(new.patient.as_str())
                .bind(clinician.as_str())
                .bind(new.at.saturating_sub(new.window))
                .fetch_all(&mut *connection)
                .await?;
        if told.iter().any(|(told,)| level(told).is_some_and(|told| told >= new.level)) {
            continue;
        }
        let id = ids::plain(new.at);
        sqlx::query(
            "INSERT INTO alerts (id, share_id, patient_id, clinician_id, level, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(id.as_str())
        .bind(share.as_str())
        .bind(new.patient.as_str())
        .bind(clinician.as_str())
        .bind(word(new.level))
        .bind(new.at)
        .execute(&mut *connection)
        .await?;
        entries.push(Entry::new(new.at, Actor::System, Action::ALERT).object("alert", &id).subject(&new.patient));
    }
    Ok(entries)
}

/// Alerts whose letter is still to be written, the oldest first: id, clinician, and whether they may still be told (1).
pub(super) async fn to_mail(
    connection: &mut AnyConnection,
    limit: i64,
) -> Result<Vec<(String, String, i64)>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT alerts.id, alerts.clinician_id,
             CAST(CASE WHEN shares.ended_at IS NULL AND shares.alerts = 1
                 AND users.role = 'clinician' AND users.active = 1 THEN 1 ELSE 0 END AS BIGINT)
         FROM alerts
         JOIN shares ON shares.id = alerts.share_id
         JOIN users ON users.id = alerts.clinician_id
         WHERE alerts.mailed_at IS NULL
         ORDER BY alerts.created_at, alerts.id
         LIMIT $1",
    )
    .bind(limit)
    .fetch_all(connection)
    .await?)
}

/// Its letter was handed over, or is no longer to be.
pub(super) async fn set_mailed(connection: &mut AnyConnection, id: &str, now: Millis) -> Result<(), StoreError> {
    sqlx::query("UPDATE alerts SET mailed_at = $2 WHERE id = $1 AND mailed_at IS NULL")
        .bind(id)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// A row of `alerts`.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct AlertRow {
    pub(super) id: String,
    pub(super) patient_id: String,
    pub(super) clinician_id: String,
    pub(super) level: String,
    pub(super) created_at: Millis,
    pub(super) seen_at: Option<Millis>,
}

/// A page of a clinician's, the newest first: of shares that hold; one that was not seen only while the consent holds.
pub(super) async fn of_clinician(
    connection: &mut AnyConnection,
    clinician: &UserId,
    (limit, offset): (i64, i64),
) -> Result<Vec<AlertRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT alerts.id, alerts.patient_id, alerts.clinician_id, alerts.level, alerts.created_at, alerts.seen_at
         FROM alerts
         JOIN shares ON shares.id = alerts.share_id AND shares.ended_at IS NULL
         WHERE alerts.clinician_id = $1 AND (shares.alerts = 1 OR alerts.seen_at IS NOT NULL)
         ORDER BY alerts.created_at DESC, alerts.id DESC
         LIMIT $2 OFFSET $3",
    )
    .bind(clinician.as_str())
    .bind(limit)
    .bind(offset)
    .fetch_all(connection)
    .await?)
}

/// How many a clinician has, and how many of them they have not opened.
pub(super) async fn count(connection: &mut AnyConnection, clinician: &UserId) -> Result<(i64, i64), StoreError> {
    Ok(sqlx::query_as(
        "SELECT COUNT(*), COUNT(*) - COUNT(alerts.seen_at)
         FROM alerts
         JOIN shares ON shares.id = alerts.share_id AND shares.ended_at IS NULL
         WHERE alerts.clinician_id = $1 AND (shares.alerts = 1 OR alerts.seen_at IS NOT NULL)",
    )
    .bind(clinician.as_str())
    .fetch_one(connection)
    .await?)
}

/// Marks one of a clinician's as seen, the first time; gives it where they may see it.
pub(super) async fn see(
    connection: &mut AnyConnection,
    id: &str,
    clinician: &UserId,
    now: Millis,
) -> Result<Option<AlertRow>, StoreError> {
    Ok(sqlx::query_as(
        "UPDATE alerts SET seen_at = COALESCE(seen_at, $3)
         WHERE id = $1 AND clinician_id = $2 AND EXISTS (
             SELECT 1 FROM shares
             WHERE shares.id = alerts.share_id AND shares.ended_at IS NULL
                 AND (shares.alerts = 1 OR alerts.seen_at IS NOT NULL))
         RETURNING id, patient_id, clinician_id, level, created_at, seen_at",
    )
    .bind(id)
    .bind(clinician.as_str())
    .bind(now)
    .fetch_optional(connection)
    .await?)
}

/// A page of those about a patient, the newest first.
pub(super) async fn of_patient(
    connection: &mut AnyConnection,
    patient: &UserId,
    (limit, offset): (i64, i64),
) -> Result<Vec<AlertRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, patient_id, clinician_id, level, created_at, seen_at
         FROM alerts
         WHERE patient_id = $1
         ORDER BY created_at DESC, id DESC
         LIMIT $2 OFFSET $3",
    )
    .bind(patient.as_str())
    .bind(limit)
    .bind(offset)
    .fetch_all(connection)
    .await?)
}

/// How many there are about a patient, and how many of them were not opened.
pub(super) async fn count_of_patient(
    connection: &mut AnyConnection,
    patient: &UserId,
) -> Result<(i64, i64), StoreError> {
    Ok(sqlx::query_as("SELECT COUNT(*), COUNT(*) - COUNT(seen_at) FROM alerts WHERE patient_id = $1")
        .bind(patient.as_str())
        .fetch_one(connection)
        .await?)
}
