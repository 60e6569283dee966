//! People with accounts, made the way people make them: sign up, read the mailed code, confirm.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use futures_util::{StreamExt, TryStreamExt, stream};
use protocol::UserId;
use protocol::rest::{SignUp, Tokens, VerifyCode};
use serde::Serialize;

use crate::outbox;
use crate::server::Server;

const PASSWORD: &str = "tidal-lantern-47-orchard";
/// Requests at once while accounts are made; the server hashes two passwords at a time.
const AT_ONCE: usize = 8;
const MAIL_MAX: Duration = Duration::from_secs(30);

/// Tells the accounts of one process apart.
static MADE: AtomicU64 = AtomicU64::new(1);

/// A signed-in person.
#[derive(Debug, Clone)]
pub struct Account {
    /// Their address.
    pub email: String,
    /// Their access token.
    pub token: String,
    /// Their id.
    pub user_id: UserId,
}

impl Account {
    /// Makes one.
    pub async fn create(server: &Server) -> anyhow::Result<Self> {
        Self::create_many(server, 1).await?.pop().context("one was asked for")
    }

    /// Makes several. Passwords are hashed as they always are, so this takes its time.
    pub async fn create_many(server: &Server, count: usize) -> anyhow::Result<Vec<Self>> {
        let http = crate::http_builder().build()?;
        let addresses: Vec<String> = (0..count)
            .map(|_| format!("load-{}-{}@example.org", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed)))
            .collect();
        stream::iter(&addresses)
            .map(|email| sign_up(&http, server, email))
            .buffer_unordered(AT_ONCE)
            .try_collect::<()>()
            .await?;
        let codes = wait_for_codes(server, &addresses).await?;
        stream::iter(&addresses)
            .map(|email| confirm(&http, server, email, &codes[email]))
            .buffered(AT_ONCE)
            .try_collect()
            .await
    }
}

async fn sign_up(http: &reqwest::Client, server: &Server, email: &str) -> anyhow::Result<()> {
    let form = SignUp {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        first_name: "Load".to_owned(),
        last_name: "Test".to_owned(),
    };
    post(http, server, "/auth/signup", &form).await?;
    Ok(())
}

/// Letters go out after the request that caused them, so they are looked for until all are there.
async fn wait_for_codes(server: &Server, addresses: &[String]) -> anyhow::Result<HashMap<String, String>> {
    let begun = Instant::now();
    loop {
        let codes = outbox::codes(&server.outbox())?;
        if addresses.iter().all(|email| codes.contains_key(email)) {
            return Ok(codes);
        }
        anyhow::ensure!(begun.elapsed() < MAIL_MAX, "no code was mailed within {} s", MAIL_MAX.as_secs());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn confirm(http: &reqwest::Client, server: &Server, email: &str, code: &str) -> anyhow::Result<Account> {
    let form = VerifyCode { email: email.to_owned(), code: code.to_owned() };
    let tokens: Tokens = post(http, server, "/auth/verify-email", &form).await?.json().await?;
    Ok(Account { email: email.to_owned(), token: tokens.access_token, user_id: tokens.user.id })
}

async fn post<T: Serialize + Sync>(
    http: &reqwest::Client,
    server: &Server,
    path: &str,
    body: &T,
) -> anyhow::Result<reqwest::Response> {
    let answer = http.post(format!("http://{}{path}", server.addr())).json(body).send().await?;
    let status = answer.status();
    if !status.is_success() {
        anyhow::bail!("{path} answered {status}: {}", answer.text().await.unwrap_or_default());
    }
    Ok(answer)
}
