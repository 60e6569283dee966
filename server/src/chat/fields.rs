//! A JSON body of which the wrong field is named.

use std::collections::BTreeMap;

use axum::extract::{FromRequest, Request};
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::{ApiError, json_body, whole_numbers};

/// The fields of a body; none where there is no body. 400 for what is not JSON, 422 with its name for a field that does
/// not fit.
#[derive(Debug)]
pub(crate) struct Fields<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Fields<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        Self::read(&json_body(request, state).await?)
    }
}

impl<T: DeserializeOwned> Fields<T> {
    /// The fields of a body that is JSON.
    pub(crate) fn read(body: &[u8]) -> Result<Self, ApiError> {
        if body.is_empty() {
            return of(Map::new()).map(Self);
        }
        let value: Value =
            serde_json::from_slice(body).map_err(|_| ApiError::bad_request("The request's body is not valid JSON."))?;
        let Value::Object(fields) = value else {
            return Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "The body must be one JSON object."));
        };
        of(fields).map(Self)
    }
}

/// The fields of a query: all of them texts, of which numbers and flags are read by what they say.
pub(crate) fn of_query<T: DeserializeOwned>(query: BTreeMap<String, String>, typed: &[&str]) -> Result<T, ApiError> {
    let read = |name: &str, text: String| {
        let value = typed.contains(&name).then(|| serde_json::from_str(&text).ok()).flatten();
        value.filter(|value: &Value| value.is_number() || value.is_boolean()).unwrap_or(Value::String(text))
    };
    of(query.into_iter().map(|(name, text)| (name.clone(), read(&name, text))).collect())
}

fn of<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, ApiError> {
    let fields = Value::Object(fields);
    let error = match serde_path_to_error::deserialize(&fields) {
        Ok(read) => return Ok(read),
        Err(error) => error,
    };
    serde_json::from_value(whole_numbers(fields)).map_err(|_| {
        let place = error.path().to_string();
        let said = error.inner().to_string();
        // What was expected, without what was there.
        let expected = match said.rsplit_once(", expected ") {
            Some((_, "usize" | "u8" | "u16" | "u32" | "u64" | "i64")) => "a whole number",
            Some((_, expected)) => expected,
            None => "of another form",
        };
        ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, format!("`{place}` must be {expected}."))
    })
}

#[cfg(test)]
mod tests {
    use protocol::rest::AskByRest;

    use super::*;

    fn query(pairs: &[(&str, &str)]) -> Result<AskByRest, ApiError> {
        let query = pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        of_query(query, &["max_context_tokens", "include_sources"])
    }

    #[test]
    fn a_query_is_read_by_what_its_fields_are() {
        let read = query(&[("message", "7"), ("max_context_tokens", "200"), ("include_sources", "false")]).unwrap();
        assert_eq!(read.message.as_deref(), Some("7"));
        assert_eq!((read.max_context_tokens, read.include_sources), (Some(200), Some(false)));
    }

    #[test]
    fn the_wrong_field_is_named_and_its_value_is_not() {
        for (name, value) in
            [("max_context_tokens", "secret"), ("include_sources", "secret"), ("max_context_tokens", "-1")]
        {
            let error = query(&[(name, value)]).unwrap_err();
            assert!(error.detail().contains(&format!("`{name}`")), "{}", error.detail());
            assert!(!error.detail().contains("secret"), "{}", error.detail());
        }
    }
}
