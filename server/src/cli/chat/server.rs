//! Which server, and its REST routes that a conversation needs.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use protocol::ConversationId;
use protocol::rest::{CodeSent, Conversation, Problem, Refresh, SignIn, Tokens, VerifyCode};
use reqwest::{StatusCode, Url};
use rustls::ClientConfig;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::screen::printable;
use crate::tls;

/// The longest wait for an answer that is not a conversation.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why something was not done, for the person.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failed {
    /// The server's own words.
    #[error("{detail}")]
    Refused { status: StatusCode, detail: String },
    #[error("{0} does not answer; is it running, and is this its address?")]
    Unreachable(String),
    #[error("{0} answered something that is not Anamnesis")]
    Strange(String),
}

impl Failed {
    /// Whether it is the sign-in that is wrong.
    pub(super) fn is_sign_in(&self) -> bool {
        matches!(self, Self::Refused { status, .. } if *status == StatusCode::UNAUTHORIZED)
    }
}

/// A server by its address.
#[derive(Debug, Clone)]
pub(super) struct Server {
    base: Url,
    http: reqwest::Client,
    pub(super) tls: Arc<ClientConfig>,
}

impl Server {
    /// Reads an address. What would send health text in the clear to another machine is refused.
    pub(super) fn at(address: &str, insecure: bool) -> Result<Self, String> {
        let wrong = || format!("--server: `{address}` is no address such as https://anamnesis.example");
        let base = Url::parse(address).map_err(|_| wrong())?;
        let host = base.host_str().ok_or_else(wrong)?;
        let near = host == "localhost"
            || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        match base.scheme() {
            "https" => {}
            "http" if near || insecure => {}
            "http" => {
                return Err(format!(
                    "What you write would travel to {host} unencrypted. Use https://, or say --insecure if that is \
                     what you want."
                ));
            }
            _ => return Err(wrong()),
        }
        let tls = tls::client_config(tls::public_roots())?;
        let http = reqwest::Client::builder().tls_backend_preconfigured(tls.clone()).timeout(PATIENCE);
        let http = if near { http.no_proxy() } else { http };
        let http = http.build().map_err(|error| format!("no connection can be set up: {error}"))?;
        Ok(Self { base, http, tls: Arc::new(tls) })
    }

    /// Host and port, for people and for a file's name.
    pub(super) fn name(&self) -> String {
        let port = self.base.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}{port}", self.base.host_str().unwrap_or_default())
    }

    /// Where door 1 is.
    pub(super) fn door(&self) -> Url {
        let mut door = self.base.clone();
        let scheme = if door.scheme() == "https" { "wss" } else { "ws" };
        door.set_scheme(scheme).expect("both are schemes of the web");
        door.set_path("/ws/chat");
        door.set_query(Some("stream=1&client_id=terminal"));
        door
    }

    pub(super) async fn sign_in(&self, form: &SignIn) -> Result<CodeSent, Failed> {
        self.post("/auth/signin", form, None).await
    }

    pub(super) async fn verify(&self, form: &VerifyCode) -> Result<Tokens, Failed> {
        self.post("/auth/verify-signin", form, None).await
    }

    pub(super) async fn refresh(&self, refresh_token: &str) -> Result<Tokens, Failed> {
        self.post("/auth/refresh", &Refresh { refresh_token: refresh_token.to_owned() }, None).await
    }

    pub(super) async fn sign_out(&self, token: &str) -> Result<(), Failed> {
        self.post::<serde_json::Value>("/auth/signout", &serde_json::json!({}), Some(token)).await.map(drop)
    }

    pub(super) async fn new_conversation(&self, token: &str) -> Result<ConversationId, Failed> {
        let made: Conversation = self.post("/api/chat/conversations", &serde_json::json!({}), Some(token)).await?;
        Ok(made.id)
    }

    async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &(impl Serialize + Sync),
        token: Option<&str>,
    ) -> Result<T, Failed> {
        let mut url = self.base.clone();
        url.set_path(path);
        let request = self.http.post(url).json(body);
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let answer = request.send().await.map_err(|_| Failed::Unreachable(self.name()))?;
        let (status, text) = (answer.status(), answer.text().await.map_err(|_| Failed::Unreachable(self.name()))?);
        if status.is_success() {
            return serde_json::from_str(&text).map_err(|_| Failed::Strange(self.name()));
        }
        let problem: Problem = serde_json::from_str(&text).map_err(|_| Failed::Strange(self.name()))?;
        Err(Failed::Refused { status, detail: printable(&problem.detail) })
    }
}

#[cfg(test)]
mod tests {
    use super::Server;

    #[test]
    fn the_door_is_beside_the_pages() {
        let door = |address: &str| Server::at(address, false).expect("an address").door().to_string();
        assert_eq!(door("http://127.0.0.1:3000"), "ws://127.0.0.1:3000/ws/chat?stream=1&client_id=terminal");
        assert_eq!(door("https://a.example/x"), "wss://a.example/ws/chat?stream=1&client_id=terminal");
    }

    #[test]
    fn what_would_be_sent_in_the_clear_is_refused_unless_asked_for() {
        assert!(Server::at("http://a.example", false).expect_err("refused").contains("unencrypted"));
        for fine in [("http://a.example", true), ("http://localhost:1", false), ("http://[::1]:1", false)] {
            assert!(Server::at(fine.0, fine.1).is_ok(), "{fine:?}");
        }
    }

    #[test]
    fn what_is_no_address_is_named() {
        for wrong in ["", "a.example", "ftp://a.example", "http://"] {
            assert!(Server::at(wrong, false).expect_err("refused").contains("is no address"), "{wrong}");
        }
    }
}
