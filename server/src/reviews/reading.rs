//! Opens a rated answer: what was asked, answered and said of it, with what names its person taken out.

use protocol::review::{RatedAnswer, ReviewLine, Verdict};
use protocol::{ConversationId, MessageId, UserId};
use sqlx::AnyConnection;
use vault::{DataKey, Place};

use super::anonymous::Anonymous;
use super::store::{LineRow, ReviewRow};
use crate::clock::rfc3339;
use crate::conversations::{self, Body, wire};
use crate::db::StoreError;
use crate::keys::Keys;
use crate::{auth, turns};

fn line_of(
    (id, rating, rated_at): (&str, i64, i64),
    verdict: Option<&str>,
    closed_at: Option<i64>,
) -> Result<ReviewLine, StoreError> {
    let verdict =
        verdict.map(|word| Verdict::parse(word).ok_or(StoreError::Corrupt("a review has an unknown verdict")));
    Ok(ReviewLine {
        id: id.to_owned(),
        rating: u8::try_from(rating).map_err(|_| StoreError::Corrupt("a rating is none"))?,
        rated_at: rfc3339(rated_at),
        verdict: verdict.transpose()?,
        closed_at: closed_at.map(rfc3339),
    })
}

pub(super) fn line(row: &LineRow) -> Result<ReviewLine, StoreError> {
    line_of((&row.id, row.rating, row.rated_at), row.verdict.as_deref(), row.closed_at)
}

pub(super) const fn note_place(id: &str) -> Place<'_> {
    Place { table: "answer_reviews", column: "note", row: id }
}

fn text(key: &DataKey, place: Place<'_>, sealed: &[u8]) -> Result<String, StoreError> {
    let opened = key.open(place, sealed)?;
    String::from_utf8(opened.to_vec()).map_err(|_| StoreError::Corrupt("a text is none"))
}

/// The body of a message of this conversation; empty where it is gone.
async fn body(
    connection: &mut AnyConnection,
    key: &DataKey,
    conversation: &ConversationId,
    id: Option<&MessageId>,
) -> Result<Body, StoreError> {
    let Some(id) = id else { return Ok(Body::default()) };
    match conversations::store::message(connection, conversation, id).await? {
        Some(row) => wire::open_body(key, &row),
        None => Ok(Body::default()),
    }
}

/// Opens one. The reviewer's name is left to whoever shows it.
pub(super) async fn read(
    connection: &mut AnyConnection,
    keys: &Keys,
    row: &ReviewRow,
) -> Result<RatedAnswer, StoreError> {
    let conversation = ConversationId::new(row.conversation_id.clone());
    let key = keys.open(&mut *connection, conversation.as_str()).await?;
    let names = auth::names_of(&mut *connection, keys, &UserId::new(row.user_id.clone())).await?;
    let anonymous = Anonymous::of(&names);
    let answer = row.message_id.clone().map(MessageId::new);
    let asked = match &answer {
        Some(id) => turns::store::question_of(&mut *connection, &conversation, id).await?.map(|(id, _)| id),
        None => None,
    };
    let question = body(&mut *connection, &key, &conversation, asked.as_ref()).await?;
    let Body { content, metadata, .. } = body(connection, &key, &conversation, answer.as_ref()).await?;
    let words = text(&key, Place { table: "feedback", column: "body", row: &row.feedback_id }, &row.words)?;
    let note = row.note.as_ref().map(|note| text(&key, note_place(&row.id), note)).transpose()?;
    Ok(RatedAnswer {
        line: line_of((&row.id, row.rating, row.rated_at), row.verdict.as_deref(), row.closed_at)?,
        question: anonymous.text(&question.content.text),
        answer: anonymous.text(&content.text),
        model: metadata.model,
        context_used: metadata.context_used.iter().map(|shown| anonymous.text(shown)).collect(),
        // What people uploaded is theirs: names and all else stand in it.
        sources: metadata.sources.into_iter().filter(|source| !crate::documents::is_own(source)).collect(),
        text: Some(anonymous.text(&words)).filter(|words| !words.is_empty()),
        reviewer: None,
        note: note.map(|note| anonymous.text(&note)),
    })
}
