//! The real route table: what a stranger may reach is listed, and everything else refuses them.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use server::router::{Access, ROUTES, Route};

use crate::support::{Socket, TestServer};

/// What needs no account, as PROTOCOL says it. This list may only shrink.
const PUBLIC: [&str; 13] = [
    "GET /api/docs",
    "GET /api/openapi.json",
    "GET /health",
    "GET /metrics",
    "GET /ready",
    "POST /auth/refresh",
    "POST /auth/resend-code",
    "POST /auth/reset-password",
    "POST /auth/signin",
    "POST /auth/signup",
    "POST /auth/verify-email",
    "POST /auth/verify-signin",
    // Each function says for itself who may call it: see `functions.rs`.
    "POST /fn/{*name}",
];

fn named(route: &Route) -> String {
    format!("{} {}", route.method, route.path)
}

/// Every `.route("…", …)` of the server's source.
fn written(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            written(&path, found);
            continue;
        }
        let source = std::fs::read_to_string(&path).expect("source");
        for line in source.lines() {
            let Some((_, rest)) = line.split_once(".route(\"") else { continue };
            let (route, handlers) = rest.split_once('"').expect("the end of a path");
            for method in ["get", "post", "put", "patch", "delete"] {
                if handlers.contains(&format!(" {method}(")) || handlers.contains(&format!(".{method}(")) {
                    found.insert(format!("{} {route}", method.to_uppercase()));
                }
            }
        }
    }
}

#[test]
fn every_route_of_the_source_is_in_the_table() {
    let mut found = BTreeSet::new();
    written(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    let table: BTreeSet<String> = ROUTES.iter().map(named).collect();
    assert_eq!(found, table);
}

#[test]
fn what_a_stranger_may_reach_is_what_the_protocol_says() {
    let open: BTreeSet<String> = ROUTES.iter().filter(|route| route.access == Access::Public).map(named).collect();
    assert_eq!(open, PUBLIC.iter().map(|&route| route.to_owned()).collect());
}

#[tokio::test]
async fn every_other_route_refuses_a_stranger() {
    let server = TestServer::start().await;
    for route in ROUTES.iter().filter(|route| route.access == Access::SignedIn) {
        let method = route.method.parse().expect("a method");
        let request = server.http.request(method, server.url(route.path)).json(&serde_json::json!({}));
        let status = request.send().await.expect("an answer").status().as_u16();
        assert!([401, 403].contains(&status), "{}: {status}", named(route));
    }
}

#[tokio::test]
async fn every_other_route_refuses_a_forged_token() {
    let server = TestServer::start().await;
    for route in ROUTES.iter().filter(|route| route.access == Access::SignedIn) {
        let method = route.method.parse().expect("a method");
        let request =
            server.http.request(method, server.url(route.path)).bearer_auth("a.b.c").json(&serde_json::json!({}));
        let status = request.send().await.expect("an answer").status().as_u16();
        assert!([401, 403].contains(&status), "{}: {status}", named(route));
    }
}

#[tokio::test]
async fn every_socket_refuses_a_stranger() {
    let server = TestServer::start().await;
    for route in ROUTES.iter().filter(|route| route.access == Access::Socket) {
        let mut socket = Socket::open(&server, route.path, None).await;
        assert_eq!(socket.event().await, Err((1008, "unauthenticated".to_owned())), "{}", route.path);
    }
}

#[tokio::test]
async fn no_public_route_breaks_on_an_empty_request() {
    let server = TestServer::start().await;
    for route in ROUTES.iter().filter(|route| route.access == Access::Public) {
        let request = server.http.request(route.method.parse().expect("a method"), server.url(route.path));
        let status = request.send().await.expect("an answer").status().as_u16();
        assert!(status < 500, "{}: {status}", named(route));
    }
}

#[tokio::test]
async fn no_page_breaks_for_a_stranger() {
    let server = TestServer::start().await;
    for page in server::site::pages() {
        let path = page.path().replace("{id}", "none");
        let status = server.http.get(server.url(&path)).send().await.expect("an answer").status().as_u16();
        assert!(status < 500, "{path}: {status}");
    }
}

#[tokio::test]
async fn a_page_ends_while_other_servers_of_the_process_start() {
    let server = TestServer::start().await;
    let others = std::thread::spawn(|| {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            for _ in 0..10 {
                TestServer::start().await;
            }
        });
    });
    let mut pages = 0;
    while !others.is_finished() {
        let page = async {
            let page = server.http.get(server.url("/library")).send().await.expect("a page");
            page.text().await.expect("the whole of it")
        };
        tokio::time::timeout(Duration::from_secs(20), page).await.expect("an end of the page");
        pages += 1;
    }
    others.join().expect("ten servers");
    assert!(pages > 0, "a page was asked for meanwhile");
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let server = TestServer::start().await;
    for path in [
        "/nothing",
        "/auth/nothing",
        "/ws/nothing/more",
        "/pkg/nothing.js",
        "/../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
    ] {
        assert_eq!(server.get(path, None).await.0, 404, "{path}");
    }
}
