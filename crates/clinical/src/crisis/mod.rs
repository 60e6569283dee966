//! Noticing that someone is in danger, and what to say then.
//!
//! [`assess`] reads a whole conversation and says how grave it is and on what evidence, [`Watch`] the same as it goes on;
//! [`reply`] words an answer with the help lines of a country. All are pure: the same input gives the same output, and no model has a say in either.
//!
//! Start reading at `assess.rs`, which finds what single messages say; `conclude` makes of it what the conversation says,
//! `screener` which question comes next, and `impression` what no single message says. The phrases are data, in `data/crisis.toml` and `data/crisis/`; `pattern` is
//! the language they are written in, `normalise` and `lexicon` undo spelling variants and disguises, `rules` compiles it.
//!
//! What it does not do: it finds explicit statements, not everything that a person who listens would hear. It is a net
//! under the conversation, not an assessment of risk by a professional.

mod answers;
mod assess;
mod conclude;
mod first_aid;
pub mod impression;
mod languages;
mod lexicon;
mod normalise;
mod pattern;
mod reply;
mod resources;
mod rules;
mod screener;
mod wording;

use serde::Deserialize;

pub(crate) use assess::is_anxious;
pub use assess::{Watch, assess};
pub use reply::{Asked, Reply, reply};
pub use resources::{Method, Resource, countries, help_lines, verified_on};
pub use screener::{Answer, Question, Screener};

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

    /// The level below, [`Level::None`] at the least.
    fn one_less(self) -> Self {
        match self {
            Self::Imminent => Self::High,
            Self::High => Self::Elevated,
            Self::Elevated => Self::Watch,
            Self::Watch | Self::None => Self::None,
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

/// What a statement about one's own life shows, finer than [`Danger`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// A wish to be dead or not to be, without a thought of doing it.
    PassiveIdeation,
    /// Thoughts of killing oneself.
    ActiveIdeation,
    /// A method, a place or a date.
    Plan,
    /// A decision or the intention to act.
    Intent,
    /// Something to do it with, at hand or looked for.
    Means,
    /// A note, things given away or put in order, a rehearsal.
    Preparation,
    /// Words of farewell.
    Goodbye,
    /// An attempt, recent or long ago.
    Attempt,
    /// Harm to oneself without the wish to die.
    SelfHarm,
    /// Nothing will get better, no future.
    Hopelessness,
    /// Others would be better off; being in the way, worth nothing.
    Burden,
    /// No way out, no strength left.
    Trapped,
    /// Alone, unseen, cut off from others.
    Isolation,
    /// Words of death or of an end, of which it is not clear how they are meant.
    Mortality,
    /// A low mood that lasts, or a blow of fate.
    Distress,
    /// Eating to harm oneself, or bringing it up again.
    Eating,
    /// What weighs on someone: loss, debt, pain, shame. It only lends weight to what points to death.
    Hardship,
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
    /// Stable code of the rule, as in `data/crisis.toml` and `data/crisis/`.
    pub rule: &'static str,
    /// What they are a sign of, where it is about the writer's own life.
    pub sign: Option<Sign>,
    /// How grave they were when they were said.
    pub level: Level,
}

/// Why the level is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// Nothing was noticed.
    #[default]
    Clear,
    /// It was said in the person's latest message.
    Said,
    /// It was said before, and too little has happened since to think that it has passed.
    Held,
    /// It was said before and taken back since, which alone lowers nothing.
    TakenBack,
    /// It went down, since the person has written of other things for long enough or has made themselves safer.
    Faded,
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
    /// Why the level is what it is.
    pub standing: Standing,
    /// Which questions of the screener were asked, and what the answers were.
    pub screener: Screener,
}

impl Assessment {
    /// Whether the answer must be a crisis answer.
    pub fn is_crisis(&self) -> bool {
        self.level >= Level::Elevated
    }
}
