//! From `clinical` to `protocol`.

use clinical::crisis::{Assessment, Danger, Level, Method, Resource};
use clinical::exercises::{self, Exercise};
use clinical::questionnaires as forms;
use protocol::care::{Answer, ExerciseLine, Prompt, PromptKind, Questionnaire};
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
    Element::Instruction {
        id: exercise.id.clone(),
        label: exercise.label.clone(),
        steps: exercise.steps.iter().map(step).collect(),
        prompts: count(exercise.prompts.len()),
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// One step of an exercise.
pub fn step(step: &exercises::Step) -> Step {
    Step { text: step.text.clone(), seconds: step.seconds }
}

/// A question of an exercise.
pub fn prompt(prompt: &exercises::Prompt) -> Prompt {
    Prompt {
        id: prompt.id.clone(),
        ask: prompt.ask.clone(),
        kind: match prompt.kind {
            exercises::PromptKind::Text => PromptKind::Text,
            exercises::PromptKind::Scale => PromptKind::Scale,
            exercises::PromptKind::Choice => PromptKind::Choice,
        },
        choices: prompt.choices.clone(),
    }
}

/// What was answered to one.
pub fn answer(answer: &exercises::Answer) -> Answer {
    match answer {
        exercises::Answer::Text(text) => Answer::Text(text.clone()),
        exercises::Answer::Scale(value) => Answer::Scale(*value),
        exercises::Answer::Choice(choice) => Answer::Choice(choice.clone()),
        exercises::Answer::Skipped => Answer::Skipped,
    }
}

/// The reverse of [`answer`]. What is nothing but white space was left empty.
pub fn answer_from(answer: &Answer) -> exercises::Answer {
    match answer {
        Answer::Text(text) if text.trim().is_empty() => exercises::Answer::Skipped,
        Answer::Text(text) => exercises::Answer::Text(text.trim().to_owned()),
        Answer::Scale(value) => exercises::Answer::Scale(*value),
        Answer::Choice(choice) => exercises::Answer::Choice(choice.clone()),
        Answer::Skipped => exercises::Answer::Skipped,
    }
}

/// An exercise in the list of all of them.
pub fn exercise(exercise: &Exercise, times_done: u32) -> ExerciseLine {
    ExerciseLine {
        id: exercise.id.clone(),
        label: exercise.label.clone(),
        kind: exercise.kind.clone(),
        minutes: exercise.minutes,
        intro: exercise.intro.clone(),
        not_for: exercise.not_for.clone(),
        when: exercise.when.iter().map(|tag| tag.as_str().to_owned()).collect(),
        steps: exercise.steps.iter().map(step).collect(),
        prompts: count(exercise.prompts.len()),
        source: exercise.source.clone(),
        times_done,
    }
}

/// A questionnaire as it is asked.
pub fn questionnaire(form: &forms::Questionnaire) -> Questionnaire {
    let (difficulty, permission) = (forms::difficulty(), forms::permission());
    Questionnaire {
        id: form.id.clone(),
        name: form.name.clone(),
        about: form.about.clone(),
        lead: form.lead_in.clone(),
        items: form.items.clone(),
        options: forms::answer_labels().to_vec(),
        difficulty: difficulty.ask.clone(),
        difficulty_options: difficulty.labels.clone(),
        source: format!("{} {}", form.source, permission.text),
    }
}
