//! What is being entered, as it stands in the fields: texts. It becomes a request once every figure is one.

use protocol::CaseId;
use protocol::clinic::{
    Case, CaseInput, CaseResult, DiagnosisRequest, History, PatientInfo, PrescriptionRequest, Symptom, Understood,
    Vitals,
};
use serde::{Deserialize, Serialize};

/// A field that can't be taken as it stands, by its name on the wire, and why.
pub type Wrong = (&'static str, String);

/// A finding as it is entered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SymptomDraft {
    /// Tells the lines apart on the page.
    pub key: u32,
    /// Preferred term, or what was typed.
    pub name: String,
    /// Asked about and not there.
    pub absent: bool,
    /// `mild`, `moderate`, `severe`, or nothing.
    pub severity: String,
    /// As typed.
    pub duration: String,
}

/// A diagnosis as it is entered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DiagnosisDraft {
    /// What the case is to be called.
    pub title: String,
    /// Years.
    pub age: String,
    /// `male`, `female`, or nothing.
    pub sex: String,
    /// `yes`, `no`, or nothing.
    pub pregnant: String,
    /// What is there and what is not.
    pub symptoms: Vec<SymptomDraft>,
    /// °C or °F.
    pub temperature: String,
    /// A minute.
    pub heart_rate: String,
    /// mmHg, `130/80`.
    pub blood_pressure: String,
    /// A minute.
    pub respiratory_rate: String,
    /// Percent.
    pub oxygen_saturation: String,
    /// One of the five words, or nothing.
    pub consciousness: String,
    /// `yes`, `no`, or nothing.
    pub on_oxygen: String,
    /// As typed.
    pub conditions: Vec<String>,
    /// As typed.
    pub medications: Vec<String>,
    /// As typed.
    pub allergies: Vec<String>,
    /// The note.
    pub note: String,
}

/// A prescription as it is entered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PrescriptionDraft {
    /// By name.
    pub diagnosis: String,
    /// Years.
    pub age: String,
    /// `male`, `female`, or nothing.
    pub sex: String,
    /// kg.
    pub weight: String,
    /// cm.
    pub height_cm: String,
    /// `yes`, `no`, or nothing.
    pub pregnant: String,
    /// `yes`, `no`, or nothing.
    pub breastfeeding: String,
    /// In the unit beside it.
    pub creatinine: String,
    /// `mg_dl`, `umol_l`, or nothing.
    pub creatinine_unit: String,
    /// In words.
    pub renal_function: String,
    /// In words.
    pub hepatic_function: String,
    /// mmol/L.
    pub potassium: String,
    /// mmol/L.
    pub sodium: String,
    /// Ratio.
    pub inr: String,
    /// ms.
    pub qtc_ms: String,
    /// As typed.
    pub conditions: Vec<String>,
    /// As typed.
    pub medications: Vec<String>,
    /// As typed.
    pub allergies: Vec<String>,
    /// The diagnosis that it goes on from.
    pub from_case: Option<CaseId>,
}

/// A figure of a field; nothing where the field is empty.
fn figure(field: &'static str, text: &str, wrong: &mut Vec<Wrong>) -> Option<f64> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let figure = text.replace(',', ".").parse::<f64>().ok().filter(|figure| figure.is_finite());
    if figure.is_none() {
        wrong.push((field, format!("“{text}” is not a number. Write one, or leave it empty.")));
    }
    figure
}

