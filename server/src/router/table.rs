//! The routes as a list: who may ask for what. A test holds it equal to what the source serves, and tries each entry
//! as a stranger. Pages and embedded files are public and are not listed.

/// Who is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody, within the limits of their address.
    Public,
    /// Who is signed in.
    SignedIn,
    /// The upgrade is accepted; who is not signed in is closed with 1008.
    Socket,
}

/// One route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// In capitals.
    pub method: &'static str,
    /// As axum writes it.
    pub path: &'static str,
    /// Who is answered.
    pub access: Access,
}

const fn route(method: &'static str, path: &'static str, access: Access) -> Route {
    Route { method, path, access }
}

/// Every route.
pub const ROUTES: &[Route] = &[
    route("GET", "/health", Access::Public),
    route("GET", "/ready", Access::Public),
    route("GET", "/metrics", Access::Public),
    route("GET", "/api/openapi.json", Access::Public),
    route("GET", "/api/docs", Access::Public),
    route("POST", "/auth/signup", Access::Public),
    route("POST", "/auth/verify-email", Access::Public),
    route("POST", "/auth/signin", Access::Public),
    route("POST", "/auth/verify-signin", Access::Public),
    route("POST", "/auth/resend-code", Access::Public),
    route("POST", "/auth/refresh", Access::Public),
    route("POST", "/auth/reset-password", Access::Public),
    route("POST", "/auth/signout", Access::SignedIn),
    route("GET", "/auth/me", Access::SignedIn),
    route("PATCH", "/auth/me", Access::SignedIn),
    route("GET", "/auth/verify-token", Access::SignedIn),
    route("POST", "/auth/ws-ticket", Access::SignedIn),
    route("GET", "/ws/chat", Access::Socket),
    route("GET", "/ws/chat/{conversation_id}", Access::Socket),
    route("GET", "/chat/ws", Access::Socket),
    route("GET", "/ws/{user_id}", Access::Socket),
    route("GET", "/chat/sessions", Access::SignedIn),
    route("GET", "/chat/sessions/{id}", Access::SignedIn),
    route("DELETE", "/chat/sessions/{id}", Access::SignedIn),
    route("GET", "/api/chat/conversations", Access::SignedIn),
    route("POST", "/api/chat/conversations", Access::SignedIn),
    route("GET", "/api/chat/conversations/{id}", Access::SignedIn),
    route("PUT", "/api/chat/conversations/{id}", Access::SignedIn),
    route("DELETE", "/api/chat/conversations/{id}", Access::SignedIn),
    route("POST", "/api/chat/conversations/{id}/restore", Access::SignedIn),
    route("GET", "/api/chat/conversations/{id}/messages", Access::SignedIn),
    route("POST", "/api/chat/conversations/{id}/cleanup", Access::SignedIn),
    route("GET", "/api/chat/conversations/{id}/export", Access::SignedIn),
    route("GET", "/api/chat/export", Access::SignedIn),
    route("POST", "/api/chat/import", Access::SignedIn),
    route("GET", "/api/chat/search", Access::SignedIn),
    route("GET", "/api/chat/stats", Access::SignedIn),
    route("POST", "/api/chat/message", Access::SignedIn),
    route("GET", "/api/chat/stream/{conversation_id}", Access::SignedIn),
    route("POST", "/api/chat/stream/{conversation_id}", Access::SignedIn),
    route("POST", "/api/clinic/diagnosis", Access::SignedIn),
    route("POST", "/api/clinic/prescription", Access::SignedIn),
    route("GET", "/api/clinic/cases", Access::SignedIn),
    route("GET", "/api/clinic/cases/{id}", Access::SignedIn),
    route("POST", "/api/clinic/cases/{id}/review", Access::SignedIn),
    route("POST", "/api/clinic/cases/{id}/share", Access::SignedIn),
    route("DELETE", "/api/clinic/cases/{id}/share/{user_id}", Access::SignedIn),
    route("GET", "/api/clinic/cases/{id}/export", Access::SignedIn),
    route("POST", "/api/clinic/understand", Access::SignedIn),
    route("GET", "/api/clinic/scores", Access::SignedIn),
    route("POST", "/api/clinic/scores/{calculator}", Access::SignedIn),
    route("GET", "/api/clinic/findings", Access::SignedIn),
    route("GET", "/api/clinic/drugs", Access::SignedIn),
    route("GET", "/api/record/shares", Access::SignedIn),
    route("POST", "/api/record/shares", Access::SignedIn),
    route("PATCH", "/api/record/shares/{id}", Access::SignedIn),
    route("DELETE", "/api/record/shares/{id}", Access::SignedIn),
    route("GET", "/api/record/alerts", Access::SignedIn),
    route("GET", "/api/clinic/alerts", Access::SignedIn),
    route("POST", "/api/clinic/alerts/{id}/seen", Access::SignedIn),
    route("GET", "/api/exercises", Access::SignedIn),
    route("POST", "/api/exercises/{id}/next", Access::SignedIn),
    route("POST", "/api/exercises/{id}/complete", Access::SignedIn),
    route("GET", "/api/progress", Access::SignedIn),
    route("POST", "/api/progress/mood", Access::SignedIn),
    route("DELETE", "/api/progress/entries/{id}", Access::SignedIn),
    route("GET", "/api/questionnaires/{id}", Access::SignedIn),
    route("POST", "/api/questionnaires/{id}", Access::SignedIn),
    route("GET", "/api/safety-plan", Access::SignedIn),
    route("PUT", "/api/safety-plan", Access::SignedIn),
    route("DELETE", "/api/safety-plan", Access::SignedIn),
    route("POST", "/api/feedback", Access::SignedIn),
    route("GET", "/api/feedback/export", Access::SignedIn),
    route("GET", "/api/reviews", Access::SignedIn),
    route("GET", "/api/reviews/{id}", Access::SignedIn),
    route("POST", "/api/reviews/{id}", Access::SignedIn),
    route("DELETE", "/api/feedback", Access::SignedIn),
    route("POST", "/api/feedback/opened", Access::SignedIn),
    route("GET", "/api/library/feedback", Access::SignedIn),
    route("DELETE", "/api/library/feedback", Access::SignedIn),
    route("GET", "/api/documents", Access::SignedIn),
    route("POST", "/api/documents", Access::SignedIn),
    route("GET", "/api/documents/search", Access::SignedIn),
    route("GET", "/api/documents/{id}", Access::SignedIn),
    route("PATCH", "/api/documents/{id}", Access::SignedIn),
    route("DELETE", "/api/documents/{id}", Access::SignedIn),
    route("GET", "/api/documents/{id}/content", Access::SignedIn),
    route("POST", "/fn/{*name}", Access::Public),
];
