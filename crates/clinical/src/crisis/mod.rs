//! Noticing that someone is in danger, and what to say then.
//!
//! [`assess`] reads a whole conversation and says how grave it is and on what evidence, [`Watch`] the same as it goes on;
//! [`reply`] words an answer with the help lines of a country. All are pure: the same input gives the same output, and no model has a say in either.
//!
//! Start reading at `assess.rs`. The phrases are data, in `data/crisis.toml`; `pattern` is the language they are written
//! in, `normalise` and `lexicon` undo spelling variants and disguises, `rules` compiles it all once.
//!
//! What it does not do: it finds explicit statements, not everything that a person who listens would hear. It is a net
//! under the conversation, not an assessment of risk by a professional.

mod assess;
mod first_aid;
mod lexicon;
mod normalise;
mod pattern;
mod reply;
mod resources;
mod rules;
mod wording;

use serde::Deserialize;

pub(crate) use assess::is_anxious;
pub use assess::{Watch, assess};
pub use reply::{Asked, Reply, reply};
pub use resources::{Method, Resource};

/// Who said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// The person who is being looked after.
    Person,
    /// The program that answers.
    Guide,
}

/// One message of a conversation.
#[derive(Debug, Clone, Copy)]
pub struct Utterance<'a> {
    /// Who said it.
    pub speaker: Speaker,
    /// Its text as it was typed.
    pub text: &'a str,
}

/// How grave it is. From [`Level::Elevated`] up it is a crisis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Nothing was noticed.
    #[default]
    None,
    /// A weak sign, something long past, or worry about someone else.
    Watch,
    /// A wish to be dead, harm to oneself, or a danger without hurry.
    Elevated,
    /// Thoughts of acting, a plan, a past attempt, or signs that need help today.
    High,
    /// Someone may die or be badly hurt within hours.
    Imminent,
}

impl Level {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Watch => "watch",
            Self::Elevated => "elevated",
            Self::High => "high",
            Self::Imminent => "imminent",
        }
    }
}

/// What kind of danger it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Danger {
    /// A wish to be dead or thoughts of suicide.
    SuicidalIdeation,
    /// A method, preparation, or a search for one.
    SuicidePlan,
    /// The intention to act.
    SuicideIntent,
    /// An attempt, now or before.
    SuicideAttempt,
    /// Harm to oneself without the wish to die.
    SelfHarm,
    /// The wish or intention to hurt others.
    HarmToOthers,
    /// Violence or abuse suffered.
    Abuse,
    /// Too much of a medicine or drug, or poison, taken.
    Overdose,
    /// Signs of a bodily emergency, of the writer or of someone with them.
    MedicalEmergency,
    /// Worry about someone else's safety.
    ThirdParty,
}

impl Danger {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::SuicidalIdeation,
        Self::SuicidePlan,
        Self::SuicideIntent,
        Self::SuicideAttempt,
        Self::SelfHarm,
        Self::HarmToOthers,
        Self::Abuse,
        Self::Overdose,
        Self::MedicalEmergency,
        Self::ThirdParty,
    ];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SuicidalIdeation => "suicidal_ideation",
            Self::SuicidePlan => "suicide_plan",
            Self::SuicideIntent => "suicide_intent",
            Self::SuicideAttempt => "suicide_attempt",
            Self::SelfHarm => "self_harm",
            Self::HarmToOthers => "harm_to_others",
            Self::Abuse => "abuse",
            Self::Overdose => "overdose",
            Self::MedicalEmergency => "medical_emergency",
            Self::ThirdParty => "third_party",
        }
    }

    /// Whether the writer's own wish to die is in question.
    pub fn is_suicidal(self) -> bool {
        matches!(self, Self::SuicidalIdeation | Self::SuicidePlan | Self::SuicideIntent | Self::SuicideAttempt)
    }

    /// Whether it is the body that is in danger this minute.
    pub(crate) fn is_bodily(self) -> bool {
        matches!(self, Self::Overdose | Self::MedicalEmergency)
    }
}

/// The words that a danger was noticed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What they show.
    pub danger: Danger,
    /// Which utterance of the conversation, from 0.
    pub utterance: usize,
    /// First byte of the words in that utterance's text.
    pub start: usize,
    /// One past their last byte.
    pub end: usize,
    /// Stable code of the rule, as in `data/crisis.toml`.
    pub rule: &'static str,
}

/// What was noticed in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assessment {
    /// How grave it is now.
    pub level: Level,
    /// What kinds of danger, sorted, each once.
    pub dangers: Vec<Danger>,
    /// What it rests on, oldest first. It may hold weak signs that did not count.
    pub evidence: Vec<Evidence>,
}

impl Assessment {
    /// Whether the answer must be a crisis answer.
    pub fn is_crisis(&self) -> bool {
        self.level >= Level::Elevated
    }
}
