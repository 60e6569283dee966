//! Which pages may act with a person's cookie: ours. Server functions check nothing by themselves, so every request
//! that could change something passes here first.

use std::net::SocketAddr;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, Uri, header};

use super::sessions;
use crate::config::Settings;
use crate::error::ApiError;
use crate::state::{App, AppState};

/// Whether people reach this server by https.
pub(crate) fn is_https(settings: &Settings) -> bool {
    settings.public_url.as_deref().is_some_and(|url| url.trim().to_ascii_lowercase().starts_with("https://"))
}

/// What our own origin depends on.
#[derive(Clone, Copy)]
pub(crate) struct Home<'a> {
    pub(crate) settings: &'a Settings,
    /// Where the server listens, once it does.
    pub(crate) listening_on: Option<SocketAddr>,
}

impl<'a> Home<'a> {
    pub(crate) fn of(app: &'a AppState) -> Self {
        Self { settings: &app.settings, listening_on: app.auth.listening_on.get().copied() }
    }
}

/// The origin of our own pages: of the public address; without one, of the address asked for, where that is loopback or
/// the very address that the server listens on (another name that resolves to this machine is not us).
fn own_origin(home: Home<'_>, headers: &HeaderMap) -> Option<String> {
    if let Some(url) = &home.settings.public_url {
        return origin_of(url);
    }
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let authority: http::uri::Authority = host.parse().ok()?;
    let name = authority.host().trim_start_matches('[').trim_end_matches(']');
    let loopback =
        name.eq_ignore_ascii_case("localhost") || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let listens_there = home.listening_on.is_some_and(|addr| addr.to_string() == host);
    (loopback || listens_there).then(|| origin_of(&format!("http://{host}"))).flatten()
}

/// Scheme, host and port, in lower case and without a default port, as browsers write it.
fn origin_of(url: &str) -> Option<String> {
    let uri: Uri = url.trim().parse().ok()?;
    let (scheme, authority) = (uri.scheme_str()?.to_ascii_lowercase(), uri.authority()?);
    let host = authority.host().to_ascii_lowercase();
    let default = if scheme == "https" { 443 } else { 80 };
    Some(match authority.port_u16() {
        Some(port) if port != default => format!("{scheme}://{host}:{port}"),
        _ => format!("{scheme}://{host}"),
    })
}

/// The one Origin header of a request; several or an unreadable one count as a foreign one.
fn origin_header(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::ORIGIN).iter();
    let first = all.next()?;
    Some(if all.next().is_some() { "several" } else { first.to_str().unwrap_or("unreadable") })
}

/// Whether a socket may be opened with the cookie: the Origin is ours or listed. A browser always sends one.
pub(crate) fn may_open_socket(home: Home<'_>, headers: &HeaderMap) -> bool {
    let Some(origin) = origin_header(headers) else { return false };
    own_origin(home, headers).as_deref() == Some(origin)
        || home.settings.allowed_origins.0.iter().any(|listed| origin_of(listed).as_deref() == Some(origin))
}

/// Whether a request comes from our own pages, or from no page at all.
fn is_ours(home: Home<'_>, headers: &HeaderMap, carries_cookie: bool) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        // Said by the browser itself; `none` is the person, who typed the address.
        return matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    match origin_header(headers) {
        Some(origin) => own_origin(home, headers).as_deref() == Some(origin),
        // Neither header: not a browser of today. Without the cookie nothing is done in a person's name.
        None => !carries_cookie,
    }
}

