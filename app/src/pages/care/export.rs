//! What somebody did, as a file for themselves or for who treats them: made in the browser, so it goes nowhere else.

use protocol::care::Progress;

/// Which file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// For programs.
    Json,
    /// For a spreadsheet.
    Csv,
}

impl Kind {
    /// What the file is called.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Json => "anamnesis-progress.json",
            Self::Csv => "anamnesis-progress.csv",
        }
    }

    #[cfg(feature = "hydrate")]
    const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv",
        }
    }

    /// What stands in it.
    pub fn write(self, progress: &Progress) -> String {
        match self {
            Self::Json => serde_json::to_string_pretty(progress).unwrap_or_default(),
            Self::Csv => csv(progress),
        }
    }
}

/// One line a thing that was done: what kind, when (UTC), which, how much, of how much, in words.
fn csv(progress: &Progress) -> String {
    let mut text = "kind,at,name,value,maximum,note\r\n".to_owned();
    let mut line = |cells: [&str; 6]| {
        text.push_str(&cells.map(cell).join(","));
        text.push_str("\r\n");
    };
    for mood in &progress.moods {
        let score = mood.score.to_string();
        line(["mood", &mood.at, mood.exercise.as_deref().unwrap_or_default(), &score, "10", ""]);
    }
    for filled in &progress.questionnaires {
        let (score, max) = (filled.score.to_string(), filled.max.to_string());
        line(["questionnaire", &filled.completed_at, &filled.name, &score, &max, &filled.band]);
    }
    for marker in &progress.markers {
        line(["marker", &marker.achieved_at, &marker.description, "", "", &marker.marker_type]);
    }
    text
}

/// A cell of RFC 4180. What a spreadsheet would take for a formula begins with an apostrophe.
fn cell(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// Hands the file to the browser.
#[cfg(feature = "hydrate")]
pub fn save(kind: Kind, progress: &Progress) -> Result<(), wasm_bindgen::JsValue> {
    use leptos::prelude::{document, set_timeout};
    use wasm_bindgen::JsCast;

    let options = web_sys::BlobPropertyBag::new();
    options.set_type(kind.media_type());
    let parts = js_sys::Array::of1(&kind.write(progress).into());
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options)?;
    let url = web_sys::Url::create_object_url_with_blob(&blob)?;
    let link = document().create_element("a")?;
    link.set_attribute("href", &url)?;
    link.set_attribute("download", kind.file_name())?;
    if let Some(link) = link.dyn_ref::<web_sys::HtmlElement>() {
        link.click();
    }
    // The browser may still be reading it.
    set_timeout(move || drop(web_sys::Url::revoke_object_url(&url)), std::time::Duration::from_mins(1));
    Ok(())
}

#[cfg(test)]
mod tests {
    use protocol::care::{Marker, Mood};

    use super::*;

    #[test]
    fn a_file_holds_everything_and_no_formula() {
        let progress = Progress {
            markers: vec![Marker {
                marker_id: "m".into(),
                marker_type: "SKILL_ACQUIRED".into(),
                description: "=1+1, \"quoted\"".into(),
                achieved_at: "2026-11-21T09:30:00Z".into(),
                therapeutic_value: 0.7,
            }],
            moods: vec![Mood {
                id: "m".into(),
                at: "2026-11-20T08:00:00Z".into(),
                score: 4,
                exercise: Some("ex_breathing".into()),
            }],
            ..Progress::default()
        };
        assert_eq!(
            Kind::Csv.write(&progress),
            "kind,at,name,value,maximum,note\r\n\
             mood,2026-11-20T08:00:00Z,ex_breathing,4,10,\r\n\
             marker,2026-11-21T09:30:00Z,\"'=1+1, \"\"quoted\"\"\",,,SKILL_ACQUIRED\r\n"
        );
        let read: Progress = serde_json::from_str(&Kind::Json.write(&progress)).unwrap();
        assert_eq!(read, progress);
    }
}
