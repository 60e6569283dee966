//! Signed-in browsers: an opaque id in a cookie, stored hashed, ended by sign-out or by a time without activity.

use axum_extra::extract::CookieJar;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use protocol::UserId;
use protocol::rest::UserRole;
use vault::{DataKey, Place};
use zeroize::Zeroizing;

use super::types::BrowserLine;
use super::{same_site, store, tokens};
use crate::clock::Millis;
use crate::config::Settings;
use crate::db::{StoreError, Tx};
use crate::state::AppState;

/// A session made now: the secret goes to the browser and nowhere else.
pub(crate) struct NewSession {
    pub(crate) id: String,
    pub(crate) secret: Zeroizing<String>,
    secret_hash: String,
}

impl NewSession {
    pub(crate) fn draw(app: &AppState, now: Millis) -> Result<Self, StoreError> {
        let secret = tokens::opaque()?;
        Ok(Self { id: crate::ids::plain(now), secret_hash: hash(app, &secret), secret })
    }

    /// Stores it for this person, with what their browser calls itself.
    pub(crate) async fn store(
        &self,
        tx: &mut Tx,
        key: &DataKey,
        user: &UserId,
        agent: &str,
        now: Millis,
    ) -> Result<(), StoreError> {
        let agent = key.seal(agent_place(&self.id), agent.as_bytes())?;
        store::insert_session(&mut tx.connection, &self.id, &self.secret_hash, user, &agent, now).await
    }
}

pub(super) fn hash(app: &AppState, secret: &str) -> String {
    app.lookup.hash("browser session", secret.as_bytes())
}

fn agent_place(id: &str) -> Place<'_> {
    Place { table: "browser_sessions", column: "agent", row: id }
}

/// What the browser of this session calls itself.
pub(super) fn open_agent(key: &DataKey, line: &BrowserLine) -> Result<String, StoreError> {
    let agent = key.open(agent_place(&line.id), &line.agent)?;
    Ok(String::from_utf8_lossy(&agent).into_owned())
}

/// How long a browser may do nothing before it is signed out.
pub(crate) fn idle_limit(settings: &Settings, role: UserRole) -> Millis {
    super::millis(match role {
        UserRole::Patient => settings.idle_patient,
        UserRole::Clinician | UserRole::Admin => settings.idle_clinician,
    })
}

/// The cookie's name: with the `__Host-` prefix, which browsers hold to https, no Domain and Path=/, wherever people come
/// by https. On plain http (loopback only) it can't be used, since a Secure cookie is not kept there.
pub(crate) fn cookie_name(settings: &Settings) -> &'static str {
    if same_site::is_https(settings) { "__Host-anamnesis" } else { "anamnesis" }
}

/// The secret that this request carries.
pub(crate) fn secret_in(headers: &HeaderMap, settings: &Settings) -> Option<String> {
    CookieJar::from_headers(headers).get(cookie_name(settings)).map(|cookie| cookie.value().to_owned())
}

/// Whether this request carries our cookie, of whatever worth.
pub(crate) fn is_carried(headers: &HeaderMap, settings: &Settings) -> bool {
    secret_in(headers, settings).is_some()
}

/// `Set-Cookie` of a session. It has no end of its own: the server knows when it ends.
pub(crate) fn cookie(settings: &Settings, secret: &str) -> HeaderValue {
    set_cookie(settings, secret, "")
}

/// The headers of a sign-out: the cookie goes, and what the browser kept of pages. Not its storage, where keys and
/// drafts live.
pub(crate) fn cleared(settings: &Settings) -> [(HeaderName, HeaderValue); 2] {
    [
        (header::SET_COOKIE, set_cookie(settings, "", "; Max-Age=0")),
        (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"cookies\"")),
    ]
}

fn set_cookie(settings: &Settings, value: &str, end: &str) -> HeaderValue {
    let secure = if same_site::is_https(settings) { "; Secure" } else { "" };
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{end}", cookie_name(settings));
    let mut header = HeaderValue::from_str(&text).expect("base64url stands in a header");
    header.set_sensitive(true);
    header
}

/// Browser and system, as far as the header tells; nothing finer is kept.
pub(crate) fn describe_agent(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // Order matters: most browsers name others as well.
    let find =
        |table: &[(&str, &'static str)]| table.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let browser = find(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "Unknown browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn settings(public_url: &str) -> Settings {
        let flags = BTreeMap::from([("public_url".to_owned(), public_url.to_owned())]);
        Settings::read(&crate::config::Layers::gather(flags, |_| None, None).unwrap()).unwrap()
    }

    #[test]
    fn over_https_the_cookie_has_the_host_prefix_and_is_secure() {
        let settings = settings("https://clinic.example");
        assert_eq!(cookie(&settings, "s"), "__Host-anamnesis=s; Path=/; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(cleared(&settings)[0].1, "__Host-anamnesis=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0");
    }

    #[test]
    fn on_plain_http_it_has_neither() {
        assert_eq!(cookie(&settings(""), "s"), "anamnesis=s; Path=/; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn only_the_cookie_of_this_installation_is_read() {
        let headers =
            HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static("a=1; anamnesis=x; __Host-anamnesis=y"))]);
        assert_eq!(secret_in(&headers, &settings("")).as_deref(), Some("x"));
        assert_eq!(secret_in(&headers, &settings("https://clinic.example")).as_deref(), Some("y"));
        assert!(!is_carried(&HeaderMap::new(), &settings("")));
    }

    #[test]
    fn staff_are_signed_out_sooner_than_patients() {
        let settings = settings("");
        assert_eq!(idle_limit(&settings, UserRole::Patient), 60 * 60_000);
        assert_eq!(idle_limit(&settings, UserRole::Clinician), 15 * 60_000);
        assert_eq!(idle_limit(&settings, UserRole::Admin), 15 * 60_000);
    }

    #[test]
    fn an_agent_is_browser_and_system() {
        let agents = [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604",
                "Safari on iPhone",
            ),
            ("curl/8.0", "Unknown browser"),
            ("", "Unknown browser"),
        ];
        for (agent, described) in agents {
            let headers = HeaderMap::from_iter([(header::USER_AGENT, HeaderValue::from_static(agent))]);
            assert_eq!(describe_agent(&headers), described);
        }
    }
}