/// Refuses requests of other sites that carry the cookie or go to a server function, unless they only read; and a
/// server function by GET, which none of ours is.
pub async fn same_site(State(app): State<App>, request: Request, next: Next) -> Response {
    let to_function = request.uri().path() == "/fn" || request.uri().path().starts_with("/fn/");
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if to_function && *request.method() != Method::POST {
        return ApiError::new(http::StatusCode::METHOD_NOT_ALLOWED, "Send this form by POST.").into_response();
    }
    let carries_cookie = sessions::is_carried(request.headers(), &app.settings);
    if !reads && (carries_cookie || to_function) && !is_ours(Home::of(&app), request.headers(), carries_cookie) {
        metrics::counter!("anamnesis_cross_site_refused").increment(1);
        return ApiError::forbidden("This request came from another site. Open Anamnesis itself and try again there.")
            .into_response();
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};
    use std::collections::BTreeMap;

    fn settings(public_url: &str, allowed: &str) -> Settings {
        let flags = BTreeMap::from([
            ("public_url".to_owned(), public_url.to_owned()),
            ("allowed_origins".to_owned(), allowed.to_owned()),
        ]);
        Settings::read(&crate::config::Layers::gather(flags, |_| None, None).unwrap()).unwrap()
    }

    fn home(settings: &Settings) -> Home<'_> {
        Home { settings, listening_on: None }
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn the_browser_s_own_word_counts_first() {
        let settings = settings("https://clinic.example", "");
        let from =
            |site, origin| is_ours(home(&settings), &headers(&[("sec-fetch-site", site), ("origin", origin)]), true);
        assert!(from("same-origin", "https://clinic.example"));
        assert!(from("none", "null"));
        assert!(!from("cross-site", "https://evil.example"));
        assert!(!from("same-site", "https://blog.clinic.example"));
        assert!(!from("cross-site", "https://clinic.example"));
    }

    #[test]
    fn else_the_origin_must_be_the_public_address() {
        let settings = settings("https://Clinic.example:443/", "https://app.example");
        let from = |origin| is_ours(home(&settings), &headers(&[("host", "clinic.example"), ("origin", origin)]), true);
        assert!(from("https://clinic.example"));
        for other in ["http://clinic.example", "https://clinic.example.evil.example", "https://app.example", "null", ""]
        {
            assert!(!from(other), "{other}");
        }
    }

    #[test]
    fn without_both_headers_the_cookie_is_not_enough() {
        let settings = settings("", "");
        assert!(!is_ours(home(&settings), &headers(&[("host", "127.0.0.1:3000")]), true));
        assert!(is_ours(home(&settings), &headers(&[("host", "127.0.0.1:3000")]), false));
    }

    #[test]
    fn on_loopback_the_address_asked_for_is_ours_and_a_rebound_name_is_not() {
        let settings = settings("", "");
        let open = |host, origin| may_open_socket(home(&settings), &headers(&[("host", host), ("origin", origin)]));
        assert!(open("127.0.0.1:3000", "http://127.0.0.1:3000"));
        assert!(open("localhost:3000", "http://localhost:3000"));
        assert!(open("[::1]:3000", "http://[::1]:3000"));
        assert!(!open("127.0.0.1:3000", "http://127.0.0.1:4000"));
        assert!(!open("127.0.0.1:3000", "https://evil.example"));
        assert!(!open("evil.example:3000", "http://evil.example:3000"));
    }

    #[test]
    fn the_address_listened_on_is_ours_and_its_other_ports_are_not() {
        let settings = settings("", "");
        let home = Home { settings: &settings, listening_on: Some("192.0.2.7:3000".parse().unwrap()) };
        let open = |host, origin| may_open_socket(home, &headers(&[("host", host), ("origin", origin)]));
        assert!(open("192.0.2.7:3000", "http://192.0.2.7:3000"));
        assert!(!open("192.0.2.7:4000", "http://192.0.2.7:4000"));
    }

    #[test]
    fn a_socket_by_cookie_needs_an_origin_that_is_ours_or_listed() {
        let settings = settings("https://clinic.example", "https://app.example, https://other.example/");
        let open = |pairs: &[(&'static str, &'static str)]| may_open_socket(home(&settings), &headers(pairs));
        assert!(open(&[("origin", "https://clinic.example")]));
        assert!(open(&[("origin", "https://app.example")]));
        assert!(open(&[("origin", "https://other.example")]));
        assert!(!open(&[("origin", "https://sub.app.example")]));
        assert!(!open(&[("origin", "null")]));
        assert!(!open(&[]));
    }

    #[test]
    fn two_origins_are_none_of_ours() {
        let mut twice = headers(&[("origin", "https://clinic.example")]);
        twice.append("origin", HeaderValue::from_static("https://evil.example"));
        assert!(!may_open_socket(home(&settings("https://clinic.example", "")), &twice));
    }
}
