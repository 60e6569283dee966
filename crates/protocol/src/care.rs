//! The bodies of the care routes: exercises, progress, questionnaires, the safety plan, feedback.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::message::{Content, Element, Safety, Step};
use crate::{ConversationId, MessageId};

/// An exercise of `GET /api/exercises`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExerciseLine {
    /// Stable id, such as `ex_breathing`.
    pub id: String,
    /// Its name.
    pub label: String,
    /// What kind it is, such as `breathing`.
    pub kind: String,
    /// About how long it takes, in minutes.
    pub minutes: u32,
    /// What to know before beginning.
    pub intro: String,
    /// Who should not do it, or should stop; empty where nobody is named.
    pub not_for: String,
    /// For what it is offered.
    pub when: Vec<String>,
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// How many questions with typed answers it has.
    pub prompts: u32,
    /// Where it is described, and what is known of its effect.
    pub source: String,
    /// How often this person has finished it.
    pub times_done: u32,
}

/// `GET /api/exercises`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExerciseList {
    /// All of them, in a fixed order.
    pub exercises: Vec<ExerciseLine>,
}

/// What was answered to a question of an exercise: `{"kind":"scale","value":7}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Answer {
    /// Free text.
    Text(String),
    /// 0 to 10.
    Scale(u8),
    /// One of the question's choices.
    Choice(String),
    /// Left empty.
    Skipped,
}

/// What was answered so far, by the id of the question.
pub type Answers = BTreeMap<String, Answer>;

/// How a question of an exercise is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PromptKind {
    /// In words.
    Text,
    /// From 0 to 10.
    Scale,
    /// By one of its choices.
    Choice,
}

/// A question of an exercise; it may be left empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Prompt {
    /// Names the answer.
    pub id: String,
    /// What is asked.
    pub ask: String,
    /// How it is answered.
    pub kind: PromptKind,
    /// What to choose from, where it is a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
}

/// Where an exercise with typed answers stands after those so far (`POST /api/exercises/{id}/next`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "next", rename_all = "snake_case")]
pub enum Stage {
    /// A question.
    Prompt {
        /// To be said before the first one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lead: Option<Step>,
        /// What is asked.
        prompt: Prompt,
        /// How many were asked before it.
        done: u32,
        /// How many are left with it, at most.
        left: u32,
    },
    /// Everything that applies is answered.
    Done {
        /// The last step.
        closing: Step,
        /// What was answered and counts, in order, for reading it again.
        answered: Vec<(Prompt, Answer)>,
    },
}

/// What a client sends with an exercise that is done, in the `data` of its `_complete` button; every field may be left
/// out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Done {
    /// How they felt before, 0 (worst) to 10 (best).
    pub mood_before: Option<u8>,
    /// How they felt after it.
    pub mood_after: Option<u8>,
    /// Whether it helped, 1 (not at all) to 5 (a lot).
    pub rating: Option<u8>,
    /// What was typed.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Answer>))]
    pub answers: Answers,
}

/// What is said to a finished exercise (`POST /api/exercises/{id}/complete`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Completed {
    /// Markdown, and what was achieved.
    pub content: Content,
    /// What was noticed of danger in what was typed.
    pub safety: Safety,
}

/// Something achieved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Marker {
    /// Its id.
    pub marker_id: String,
    /// `SKILL_ACQUIRED`.
    pub marker_type: String,
    /// What.
    pub description: String,
    /// When, RFC 3339 UTC.
    pub achieved_at: String,
    /// How much it counts, 0 to 1.
    pub therapeutic_value: f64,
}

/// `GET /api/progress`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    /// What was achieved, the newest first.
    pub markers: Vec<Marker>,
    /// Days on which something was done.
    pub days: Days,
    /// How they felt, the oldest first.
    pub moods: Vec<Mood>,
    /// Questionnaires filled in, the oldest first.
    pub questionnaires: Vec<Filled>,
    /// What was done, the most often done first.
    pub exercises: Vec<Effect>,
}

/// Days on which something was done. There is no streak to be broken: a pause costs nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Days {
    /// Of the last 7.
    pub of_last_7: u32,
    /// Of the last 28.
    pub of_last_28: u32,
    /// Days in a row up to today or yesterday.
    pub in_a_row: u32,
    /// The longest row there was.
    pub longest_row: u32,
}

/// How somebody felt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mood {
    /// The entry that it was noted with, by which that is deleted; before and after an exercise have one.
    pub id: String,
    /// When, RFC 3339 UTC.
    pub at: String,
    /// 0 (worst) to 10 (best).
    pub score: u8,
    /// Before or after which exercise; `None` where it was noted by itself.
    pub exercise: Option<String>,
}

/// What an exercise did for a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Effect {
    /// Which.
    pub id: String,
    /// Its name.
    pub label: String,
    /// How often it was finished.
    pub times: u32,
    /// How often mood was noted before and after.
    pub rated: u32,
    /// By how many points it changed on average over those; `None` without any.
    pub mood_change: Option<f64>,
}

