//! Who looks at the page, and what installation it is: asked for once a page load.

use leptos::prelude::*;

use crate::api::ApiFailure;
use crate::api::accounts::{read_site, read_viewer};
use crate::api::types::{Site, Viewer};

/// What every page may ask.
#[derive(Clone, Copy)]
pub struct Session {
    /// Who looks at it.
    pub viewer: Resource<Result<Option<Viewer>, ApiFailure>>,
    /// What installation.
    pub site: Resource<Result<Site, ApiFailure>>,
}

/// Asks for both, for all pages below.
pub fn provide_session() {
    provide_context(Session {
        viewer: Resource::new(|| (), |()| read_viewer()),
        site: Resource::new(|| (), |()| read_site()),
    });
}

/// What this page may ask.
pub fn use_session() -> Session {
    use_context().expect("App provides the session before any page")
}
