//! Two example cases for the demo's clinician, run by the real engines.

use protocol::UserId;
use protocol::clinic::{CaseInput, DiagnosisRequest, PatientInfo, PrescriptionRequest};
use protocol::rest::UserRole;

use super::fault::Fault;
use super::store::{self, Page};
use super::types::Viewer;
use crate::audit::Origin;
use crate::state::App;

const NOTE: &str = "45-year-old man. Three days of fever, cough with phlegm and pleuritic chest pain, short of breath on \
stairs. No leg swelling, no haemoptysis. PMH hypertension. Meds: lisinopril. Allergies: penicillin. T 38.5, HR 105, \
BP 128/78, RR 24, SpO2 94% on air, alert.";

/// Runs the examples where this clinician has no case yet.
pub async fn seed(app: &App, clinician: &UserId) -> Result<(), Fault> {
    let page = Page { owner: clinician.clone(), with_shared: false, kind: "", limit: 1, offset: 0 };
    let (_, total) = {
        let mut connection = app.db.read().await?;
        store::list(&mut connection, &page).await?
    };
    if total > 0 {
        return Ok(());
    }
    let viewer = Viewer { user: clinician.clone(), role: UserRole::Clinician };
    let note = DiagnosisRequest {
        narrative: Some(NOTE.to_owned()),
        title: Some("Example: fever, cough and chest pain".to_owned()),
        ..DiagnosisRequest::default()
    };
    let first = run(app, &viewer, CaseInput::Diagnosis(Box::new(note))).await?;
    let check = PrescriptionRequest {
        diagnosis: "Community-acquired pneumonia".to_owned(),
        patient_info: PatientInfo {
            age: Some(45.0),
            weight: Some(75.0),
            sex: Some("male".to_owned()),
            creatinine_mg_dl: Some(1.0),
            hepatic_function: Some("normal".to_owned()),
            current_medications: vec!["lisinopril 10 mg once daily".to_owned(), "warfarin".to_owned()],
            conditions: vec!["hypertension".to_owned()],
            ..PatientInfo::default()
        },
        allergies: vec!["penicillin: rash".to_owned()],
        from_case: Some(first),
        title: Some("Example: treatment with a penicillin allergy".to_owned()),
    };
    run(app, &viewer, CaseInput::Prescription(Box::new(check))).await?;
    Ok(())
}

async fn run(app: &App, viewer: &Viewer, input: CaseInput) -> Result<protocol::CaseId, Fault> {
    let (id, outcome) = super::begin(app, viewer, input, None, None, &Origin::default()).await?;
    outcome.await.map_err(|_| Fault::Broken)??;
    Ok(id)
}
