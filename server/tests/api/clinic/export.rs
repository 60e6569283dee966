//! A case taken out: as it is shown, and as a FHIR R4 Bundle.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::r4::Shapes;
use super::{clinician, pneumonia, run, treatment};
use crate::support::TestServer;

async fn take(server: &TestServer, path: &str, token: &str) -> (String, Value) {
    let response = server.http.get(server.url(path)).bearer_auth(token).send().await.expect("an answer");
    assert_eq!(response.status().as_u16(), 200, "{path}");
    let kind = response.headers()["content-type"].to_str().expect("a type").to_owned();
    (kind, response.json().await.expect("JSON"))
}

/// What FHIR R4 asks of a resource: elements that must be there, and the words of its status.
fn required(kind: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match kind {
        "Patient" => (&["gender"], &[]),
        "Observation" => (&["status", "code", "subject"], &["registered", "preliminary", "final", "amended"]),
        "Condition" => (&["subject", "code"], &[]),
        "ClinicalImpression" => (&["status", "subject"], &["in-progress", "completed", "entered-in-error"]),
        "RiskAssessment" => (&["status", "subject"], &["registered", "preliminary", "final", "entered-in-error"]),
        "MedicationRequest" => (
            &["status", "intent", "medicationCodeableConcept", "subject"],
            &["active", "on-hold", "cancelled", "completed", "entered-in-error", "stopped", "draft", "unknown"],
        ),
        "MedicationStatement" => (&["status", "medicationCodeableConcept", "subject"], &["active", "completed"]),
        "AllergyIntolerance" => (&["patient", "code"], &[]),
        "DetectedIssue" => (&["status", "code"], &["registered", "preliminary", "final", "entered-in-error"]),
        other => panic!("{other} is not expected here"),
    }
}

/// Holds a Bundle to the shapes of R4; gives the kinds of its resources.
fn check(bundle: &Value) -> BTreeSet<String> {
    assert_eq!((&bundle["resourceType"], &bundle["type"]), (&json!("Bundle"), &json!("collection")));
    let entries = bundle["entry"].as_array().expect("entries");
    let ids: BTreeSet<String> = entries
        .iter()
        .map(|entry| {
            format!(
                "{}/{}",
                entry["resource"]["resourceType"].as_str().expect("a type"),
                entry["resource"]["id"].as_str().expect("an id")
            )
        })
        .collect();
    assert_eq!(ids.len(), entries.len(), "every id is one of a kind");
    let urls: BTreeSet<&str> = entries.iter().map(|entry| entry["fullUrl"].as_str().expect("an address")).collect();
    assert_eq!(urls.len(), entries.len());
    let shapes = Shapes::read();
    for entry in entries {
        let resource = &entry["resource"];
        assert_eq!(shapes.as_ref().map_or(Vec::new(), |shapes| shapes.faults(resource)), Vec::<String>::new());
        let kind = resource["resourceType"].as_str().expect("a type");
        let id = resource["id"].as_str().expect("an id");
        assert!(id.len() <= 64 && id.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c)), "{id}");
        let (elements, words) = required(kind);
        for element in elements {
            assert!(!resource[element].is_null(), "{kind}.{element}: {resource}");
        }
        if !words.is_empty() {
            assert!(words.contains(&resource["status"].as_str().expect("a word")), "{kind}: {}", resource["status"]);
        }
        references(resource, &ids);
    }
    entries.iter().map(|entry| entry["resource"]["resourceType"].as_str().expect("a type").to_owned()).collect()
}

/// Every reference leads to a resource of the Bundle; nothing is empty or null.
fn references(value: &Value, ids: &BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            assert!(!map.is_empty(), "an empty object");
            for (name, value) in map {
                if name == "reference" {
                    assert!(ids.contains(value.as_str().expect("a text")), "{value}");
                }
                references(value, ids);
            }
        }
        Value::Array(list) => {
            assert!(!list.is_empty(), "an empty list");
            for value in list {
                references(value, ids);
            }
        }
        Value::Null => panic!("a null"),
        Value::String(text) => assert!(!text.is_empty(), "an empty text"),
        _ => {}
    }
}

