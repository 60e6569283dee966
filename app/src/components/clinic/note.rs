//! A note that is pasted, what was understood of it in place, and putting it right.

use leptos::prelude::*;
use protocol::clinic::{FindingState, Mark, MarkKind, Understood};

use crate::components::icon::Icon;
use crate::state::clinic::draft::DiagnosisDraft;
use crate::state::clinic::entry::Entry;
use crate::state::clinic::note::{is_finding, pieces, without};

/// Wait for the next letter before reading, in milliseconds.
#[cfg(feature = "hydrate")]
const PAUSE_MS: u64 = 400;

/// What a mark is called, for the eye and for the ear.
const fn word(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Present => "present",
        MarkKind::Absent => "denied",
        MarkKind::Possible => "in doubt",
        MarkKind::Family => "a relative’s",
        MarkKind::Past => "past",
        MarkKind::Duration => "duration",
        MarkKind::Medicine => "medicine",
        MarkKind::Allergy => "allergy",
        MarkKind::NotUnderstood => "not understood",
    }
}

const fn key(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Present => "present",
        MarkKind::Absent => "absent",
        MarkKind::Possible => "possible",
        MarkKind::Family | MarkKind::Past => "aside",
        MarkKind::Duration | MarkKind::Medicine | MarkKind::Allergy => "fact",
        MarkKind::NotUnderstood => "unknown",
    }
}

/// The note.
#[component]
pub fn Note(entry: Entry<DiagnosisDraft>) -> impl IntoView {
    let text = crate::slot!(entry, note);
    let read = RwSignal::new(None::<(String, Understood)>);
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let note = text.now.get();
        if note.trim().is_empty() {
            read.set(None);
            return;
        }
        let timer = set_timeout_with_handle(
            move || {
                leptos::task::spawn_local(async move {
                    let found = crate::api::clinic::understand(note.clone()).await;
                    // An answer about what is no longer there is none.
                    if text.now.try_get_untracked().as_ref() != Some(&note) {
                        return;
                    }
                    match found {
                        Ok(found) => drop(read.try_set(Some((note, found)))),
                        Err(failure) => {
                            entry.fail(crate::api::ApiFailure { field: Some("narrative".to_owned()), ..failure });
                        }
                    }
                });
            },
            std::time::Duration::from_millis(PAUSE_MS),
        );
        on_cleanup(move || {
            if let Ok(timer) = timer {
                timer.clear();
            }
        });
    });
    let wrong = entry.wrong_with("narrative");
    view! {
        <div class="field">
            <label class="field-label" for="note">"Paste or type a note"</label>
            <p class="field-hint" id="note-hint">
                "As you would write it: “58F, 3/7 productive cough, no chest pain, T 38.6, SpO2 93 % on air”. It is read as you type."
            </p>
            <textarea
                class="input"
                id="note"
                rows="5"
                maxlength="20000"
                spellcheck="false"
                aria-describedby="note-hint"
                aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                prop:value=move || text.now.get()
                on:input=move |event| text.set.run(event_target_value(&event))
            ></textarea>
            {move || wrong.get().map(|why| view! { <p class="field-error"><Icon name="alert" small=true/>{why}</p> })}
        </div>
        {move || read.get().map(|(note, read)| view! { <Reading entry note read/> })}
    }
}

