//! What a case was asked with, in words.

use leptos::prelude::*;
use protocol::clinic::{CaseInput, DiagnosisRequest, PrescriptionRequest};

/// What a field is called, and what stands in it.
pub type Row = (&'static str, String);

/// What the case was asked with, for who reads it later or on paper.
#[component]
pub fn Given(rows: Vec<Row>) -> impl IntoView {
    let rows = rows.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> });
    view! {
        <section class="panel" aria-labelledby="given">
            <h2 class="panel-title" id="given">"What was entered"</h2>
            <dl class="shifts">{rows.collect_view()}</dl>
        </section>
    }
}

/// What was entered, in words; nothing that was left out.
pub fn given(input: &CaseInput) -> Vec<Row> {
    let mut rows = match input {
        CaseInput::Diagnosis(asked) => diagnosis(asked),
        CaseInput::Prescription(asked) => prescription(asked),
    };
    rows.retain(|(_, value)| !value.is_empty());
    rows
}

fn figure(value: Option<f64>, unit: &str) -> String {
    value.map(|value| format!("{value}{unit}")).unwrap_or_default()
}

fn yes(value: Option<bool>) -> String {
    value.map_or("", |yes| if yes { "yes" } else { "no" }).to_owned()
}

fn diagnosis(asked: &DiagnosisRequest) -> Vec<Row> {
    let symptoms = asked.symptoms.iter().map(|symptom| {
        let more: Vec<_> = [&symptom.severity, &symptom.duration].into_iter().flatten().cloned().collect();
        let name = if symptom.absent { format!("no {}", symptom.name) } else { symptom.name.clone() };
        if more.is_empty() { name } else { format!("{name} ({})", more.join(", ")) }
    });
    let (vitals, history) = (&asked.vitals, &asked.history);
    vec![
        ("Findings", symptoms.collect::<Vec<_>>().join("; ")),
        ("Note", asked.narrative.clone().unwrap_or_default()),
        ("Age", figure(history.age, " years")),
        ("Sex", history.sex.clone().unwrap_or_default()),
        ("Pregnant", yes(history.pregnant)),
        ("Temperature", figure(vitals.temperature, "°")),
        ("Heart rate", figure(vitals.heart_rate, " /min")),
        ("Blood pressure", vitals.blood_pressure.as_ref().map(|text| format!("{text} mmHg")).unwrap_or_default()),
        ("Respiratory rate", figure(vitals.respiratory_rate, " /min")),
        ("Oxygen saturation", figure(vitals.oxygen_saturation, " %")),
        ("Consciousness", vitals.consciousness.clone().unwrap_or_default()),
        ("On extra oxygen", yes(vitals.on_oxygen)),
        ("Conditions", history.conditions.join("; ")),
        ("Medicines", history.medications.join("; ")),
        ("Allergies", history.allergies.join("; ")),
    ]
}

fn prescription(asked: &PrescriptionRequest) -> Vec<Row> {
    let person = &asked.patient_info;
    vec![
        ("Diagnosis", asked.diagnosis.clone()),
        ("Age", figure(person.age, " years")),
        ("Sex", person.sex.clone().unwrap_or_default()),
        ("Weight", figure(person.weight, " kg")),
        ("Height", figure(person.height_cm, " cm")),
        ("Pregnant", yes(person.pregnant)),
        ("Breastfeeding", yes(person.breastfeeding)),
        ("Creatinine", figure(person.creatinine_mg_dl, " mg/dL") + &figure(person.creatinine_umol_l, " µmol/L")),
        ("Kidneys", person.renal_function.clone().unwrap_or_default()),
        ("Liver", person.hepatic_function.clone().unwrap_or_default()),
        ("Potassium", figure(person.potassium, " mmol/L")),
        ("Sodium", figure(person.sodium, " mmol/L")),
        ("INR", figure(person.inr, "")),
        ("QTc", figure(person.qtc_ms, " ms")),
        ("Current medicines", person.current_medications.join("; ")),
        ("Allergies", asked.allergies.join("; ")),
        ("Conditions", person.conditions.join("; ")),
    ]
}
