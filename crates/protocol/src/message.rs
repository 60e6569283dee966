//! A stored message as every door and page shows it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document::Attachment;
use crate::{ConversationId, MessageId};

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The patient.
    User,
    /// The answer.
    Assistant,
    /// A notice by the product itself.
    System,
    /// A step of a guided exercise.
    Interactive,
}

/// Something in a message that is more than text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Element {
    /// Can be pressed; comes back as an `interaction` with this id.
    Button {
        /// What the interaction names.
        id: String,
        /// What stands on it.
        label: String,
    },
    /// A place to get help.
    Resource {
        /// A stable id.
        id: String,
        /// Its name.
        label: String,
        /// How it is reached.
        method: ResourceMethod,
        /// A number, a word to text, or an address.
        info: String,
        /// Whether it is the emergency number.
        emergency: bool,
    },
    /// Something to try.
    Recommendation {
        /// A stable id.
        id: String,
        /// What to try.
        label: String,
    },
    /// A guided exercise, step by step.
    Instruction {
        /// The exercise's id.
        id: String,
        /// Its name.
        label: String,
        /// What to do, in order.
        steps: Vec<Step>,
        /// How many questions with typed answers may take the place of the steps between the first and the last; see
        /// [`crate::care::Stage`].
        #[serde(default, skip_serializing_if = "is_zero")]
        prompts: u32,
    },
    /// Something achieved.
    Progress {
        /// The marker's id.
        id: String,
        /// What was achieved.
        label: String,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// One timed step of an exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Step {
    /// What to do.
    pub text: String,
    /// For how many seconds.
    pub seconds: u32,
}

/// How a resource is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ResourceMethod {
    /// A telephone call.
    Phone,
    /// A text message.
    Text,
    /// A chat in the browser.
    Chat,
    /// A website.
    Website,
}

/// What is said: text, and elements with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Content {
    /// Markdown for an answer, plain text for everything else.
    pub text: String,
    /// Buttons, resources and steps.
    #[serde(default)]
    pub elements: Vec<Element>,
}

/// How dangerous a conversation stands, judged over all of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SafetyLevel {
    /// No sign of danger.
    #[default]
    None,
    /// Something to keep in mind.
    Watch,
    /// A crisis from here up.
    Elevated,
    /// A plan, an intent, an emergency.
    High,
    /// Danger now.
    Imminent,
}

/// What kind of danger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SafetyType {
    /// Thoughts of suicide, passive or active.
    SuicidalIdeation,
    /// A way or a time thought out.
    SuicidePlan,
    /// Means to act on it.
    SuicideIntent,
    /// An attempt, under way or past.
    SuicideAttempt,
    /// Harm to oneself without the wish to die.
    SelfHarm,
    /// Harm to others.
    HarmToOthers,
    /// Abuse or violence suffered.
    Abuse,
    /// Something taken: overdose or poison.
    Overdose,
    /// Stroke, heart attack, anaphylaxis, severe bleeding and their like.
    MedicalEmergency,
    /// Worry about someone else; alone never a crisis of the writer.
    ThirdParty,
}

/// What was noticed about danger.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Safety {
    /// True from [`SafetyLevel::Elevated`] up.
    pub crisis: bool,
    /// How dangerous.
    pub level: SafetyLevel,
    /// Of what kind.
    #[serde(default)]
    pub types: Vec<SafetyType>,
}

/// A passage that an answer rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Source {
    /// Which document; `library/<article>` for the built-in library.
    pub id: String,
    /// The document's title, with the heading of the passage.
    pub title: String,
    /// The passage itself.
    pub passage: String,
    /// Where to read it: a path of this site for what is held here.
    pub url: String,
    /// How well it fits, higher is better; comparable within one answer only.
    pub score: f64,
    /// Where the passage begins in the document, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
}

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FinishReason {
    /// It said all it had to say.
    Complete,
    /// The person stopped it.
    Stopped,
    /// It broke off; what was said is kept.
    Failed,
}

/// What a model used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Usage {
    /// Tokens it was shown.
    #[serde(default)]
    pub prompt_tokens: u64,
    /// Tokens it said.
    #[serde(default)]
    pub completion_tokens: u64,
}

/// A question by which an answer wants to know one more thing that decides the advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Asking {
    /// What it wants to know: `who`, `age`, `how_long`, `how_bad`, `red_flags`, `pregnancy`, `medicines` or `allergies`.
    pub slot: String,
    /// The article whose advice it decides.
    pub about: String,
    /// In words.
    pub question: String,
    /// What can be tapped, the way to leave it out last.
    pub choices: Vec<String>,
}

/// What stands beside the text of a message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Metadata {
    /// Things to try, by label.
    #[serde(default)]
    pub recommendations: Vec<String>,
    /// What was noticed about danger.
    #[serde(default)]
    pub safety: Safety,
    /// What the answer rests on, in the order of its numbered marks.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// What the model was shown, for the reader.
    #[serde(default)]
    pub context_used: Vec<String>,
    /// Who answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What it used.
    #[serde(default)]
    pub usage: Usage,
    /// The question that the answer ends with, where it is one of a plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asking: Option<Asking>,
    /// How the answer ended; absent while it is being written and on what is not an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish_reason: Option<FinishReason>,
    /// How often the answer began anew after a restart of the server: what was read of it before says something else.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub began_anew: u32,
    /// From the stored question to the stored answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_time_ms: Option<u64>,
    /// Attachments of a question, by document id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<String>,
    /// The same with what they are called and of what kind they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attached: Vec<Attachment>,
    /// What a client sent along with a question (`message_type`, `character_id`, `world_id`).
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub client: serde_json::Map<String, Value>,
}

/// A message as doors and pages show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// Absent on what is not stored (welcome, notes).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MessageId>,
    /// Counts the stored messages of a conversation from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    /// Who speaks.
    pub role: Role,
    /// Which conversation; absent on the welcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<ConversationId>,
    /// When it was made, RFC 3339 UTC.
    pub timestamp: String,
    /// What is said.
    pub content: Content,
    /// What stands beside it.
    #[serde(default)]
    pub metadata: Metadata,
}
