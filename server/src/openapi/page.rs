//! The description as a page of the site.
use serde_json::Value;
pub(super) const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
pub(super) fn html(_: &Value) -> String { String::new() }
