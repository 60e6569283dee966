//! How long the clinic's engines take on one core: `cargo bench -p clinical --bench engines`.
//!
//! A whole diagnosis at 30 findings has 20 ms, a whole prescription check at 12 medicines 10 ms; beyond that it fails.

use std::time::{Duration, Instant};

use clinical::diagnosis::{self, Request, RequestHistory, RequestSymptom, RequestVitals};
use clinical::findings::{self, Kind};
use clinical::prescription::{self, Patient, Sex};

const ROUNDS: usize = 50;
const DIAGNOSIS_MAX: Duration = Duration::from_millis(20);
const PRESCRIPTION_MAX: Duration = Duration::from_millis(10);
const MEDICINES: [&str; 12] = [
    "warfarin 5 mg",
    "ramipril 10 mg",
    "spironolactone 25 mg",
    "bisoprolol 5 mg",
    "atorvastatin 40 mg",
    "clarithromycin 500 mg",
    "sertraline 50 mg",
    "tramadol 50 mg",
    "ibuprofen 400 mg",
    "metformin 1 g",
    "digoxin 125 micrograms",
    "omeprazole 20 mg",
];

fn main() {
    diagnosis::warm();
    prescription::warm();
    let request = thirty_findings();
    let whole = measured(|| {
        let intake = diagnosis::intake(&request);
        diagnosis::stages(&intake)
    });
    told("diagnosis at 30 findings", whole, DIAGNOSIS_MAX);
    let request = prescription::Request {
        diagnosis: "Community-acquired pneumonia".to_owned(),
        patient: Patient {
            age_years: Some(78.0),
            sex: Some(Sex::Male),
            weight_kg: Some(70.0),
            creatinine: Some(1.4),
            conditions: vec!["heart failure".to_owned(), "atrial fibrillation".to_owned(), "diabetes".to_owned()],
            ..Patient::default()
        },
        medicines: MEDICINES.iter().map(|name| (*name).to_owned()).collect(),
        allergies: vec!["penicillin".to_owned()],
    };
    let whole = measured(|| prescription::check(&request));
    told("prescription check at 12 medicines", whole, PRESCRIPTION_MAX);
}

fn thirty_findings() -> Request {
    let symptoms = findings::all().iter().filter(|finding| finding.kind == Kind::Symptom).step_by(7).take(30);
    Request {
        symptoms: symptoms.map(|f| RequestSymptom { name: f.term.clone(), ..RequestSymptom::default() }).collect(),
        vitals: RequestVitals {
            temperature: Some(38.6),
            heart_rate: Some(104.0),
            respiratory_rate: Some(23.0),
            blood_pressure: Some("118/70".to_owned()),
            oxygen_saturation: Some(94.0),
            ..RequestVitals::default()
        },
        history: RequestHistory { age: Some(58.0), sex: Some("female".to_owned()), ..RequestHistory::default() },
        narrative: Some("Cough for 3 days, worse at night. Denies chest pain. PMH asthma.".to_owned()),
    }
}

/// The median and the longest of many runs.
fn measured<T>(run: impl Fn() -> T) -> (Duration, Duration) {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            std::hint::black_box(run());
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    (times[ROUNDS / 2], times[ROUNDS - 1])
}

fn told(what: &str, (median, longest): (Duration, Duration), most: Duration) {
    println!("{what}: median {median:.2?}, longest of {ROUNDS} {longest:.2?}, at most {most:?}");
    assert!(median <= most, "{what} takes longer than it may");
}
