//! A case as a FHIR R4 Bundle of type `collection`.
//!
//! The person has no name here: a case holds none. What the engines computed is marked as such: conditions are
//! `provisional` or `differential`, medicines are `draft` proposals, and the impression is `preliminary` until a clinician
//! has signed it off.

use protocol::clinic::{
    Candidate, Case, CaseInput, CaseResult, Decision, Diagnosis, FindingState, Medication, Prescription, ScoreValue,
    Severity, Urgency,
};
use serde_json::{Map, Value, json};

const LOINC: &str = "http://loinc.org";
const UCUM: &str = "http://unitsofmeasure.org";
const ICD10: &str = "http://hl7.org/fhir/sid/icd-10";
const SNOMED: &str = "http://snomed.info/sct";

/// Resources, each with an address of its own.
struct Bundle<'a> {
    case: &'a Case,
    entries: Vec<Value>,
}

/// The whole Bundle.
pub(super) fn bundle(case: &Case, result: &CaseResult) -> Value {
    let mut bundle = Bundle { case, entries: Vec::new() };
    bundle.patient();
    match result {
        CaseResult::Diagnosis(diagnosis) => bundle.diagnosis(diagnosis),
        CaseResult::Prescription(prescription) => bundle.prescription(prescription),
    }
    json!({
        "resourceType": "Bundle",
        "id": case.summary.id,
        "type": "collection",
        "timestamp": case.summary.updated_at,
        "identifier": {"system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{}", case.summary.id)},
        "entry": bundle.entries,
    })
}

