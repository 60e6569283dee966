//! The bodies of the REST routes.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{ConversationId, UserId};

mod chat;

pub use chat::*;

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UserRole {
    /// Talks about their own health.
    Patient,
    /// Runs cases, and sees what patients share.
    Clinician,
    /// Runs the place; sees no health text, but for rated answers that people agreed to have read.
    Admin,
}

impl UserRole {
    /// The word on the wire and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Clinician => "clinician",
            Self::Admin => "admin",
        }
    }

    /// The role of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Patient, Self::Clinician, Self::Admin].into_iter().find(|role| role.as_str() == word)
    }
}

/// A person, as they see themselves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their address.
    pub email: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// What they may do.
    pub role: UserRole,
    /// The address was confirmed by a mailed code.
    pub is_verified: bool,
    /// The account may sign in.
    pub is_active: bool,
    /// When it was made, RFC 3339 UTC.
    pub created_at: String,
    /// What they told of themselves.
    #[serde(flatten)]
    pub profile: Profile,
}

/// How much an answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AnswerLength {
    /// The direct answer, how soon to get help, the next step.
    Short,
    /// As it is for everybody.
    Normal,
    /// Everything that is known on it.
    Full,
}

impl AnswerLength {
    /// The word on the wire and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Short => "short",
            Self::Normal => "normal",
            Self::Full => "full",
        }
    }

    /// The length of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Short, Self::Normal, Self::Full].into_iter().find(|length| length.as_str() == word)
    }
}

/// How an answer speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// To the point.
    Plain,
    /// With a kind word.
    Warm,
}

impl Tone {
    /// The word on the wire and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Warm => "warm",
        }
    }

    /// The tone of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Plain, Self::Warm].into_iter().find(|tone| tone.as_str() == word)
    }
}

/// What a person told of themselves; every field may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Profile {
    /// In years.
    pub age: Option<u16>,
    /// In centimetres.
    pub height_cm: Option<f64>,
    /// In kilograms.
    pub weight_kg: Option<f64>,
    /// `beginner`, `intermediate` or `advanced`.
    pub fitness_level: Option<String>,
    /// In their words.
    pub health_goals: Vec<String>,
    /// In their words.
    pub conditions: Vec<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Clinicians may read answers that they rate low, and what was asked, without their name.
    pub review_consent: bool,
    /// How much answers say; `normal` where nothing is said.
    pub answer_length: Option<AnswerLength>,
    /// How answers speak.
    pub tone: Option<Tone>,
    /// What helps them, in their words.
    pub what_helps: Option<String>,
    /// What they don't want, in their words.
    pub what_to_avoid: Option<String>,
}

/// `PATCH /auth/me`: what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct ProfilePatch {
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// In years.
    pub age: Option<u16>,
    /// In centimetres.
    pub height_cm: Option<f64>,
    /// In kilograms.
    pub weight_kg: Option<f64>,
    /// `beginner`, `intermediate` or `advanced`.
    pub fitness_level: Option<String>,
    /// In their words.
    pub health_goals: Option<Vec<String>>,
    /// In their words.
    pub conditions: Option<Vec<String>>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Clinicians may read answers that they rate low; taking it back takes those out again that were given before.
    pub review_consent: Option<bool>,
    /// `short`, `normal` or `full`.
    pub answer_length: Option<String>,
    /// `plain` or `warm`.
    pub tone: Option<String>,
    /// In their words.
    pub what_helps: Option<String>,
    /// In their words.
    pub what_to_avoid: Option<String>,
}

/// `POST /auth/signup`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignUp {
    /// Their address.
    pub email: String,
    /// 8 to 128 characters.
    pub password: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
}

/// `POST /auth/signin`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: String,
}

/// `POST /auth/verify-email` and `/auth/verify-signin`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifyCode {
    /// Their address.
    pub email: String,
    /// The mailed code.
    pub code: String,
}

/// What a mailed code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CodeType {
    /// Confirms an address.
    Signup,
    /// Completes a sign-in.
    Signin,
    /// Allows a new password.
    PasswordReset,
}

impl CodeType {
    /// The word on the wire and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signup => "signup",
            Self::Signin => "signin",
            Self::PasswordReset => "password_reset",
        }
    }
}

/// `POST /auth/resend-code`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResendCode {
    /// Their address.
    pub email: String,
    /// For what.
    pub code_type: CodeType,
}

/// `POST /auth/refresh`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refresh {
    /// The one given last.
    pub refresh_token: String,
}

/// `POST /auth/reset-password`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResetPassword {
    /// Their address.
    pub email: String,
    /// The mailed code.
    pub code: String,
    /// 8 to 128 characters.
    pub new_password: String,
}

/// What sign-up, sign-in and resend answer; the same for known and unknown addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeSent {
    /// For a person.
    pub message: String,
    /// `sent` or `queued`.
    pub email_status: String,
}

/// What a verified code and a refresh give.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tokens {
    /// The JWT.
    pub access_token: String,
    /// Good once.
    pub refresh_token: String,
    /// Always `bearer`.
    pub token_type: String,
    /// Of the access token, in seconds.
    pub expires_in: u64,
    /// Whose.
    pub user: User,
}

/// `GET /auth/verify-token`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenValid {
    /// Always true; an invalid token is 401.
    pub valid: bool,
    /// Whose.
    pub user_id: UserId,
    /// Their address.
    pub email: String,
    /// Confirmed.
    pub is_verified: bool,
}

/// `POST /auth/ws-ticket`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WsTicket {
    /// Good once.
    pub ticket: String,
    /// In seconds.
    pub expires_in: u64,
}

/// A message for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notice {
    /// What to know.
    pub message: String,
}

/// Whether a conversation is in use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConversationStatus {
    /// In use.
    #[default]
    Active,
    /// Put away.
    Archived,
    /// Deleted; can be restored for 30 days.
    Deleted,
}

impl ConversationStatus {
    /// The word on the wire and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Archived => "archived",
            Self::Deleted => "deleted",
        }
    }

    /// The status of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Active, Self::Archived, Self::Deleted].into_iter().find(|status| status.as_str() == word)
    }
}

/// A conversation without its messages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// What it is about; empty until something was said.
    pub title: String,
    /// Whether it is in use.
    pub status: ConversationStatus,
    /// Stored messages.
    pub message_count: i64,
    /// When the last one was stored, RFC 3339 UTC.
    pub last_message_at: Option<String>,
    /// Who answers in it, where not the default.
    pub model_name: Option<String>,
    /// What the model is told first.
    pub system_prompt: Option<String>,
    /// Tokens used so far.
    pub total_tokens: i64,
    /// What a client put there.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub metadata: Map<String, Value>,
    /// RFC 3339 UTC.
    pub created_at: String,
    /// RFC 3339 UTC.
    pub updated_at: String,
}

/// `application/problem+json` (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `about:blank`, or what kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What a person can act on.
    pub detail: String,
    /// To name when asking for help.
    pub request_id: String,
}

/// `GET /health`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// Always `healthy`; an unhealthy process does not answer.
    pub status: String,
    /// The product's name.
    pub agent: String,
    /// Its version.
    pub version: String,
}

/// `GET /ready`, where new work is taken; else it is a [`Problem`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ready {
    /// Always `ready`.
    pub status: String,
}
