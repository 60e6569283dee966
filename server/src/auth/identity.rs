//! Who asks: by bearer token, by cookie, or on a socket also by `?token=` or a single-use `?ticket=`.

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, header};
use protocol::UserId;
use protocol::rest::UserRole;

use super::same_site::{self, Home};
use super::standing::{self, Standing};
use super::tokens::TokenFault;
use super::types::SessionRef;
use super::{sessions, store};
use crate::audit::Origin;
use crate::clock::Millis;
use crate::db::StoreError;
use crate::error::ApiError;
use crate::limits::ClientAddress;
use crate::state::App;
use crate::telemetry::RequestId;

/// Someone signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who.
    pub user_id: UserId,
    /// What they may do.
    pub role: UserRole,
    /// How they showed it.
    pub via: Via,
    /// When that ends, where it does by itself.
    pub expires_at: Option<Millis>,
}

/// How a caller showed who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// An access token.
    Bearer {
        /// When it ends.
        expires_at: Millis,
        /// The refresh family it was given with.
        family: String,
    },
    /// A browser's cookie.
    Cookie {
        /// The browser session's id.
        session_id: String,
    },
    /// A ticket, given to one of the others.
    Ticket {
        /// To which.
        session: SessionRef,
    },
}

impl Caller {
    /// The id of what ends when this person signs out.
    pub fn session(&self) -> &str {
        match &self.via {
            Via::Bearer { family, .. } => family,
            Via::Cookie { session_id } => session_id,
            Via::Ticket { session } => session.id(),
        }
    }

    /// The same, with its kind.
    pub(super) fn session_ref(&self) -> SessionRef {
        match &self.via {
            Via::Bearer { family, .. } => SessionRef::Family(family.clone()),
            Via::Cookie { session_id } => SessionRef::Browser(session_id.clone()),
            Via::Ticket { session } => session.clone(),
        }
    }

    /// Refuses whoever has none of these roles.
    pub fn require(&self, roles: &[UserRole]) -> Result<(), ApiError> {
        let refused = || ApiError::forbidden("Your account may not do this.");
        if roles.contains(&self.role) { Ok(()) } else { Err(refused()) }
    }
}

/// Why nobody is recognised.
#[derive(Debug)]
enum Stranger {
    /// Nothing was shown.
    Nothing,
    /// What was shown is not good.
    Invalid,
    /// An access token that was good.
    Expired,
    /// It could not be looked up.
    Store(StoreError),
}

