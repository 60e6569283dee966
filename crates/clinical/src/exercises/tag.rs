//! What an exercise is for.

use serde::{Deserialize, Serialize};

/// What someone struggles with, and an exercise may ease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tag {
    /// Panic.
    Panic,
    /// Anxiety.
    Anxiety,
    /// An urge to do what one does not want to: to drink, smoke, use, binge.
    Urges,
    /// Hardness against oneself, shame, guilt.
    SelfCriticism,
    /// Low mood, emptiness, no drive.
    LowMood,
    /// A loss.
    Grief,
    /// Sleep that does not come or does not last.
    Sleep,
    /// Anger.
    Anger,
    /// Worry that goes round.
    Worry,
    /// Putting off, keeping away from.
    Avoidance,
    /// Pain that lasts.
    Pain,
    /// A tense body.
    Tension,
    /// Stress, too much at once.
    Stress,
}

impl Tag {
    /// Every tag. Where a text has several, those named first here come first.
    pub const ALL: [Self; 13] = [
        Self::Panic,
        Self::Anxiety,
        Self::Urges,
        Self::SelfCriticism,
        Self::LowMood,
        Self::Grief,
        Self::Sleep,
        Self::Anger,
        Self::Worry,
        Self::Avoidance,
        Self::Pain,
        Self::Tension,
        Self::Stress,
    ];

    /// The tag of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tag| tag.as_str() == name)
    }

    /// The name on the wire and in the tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Panic => "panic",
            Self::Anxiety => "anxiety",
            Self::Urges => "urges",
            Self::SelfCriticism => "self_criticism",
            Self::LowMood => "low_mood",
            Self::Grief => "grief",
            Self::Sleep => "sleep",
            Self::Anger => "anger",
            Self::Worry => "worry",
            Self::Avoidance => "avoidance",
            Self::Pain => "pain",
            Self::Tension => "tension",
            Self::Stress => "stress",
        }
    }
}
