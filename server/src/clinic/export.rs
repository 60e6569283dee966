//! Takes a case out: as JSON, the form in which it is shown here, or as a FHIR R4 Bundle.

mod fhir;

use protocol::CaseId;
use serde::Deserialize;

use super::cases;
use super::fault::Fault;
use super::types::Viewer;
use crate::audit::{Action, Origin};
use crate::state::App;

/// In which form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Format {
    /// As it is shown here.
    #[default]
    Json,
    /// HL7 FHIR R4.
    Fhir,
}

impl Format {
    /// Of the answer.
    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Fhir => "application/fhir+json",
        }
    }
}

/// A case in a form; that it was taken out is on the trail.
pub(super) async fn case(
    app: &App,
    viewer: &Viewer,
    id: &CaseId,
    format: Format,
    origin: &Origin,
) -> Result<String, Fault> {
    let case = cases::opened(app, viewer, id, Action::CASE_EXPORT, origin).await?;
    let text = match format {
        Format::Json => serde_json::to_string_pretty(&case),
        Format::Fhir => {
            let result =
                case.result.as_ref().ok_or(Fault::Conflict("The case is not done yet. Take it out when it is."))?;
            serde_json::to_string_pretty(&fhir::bundle(&case, result))
        }
    };
    text.map_err(|_| Fault::Broken)
}