/// `POST /api/questionnaires/{phq9|gad7}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FillIn {
    /// 0 (not at all) to 3 (nearly every day), an item each.
    pub answers: Vec<u8>,
    /// How difficult it made things, 0 to 3; not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difficulty: Option<u8>,
}

/// A questionnaire that was filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Filled {
    /// Its id.
    pub id: String,
    /// `phq9` or `gad7`.
    pub questionnaire: String,
    /// Its name.
    pub name: String,
    /// The sum.
    pub score: u32,
    /// The largest sum there is.
    pub max: u32,
    /// In words, such as `moderate`.
    pub band: String,
    /// When, RFC 3339 UTC.
    pub completed_at: String,
    /// What was answered.
    pub answers: Vec<u8>,
}

/// What comes of one that was filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuestionnaireResult {
    /// What is stored of it.
    #[serde(flatten)]
    pub filled: Filled,
    /// What it means, and what it does not.
    pub meaning: String,
    /// What to do next.
    pub next: String,
    /// How it stands against the time before, where there was one.
    pub change: Option<String>,
    /// Who made it, and where its bands come from.
    pub source: String,
    /// Where an answer speaks of danger: what is said about it, and where help is.
    pub care: Option<CareReply>,
}

/// A reviewed answer to danger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CareReply {
    /// Markdown.
    pub text: String,
    /// Resources.
    pub elements: Vec<Element>,
}

/// A questionnaire as it is asked (`GET /api/questionnaires/{phq9|gad7}`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Questionnaire {
    /// `phq9` or `gad7`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub about: String,
    /// What stands above the items.
    pub lead: String,
    /// The items.
    pub items: Vec<String>,
    /// The answers, from 0 up.
    pub options: Vec<String>,
    /// What is asked at the end, where any item applies; not counted.
    pub difficulty: String,
    /// Its answers, from 0 up.
    pub difficulty_options: Vec<String>,
    /// Who made it, and that it may be shown.
    pub source: String,
}

/// `POST /api/progress/mood`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoteMood {
    /// 0 (worst) to 10 (best).
    pub score: u8,
}

/// A personal safety plan (`GET /api/safety-plan`): what is asked, and what was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SafetyPlan {
    /// Its title.
    pub title: String,
    /// What it is for.
    pub intro: String,
    /// What to do instead of writing when it is urgent.
    pub stop_first: String,
    /// That it is best made with someone.
    pub with_someone: String,
    /// Where to keep it.
    pub keep: String,
    /// Whose method it is.
    pub source: String,
    /// The steps, in order; the last asks what is worth living for.
    pub steps: Vec<PlanStep>,
    /// When it was last kept, RFC 3339 UTC; `None` while there is none.
    pub updated_at: Option<String>,
}

/// One step of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlanStep {
    /// Names it.
    pub id: String,
    /// In the person's voice.
    pub heading: String,
    /// Why it is asked.
    pub why: String,
    /// What is asked.
    pub prompts: Vec<String>,
    /// What others might write.
    pub examples: Vec<String>,
    /// What this person wrote, a line each.
    pub lines: Vec<String>,
}

/// `PUT /api/safety-plan`: the lines of each step, by its id; what is left out is emptied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeepPlan {
    /// In their words.
    pub steps: BTreeMap<String, Vec<String>>,
}

/// `POST /api/feedback`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FeedbackRequest {
    /// In which conversation.
    #[serde(alias = "session_id")]
    pub conversation_id: ConversationId,
    /// 1 (worst) to 5 (best).
    pub rating: u8,
    /// In their words.
    #[serde(default)]
    pub text: Option<String>,
    /// Of which answer or exercise.
    #[serde(default)]
    pub message_id: Option<MessageId>,
    /// Clinicians may read the answer and the question, without the name; where it is left out, as the profile says.
    #[serde(default)]
    pub review: Option<bool>,
}

/// What is said to feedback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FeedbackAnswer {
    /// For a person.
    pub message: String,
    /// What may help more.
    pub recommendations: Vec<String>,
}

/// `POST /api/feedback/opened`: a passage that an answer cites was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenedPassage {
    /// In which conversation.
    #[serde(alias = "session_id")]
    pub conversation_id: ConversationId,
    /// Of which answer.
    pub message_id: MessageId,
    /// The number of its mark, from 1.
    pub source: u32,
}

/// What people said of a passage of the library, each of them once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LearnedPassage {
    /// Its article, and a hash of its text.
    pub passage: String,
    /// An answer that cited it helped so many.
    pub helped: u32,
    /// An answer that cited it did not help so many.
    pub did_not_help: u32,
    /// So many opened it and rated nothing.
    pub opened: u32,
    /// The factor on its place in later searches.
    pub factor: f64,
}

/// `GET /api/library/feedback`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LearnedPassages {
    /// Those on which enough people said something, the lowest first.
    pub passages: Vec<LearnedPassage>,
    /// A factor is within so much of 1.
    pub spread: f64,
    /// Fewer people than these move nothing.
    pub people_min: u32,
}
