//! One WebSocket, with what a test asks of it.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async, connect_async};

use super::TestServer;

const PATIENCE: Duration = Duration::from_secs(20);

/// An open socket.
pub(crate) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Connects; the server accepts every upgrade.
    pub(crate) async fn open(server: &TestServer, path: &str, token: Option<&str>) -> Self {
        let headers: Vec<(&str, String)> =
            token.map(|token| ("authorization", format!("Bearer {token}"))).into_iter().collect();
        Self::open_with(server, path, &headers).await
    }

    /// Connects with these headers.
    pub(crate) async fn open_with(server: &TestServer, path: &str, headers: &[(&str, String)]) -> Self {
        let mut request = format!("ws://{}{path}", server.addr).into_client_request().expect("an address");
        for (name, value) in headers {
            let name = http::HeaderName::from_bytes(name.as_bytes()).expect("a header");
            request.headers_mut().insert(name, value.parse().expect("a value"));
        }
        Self(connect_async(request).await.expect("the upgrade is accepted").0)
    }

    /// Connects with little room for what is not read yet, as on a slow line.
    pub(crate) async fn open_narrow(server: &TestServer, path: &str, token: &str) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4 * 1024).expect("a small buffer");
        let stream = socket.connect(server.addr).await.expect("a connection");
        let mut request = format!("ws://{}{path}", server.addr).into_client_request().expect("an address");
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse().expect("a value"));
        let (socket, _) = client_async(request, MaybeTlsStream::Plain(stream)).await.expect("the upgrade is accepted");
        Self(socket)
    }

    /// Sends a frame.
    pub(crate) async fn send(&mut self, frame: &Value) {
        self.send_text(&frame.to_string()).await;
    }

    /// Sends a frame; false where the server is gone.
    pub(crate) async fn try_send(&mut self, frame: &Value) -> bool {
        self.0.send(Frame::text(frame.to_string())).await.is_ok()
    }

    pub(crate) async fn send_text(&mut self, text: &str) {
        self.0.send(Frame::text(text)).await.expect("the socket is open");
    }

    pub(crate) async fn send_binary(&mut self, bytes: Vec<u8>) {
        self.0.send(Frame::binary(bytes)).await.expect("the socket is open");
    }

    /// Asks in door 1's form.
    pub(crate) async fn ask(&mut self, text: &str, id: Option<&str>) {
        self.send(&json!({"type": "user_message", "id": id, "content": {"text": text}})).await;
    }

    /// The next JSON frame.
    pub(crate) async fn next(&mut self) -> Value {
        match self.event().await {
            Ok(frame) => frame,
            Err(close) => panic!("the socket closed: {close:?}"),
        }
    }

    /// The next frame of this type; what comes before it is passed over.
    pub(crate) async fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.next().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// The next stored message of this role.
    pub(crate) async fn next_message(&mut self, role: &str) -> Value {
        loop {
            let frame = self.next_of("message").await;
            if frame["role"] == role {
                return frame;
            }
        }
    }

    /// All frames up to the first of which this holds, that one included.
    pub(crate) async fn until(&mut self, last: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut frames = Vec::new();
        loop {
            frames.push(self.next().await);
            if last(frames.last().expect("just pushed")) {
                return frames;
            }
        }
    }

    /// Asks, and gives all frames up to the end of the turn (`typing` stop, so the socket must show typing).
    pub(crate) async fn turn(&mut self, text: &str, id: Option<&str>) -> Vec<Value> {
        self.ask(text, id).await;
        self.until(|frame| frame["type"] == "typing" && frame["content"]["status"] == "stop").await
    }

    /// How the server closes: code and word. Frames before it are passed over.
    pub(crate) async fn closed(&mut self) -> (u16, String) {
        loop {
            if let Err(close) = self.event().await {
                return close;
            }
        }
    }

    /// The next frame, or how the socket closed.
    pub(crate) async fn event(&mut self) -> Result<Value, (u16, String)> {
        loop {
            match timeout(PATIENCE, self.0.next()).await.expect("an event within the test's patience") {
                Some(Ok(Frame::Text(text))) => return Ok(serde_json::from_str(&text).expect("JSON")),
                Some(Ok(Frame::Close(Some(close)))) => return Err((close.code.into(), close.reason.to_string())),
                Some(Ok(Frame::Close(None))) | None => return Err((0, String::new())),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err((0, error.to_string())),
            }
        }
    }

    /// Closes from this side, and waits until the server has done so, too.
    pub(crate) async fn close(&mut self) {
        self.0.close(None).await.expect("the socket is open");
        timeout(PATIENCE, async { while let Some(Ok(_)) = self.0.next().await {} }).await.expect("the server hangs up");
    }

    /// Nothing comes before the answer to a ping.
    pub(crate) async fn is_quiet(&mut self) -> bool {
        self.send(&json!({"type": "ping"})).await;
        self.next().await["type"] == "pong"
    }
}

/// A connection whose bytes nobody answers: pings stay without a pong.
pub(crate) struct RawSocket(TcpStream);

impl RawSocket {
    pub(crate) async fn open(server: &TestServer, token: &str) -> Self {
        let mut stream = TcpStream::connect(server.addr).await.expect("a connection");
        let request = format!(
            "GET /ws/chat HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer {token}\r\n\r\n",
            server.addr
        );
        stream.write_all(request.as_bytes()).await.expect("the server reads");
        Self(stream)
    }

    /// Sends bytes as they are.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.expect("the server reads");
    }

    /// All bytes until the server hangs up.
    pub(crate) async fn until_dropped(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // A reset is an end, too.
        let _ = timeout(PATIENCE, self.0.read_to_end(&mut bytes)).await.expect("dropped within the test's patience");
        bytes
    }
}
