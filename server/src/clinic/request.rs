//! What is entered: looked at before a case is made, and put into the words of the engines.
//!
//! What a person can't have meant (a temperature of 385, an age of 400) is refused and named, so that it can be corrected
//! at once. What is only unknown or does not fit together is for the engines, which say so in the result.

use clinical::diagnosis::{self, Request, RequestHistory, RequestSymptom, RequestVitals};
use clinical::prescription::{self, CreatinineUnit, Patient};
use protocol::clinic::{CaseInput, DiagnosisRequest, History, PrescriptionRequest, Vitals};
use protocol::limits::TITLE_CHARS_MAX;

use crate::config::Settings;

/// The words for how awake someone is: ACVPU (RCP 2017) and its letters.
const CONSCIOUSNESS: [&str; 12] =
    ["alert", "a", "confused", "confusion", "c", "voice", "verbal", "v", "pain", "p", "unresponsive", "u"];
/// The longest entry of a list, in characters.
pub(crate) const ITEM_CHARS_MAX: usize = 500;
/// What the engine of diagnoses says of a field that can't be right.
const IMPOSSIBLE: [&str; 5] =
    ["vital_impossible", "blood_pressure_unclear", "blood_pressure_reversed", "age_impossible", "sex_unknown"];

/// Says what is wrong with an input, in sentences that name it; nothing where it can be run.
pub(super) fn wrong(input: &CaseInput, settings: &Settings) -> Option<String> {
    let mut said = Vec::new();
    match input {
        CaseInput::Diagnosis(request) => diagnosis_wrong(request, settings, &mut said),
        CaseInput::Prescription(request) => prescription_wrong(request, settings, &mut said),
    }
    (!said.is_empty()).then(|| said.join(" "))
}

fn diagnosis_wrong(request: &DiagnosisRequest, settings: &Settings, said: &mut Vec<String>) {
    let narrative = request.narrative.as_deref().unwrap_or_default();
    if is_empty(request) {
        said.push("Nothing was entered: `data` needs symptoms, vital signs, a history or a narrative.".to_owned());
    }
    if narrative.chars().count() > settings.case_narrative_chars {
        said.push(format!("`narrative` is too long: {} characters are the most.", settings.case_narrative_chars));
    }
    let history = &request.history;
    items(settings, said, "symptoms", request.symptoms.iter().map(|symptom| symptom.name.as_str()));
    items(settings, said, "history.allergies", history.allergies.iter().map(String::as_str));
    items(settings, said, "history.conditions", history.conditions.iter().map(String::as_str));
    items(settings, said, "history.medications", history.medications.iter().map(String::as_str));
    title(request.title.as_deref(), said);
    // Which one is said by its place: what was entered is not repeated.
    for (at, symptom) in request.symptoms.iter().enumerate() {
        let severity = symptom.severity.as_deref().map(str::trim).filter(|word| !word.is_empty());
        if let Some(word) = severity
            && !["mild", "moderate", "severe"].contains(&word.to_lowercase().as_str())
        {
            said.push(format!("`symptoms[{at}].severity` must be mild, moderate or severe."));
        }
    }
    let level = request.vitals.consciousness.as_deref().map(str::trim).filter(|word| !word.is_empty());
    if let Some(word) = level
        && !CONSCIOUSNESS.contains(&word.to_lowercase().as_str())
    {
        said.push("`consciousness` must be alert, confused, voice, pain or unresponsive.".to_owned());
    }
    // Only the fields: what a narrative says wrongly is named in the result, beside what was understood.
    let fields = Request {
        vitals: vitals(&request.vitals),
        history: RequestHistory { age: history.age, sex: history.sex.clone(), ..RequestHistory::default() },
        ..Request::default()
    };
    let problems = diagnosis::intake(&fields).problems;
    said.extend(problems.into_iter().filter(|problem| IMPOSSIBLE.contains(&problem.code)).map(|problem| {
        problem.text.replace("; it was left out.", ". Please correct it.").replace("; none was used.", ".")
    }));
}

fn is_empty(request: &DiagnosisRequest) -> bool {
    let History { conditions, medications, pregnant, .. } = &request.history;
    request.symptoms.iter().all(|symptom| symptom.name.trim().is_empty())
        && request.narrative.as_deref().unwrap_or_default().trim().is_empty()
        && request.vitals == Vitals::default()
        && conditions.is_empty()
        && medications.is_empty()
        && pregnant.is_none()
}

fn prescription_wrong(request: &PrescriptionRequest, settings: &Settings, said: &mut Vec<String>) {
    let info = &request.patient_info;
    items(settings, said, "patient_info.current_medications", info.current_medications.iter().map(String::as_str));
    items(settings, said, "patient_info.conditions", info.conditions.iter().map(String::as_str));
    items(settings, said, "allergies", request.allergies.iter().map(String::as_str));
    items(settings, said, "diagnosis", std::iter::once(request.diagnosis.as_str()));
    title(request.title.as_deref(), said);
    if request.diagnosis.trim().is_empty() && info.current_medications.iter().all(|one| one.trim().is_empty()) {
        said.push("Nothing was entered: `data` needs a diagnosis, or current medications to check.".to_owned());
    }
    if let Some(word) = info.sex.as_deref()
        && sex(word).is_err()
    {
        said.push("`patient_info.sex` must be male or female, or be left out.".to_owned());
    }
}

