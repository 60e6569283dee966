//! The pages: the embedded files of the browser app, the shell, and the host that its server functions talk to.

pub mod assets;
pub mod headers;
mod host;

use std::sync::{Arc, LazyLock};

use app::ShellOptions;
use app::api::care_host::CareHost;
use app::api::clinic_host::ClinicHost;
use app::api::document_host::DocumentHost;
use app::api::host::Host;
use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::StatusCode;
use http::request::Parts;
use leptos::config::LeptosOptions;
use leptos::prelude::{expect_context, provide_context};
use leptos_axum::{AxumRouteListing, LeptosRoutes, ResponseOptions, generate_route_list};

use crate::state::App;

/// The pages, their server functions and the embedded files.
pub fn routes(app: &App) -> Router<App> {
    let state = app.clone();
    let context = move || give_host(&state);
    let options = shell_options();
    let shell = move || app::shell(options.clone());
    let (functions, missing) = (context.clone(), (context.clone(), shell.clone()));
    // The pages take what they need from the host in context, so their router's own state is leptos' and not ours.
    let leptos = LeptosOptions::builder().output_name("anamnesis").build();
    Router::new()
        .leptos_routes_with_context(&leptos, pages().to_vec(), context, shell)
        .with_state(leptos)
        .route("/fn/{*name}", post(move |request: Request| call(functions.clone(), request)))
        .merge(assets::routes())
        .fallback(move |request: Request| not_found(missing.clone(), request))
}

/// The addresses of the pages, made once in a process: while leptos makes them, no resource loads *anywhere* in the
/// process, and a page that another server renders just then would never end.
pub fn pages() -> &'static [AxumRouteListing] {
    static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(app::App));
    &PAGES
}

/// Every server function and page of one request talks to the host of that request.
fn give_host(app: &App) {
    let response = expect_context::<ResponseOptions>();
    headers::page(&response);
    // Absent only while the list of routes is made.
    if let Some(parts) = leptos::prelude::use_context::<Parts>() {
        let host = Arc::new(host::RequestHost::new(app.clone(), parts, response));
        provide_context::<Arc<dyn Host>>(host.clone());
        provide_context::<Arc<dyn ClinicHost>>(host.clone());
        provide_context::<Arc<dyn DocumentHost>>(host.clone());
        provide_context::<Arc<dyn CareHost>>(host);
    }
}

async fn call(context: impl Fn() + Clone + Send + 'static, request: Request) -> Response {
    leptos_axum::handle_server_fns_with_context(context, request).await.into_response()
}

async fn not_found<S, V>((context, shell): (impl Fn() + Clone + Send + Sync + 'static, S), request: Request) -> Response
where
    S: Fn() -> V + Clone + Send + Sync + 'static,
    V: leptos::prelude::IntoView + 'static,
{
    let context = move || {
        context();
        expect_context::<ResponseOptions>().set_status(StatusCode::NOT_FOUND);
    };
    leptos_axum::render_app_async_with_context(context, shell)(request).await
}

fn shell_options() -> ShellOptions {
    let url = |name: &str| assets::url(name).unwrap_or_default().to_owned();
    let (js, wasm, css) = (url("anamnesis.js"), url("anamnesis_bg.wasm"), url("main.css"));
    ShellOptions { has_app: !js.is_empty() && !wasm.is_empty(), js, wasm, css, theme: None }
}
