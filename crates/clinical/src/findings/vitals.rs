//! Vital signs in running text, with their units told apart.

use serde::{Deserialize, Serialize};

use super::tokens::{Shape, Token};
use super::{Problem, problem};

/// Measured vital signs in one set of units.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Vitals {
    /// Body temperature, °C.
    pub temperature_c: Option<f64>,
    /// Heart rate, beats a minute.
    pub heart_rate: Option<f64>,
    /// Respiratory rate, breaths a minute.
    pub respiratory_rate: Option<f64>,
    /// Systolic blood pressure, mmHg.
    pub systolic: Option<f64>,
    /// Diastolic blood pressure, mmHg.
    pub diastolic: Option<f64>,
    /// Oxygen saturation, %.
    pub oxygen_saturation: Option<f64>,
    /// Whether on extra oxygen; `None` where it is not said.
    pub on_oxygen: Option<bool>,
    /// Glasgow coma scale, 3–15.
    pub gcs: Option<f64>,
    /// Blood glucose, mmol/L.
    pub glucose_mmol_l: Option<f64>,
    /// Alert on the AVPU scale; `None` where it is not said.
    pub alert: Option<bool>,
}

/// Plausible limits of each value; outside them it is a slip or another unit.
const LIMITS: [(&str, f64, f64); 7] = [
    ("temperature", 25.0, 44.0),
    ("heart rate", 15.0, 300.0),
    ("respiratory rate", 2.0, 120.0),
    ("systolic blood pressure", 30.0, 300.0),
    ("diastolic blood pressure", 10.0, 200.0),
    ("oxygen saturation", 30.0, 100.0),
    ("Glasgow coma scale", 3.0, 15.0),
];

impl Vitals {
    /// Takes out what can't be, and says so.
    pub fn checked(mut self) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let values = [
            &mut self.temperature_c,
            &mut self.heart_rate,
            &mut self.respiratory_rate,
            &mut self.systolic,
            &mut self.diastolic,
            &mut self.oxygen_saturation,
            &mut self.gcs,
        ];
        for (value, (name, low, high)) in values.into_iter().zip(LIMITS) {
            if let Some(number) = *value
                && !(low..=high).contains(&number)
            {
                problems.push(problem(
                    "vital_impossible",
                    format!("A {name} of {number} is not possible; it was left out."),
                ));
                *value = None;
            }
        }
        if let (Some(upper), Some(lower)) = (self.systolic, self.diastolic)
            && lower >= upper
        {
            problems.push(problem(
                "blood_pressure_reversed",
                format!("A blood pressure of {upper}/{lower} has its figures reversed or mistyped; it was left out."),
            ));
            (self.systolic, self.diastolic) = (None, None);
        }
        (self, problems)
    }

    /// These, completed by `other` where they say nothing.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            temperature_c: self.temperature_c.or(other.temperature_c),
            heart_rate: self.heart_rate.or(other.heart_rate),
            respiratory_rate: self.respiratory_rate.or(other.respiratory_rate),
            systolic: self.systolic.or(other.systolic),
            diastolic: self.diastolic.or(other.diastolic),
            oxygen_saturation: self.oxygen_saturation.or(other.oxygen_saturation),
            on_oxygen: self.on_oxygen.or(other.on_oxygen),
            gcs: self.gcs.or(other.gcs),
            glucose_mmol_l: self.glucose_mmol_l.or(other.glucose_mmol_l),
            alert: self.alert.or(other.alert),
        }
    }
}

/// A body temperature in °C or °F as °C: figures above 45 are Fahrenheit. `None` when it is neither.
pub fn celsius(value: f64) -> Option<f64> {
    let c = if value > 45.0 { (value - 32.0) / 1.8 } else { value };
    (25.0..=44.0).contains(&c).then_some((c * 10.0).round() / 10.0)
}

/// A blood glucose without unit as mmol/L: above 60 it is mg/dL, up to 20 mmol/L; between them it must be asked.
pub fn glucose(value: f64) -> Option<f64> {
    if value > 60.0 {
        Some((value / 18.016 * 10.0).round() / 10.0)
    } else if value <= 20.0 {
        Some(value)
    } else {
        None
    }
}

/// `38.6 at home`: a figure with one decimal that can only be a fever, with nothing before it that names a test.
fn bare_temperature(tokens: &[Token], at: usize, out: &mut Vitals) {
    let Some(value) = tokens[at].number().filter(|v| (38.0..42.0).contains(v) && v.fract() != 0.0) else { return };
    let before = at.checked_sub(1).map_or("", |i| tokens[i].folded.as_str());
    let after = tokens.get(at + 1).map_or("", |t| t.folded.as_str());
    let is_named = matches!(
        before,
        "bmi" | "albumin" | "alb" | "hct" | "weight" | "weighs" | "crp" | "bili" | "alt" | "esr" | "ca" | "urea"
    );
    let has_unit =
        matches!(after, "kg" | "cm" | "mm" | "mg" | "g" | "ml" | "mmol" | "umol" | "week" | "weeks" | "l" | "micromol");
    if !is_named && !has_unit && out.temperature_c.is_none_or(|t| t < value) {
        out.temperature_c = Some(value);
    }
}

enum Vital {
    Temperature,
    Pulse,
    Breaths,
    Pressure,
    Saturation,
    Coma,
    Glucose,
}