fn items<'a>(settings: &Settings, said: &mut Vec<String>, name: &str, list: impl Iterator<Item = &'a str>) {
    let (mut count, mut long) = (0, false);
    for item in list {
        count += 1;
        long |= item.chars().count() > ITEM_CHARS_MAX;
    }
    if count > settings.case_items {
        said.push(format!("`{name}` has {count} entries; {} are the most.", settings.case_items));
    }
    if long {
        said.push(format!("An entry of `{name}` is too long: {ITEM_CHARS_MAX} characters are the most."));
    }
}

fn title(title: Option<&str>, said: &mut Vec<String>) {
    if title.is_some_and(|title| title.trim().chars().count() > TITLE_CHARS_MAX) {
        said.push(format!("`title` is too long: {TITLE_CHARS_MAX} characters are the most."));
    }
}

fn sex(word: &str) -> Result<Option<prescription::Sex>, ()> {
    match word.trim().to_lowercase().as_str() {
        "male" | "m" | "man" | "boy" => Ok(Some(prescription::Sex::Male)),
        "female" | "f" | "woman" | "girl" => Ok(Some(prescription::Sex::Female)),
        "" | "unknown" | "other" => Ok(None),
        _ => Err(()),
    }
}

fn vitals(vitals: &Vitals) -> RequestVitals {
    RequestVitals {
        temperature: vitals.temperature,
        heart_rate: vitals.heart_rate,
        blood_pressure: vitals.blood_pressure.clone(),
        respiratory_rate: vitals.respiratory_rate,
        oxygen_saturation: vitals.oxygen_saturation,
        consciousness: vitals.consciousness.clone(),
        on_oxygen: vitals.on_oxygen,
    }
}

/// A request for a diagnosis in the engine's words.
pub(super) fn diagnosis_request(request: &DiagnosisRequest) -> Request {
    let symptoms = request.symptoms.iter().map(|symptom| RequestSymptom {
        name: symptom.name.clone(),
        severity: symptom.severity.clone(),
        duration: symptom.duration.clone(),
        absent: symptom.absent,
    });
    let history = &request.history;
    Request {
        symptoms: symptoms.collect(),
        vitals: vitals(&request.vitals),
        history: RequestHistory {
            age: history.age,
            sex: history.sex.clone(),
            allergies: history.allergies.clone(),
            conditions: history.conditions.clone(),
            medications: history.medications.clone(),
            pregnant: history.pregnant,
        },
        narrative: request.narrative.clone(),
    }
}

/// A request for a prescription check in the engine's words.
pub(super) fn prescription_request(request: &PrescriptionRequest) -> prescription::Request {
    let info = &request.patient_info;
    let (creatinine, creatinine_unit) = match (info.creatinine_mg_dl, info.creatinine_umol_l) {
        (Some(value), _) => (Some(value), Some(CreatinineUnit::MgPerDl)),
        (None, Some(value)) => (Some(value), Some(CreatinineUnit::UmolPerL)),
        (None, None) => (None, None),
    };
    prescription::Request {
        diagnosis: request.diagnosis.clone(),
        patient: Patient {
            age_years: info.age,
            sex: info.sex.as_deref().and_then(|word| sex(word).ok().flatten()),
            weight_kg: info.weight,
            height_cm: info.height_cm,
            pregnant: info.pregnant,
            pregnancy_weeks: info.pregnancy_weeks,
            breastfeeding: info.breastfeeding,
            creatinine,
            creatinine_unit,
            crcl_ml_min: info.crcl_ml_min,
            renal_function: info.renal_function.clone(),
            hepatic_function: info.hepatic_function.clone(),
            conditions: info.conditions.clone(),
            qtc_ms: info.qtc_ms,
            potassium: info.potassium,
            sodium: info.sodium,
            inr: info.inr,
            platelets: info.platelets,
            heart_rate: info.heart_rate,
            systolic: info.systolic,
            ..Patient::default()
        },
        medicines: info.current_medications.clone(),
        allergies: request.allergies.clone(),
    }
}

/// What a case is called in lists.
pub(super) fn title_of(input: &CaseInput) -> String {
    let (given, made) = match input {
        CaseInput::Diagnosis(request) => (&request.title, diagnosis_title(request)),
        CaseInput::Prescription(request) => {
            let diagnosis = request.diagnosis.trim();
            (&request.title, if diagnosis.is_empty() { "Medication review".to_owned() } else { diagnosis.to_owned() })
        }
    };
    let given = given.as_deref().map(str::trim).filter(|title| !title.is_empty());
    cut(given.unwrap_or(&made), TITLE_CHARS_MAX)
}

fn diagnosis_title(request: &DiagnosisRequest) -> String {
    let there = request.symptoms.iter().filter(|symptom| !symptom.absent && !symptom.name.trim().is_empty());
    let complaint = there.take(3).map(|symptom| symptom.name.trim()).collect::<Vec<_>>().join(", ");
    let narrative = request.narrative.as_deref().unwrap_or_default();
    let about = if complaint.is_empty() { cut(narrative, 80) } else { complaint };
    let age = request.history.age.map(|age| if age < 2.0 { "under 2".to_owned() } else { format!("{age:.0}") });
    let who = [age, request.history.sex.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ");
    match (who.is_empty(), about.is_empty()) {
        (true, true) => "Vital signs".to_owned(),
        (true, false) => about,
        (false, true) => who,
        (false, false) => format!("{who}: {about}"),
    }
}

fn cut(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let head: String = line.chars().take(most - 1).collect();
    format!("{}…", head.trim_end())
}
