//! From `clinical` to `protocol`.

use clinical::crisis::{Assessment, Danger, Level, Method, Resource};
use clinical::exercises::Exercise;
use protocol::message::{ResourceMethod, Step};
use protocol::{Element, Safety, SafetyLevel, SafetyType};

/// What was noticed, for a message's metadata.
pub fn safety(assessment: &Assessment) -> Safety {
    Safety {
        crisis: assessment.is_crisis(),
        level: match assessment.level {
            Level::None => SafetyLevel::None,
            Level::Watch => SafetyLevel::Watch,
            Level::Elevated => SafetyLevel::Elevated,
            Level::High => SafetyLevel::High,
            Level::Imminent => SafetyLevel::Imminent,
        },
        types: assessment.dangers.iter().map(|danger| kind(*danger)).collect(),
    }
}

const fn kind(danger: Danger) -> SafetyType {
    match danger {
        Danger::SuicidalIdeation => SafetyType::SuicidalIdeation,
        Danger::SuicidePlan => SafetyType::SuicidePlan,
        Danger::SuicideIntent => SafetyType::SuicideIntent,
        Danger::SuicideAttempt => SafetyType::SuicideAttempt,
        Danger::SelfHarm => SafetyType::SelfHarm,
        Danger::HarmToOthers => SafetyType::HarmToOthers,
        Danger::Abuse => SafetyType::Abuse,
        Danger::Overdose => SafetyType::Overdose,
        Danger::MedicalEmergency => SafetyType::MedicalEmergency,
        Danger::ThirdParty => SafetyType::ThirdParty,
    }
}

/// A crisis, and worry about someone else, are answered by reviewed text and not by a model.
pub fn is_answered_here(assessment: &Assessment) -> bool {
    assessment.is_crisis() || assessment.dangers.contains(&Danger::ThirdParty)
}

/// A place to get help.
pub fn resource(resource: &Resource) -> Element {
    Element::Resource {
        id: resource.id.clone(),
        label: resource.label.clone(),
        method: match resource.method {
            Method::Phone => ResourceMethod::Phone,
            Method::Text => ResourceMethod::Text,
            Method::Chat => ResourceMethod::Chat,
            Method::Website => ResourceMethod::Website,
        },
        info: resource.info.clone(),
        emergency: resource.emergency,
    }
}

/// The button that begins an exercise.
pub fn offer(exercise: &Exercise) -> Element {
    Element::Button { id: exercise.id.clone(), label: exercise.label.clone() }
}

/// An exercise to be led through.
pub fn instruction(exercise: &Exercise) -> Element {
    let steps = exercise.steps.iter().map(|step| Step { text: step.text.clone(), seconds: step.seconds }).collect();
    Element::Instruction { id: exercise.id.clone(), label: exercise.label.clone(), steps }
}