/// Reads vital signs. What is used of the text is marked in `used`.
pub(super) fn vitals(tokens: &[Token], used: &mut [bool], problems: &mut Vec<Problem>) -> Vitals {
    let mut out = Vitals::default();
    for at in 0..tokens.len() {
        if let Some((what, from)) = heading(tokens, at) {
            if let Some((value, under, place)) = value_after(tokens, from) {
                let end = set(&mut out, &what, value, under, tokens, place, problems);
                if end > place {
                    let first = if tokens[at].canonical == "fever" { place } else { at };
                    used[first..end.min(tokens.len())].fill(true);
                }
            }
        } else if let Some(value) = tokens[at].number() {
            let next = tokens.get(at + 1).map_or("", |t| t.folded.as_str());
            let glued = tokens.get(at + 1).is_some_and(|t| t.is_glued);
            let is_degree = (next == "f" && glued && (90.0..115.0).contains(&value))
                || (next == "c" && glued && (30.0..45.0).contains(&value));
            let is_named =
                matches!(next, "degrees" | "degree" | "deg" | "celsius" | "fahrenheit") && celsius(value).is_some();
            if (is_degree || is_named) && out.temperature_c.is_none() {
                out.temperature_c = celsius(value);
                used[at..=at + 1].fill(true);
            }
        }
        bare_temperature(tokens, at, &mut out);
        match tokens[at].canonical.as_str() {
            "on_air" => out.on_oxygen = out.on_oxygen.or(Some(false)),
            "on_oxygen" => out.on_oxygen = Some(true),
            _ => {}
        }
    }
    let (checked, more) = out.checked();
    problems.extend(more);
    checked
}

fn heading(tokens: &[Token], at: usize) -> Option<(Vital, usize)> {
    let token = &tokens[at];
    let glued_number = tokens.get(at + 1).is_some_and(|t| t.number().is_some());
    let vital = match token.folded.as_str() {
        "temp" | "temperature" | "tmax" => Vital::Temperature,
        "t" if token.is_upper && glued_number => Vital::Temperature,
        "fever"
            if tokens.get(at + 1).is_some_and(|t| t.is("of") || t.is("to") || t.number().is_some() || t.is("up")) =>
        {
            Vital::Temperature
        }
        "hr" | "pulse" | "heart_rate" => Vital::Pulse,
        "p" if token.is_upper && glued_number => Vital::Pulse,
        "rr" | "resp_rate" | "resps" | "resp" => Vital::Breaths,
        "bp" | "blood_pressure" | "sbp" => Vital::Pressure,
        "sats" | "sat" | "saturation" | "saturations" | "satting" | "oxygen_level" => Vital::Saturation,
        "spo" if tokens.get(at + 1).is_some_and(|t| t.folded == "2") => return Some((Vital::Saturation, at + 2)),
        "o" if token.is_upper
            && tokens.get(at + 1).is_some_and(|t| t.folded == "2")
            && tokens.get(at + 2).is_some_and(|t| t.folded.starts_with("sat")) =>
        {
            return Some((Vital::Saturation, at + 3));
        }
        "gcs" => Vital::Coma,
        "bm" | "glucose" | "cbg" | "bgl" | "blood_sugar" | "sugar" => Vital::Glucose,
        _ => return None,
    };
    Some((vital, at + 1))
}

/// The figure that follows within a few words: value, what stands under a stroke, and where.
fn value_after(tokens: &[Token], from: usize) -> Option<(f64, Option<f64>, usize)> {
    for (place, token) in tokens.iter().enumerate().skip(from).take(4) {
        match token.shape {
            Shape::Number(value) => return Some((value, None, place)),
            Shape::Fraction(value, under) => return Some((value, Some(under), place)),
            Shape::Soft(':' | ',' | '(') => {}
            Shape::Word
                if token.is_stop
                    || matches!(
                        token.folded.as_str(),
                        "up" | "down"
                            | "around"
                            | "about"
                            | "rate"
                            | "reading"
                            | "rises"
                            | "measured"
                            | "currently"
                            | "over"
                            | "regular"
                            | "low"
                            | "high"
                            | "irregular"
                    ) => {}
            _ => return None,
        }
    }
    None
}

/// Sets one value and returns the token after what was used; `place` when it was not one.
fn set(
    out: &mut Vitals,
    what: &Vital,
    value: f64,
    under: Option<f64>,
    tokens: &[Token],
    place: usize,
    problems: &mut Vec<Problem>,
) -> usize {
    let next = tokens.get(place + 1).map_or("", |t| t.folded.as_str());
    let is_time =
        matches!(next, "day" | "days" | "week" | "weeks" | "hour" | "hours" | "month" | "months" | "year" | "years");
    if is_time || (under.is_some() && !matches!(what, Vital::Pressure | Vital::Coma)) {
        return place;
    }
    match what {
        Vital::Temperature => match celsius(value) {
            Some(c) => out.temperature_c = Some(out.temperature_c.map_or(c, |other| other.max(c))),
            None => problems.push(problem(
                "vital_impossible",
                format!("A temperature of {value} is neither °C nor °F; it was left out."),
            )),
        },
        Vital::Pulse => out.heart_rate = Some(value),
        Vital::Breaths => out.respiratory_rate = Some(value),
        Vital::Pressure => {
            out.systolic = Some(value);
            out.diastolic = under;
        }
        Vital::Saturation => out.oxygen_saturation = Some(value),
        Vital::Coma => out.gcs = Some(value),
        Vital::Glucose => {
            let unit = tokens[place + 1..].iter().take(2).map(|t| t.folded.as_str()).collect::<Vec<_>>();
            let read = if unit.contains(&"mg") || unit.contains(&"mgdl") {
                Some((value / 18.016 * 10.0).round() / 10.0)
            } else if unit.iter().any(|u| u.starts_with("mmol")) {
                Some(value)
            } else {
                glucose(value)
            };
            match read {
                Some(mmol) => out.glucose_mmol_l = Some(mmol),
                None => problems.push(problem(
                    "unit_unclear",
                    format!("Is the glucose of {value} in mmol/L or mg/dL? It was not used."),
                )),
            }
        }
    }
    place + 1
}