/// What was understood, in place and in lists.
#[component]
fn Reading(entry: Entry<DiagnosisDraft>, note: String, read: Understood) -> impl IntoView {
    let places = pieces(&note, &read.marks).into_iter().map(|piece| match piece.kind {
        None => piece.text.into_any(),
        Some(kind) => {
            let term = piece.term.map(|term| format!("{term}: ")).unwrap_or_default();
            let title = format!("{term}{}", word(kind));
            view! {
                <mark class="note-mark" data-kind=key(kind) title=title>
                    {piece.text}
                    <span class="visually-hidden">{format!(" ({})", word(kind))}</span>
                </mark>
            }
            .into_any()
        }
    });
    let marks: Vec<Mark> = read.marks.iter().filter(|mark| is_finding(mark)).cloned().collect();
    let count = |state: FindingState| read.of(state).count();
    let told = format!(
        "{} present, {} denied, {} not understood",
        count(FindingState::Present),
        count(FindingState::Absent),
        read.not_understood.len()
    );
    let facts = facts(&read);
    let problems: Vec<String> = read.problems.iter().map(|problem| problem.text.clone()).collect();
    let lines = marks.into_iter().map(|mark| view! { <MarkLine entry mark/> });
    view! {
        <section class="note-read" aria-labelledby="note-read">
            <header class="note-read-head">
                <h3 id="note-read">"What was understood"</h3>
                <p class="quiet small" role="status">{told}</p>
            </header>
            <p class="note-text">{places.collect_view()}</p>
            <ul class="note-legend" aria-hidden="true">
                <li><span class="note-mark" data-kind="present">"present"</span></li>
                <li><span class="note-mark" data-kind="absent">"denied"</span></li>
                <li><span class="note-mark" data-kind="possible">"in doubt"</span></li>
                <li><span class="note-mark" data-kind="fact">"duration, medicine, allergy"</span></li>
                <li><span class="note-mark" data-kind="unknown">"not understood"</span></li>
            </ul>
            {(!facts.is_empty()).then(|| view! { <p class="small"><strong>"Also read: "</strong>{facts.join(" · ")}</p> })}
            {(!problems.is_empty()).then(|| view! {
                <div class="notice" data-kind="warn">
                    <Icon name="alert"/>
                    <ul class="plain-list">{problems.into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}</ul>
                </div>
            })}
            <details class="fold">
                <summary>"Put a finding right"</summary>
                <p class="quiet small">"What you change leaves the note and is entered as a finding below, or is left out."</p>
                <ul class="mark-list">{lines.collect_view()}</ul>
            </details>
        </section>
    }
}

/// One finding of the note, and what it should be instead.
#[component]
fn MarkLine(entry: Entry<DiagnosisDraft>, mark: Mark) -> impl IntoView {
    let term = mark.term.clone().unwrap_or_else(|| mark.text.clone());
    let (kind, words) = (mark.kind, mark.text.clone());
    let label = format!("{term} is");
    let name = term.clone();
    let on_change = move |event| {
        let to = event_target_value(&event);
        entry.draft.update(|draft| {
            draft.note = without(&draft.note, &mark);
            match to.as_str() {
                "present" => draft.add(&name, false),
                "absent" => draft.add(&name, true),
                _ => {}
            }
        });
    };
    let option = move |value: &'static str, text: &'static str| {
        view! { <option value=value selected=key(kind) == value>{text}</option> }
    };
    view! {
        <li class="mark-line">
            <span><strong>{term}</strong> " " <span class="quiet small">{format!("“{words}”")}</span></span>
            <select class="input" data-size="small" aria-label=label on:change=on_change>
                {option("present", "present")}
                {option("absent", "denied")}
                {(kind == MarkKind::Possible).then(|| option("possible", "in doubt"))}
                {option("out", "left out")}
            </select>
        </li>
    }
}

/// Who it is and what was measured, in words.
fn facts(read: &Understood) -> Vec<String> {
    let mut facts = Vec::new();
    let history = &read.history;
    if let Some(age) = history.age {
        facts.push(if age < 2.0 { format!("{:.0} months old", age * 12.0) } else { format!("{age:.0} years old") });
    }
    facts.extend(history.sex.clone());
    if let Some(pregnant) = history.pregnant {
        facts.push(if pregnant { "pregnant" } else { "not pregnant" }.to_owned());
    }
    let vitals = &read.vitals;
    let figures = [
        ("temperature", vitals.temperature, " °C"),
        ("heart rate", vitals.heart_rate, ""),
        ("breaths", vitals.respiratory_rate, " a minute"),
        ("SpO2", vitals.oxygen_saturation, " %"),
    ];
    facts.extend(figures.into_iter().filter_map(|(name, value, unit)| Some(format!("{name} {}{unit}", value?))));
    facts.extend(vitals.blood_pressure.as_ref().map(|pressure| format!("blood pressure {pressure}")));
    facts.extend(vitals.consciousness.clone());
    if vitals.on_oxygen == Some(true) {
        facts.push("on oxygen".to_owned());
    }
    let lists = [("takes", &history.medications), ("allergic to", &history.allergies), ("has", &history.conditions)];
    facts.extend(
        lists
            .into_iter()
            .filter(|(_, list)| !list.is_empty())
            .map(|(name, list)| format!("{name} {}", list.join(", "))),
    );
    facts
}
