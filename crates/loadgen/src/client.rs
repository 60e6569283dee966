//! One WebSocket of door 1, as the browser opens it.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use protocol::native::{ClientFrame, Question, ServerFrame};
use protocol::{ConversationId, MessageId};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::AUTHORIZATION;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message as Frame, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// The longest wait for one frame; past it something hangs.
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// One read of the socket for a busy connection. The library's own default would be most of the generator's memory.
const READ_BYTES: usize = 16 * 1024;
/// The same for a connection on which nothing comes.
const READ_BYTES_IDLE: usize = 1024;

/// The socket itself, for those who read and write it apart.
pub type Socket = WebSocketStream<TcpStream>;

/// Why nothing more comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gone {
    /// The server closed, with a code and a word.
    Closed(u16, String),
    /// The connection broke.
    Broken(String),
    /// Nothing came for a long time.
    Silent,
}

impl std::fmt::Display for Gone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Closed(code, word) => write!(f, "the server closed with {code} {word}"),
            Self::Broken(why) => write!(f, "the connection broke: {why}"),
            Self::Silent => write!(f, "nothing came for {} s", SILENCE_MAX.as_secs()),
        }
    }
}

impl std::error::Error for Gone {}

/// A signed-in connection in live mode, with typing frames.
#[derive(Debug)]
pub struct Client {
    socket: Socket,
}

impl Client {
    /// Connects.
    pub async fn connect(addr: SocketAddr, token: &str) -> anyhow::Result<Self> {
        Self::open(addr, token, None, READ_BYTES).await
    }

    /// Connects from one of the loopback's other addresses, for a connection that stays quiet.
    pub async fn connect_idle(addr: SocketAddr, token: &str, source: IpAddr) -> anyhow::Result<Self> {
        Self::open(addr, token, Some(source), READ_BYTES_IDLE).await
    }

    async fn open(addr: SocketAddr, token: &str, source: Option<IpAddr>, read_bytes: usize) -> anyhow::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        if let Some(source) = source {
            socket.bind(SocketAddr::new(source, 0))?;
        }
        let stream = socket.connect(addr).await?;
        stream.set_nodelay(true)?;
        let mut request = format!("ws://{addr}/ws/chat?stream=1&typing=1").into_client_request()?;
        request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {token}"))?);
        let config = WebSocketConfig::default().read_buffer_size(read_bytes).write_buffer_size(read_bytes);
        let (socket, _) = timeout(SILENCE_MAX, client_async_with_config(request, stream, Some(config))).await??;
        Ok(Self { socket })
    }

    /// The socket itself.
    pub fn into_socket(self) -> Socket {
        self.socket
    }

    /// Sends a frame.
    pub async fn send(&mut self, frame: &ClientFrame) -> anyhow::Result<()> {
        self.socket.send(Frame::text(serde_json::to_string(frame)?)).await?;
        Ok(())
    }

    /// Asks a question.
    pub async fn ask(&mut self, session: Option<&ConversationId>, id: &str, text: &str) -> anyhow::Result<()> {
        self.send(&ask_frame(session, id, text)).await
    }

    /// Asks for what was missed, from a part of the running answer where one is held.
    pub async fn resume(
        &mut self,
        session: &ConversationId,
        after_seq: i64,
        part: Option<(MessageId, usize)>,
    ) -> anyhow::Result<()> {
        let (message_id, offset) = part.map_or((None, 0), |(message, offset)| (Some(message), offset));
        self.send(&ClientFrame::Resume { session_id: session.clone(), after_seq, message_id, offset }).await
    }

    /// The next text frame as it came.
    pub async fn next_text(&mut self) -> Result<Utf8Bytes, Gone> {
        loop {
            let frame = timeout(SILENCE_MAX, self.socket.next()).await.map_err(|_| Gone::Silent)?;
            if let Some(text) = text_of(frame)? {
                return Ok(text);
            }
        }
    }

    /// The next frame.
    pub async fn next(&mut self) -> anyhow::Result<ServerFrame> {
        let text = self.next_text().await?;
        serde_json::from_str(&text).map_err(|error| anyhow::anyhow!("a frame can't be read: {error}"))
    }
}

/// A question as it stands on the wire.
pub fn ask_frame(session: Option<&ConversationId>, id: &str, text: &str) -> ClientFrame {
    ClientFrame::UserMessage {
        session_id: session.cloned(),
        id: Some(id.to_owned()),
        content: Question { text: text.to_owned(), attachments: Vec::new() },
        metadata: serde_json::Map::new(),
    }
}

/// The text of a frame; `None` where it has none and the connection goes on.
pub fn text_of(frame: Option<Result<Frame, tokio_tungstenite::tungstenite::Error>>) -> Result<Option<Utf8Bytes>, Gone> {
    match frame {
        Some(Ok(Frame::Text(text))) => Ok(Some(text)),
        Some(Ok(Frame::Close(close))) => Err(close.map_or_else(
            || Gone::Closed(1005, String::new()),
            |close| Gone::Closed(close.code.into(), close.reason.to_string()),
        )),
        Some(Ok(_)) => Ok(None),
        Some(Err(error)) => Err(Gone::Broken(error.to_string())),
        None => Err(Gone::Broken("end of stream".to_owned())),
    }
}