impl From<StoreError> for Stranger {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Who made this request; `None` where nobody is signed in, or what was shown is not good.
pub async fn caller_of(app: &App, parts: &Parts) -> Result<Option<Caller>, StoreError> {
    match identify(app, &parts.headers, true).await {
        Ok(caller) => Ok(Some(caller)),
        Err(Stranger::Store(error)) => Err(error),
        Err(_) => Ok(None),
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        identify(app, &parts.headers, true).await.map_err(|stranger| match stranger {
            Stranger::Nothing => ApiError::unauthenticated("Sign in to do this."),
            Stranger::Invalid => ApiError::unauthenticated("Your sign-in is no longer good. Sign in again."),
            Stranger::Expired => ApiError::unauthenticated("The access token has expired. Refresh it and try again."),
            Stranger::Store(error) => error.into(),
        })
    }
}

/// By header: a bearer token where one is sent, else the cookie. `acts`: the request counts as something a person did.
async fn identify(app: &App, headers: &HeaderMap, acts: bool) -> Result<Caller, Stranger> {
    match headers.get(header::AUTHORIZATION) {
        Some(value) => {
            let value = value.to_str().map_err(|_| Stranger::Invalid)?;
            let (scheme, token) = value.split_once(' ').ok_or(Stranger::Invalid)?;
            if !scheme.eq_ignore_ascii_case("bearer") {
                return Err(Stranger::Invalid);
            }
            by_token(app, token.trim()).await
        }
        None => by_cookie(app, headers, acts).await,
    }
}

async fn by_token(app: &App, token: &str) -> Result<Caller, Stranger> {
    let access = app.auth.tokens.check(token, app.clock.now()).map_err(|fault| match fault {
        TokenFault::Invalid => Stranger::Invalid,
        TokenFault::Expired => Stranger::Expired,
    })?;
    let family = SessionRef::Family(access.family.clone());
    let standing = standing::of(app, &family).await?.ok_or(Stranger::Invalid)?;
    if standing.user_id != access.user_id {
        return Err(Stranger::Invalid);
    }
    Ok(Caller {
        user_id: access.user_id,
        role: standing.role,
        via: Via::Bearer { expires_at: access.expires_at, family: access.family },
        expires_at: Some(access.expires_at),
    })
}

async fn by_cookie(app: &App, headers: &HeaderMap, acts: bool) -> Result<Caller, Stranger> {
    let secret = sessions::secret_in(headers, &app.settings).ok_or(Stranger::Nothing)?;
    let hash = sessions::hash(app, &secret);
    let mut connection = app.db.read().await?;
    let row = store::session_by_secret(&mut connection, &hash).await?.ok_or(Stranger::Invalid)?;
    drop(connection);
    let standing = Standing::of_session(&row);
    if !standing.holds(app) {
        return Err(Stranger::Invalid);
    }
    if acts {
        standing::touch(app, &row.id, &standing).await;
    }
    Ok(Caller { user_id: row.user_id, role: row.role, via: Via::Cookie { session_id: row.id }, expires_at: None })
}

/// Why a socket is refused; the word goes into its close frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing shown, or nothing good.
    Unauthenticated,
    /// A page of another site, with the cookie.
    Origin,
    /// Signed in, and not allowed.
    Forbidden,
    /// It could not be looked up.
    Unavailable,
}

impl Refusal {
    /// The word for the close frame and the trail.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::Origin => "origin",
            Self::Forbidden => "forbidden",
            Self::Unavailable => "unavailable",
        }
    }
}

/// Who opens this socket: by `?token=`, a bearer header, `?ticket=`, or the cookie with an Origin that may use it.
/// The first that is there decides. Opening a socket is not activity: pages open them again by themselves.
pub async fn socket_caller(app: &App, parts: &Parts) -> Result<Caller, Refusal> {
    let query = parts.uri.query().unwrap_or_default();
    let found = if let Some(token) = query_value(query, "token") {
        by_token(app, &token).await
    } else if parts.headers.contains_key(header::AUTHORIZATION) {
        identify(app, &parts.headers, false).await
    } else if let Some(ticket) = query_value(query, "ticket") {
        by_ticket(app, &ticket).await
    } else if !sessions::is_carried(&parts.headers, &app.settings) {
        Err(Stranger::Nothing)
    } else if !same_site::may_open_socket(Home::of(app), &parts.headers) {
        return Err(Refusal::Origin);
    } else {
        by_cookie(app, &parts.headers, false).await
    };
    found.map_err(|stranger| match stranger {
        Stranger::Store(error) => {
            tracing::error!(%error, "a socket's caller could not be looked up");
            Refusal::Unavailable
        }
        Stranger::Nothing | Stranger::Invalid | Stranger::Expired => Refusal::Unauthenticated,
    })
}

async fn by_ticket(app: &App, ticket: &str) -> Result<Caller, Stranger> {
    let hash = super::tickets::hash(app, ticket);
    let taken = app
        .writer
        .run(move |tx| {
            let hash = hash.clone();
            Box::pin(async move { store::take_ticket(&mut tx.connection, &hash).await })
        })
        .await?;
    let (session, good_until, expires_at) = taken.ok_or(Stranger::Invalid)?;
    if app.clock.now() >= good_until {
        return Err(Stranger::Invalid);
    }
    let session = SessionRef::parse(&session).ok_or(StoreError::Corrupt("a ticket names no session"))?;
    let standing = standing::of(app, &session).await?.ok_or(Stranger::Invalid)?;
    Ok(Caller { user_id: standing.user_id, role: standing.role, via: Via::Ticket { session }, expires_at })
}

