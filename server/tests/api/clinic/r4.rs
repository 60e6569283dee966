//! The shapes of HL7's own R4 examples, where they stand beside the repository: which elements a resource has, and of
//! what kind they are.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

use serde_json::Value;

/// What R4 has and no example shows.
const UNSHOWN: [&str; 3] = ["Observation.valueRange", "ClinicalImpression.note", "RiskAssessment.method"];

/// The kinds that an element has in the examples, by its path.
pub(super) struct Shapes(BTreeMap<String, BTreeSet<&'static str>>);

impl Shapes {
    /// Reads the examples; `None` where they are not there.
    pub(super) fn read() -> Option<Self> {
        let from = Path::new(env!("CARGO_MANIFEST_DIR"));
        let packed = from
            .ancestors()
            .find_map(|folder| std::fs::read(folder.join("shared/clinical/fhir/r4-examples.tar.gz")).ok())?;
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(&*packed).read_to_end(&mut bytes).expect("a gzip file");
        let mut shapes = Self(BTreeMap::new());
        let mut at = 0;
        // A tar archive: a header of 512 bytes, then the file, filled up to 512.
        while let Some(header) = bytes.get(at..at + 512).filter(|header| header[0] != 0) {
            let octal = std::str::from_utf8(&header[124..135]).expect("a size").trim_matches(['\0', ' ']);
            let size = usize::from_str_radix(octal, 8).expect("a size");
            if let Ok(example) = serde_json::from_slice::<Value>(&bytes[at + 512..at + 512 + size]) {
                shapes.learn(&example);
            }
            at += 512 + size.div_ceil(512) * 512;
        }
        assert!(shapes.0.len() > 1_000, "{} paths", shapes.0.len());
        Some(shapes)
    }

    fn learn(&mut self, resource: &Value) {
        let Some(kind) = resource["resourceType"].as_str() else { return };
        if kind == "Bundle" {
            for entry in resource["entry"].as_array().into_iter().flatten() {
                self.learn(&entry["resource"]);
            }
        }
        let kind = kind.to_owned();
        walk(resource, &kind, &mut |path, kind| {
            self.0.entry(path.to_owned()).or_default().insert(kind);
        });
    }

    /// What of a resource is not as the examples have it.
    pub(super) fn faults(&self, resource: &Value) -> Vec<String> {
        let kind = resource["resourceType"].as_str().expect("a type");
        let mut faults = Vec::new();
        walk(resource, kind, &mut |path, kind| {
            let is_top = path.matches('.').count() == 1;
            match self.0.get(path) {
                Some(kinds) if !kinds.contains(kind) => faults.push(format!("{path} is {kind}, not {kinds:?}")),
                None if is_top && !UNSHOWN.contains(&path) => faults.push(format!("{path} is no element")),
                _ => {}
            }
        });
        faults
    }
}

fn walk(value: &Value, path: &str, found: &mut impl FnMut(&str, &'static str)) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                let path = format!("{path}.{name}");
                found(&path, kind(value));
                walk(value, &path, found);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| walk(value, path, found)),
        _ => {}
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "an object",
        Value::Array(_) => "a list",
        Value::String(_) => "a text",
        Value::Number(_) => "a number",
        Value::Bool(_) => "true or false",
        Value::Null => "null",
    }
}
