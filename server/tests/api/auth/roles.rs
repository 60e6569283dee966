use protocol::rest::UserRole;
use server::auth::operator;

use super::{sign_in_again, trail};
use crate::support::{Account, TestServer};

#[tokio::test]
async fn an_operator_grants_a_role_and_what_was_signed_in_ends() {
    let server = TestServer::with_clock(&[]).await;
    let account = Account::sign_up(&server, "ada").await;
    assert_eq!(server.get("/auth/me", Some(&account.token)).await.0, 200);
    let settings = server.app.settings.clone();
    assert!(
        operator::grant_role(settings.clone(), " Ada@people.example", UserRole::Clinician).await.expect("it is stored")
    );
    // The server notices what another process did within five seconds.
    server.pass(5_000);
    assert_eq!(server.get("/auth/me", Some(&account.token)).await.0, 401);
    let again = sign_in_again(&server, &account).await;
    let (_, me) = server.get("/auth/me", Some(&again.token)).await;
    assert_eq!(me["role"], "clinician");
    assert!(trail(&server).await.contains(&"account.role_change done clinician".to_owned()));
    let listed = operator::list(&settings).await.expect("it can be read");
    assert_eq!(
        listed.iter().map(|user| (user.email.as_str(), user.role)).collect::<Vec<_>>(),
        [("ada@people.example", UserRole::Clinician)]
    );
    assert!(trail(&server).await.iter().any(|entry| entry.starts_with("account.list done")), "that it was listed");
}

#[tokio::test]
async fn nobody_is_found_at_an_unknown_address() {
    let server = TestServer::start().await;
    for email in ["nobody@people.example", "no address"] {
        assert!(
            !operator::grant_role(server.app.settings.clone(), email, UserRole::Admin).await.expect("it can be read")
        );
    }
}