#[tokio::test]
async fn a_diagnosis_is_taken_out_as_fhir() {
    let server = TestServer::start().await;
    let account = clinician(&server, "ada").await;
    let (case, result) = run(&server, &account, "diagnosis", &pneumonia()).await;
    let (kind, bundle) = take(&server, &format!("/api/clinic/cases/{case}/export?format=fhir"), &account.token).await;
    assert_eq!(kind, "application/fhir+json");
    let kinds = check(&bundle);
    for kind in ["Patient", "Condition", "ClinicalImpression", "Observation", "RiskAssessment"] {
        assert!(kinds.contains(kind), "{kind}: {kinds:?}");
    }
    let resources: Vec<&Value> = bundle["entry"].as_array().expect("entries").iter().map(|e| &e["resource"]).collect();
    let conditions: Vec<&&Value> = resources.iter().filter(|one| one["resourceType"] == "Condition").collect();
    assert_eq!(conditions[0]["code"]["coding"][0]["code"], result["icd10"]);
    assert_eq!(conditions.len(), result["differential_diagnoses"].as_array().expect("a list").len());
    assert_eq!(resources[0]["gender"], "male");
    let temperature = resources.iter().find(|one| one["code"]["coding"][0]["code"] == "8310-5").expect("a temperature");
    assert_eq!(
        (&temperature["valueQuantity"]["value"], &temperature["valueQuantity"]["code"]),
        (&json!(38.5), &json!("Cel"))
    );
}

#[tokio::test]
async fn a_prescription_is_a_draft_until_it_is_signed_off() {
    let server = TestServer::start().await;
    let account = clinician(&server, "ada").await;
    let (case, result) = run(&server, &account, "prescription", &treatment()).await;
    let path = format!("/api/clinic/cases/{case}/export?format=fhir");
    let status = |bundle: &Value| -> Vec<Value> {
        let entries = bundle["entry"].as_array().expect("entries").iter();
        entries
            .filter(|entry| entry["resource"]["resourceType"] == "MedicationRequest")
            .map(|entry| entry["resource"]["status"].clone())
            .collect()
    };
    let (_, bundle) = take(&server, &path, &account.token).await;
    let kinds = check(&bundle);
    assert!(kinds.contains("AllergyIntolerance") && kinds.contains("MedicationStatement"), "{kinds:?}");
    let count = result["medications"].as_array().expect("a list").len();
    assert_eq!(status(&bundle), vec![json!("draft"); count]);
    for (review, word) in
        [(json!({"decision": "accept"}), "active"), (json!({"decision": "reject", "reason": "no"}), "cancelled")]
    {
        server.post(&format!("/api/clinic/cases/{case}/review"), &review, Some(&account.token)).await;
        let (_, bundle) = take(&server, &path, &account.token).await;
        check(&bundle);
        assert_eq!(status(&bundle), vec![json!(word); count]);
    }
}

#[tokio::test]
async fn a_case_is_taken_out_as_it_is_shown_and_that_is_on_the_trail() {
    let server = TestServer::start().await;
    let account = clinician(&server, "ada").await;
    let (case, _) = run(&server, &account, "diagnosis", &pneumonia()).await;
    let (_, shown) = server.get(&format!("/api/clinic/cases/{case}"), Some(&account.token)).await;
    let (kind, taken) = take(&server, &format!("/api/clinic/cases/{case}/export"), &account.token).await;
    assert_eq!((kind.as_str(), &taken), ("application/json", &shown));
    let trail: Vec<(String,)> = server.rows("SELECT object FROM audit WHERE action = 'case.export'").await;
    assert_eq!(trail, [(format!("case/{case}"),)]);
    let wrong = format!("/api/clinic/cases/{case}/export?format=pdf");
    assert_eq!(server.get(&wrong, Some(&account.token)).await.0, 422);
}
