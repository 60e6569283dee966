//! Small things that say one thing: how soon, how grave, how likely.

use leptos::prelude::*;
use protocol::SafetyLevel;
use protocol::clinic::{CaseKind, Decision, ScoreValue, Severity, Urgency};

use crate::components::icon::Icon;

/// How soon someone must be seen: a word, a shape and a colour.
#[component]
pub fn UrgencyChip(urgency: Urgency, #[prop(optional)] within: Option<String>) -> impl IntoView {
    let (level, word) = match urgency {
        Urgency::Emergency => ("emergency", "Emergency"),
        Urgency::Urgent => ("urgent", "Urgent"),
        Urgency::Routine => ("routine", "Routine"),
        Urgency::SelfCare => ("self-care", "Self-care"),
    };
    let within = within.filter(|within| !within.is_empty());
    view! {
        <span class="chip" data-level=level>
            {(urgency >= Urgency::Urgent).then(|| view! { <Icon name="alert" small=true/> })}
            {word}
            {within.map(|within| view! { <span class="chip-more">{format!("· {within}")}</span> })}
        </span>
    }
}

/// How grave the danger is that somebody may be in: a word, a shape and a colour.
#[component]
pub fn DangerChip(level: SafetyLevel) -> impl IntoView {
    let (key, word) = danger_word(level);
    view! { <span class="chip" data-level=key><Icon name="alert" small=true/>{word}</span> }
}

/// Its key and its word.
pub const fn danger_word(level: SafetyLevel) -> (&'static str, &'static str) {
    match level {
        SafetyLevel::Imminent => ("emergency", "Immediate danger"),
        SafetyLevel::High => ("urgent", "High danger"),
        SafetyLevel::Elevated | SafetyLevel::Watch | SafetyLevel::None => ("caution", "Raised danger"),
    }
}

/// How grave an alert is.
#[component]
pub fn SeverityChip(severity: Severity) -> impl IntoView {
    let (level, word) = severity_word(severity);
    view! {
        <span class="chip" data-level=level>
            {(severity >= Severity::Serious).then(|| view! { <Icon name="alert" small=true/> })}
            {word}
        </span>
    }
}

/// Its key and its word.
pub const fn severity_word(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Contraindicated => ("contraindicated", "Contraindicated"),
        Severity::Serious => ("serious", "Serious"),
        Severity::Caution => ("caution", "Caution"),
        Severity::Note => ("note", "Note"),
    }
}

/// A share of one, as a bar. The figure stands beside it; it is drawn, not styled, so that it prints and needs no style.
#[component]
pub fn Bar(share: f64) -> impl IntoView {
    let width = format!("{:.2}%", share.clamp(0.0, 1.0) * 100.0);
    view! {
        <svg class="bar" aria-hidden="true" focusable="false">
            <rect class="bar-ground" width="100%" height="100%" rx="3"></rect>
            <rect class="bar-fill" width=width height="100%" rx="3"></rect>
        </svg>
    }
}

/// `34 %`; what is less than one percent says so.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent <= 0.0 {
        "0 %".to_owned()
    } else if percent < 1.0 {
        "< 1 %".to_owned()
    } else {
        format!("{percent:.0} %")
    }
}

/// A figure without needless decimals, at most two.
pub fn figure(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A score or its range.
pub fn score_value(value: ScoreValue) -> String {
    match value {
        ScoreValue::Exact(value) => figure(value),
        ScoreValue::Range { low, high } => format!("{}–{}", figure(low), figure(high)),
    }
}

/// `systolic_bp` as words.
pub fn words(name: &str) -> String {
    let units = [("_mmol_l", " (mmol/L)"), ("_umol_l", " (µmol/L)"), ("_mg_dl", " (mg/dL)")];
    let name = units.into_iter().fold(name.to_owned(), |name, (end, unit)| name.replace(end, unit));
    let mut text = name.replace(['_', '-'], " ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// What kind of case, in words.
pub const fn kind_word(kind: CaseKind) -> &'static str {
    match kind {
        CaseKind::Diagnosis => "Diagnosis",
        CaseKind::Prescription => "Prescription",
    }
}

/// What was decided, in words.
pub const fn decision_word(decision: Decision) -> &'static str {
    match decision {
        Decision::Accept => "Accepted",
        Decision::Edit => "Accepted with changes",
        Decision::Reject => "Rejected",
    }
}

/// Sentences in a list, or nothing.
#[component]
pub fn Lines(lines: Vec<String>) -> impl IntoView {
    (!lines.is_empty()).then(|| {
        let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        view! { <ul class="plain-list">{lines}</ul> }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_said_as_one_says_them() {
        assert_eq!(
            ["0 %", "< 1 %", "1 %", "35 %", "100 %"].map(str::to_owned),
            [0.0, 0.004, 0.012, 0.345_1, 1.0].map(percent)
        );
    }

    #[test]
    fn figures_have_no_needless_decimals() {
        assert_eq!(["5", "22.04", "0.5"].map(str::to_owned), [5.0, 22.041, 0.5].map(figure));
        assert_eq!(words("urea_mmol_l"), "Urea (mmol/L)");
        assert_eq!(score_value(ScoreValue::Range { low: 2.0, high: 9.0 }), "2–9");
    }
}
