//! What the REST routes of all rooms answer with and are asked by.

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::{AppendHeaders, IntoResponse, Response};
use http::header;

use crate::error::{ApiError, Json};

/// JSON about a person, which nobody on the way keeps.
#[derive(Debug)]
pub struct Personal<T>(pub T);

impl<T: serde::Serialize> IntoResponse for Personal<T> {
    fn into_response(self) -> Response {
        (AppendHeaders([(header::CACHE_CONTROL, "no-store")]), Json(self.0)).into_response()
    }
}

/// The most lines of one page of a list, where nothing else is said.
pub const LIST_MAX: i64 = 100;
/// The lines of a page where none are asked for.
pub const LIST_USUAL: i64 = 50;

/// A page of a list as (limit, offset), from what was asked.
///
/// # Errors
/// 422 with the bounds.
pub fn page(limit: Option<i64>, offset: Option<i64>) -> Result<(i64, i64), ApiError> {
    window(limit, offset, LIST_USUAL, LIST_MAX)
}

/// The same with other bounds: so many lines where none are asked for, and so many at the most.
///
/// # Errors
/// 422 with the bounds.
pub fn window(limit: Option<i64>, offset: Option<i64>, usual: i64, most: i64) -> Result<(i64, i64), ApiError> {
    let (limit, offset) = (limit.unwrap_or(usual), offset.unwrap_or(0));
    if !(1..=most).contains(&limit) {
        return Err(ApiError::unprocessable("limit", format!("`limit` must be 1 to {most}.")));
    }
    // Further no list goes, and both databases count so far.
    if !(0..=i64::from(u32::MAX)).contains(&offset) {
        return Err(ApiError::unprocessable("offset", "`offset` must be a whole number from 0."));
    }
    Ok((limit, offset))
}

/// A query, or what is wrong with it by name; the words behind the name may quote the value, which is left out.
///
/// # Errors
/// 422 that names the field.
pub fn query<T>(asked: Result<Query<T>, QueryRejection>) -> Result<T, ApiError> {
    asked.map(|Query(asked)| asked).map_err(|rejection| {
        let text = rejection.body_text();
        let said = text.split(": ").nth(1).unwrap_or_default();
        let detail = if said.starts_with("missing field `") || said.starts_with("duplicate field `") {
            format!("The query does not fit: {said}.")
        } else if !said.is_empty() && said.chars().all(|character| character.is_ascii_lowercase() || character == '_') {
            format!("The query does not fit: `{said}` has a wrong type or value.")
        } else {
            "The query has a field of a wrong type.".to_owned()
        };
        ApiError::new(http::StatusCode::UNPROCESSABLE_ENTITY, detail)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Asked {
        q: String,
        limit: Option<i64>,
    }

    fn read(query: &str) -> Result<Asked, ApiError> {
        let uri = format!("http://here/?{query}").parse().expect("an address");
        super::query(Query::try_from_uri(&uri))
    }

    #[test]
    fn what_is_wrong_with_a_query_is_named_and_not_quoted() {
        let asked = read("q=flu&limit=3").expect("it fits");
        assert_eq!((asked.q.as_str(), asked.limit), ("flu", Some(3)));
        assert!(read("limit=3").expect_err("refused").detail().contains("missing field `q`"));
        let wrong = read("q=a&limit=my+headache").expect_err("refused");
        assert!(wrong.detail().contains("`limit`") && !wrong.detail().contains("headache"), "{}", wrong.detail());
    }

    #[test]
    fn a_page_has_bounds() {
        assert_eq!(page(None, None).expect("usual"), (50, 0));
        for (limit, offset) in [(Some(0), None), (Some(101), None), (None, Some(-1))] {
            assert!(page(limit, offset).is_err(), "{limit:?} {offset:?}");
        }
    }
}
