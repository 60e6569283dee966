//! A request for a differential diagnosis, as the doors take it.

use serde::Deserialize;

/// One symptom as entered.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RequestSymptom {
    /// As typed.
    pub name: String,
    /// `mild`, `moderate` or `severe`.
    pub severity: Option<String>,
    /// `3 days`, `2/52`, `since Tuesday`.
    pub duration: Option<String>,
    /// It was asked about and is not there.
    pub absent: bool,
}

/// Vital signs as entered.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RequestVitals {
    /// °C or °F; told apart.
    pub temperature: Option<f64>,
    /// Beats a minute.
    pub heart_rate: Option<f64>,
    /// `130/80` in mmHg.
    pub blood_pressure: Option<String>,
    /// Breaths a minute.
    pub respiratory_rate: Option<f64>,
    /// Percent.
    pub oxygen_saturation: Option<f64>,
    /// `alert`, `confused`, `voice`, `pain`, `unresponsive`.
    pub consciousness: Option<String>,
    /// On extra oxygen.
    pub on_oxygen: Option<bool>,
}

/// Who it is, as entered.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RequestHistory {
    /// Years.
    pub age: Option<f64>,
    /// `male` or `female`.
    pub sex: Option<String>,
    /// As typed.
    pub allergies: Vec<String>,
    /// Known conditions as typed.
    pub conditions: Vec<String>,
    /// Medicines as typed.
    pub medications: Vec<String>,
    /// Whether pregnant.
    pub pregnant: Option<bool>,
}

/// A request for a differential diagnosis, as the doors take it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Request {
    /// Entered symptoms.
    pub symptoms: Vec<RequestSymptom>,
    /// Entered vital signs.
    pub vitals: RequestVitals,
    /// Entered history.
    pub history: RequestHistory,
    /// Free text, read and merged with the rest.
    pub narrative: Option<String>,
}
