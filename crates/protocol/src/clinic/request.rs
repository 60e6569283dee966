//! What is entered: the `data` of a `diagnosis` or `prescription` frame, and the bodies of the same REST routes.

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::CaseId;

/// What is null is as if it were left out.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// The same for a group of fields; serde would take a list for it, one field after the other.
fn object_or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    struct Fields<T>(std::marker::PhantomData<T>);

    impl<'de, T: Default + Deserialize<'de>> Visitor<'de> for Fields<T> {
        type Value = T;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_unit<E: serde::de::Error>(self) -> Result<T, E> {
            Ok(T::default())
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map))
        }
    }

    from.deserialize_any(Fields(std::marker::PhantomData))
}

/// One symptom as entered. A bare text is taken as its name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "SymptomForm")]
pub struct Symptom {
    /// As typed, or the id or term of a finding.
    pub name: String,
    /// `mild`, `moderate` or `severe`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// `3 days`, `2/52`, `since Tuesday`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
    /// It was asked about and is not there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub absent: bool,
}

/// A symptom, as it is taken.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Symptom))]
#[serde(untagged)]
enum SymptomForm {
    Name(String),
    Whole {
        name: String,
        #[serde(default)]
        severity: Option<String>,
        #[serde(default)]
        duration: Option<String>,
        #[serde(default)]
        absent: bool,
    },
}

impl From<SymptomForm> for Symptom {
    fn from(form: SymptomForm) -> Self {
        match form {
            SymptomForm::Name(name) => Self { name, ..Self::default() },
            SymptomForm::Whole { name, severity, duration, absent } => Self { name, severity, duration, absent },
        }
    }
}

/// Vital signs as entered; what was not measured is left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Vitals {
    /// °C or °F; told apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// Beats a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heart_rate: Option<f64>,
    /// `130/80` in mmHg.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blood_pressure: Option<String>,
    /// Breaths a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub respiratory_rate: Option<f64>,
    /// Percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oxygen_saturation: Option<f64>,
    /// `alert`, `confused`, `voice`, `pain` or `unresponsive`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consciousness: Option<String>,
    /// On extra oxygen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_oxygen: Option<bool>,
}

/// Who it is, as entered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct History {
    /// Years; a fraction for babies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<f64>,
    /// `male` or `female`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<String>,
    /// As typed.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<String>>))]
    pub allergies: Vec<String>,
    /// Known conditions as typed.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<String>>))]
    pub conditions: Vec<String>,
    /// Medicines as typed.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<String>>))]
    pub medications: Vec<String>,
    /// Whether pregnant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pregnant: Option<bool>,
}

/// A request for a differential diagnosis.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct DiagnosisRequest {
    /// Entered symptoms.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<SymptomForm>>))]
    pub symptoms: Vec<Symptom>,
    /// Entered vital signs.
    #[serde(deserialize_with = "object_or_default")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vitals>))]
    pub vitals: Vitals,
    /// Entered history.
    #[serde(deserialize_with = "object_or_default")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<History>))]
    pub history: History,
    /// Free text as a clinician types it; it is read and merged with the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub narrative: Option<String>,
    /// What the case is called in lists; made from the input where it is left out. At most 120 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// The person a prescription is for. Nothing is assumed for what is left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct PatientInfo {
    /// Years; a fraction for babies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<f64>,
    /// kg.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
    /// cm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height_cm: Option<f64>,
    /// `male` or `female`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<String>,
    /// In words: `normal`, `mild`, `moderate`, `severe`, `dialysis`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renal_function: Option<String>,
    /// In words: `normal`, `mild`, `moderate`, `severe`, or Child–Pugh A, B, C.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hepatic_function: Option<String>,
    /// As typed, with dose and frequency where they are known.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<String>>))]
    pub current_medications: Vec<String>,
    /// Known conditions as typed.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<String>>))]
    pub conditions: Vec<String>,
    /// Serum creatinine in mg/dL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creatinine_mg_dl: Option<f64>,
    /// Serum creatinine in µmol/L.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creatinine_umol_l: Option<f64>,
    /// Creatinine clearance in mL/min, where it was computed elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crcl_ml_min: Option<f64>,
    /// Whether pregnant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pregnant: Option<bool>,
    /// Weeks of pregnancy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pregnancy_weeks: Option<f64>,
    /// Whether breastfeeding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breastfeeding: Option<bool>,
    /// Corrected QT interval in ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qtc_ms: Option<f64>,
    /// mmol/L.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub potassium: Option<f64>,
    /// mmol/L.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sodium: Option<f64>,
    /// INR.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inr: Option<f64>,
    /// 10⁹/L.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platelets: Option<f64>,
    /// Beats a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heart_rate: Option<f64>,
    /// mmHg.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub systolic: Option<f64>,
}

/// A request for a prescription check.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct PrescriptionRequest {
    /// By name; "Medication review" or nothing checks the current medicines only.
    #[serde(deserialize_with = "or_default")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub diagnosis: String,
    /// The person.
    #[serde(deserialize_with = "object_or_default")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<PatientInfo>))]
    pub patient_info: PatientInfo,
    /// As typed, with the reaction where it is known.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<String>>))]
    pub allergies: Vec<String>,
    /// The diagnosis case that this goes on from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_case: Option<CaseId>,
    /// What the case is called in lists; made from the diagnosis where it is left out. At most 120 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// What a case was asked with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum CaseInput {
    /// A differential diagnosis.
    Diagnosis(Box<DiagnosisRequest>),
    /// A prescription check.
    Prescription(Box<PrescriptionRequest>),
}