impl Bundle<'_> {
    /// Adds a resource; gives its reference.
    fn add(&mut self, mut resource: Value) -> Value {
        let n = self.entries.len() + 1;
        // Ids of the same case are the same each time it is taken out.
        let id = format!("{}-{n}", self.case.summary.id);
        resource["id"] = json!(id);
        let kind = resource["resourceType"].as_str().unwrap_or_default().to_owned();
        self.entries
            .push(json!({"fullUrl": format!("https://anamnesis.invalid/fhir/{kind}/{id}"), "resource": resource}));
        json!({"reference": format!("{kind}/{id}")})
    }

    fn patient(&mut self) {
        let (sex, age) = match &self.case.input {
            CaseInput::Diagnosis(request) => (request.history.sex.as_deref(), request.history.age),
            CaseInput::Prescription(request) => (request.patient_info.sex.as_deref(), request.patient_info.age),
        };
        let gender = match sex.map(str::to_lowercase).as_deref() {
            Some("male" | "m" | "man" | "boy") => "male",
            Some("female" | "f" | "woman" | "girl") => "female",
            _ => "unknown",
        };
        self.add(json!({"resourceType": "Patient", "gender": gender, "active": true}));
        if let Some(age) = age {
            let value = json!({"value": age, "unit": "years", "system": UCUM, "code": "a"});
            self.observation("30525-0", "Age", Some(value), &[]);
        }
    }

    fn subject(&self) -> Value {
        json!({"reference": format!("Patient/{}-1", self.case.summary.id)})
    }

    fn observation(&mut self, code: &str, name: &str, value: Option<Value>, components: &[Value]) -> Value {
        let mut resource = json!({
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": LOINC, "code": code, "display": name}], "text": name},
            "subject": self.subject(),
            "effectiveDateTime": self.case.summary.created_at,
        });
        if let Some(value) = value {
            resource["valueQuantity"] = value;
        }
        if !components.is_empty() {
            resource["component"] = json!(components);
        }
        self.add(resource)
    }

    fn vitals(&mut self) {
        let CaseInput::Diagnosis(request) = &self.case.input else { return };
        let vitals = request.vitals.clone();
        let quantity =
            |value: f64, unit: &str, code: &str| json!({"value": value, "unit": unit, "system": UCUM, "code": code});
        // °F is told apart as the engine does it.
        let celsius = vitals.temperature.and_then(clinical::findings::celsius);
        let measured = [
            (celsius, "8310-5", "Body temperature", "°C", "Cel"),
            (vitals.heart_rate, "8867-4", "Heart rate", "beats/minute", "/min"),
            (vitals.respiratory_rate, "9279-1", "Respiratory rate", "breaths/minute", "/min"),
            (vitals.oxygen_saturation, "2708-6", "Oxygen saturation in arterial blood", "%", "%"),
        ];
        for (value, code, name, unit, ucum) in measured {
            if let Some(value) = value {
                self.observation(code, name, Some(quantity(value, unit, ucum)), &[]);
            }
        }
        let pressure = vitals.blood_pressure.unwrap_or_default();
        let mut parts = pressure.split('/').map(|part| part.trim().parse::<f64>().ok());
        if let (Some(Some(systolic)), Some(Some(diastolic))) = (parts.next(), parts.next()) {
            let part = |code: &str, name: &str, value: f64| {
                json!({
                    "code": {"coding": [{"system": LOINC, "code": code, "display": name}]},
                    "valueQuantity": quantity(value, "mmHg", "mm[Hg]"),
                })
            };
            let parts = [
                part("8480-6", "Systolic blood pressure", systolic),
                part("8462-4", "Diastolic blood pressure", diastolic),
            ];
            self.observation("85354-9", "Blood pressure panel", None, &parts);
        }
    }

    fn diagnosis(&mut self, diagnosis: &Diagnosis) {
        self.vitals();
        let mut found = Vec::new();
        for finding in &diagnosis.findings {
            let mut concept = json!({"text": finding.name});
            let code = clinical::findings::FindingId::of(&finding.id).map(|id| id.get().code.as_str());
            if let Some(code) = code.and_then(|code| code.strip_prefix("SNOMED:")) {
                concept["coding"] = json!([{"system": SNOMED, "code": code, "display": finding.name}]);
            }
            let is_there = finding.state == FindingState::Present;
            let resource = json!({
                "resourceType": "Observation",
                "status": "final",
                "code": concept,
                "subject": self.subject(),
                "effectiveDateTime": self.case.summary.created_at,
                "valueBoolean": is_there,
                "note": [{"text": finding.text}],
            });
            found.push(json!({"itemReference": self.add(resource)}));
        }
        for score in &diagnosis.scores {
            let mut resource = json!({
                "resourceType": "Observation",
                "status": if score.missing.is_empty() { "final" } else { "preliminary" },
                "code": {"text": score.name},
                "subject": self.subject(),
                "effectiveDateTime": self.case.summary.created_at,
                "note": [{"text": format!("{} ({})", score.band, score.source)}],
            });
            match score.value {
                Some(ScoreValue::Exact(value)) => resource["valueQuantity"] = json!({"value": value}),
                Some(ScoreValue::Range { low, high }) => {
                    resource["valueRange"] = json!({"low": {"value": low}, "high": {"value": high}});
                }
                None => {
                    resource["dataAbsentReason"] = json!({"coding": [{
                        "system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "unknown",
                    }]});
                }
            }
            found.push(json!({"itemReference": self.add(resource)}));
        }
        let mut ranked = Vec::new();
        for candidate in &diagnosis.differential_diagnoses {
            let condition = self.condition(candidate);
            ranked.push((condition, candidate));
        }
        self.impression(diagnosis, &found, &ranked);
    }

    fn condition(&mut self, candidate: &Candidate) -> Value {
        let rejected = self.case.reviews.first().is_some_and(|review| review.decision == Decision::Reject);
        let verified = match candidate.index {
            _ if rejected => "entered-in-error",
            1 => "provisional",
            _ => "differential",
        };
        let mut condition = json!({
            "resourceType": "Condition",
            "verificationStatus": {"coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": verified,
            }]},
            "code": {
                "coding": [{"system": ICD10, "code": candidate.icd10, "display": candidate.diagnosis}],
                "text": candidate.diagnosis,
            },
            "subject": self.subject(),
            "recordedDate": self.case.summary.created_at,
        });
        // con-5: what was entered in error has no clinical status.
        if !rejected {
            condition["clinicalStatus"] = json!({"coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active",
            }]});
        }
        self.add(condition)
    }

    fn impression(&mut self, diagnosis: &Diagnosis, found: &[Value], ranked: &[(Value, &Candidate)]) {
        let urgency = match diagnosis.urgency {
            Urgency::SelfCare => "self care",
            Urgency::Routine => "routine",
            Urgency::Urgent => "urgent",
            Urgency::Emergency => "emergency",
        };
        let items: Vec<Value> = ranked
            .iter()
            .map(|(reference, candidate)| {
                json!({
                    "itemReference": reference,
                    "basis": format!("probability {:.3}", candidate.probability),
                })
            })
            .chain(found.iter().cloned())
            .collect();
        let assessor: Option<Value> =
            self.case.reviews.first().map(|review| json!({"display": review.reviewer.name.clone()}));
        let predictions: Vec<Value> = diagnosis
            .differential_diagnoses
            .iter()
            .map(|candidate| {
                json!({"outcome": {"text": candidate.diagnosis}, "probabilityDecimal": candidate.probability})
            })
            .collect();
        let risk = json!({
            "resourceType": "RiskAssessment",
            "status": self.status(),
            "subject": self.subject(),
            "occurrenceDateTime": self.case.summary.created_at,
            "method": {"text": format!("Anamnesis {} with tables {}", self.case.versions.engine, self.case.versions.data)},
            "prediction": predictions,
        });
        if !diagnosis.differential_diagnoses.is_empty() {
            self.add(risk);
        }
        let mut resource = json!({
            "resourceType": "ClinicalImpression",
            "status": if self.case.reviews.is_empty() { "in-progress" } else { "completed" },
            "subject": self.subject(),
            "date": self.case.summary.created_at,
            "summary": format!("{} Urgency: {urgency}, {}.", diagnosis.reasoning, diagnosis.see_within),
            "note": self.notes(),
        });
        if !items.is_empty() {
            resource["finding"] = json!(items);
        }
        if let Some(assessor) = assessor {
            resource["assessor"] = assessor;
        }
        self.add(resource);
    }

    fn status(&self) -> &'static str {
        match self.case.reviews.first().map(|review| review.decision) {
            None => "preliminary",
            Some(Decision::Reject) => "entered-in-error",
            Some(Decision::Accept | Decision::Edit) => "final",
        }
    }

    /// Who decided what, and that all of it was computed.
    fn notes(&self) -> Vec<Value> {
        let mut notes = vec![json!({
            "text": "Computed by software from what was entered. It supports a clinician's judgement and does not replace it.",
        })];
        for review in &self.case.reviews {
            let word = match review.decision {
                Decision::Accept => "Accepted",
                Decision::Edit => "Accepted with changes",
                Decision::Reject => "Rejected",
            };
            let more = [review.reason.as_deref(), review.edited.as_deref()];
            let more = more.into_iter().flatten().collect::<Vec<_>>().join(" ");
            notes.push(json!({
                "authorString": review.reviewer.name,
                "time": review.at,
                "text": format!("{word}. {more}").trim_end(),
            }));
        }
        notes
    }

    fn prescription(&mut self, prescription: &Prescription) {
        let allergies = match &self.case.input {
            CaseInput::Prescription(request) => request.allergies.clone(),
            CaseInput::Diagnosis(_) => Vec::new(),
        };
        for allergy in allergies.iter().filter(|allergy| !allergy.trim().is_empty()) {
            self.add(json!({
                "resourceType": "AllergyIntolerance",
                "clinicalStatus": {"coding": [{
                    "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active",
                }]},
                "code": {"text": allergy},
                "patient": self.subject(),
            }));
        }
        let current = match &self.case.input {
            CaseInput::Prescription(request) => request.patient_info.current_medications.clone(),
            CaseInput::Diagnosis(_) => Vec::new(),
        };
        for medicine in current.iter().filter(|medicine| !medicine.trim().is_empty()) {
            self.add(json!({
                "resourceType": "MedicationStatement",
                "status": "active",
                "medicationCodeableConcept": {"text": medicine},
                "subject": self.subject(),
                "dateAsserted": self.case.summary.created_at,
            }));
        }
        if !prescription.diagnosis.trim().is_empty() {
            self.add(json!({
                "resourceType": "Condition",
                "code": {"text": prescription.diagnosis},
                "subject": self.subject(),
                "recordedDate": self.case.summary.created_at,
            }));
        }
        for medication in &prescription.medications {
            self.request(medication, prescription);
        }
        for alert in prescription.interactions.iter().chain(&prescription.warnings) {
            let severity = match alert.severity {
                Severity::Contraindicated | Severity::Serious => "high",
                Severity::Caution => "moderate",
                Severity::Note => "low",
            };
            self.add(json!({
                "resourceType": "DetectedIssue",
                "status": self.status(),
                "code": {"text": alert.code},
                "severity": severity,
                "patient": self.subject(),
                "identifiedDateTime": self.case.summary.created_at,
                "detail": format!("{}: {} {}", alert.drugs.join(" + "), alert.mechanism, alert.source),
                "mitigation": [{"action": {"text": alert.advice}}],
            }));
        }
    }

    fn request(&mut self, medication: &Medication, prescription: &Prescription) {
        let signed = self.case.reviews.first();
        let status = match signed.map(|review| review.decision) {
            // What was changed at the sign-off stands in its words, not in the computed dose.
            None | Some(Decision::Edit) => "draft",
            Some(Decision::Reject) => "cancelled",
            Some(Decision::Accept) => "active",
        };
        let text = [&medication.dose, &medication.frequency, &medication.duration];
        let text = text.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ");
        let mut dosage = Map::new();
        dosage.insert("text".to_owned(), json!(text));
        if !medication.route.is_empty() {
            dosage.insert("route".to_owned(), json!({"text": medication.route}));
        }
        if !prescription.compliance_notes.is_empty() {
            dosage.insert("patientInstruction".to_owned(), json!(prescription.compliance_notes.join(" ")));
        }
        let mut notes = self.notes();
        notes.push(json!({"text": format!("{} ({})", medication.rationale, medication.source)}));
        let mut resource = json!({
            "resourceType": "MedicationRequest",
            "status": status,
            "intent": if status == "active" { "order" } else { "proposal" },
            "medicationCodeableConcept": {"text": medication.name},
            "subject": self.subject(),
            "authoredOn": self.case.summary.created_at,
            "dosageInstruction": [Value::Object(dosage)],
            "note": notes,
        });
        if !prescription.diagnosis.trim().is_empty() {
            resource["reasonCode"] = json!([{"text": prescription.diagnosis}]);
        }
        if let Some(review) = signed {
            resource["requester"] = json!({"display": review.reviewer.name});
        }
        self.add(resource);
    }
}
