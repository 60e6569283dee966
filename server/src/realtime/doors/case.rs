//! The frames about cases that several doors take: `diagnosis`, `prescription`, `watch`.

use protocol::CaseId;
use protocol::engine::{ClientCommand, ErrorCode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::reader::wrong;

/// Reads one of them.
pub(super) fn command(kind: &str, frame: &Map<String, Value>) -> Result<ClientCommand, (ErrorCode, String)> {
    Ok(match kind {
        "diagnosis" => ClientCommand::Diagnose(Box::new(data(frame)?)),
        "prescription" => ClientCommand::Prescribe(Box::new(data(frame)?)),
        _ => watch(frame)?,
    })
}

/// The `data` of a frame; what is wrong with it is named by its path, and never quoted.
fn data<T: DeserializeOwned>(frame: &Map<String, Value>) -> Result<T, (ErrorCode, String)> {
    let Some(data @ Value::Object(_)) = frame.get("data") else { return Err(wrong("data", "an object")) };
    if has_nul(data) {
        return Err(wrong("data", "free of NUL characters"));
    }
    serde_path_to_error::deserialize(data).map_err(|error| {
        let place = error.path().to_string();
        let place = if place == "." { "data".to_owned() } else { format!("data.{place}") };
        let said = error.inner().to_string();
        let expected = said.rsplit_once(", expected ").map_or("of another form", |(_, expected)| expected);
        wrong(&place, expected.split(" at line").next().unwrap_or(expected))
    })
}

/// No database keeps a NUL in a text.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(list) => list.iter().any(has_nul),
        Value::Object(map) => map.values().any(has_nul),
        _ => false,
    }
}

fn watch(frame: &Map<String, Value>) -> Result<ClientCommand, (ErrorCode, String)> {
    let id = frame.get("case_id").and_then(Value::as_str).filter(|id| !id.contains('\0'));
    let case = CaseId::new(id.ok_or_else(|| wrong("case_id", "a text"))?);
    let after = match frame.get("after") {
        None | Some(Value::Null) => 0,
        Some(after) => after
            .as_u64()
            .and_then(|after| u32::try_from(after).ok())
            .ok_or_else(|| wrong("after", "a whole number from 0"))?,
    };
    Ok(ClientCommand::Watch { case, after })
}