fn word(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn yes_no(text: &str) -> Option<bool> {
    match text {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

fn shown(yes: Option<bool>) -> String {
    yes.map_or("", |yes| if yes { "yes" } else { "no" }).to_owned()
}

fn number(figure: Option<f64>) -> String {
    figure.map(|figure| figure.to_string()).unwrap_or_default()
}

impl DiagnosisDraft {
    /// What is asked with it, or every field that is wrong.
    pub fn request(&self) -> Result<DiagnosisRequest, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let symptoms = self.symptoms.iter().map(|symptom| Symptom {
            name: symptom.name.clone(),
            severity: word(&symptom.severity).filter(|_| !symptom.absent),
            duration: word(&symptom.duration).filter(|_| !symptom.absent),
            absent: symptom.absent,
        });
        let request = DiagnosisRequest {
            symptoms: symptoms.collect(),
            vitals: Vitals {
                temperature: figure("temperature", &self.temperature, &mut wrong),
                heart_rate: figure("heart_rate", &self.heart_rate, &mut wrong),
                blood_pressure: word(&self.blood_pressure),
                respiratory_rate: figure("respiratory_rate", &self.respiratory_rate, &mut wrong),
                oxygen_saturation: figure("oxygen_saturation", &self.oxygen_saturation, &mut wrong),
                consciousness: word(&self.consciousness),
                on_oxygen: yes_no(&self.on_oxygen),
            },
            history: History {
                age: figure("age", &self.age, &mut wrong),
                sex: word(&self.sex),
                allergies: self.allergies.clone(),
                conditions: self.conditions.clone(),
                medications: self.medications.clone(),
                pregnant: yes_no(&self.pregnant),
            },
            narrative: word(&self.note),
            title: word(&self.title),
        };
        if request.symptoms.is_empty() && request.narrative.is_none() {
            wrong.push(("symptoms", "Add at least one finding, or paste a note.".to_owned()));
        }
        if wrong.is_empty() { Ok(request) } else { Err(wrong) }
    }

    /// Adds a finding at the end of the list; one that is there already takes the new state.
    pub fn add(&mut self, name: &str, absent: bool) {
        let name = name.trim();
        if name.is_empty() {
            return;
        }
        if let Some(held) = self.symptoms.iter_mut().find(|held| held.name.eq_ignore_ascii_case(name)) {
            held.absent = absent;
            return;
        }
        let key = self.symptoms.iter().map(|symptom| symptom.key).max().map_or(0, |key| key + 1);
        self.symptoms.push(SymptomDraft { key, name: name.to_owned(), absent, ..SymptomDraft::default() });
    }
}

impl PrescriptionDraft {
    /// What is asked with it, or every field that is wrong.
    pub fn request(&self) -> Result<PrescriptionRequest, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let creatinine = figure("creatinine", &self.creatinine, &mut wrong);
        if creatinine.is_some() && self.creatinine_unit.is_empty() {
            wrong.push(("creatinine", "Choose the unit: mg/dL or µmol/L.".to_owned()));
        }
        let in_unit = |unit: &str| creatinine.filter(|_| self.creatinine_unit == unit);
        let patient_info = PatientInfo {
            age: figure("age", &self.age, &mut wrong),
            weight: figure("weight", &self.weight, &mut wrong),
            height_cm: figure("height_cm", &self.height_cm, &mut wrong),
            sex: word(&self.sex),
            renal_function: word(&self.renal_function),
            hepatic_function: word(&self.hepatic_function),
            current_medications: self.medications.clone(),
            conditions: self.conditions.clone(),
            creatinine_mg_dl: in_unit("mg_dl"),
            creatinine_umol_l: in_unit("umol_l"),
            pregnant: yes_no(&self.pregnant),
            breastfeeding: yes_no(&self.breastfeeding),
            qtc_ms: figure("qtc_ms", &self.qtc_ms, &mut wrong),
            potassium: figure("potassium", &self.potassium, &mut wrong),
            sodium: figure("sodium", &self.sodium, &mut wrong),
            inr: figure("inr", &self.inr, &mut wrong),
            ..PatientInfo::default()
        };
        if self.diagnosis.trim().is_empty() && self.medications.is_empty() {
            let text = "Write a diagnosis, or add the medicines to check.";
            wrong.push(("diagnosis", text.to_owned()));
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(PrescriptionRequest {
            diagnosis: self.diagnosis.trim().to_owned(),
            patient_info,
            allergies: self.allergies.clone(),
            from_case: self.from_case.clone(),
            title: None,
        })
    }

    /// What a diagnosis hands on: its primary diagnosis, and what is known of the person.
    pub fn going_on_from(case: &Case) -> Self {
        let diagnosis = match &case.result {
            Some(CaseResult::Diagnosis(result)) => result.primary_diagnosis.clone().unwrap_or_default(),
            _ => String::new(),
        };
        // A diagnosis that the clinician put in place of the computed one holds.
        let edited = case.reviews.first().and_then(|review| review.edited.as_deref());
        let edited = edited.and_then(|text| text.lines().next()).and_then(word);
        let CaseInput::Diagnosis(request) = &case.input else { return Self::default() };
        let mut draft = Self { diagnosis: edited.unwrap_or(diagnosis), ..Self::default() };
        draft.take(&request.history);
        draft.from_case = Some(case.summary.id.clone());
        draft
    }

    /// Takes what a note tells where nothing was entered.
    pub fn complete(&mut self, read: &Understood) {
        self.take(&read.history);
    }

    fn take(&mut self, history: &History) {
        let fill = |field: &mut String, told: String| {
            if field.is_empty() {
                *field = told;
            }
        };
        fill(&mut self.age, number(history.age));
        fill(&mut self.sex, history.sex.clone().unwrap_or_default());
        fill(&mut self.pregnant, shown(history.pregnant));
        for (list, told) in [
            (&mut self.conditions, &history.conditions),
            (&mut self.medications, &history.medications),
            (&mut self.allergies, &history.allergies),
        ] {
            for one in told {
                if !list.iter().any(|held| held.eq_ignore_ascii_case(one)) {
                    list.push(one.clone());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_figure_is_named() {
        let draft = DiagnosisDraft {
            age: "old".to_owned(),
            temperature: "38,5".to_owned(),
            heart_rate: "9o".to_owned(),
            note: "cough".to_owned(),
            ..DiagnosisDraft::default()
        };
        let wrong: Vec<_> = draft.request().unwrap_err().into_iter().map(|(field, _)| field).collect();
        assert_eq!(wrong, ["heart_rate", "age"]);
    }

    #[test]
    fn a_comma_is_a_decimal_point_and_nothing_stays_nothing() {
        let mut draft = DiagnosisDraft { temperature: " 38,5 ".to_owned(), ..DiagnosisDraft::default() };
        draft.add("Cough", false);
        let request = draft.request().unwrap();
        assert_eq!((request.vitals.temperature, request.vitals.heart_rate), (Some(38.5), None));
        assert_eq!(request.history.pregnant, None);
    }

    #[test]
    fn a_finding_entered_twice_is_one() {
        let mut draft = DiagnosisDraft::default();
        draft.add("Cough", false);
        draft.add("Fever", false);
        draft.add("cough", true);
        let states: Vec<_> = draft.symptoms.iter().map(|one| (one.key, one.name.as_str(), one.absent)).collect();
        assert_eq!(states, [(0, "Cough", true), (1, "Fever", false)]);
    }

    #[test]
    fn nothing_entered_is_said() {
        assert_eq!(DiagnosisDraft::default().request().unwrap_err()[0].0, "symptoms");
        assert_eq!(PrescriptionDraft::default().request().unwrap_err()[0].0, "diagnosis");
    }

    #[test]
    fn a_creatinine_needs_its_unit() {
        let mut draft = PrescriptionDraft {
            diagnosis: "Cystitis".to_owned(),
            creatinine: "88".to_owned(),
            ..PrescriptionDraft::default()
        };
        assert_eq!(draft.request().unwrap_err()[0].0, "creatinine");
        draft.creatinine_unit = "umol_l".to_owned();
        let request = draft.request().unwrap();
        assert_eq!((request.patient_info.creatinine_umol_l, request.patient_info.creatinine_mg_dl), (Some(88.0), None));
    }
}