/// The value of a name in a query. Our tokens need no percent-encoding; what was encoded all the same is decoded.
fn query_value(query: &str, name: &str) -> Option<String> {
    let (_, value) = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?;
    Some(
        value
            .replace("%2E", ".")
            .replace("%2e", ".")
            .replace("%2D", "-")
            .replace("%2d", "-")
            .replace("%5F", "_")
            .replace("%5f", "_"),
    )
}

/// Where a request comes from: for the trail, for limits, and the browser's own description.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Address and request id.
    pub origin: Origin,
    /// The key of the address's buckets.
    pub address_key: String,
    /// Browser and system.
    pub agent: String,
}

impl Visit {
    /// Of this request.
    pub fn of(app: &App, parts: &Parts) -> Self {
        let address = ClientAddress::of(parts, &app.settings.trusted_proxies.0);
        let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        Self {
            origin: Origin { address: Some(address.0), request_id, region: region_of(&parts.headers) },
            address_key: address.key(),
            agent: sessions::describe_agent(&parts.headers),
        }
    }
}

impl FromRequestParts<App> for Visit {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self::of(app, parts))
    }
}

/// The country of the locale that a browser asks for (`Accept-Language`), as two letters: of the tag it wants most that
/// names one.
pub(crate) fn region_of(headers: &HeaderMap) -> Option<String> {
    let wanted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut regions: Vec<(f64, String)> = wanted.split(',').filter_map(weighted_region).collect();
    // A stable sort: of equals the first counts.
    regions.sort_by(|a, b| b.0.total_cmp(&a.0));
    regions.into_iter().next().map(|(_, region)| region)
}

/// Weight and region of one tag, such as `pt-BR;q=0.8`. Behind the language only a script may stand before the region.
fn weighted_region(tag: &str) -> Option<(f64, String)> {
    let (tag, weight) = tag.split_once(";q=").unwrap_or((tag, "1"));
    let weight: f64 = weight.trim().parse().ok().filter(|weight| (0.0..=1.0).contains(weight) && *weight > 0.0)?;
    let mut parts = tag.trim().split('-').skip(1).skip_while(|part| part.len() == 4);
    let region = parts.next().filter(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_alphabetic()))?;
    Some((weight, region.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_gives_the_first_value_of_a_name() {
        assert_eq!(query_value("typing=1&token=a.b-c_d&token=x", "token").as_deref(), Some("a.b-c_d"));
        assert_eq!(query_value("token=a%2Eb", "token").as_deref(), Some("a.b"));
        assert_eq!(query_value("mytoken=a&tokens=b", "token"), None);
        assert_eq!(query_value("", "token"), None);
    }

    #[test]
    fn a_region_is_read_from_the_locale() {
        let of = |wanted: &str| {
            let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, wanted.parse().expect("a value"))]);
            region_of(&headers)
        };
        assert_eq!(of("en-GB,en;q=0.9").as_deref(), Some("GB"));
        assert_eq!(of("en,de-at;q=0.5,pt-BR;q=0.8").as_deref(), Some("BR"));
        assert_eq!(of("zh-Hant-TW").as_deref(), Some("TW"));
        for none in ["", "en", "en;q=1", "*", "en-001", "de-DE;q=0", "en-GB;q=x", "i-klingon"] {
            assert_eq!(of(none), None, "{none}");
        }
        assert_eq!(region_of(&HeaderMap::new()), None);
    }

    #[test]
    fn a_role_is_required_or_refused() {
        let caller = Caller {
            user_id: UserId::new("u"),
            role: UserRole::Clinician,
            via: Via::Cookie { session_id: "s".to_owned() },
            expires_at: None,
        };
        assert!(caller.require(&[UserRole::Admin, UserRole::Clinician]).is_ok());
        assert_eq!(caller.require(&[UserRole::Admin]).unwrap_err().status().as_u16(), 403);
    }
}
