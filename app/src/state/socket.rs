//! The realtime connection, in the browser only: connects, notices a dead line, and connects again.
//!
//! One task owns the socket. It hears of commands and of the passing of time through one channel, so that nothing is
//! shared; when the channel's other end is dropped, the socket is closed.

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::future::{Either, select};
use futures_util::{SinkExt, StreamExt};
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, WebSocketError};
use protocol::native::{ClientFrame, ServerFrame};
use wasm_bindgen_futures::spawn_local;

use super::backoff::wait_ms;
use super::line::LinkState;

/// How often to say that we are here.
const PING_MS: f64 = 25_000.0;
/// How long the server may be silent.
const SILENCE_MS: f64 = 60_000.0;
/// How long connecting may take.
const CONNECT_MS: f64 = 15_000.0;
/// Commands that wait for a connection; questions do not count, the outbox has them.
const WAITING_MAX: usize = 32;

/// What the task is told.
#[derive(Debug)]
pub(crate) enum Tell {
    /// Send this.
    Send(Box<ClientFrame>),
    /// A second went by.
    Tick,
    /// The network is back, or the page is looked at again: try now.
    Wake,
    /// The browser says that there is no network.
    Offline,
}

/// What the task has to say.
#[derive(Debug)]
pub(crate) enum Heard {
    /// How the connection stands.
    State(LinkState),
    /// Connected: take the conversation up again.
    Open,
    /// A frame.
    Frame(ServerFrame),
}

/// The way to the task.
pub(crate) type Link = UnboundedSender<Tell>;

/// How a connection ended.
enum End {
    /// Nobody listens any longer.
    Dropped,
    /// The server sends us away: signed out, or no longer.
    SignedOut,
    /// Too many connections or too much said.
    Limit,
    /// Anything else: try again.
    Lost,
}

/// Starts the task.
pub(crate) fn start(hear: impl Fn(Heard) + 'static) -> Link {
    let (link, told) = unbounded();
    spawn_local(run(told, hear));
    link
}

async fn run(mut told: UnboundedReceiver<Tell>, hear: impl Fn(Heard)) {
    let mut attempt = 0;
    let mut waiting = Vec::new();
    loop {
        let end = match WebSocket::open(&address()) {
            Ok(socket) => converse(socket, &mut told, &mut waiting, &mut attempt, &hear).await,
            Err(_) => End::Lost,
        };
        match end {
            End::Dropped => return,
            End::SignedOut => {
                hear(Heard::State(LinkState::SignedOut));
                return;
            }
            End::Limit => {
                hear(Heard::State(LinkState::Limited));
                // The server just said that it was too much: the longest wait, not the shortest.
                attempt = 6;
            }
            End::Lost => hear(Heard::State(if online() { LinkState::Reconnecting } else { LinkState::Offline })),
        }
        let until = now() + wait_ms(attempt, js_sys::Math::random());
        attempt += 1;
        if !pause(&mut told, &mut waiting, until, &hear).await {
            return;
        }
    }
}

/// Waits until it is time, or until someone wakes us; false when nobody listens any longer.
async fn pause(
    told: &mut UnboundedReceiver<Tell>,
    waiting: &mut Vec<ClientFrame>,
    until: f64,
    hear: &impl Fn(Heard),
) -> bool {
    loop {
        match told.next().await {
            None => return false,
            Some(Tell::Wake) => return true,
            Some(Tell::Tick) if now() >= until && online() => return true,
            Some(Tell::Tick) => {}
            Some(Tell::Offline) => hear(Heard::State(LinkState::Offline)),
            Some(Tell::Send(frame)) => hold(waiting, *frame),
        }
    }
}

/// Keeps what would be lost otherwise. Questions wait in the outbox, and the rest is about a moment that has passed.
fn hold(waiting: &mut Vec<ClientFrame>, frame: ClientFrame) {
    let keeps = matches!(frame, ClientFrame::Interaction { .. } | ClientFrame::Feedback { .. });
    if keeps && waiting.len() < WAITING_MAX {
        waiting.push(frame);
    }
}

async fn converse(
    mut socket: WebSocket,
    told: &mut UnboundedReceiver<Tell>,
    waiting: &mut Vec<ClientFrame>,
    attempt: &mut u32,
    hear: &impl Fn(Heard),
) -> End {
    let begun = now();
    let (mut heard_at, mut pinged_at, mut open, mut offline) = (begun, begun, false, false);
    loop {
        let next = match select(socket.next(), told.next()).await {
            Either::Left((message, _)) => Either::Left(message),
            Either::Right((tell, _)) => Either::Right(tell),
        };
        match next {
            Either::Left(Some(Ok(message))) => {
                heard_at = now();
                if !open || offline {
                    // The welcome is the first frame: only now is it sure that we were let in. And a line that outlives
                    // a loss of network is as good as a new one.
                    (open, offline) = (true, false);
                    *attempt = 0;
                    hear(Heard::State(LinkState::Online));
                    for frame in waiting.drain(..) {
                        let _ = send(&mut socket, &frame).await;
                    }
                    hear(Heard::Open);
                }
                if let Some(end) = on_message(message, hear) {
                    return end;
                }
            }
            Either::Left(Some(Err(WebSocketError::ConnectionClose(close)))) => return ended(close.code, &close.reason),
            Either::Left(None) => return End::Lost,
            Either::Right(None) => {
                let _ = socket.close(None, None);
                return End::Dropped;
            }
            Either::Right(Some(Tell::Send(frame))) if open => {
                if send(&mut socket, &frame).await.is_err() {
                    hold(waiting, *frame);
                }
            }
            Either::Right(Some(Tell::Send(frame))) => hold(waiting, *frame),
            Either::Right(Some(Tell::Offline)) => {
                offline = true;
                hear(Heard::State(LinkState::Offline));
            }
            // A line that was cut shows it only when something is sent over it.
            Either::Right(Some(Tell::Wake)) if open => pinged_at = f64::NEG_INFINITY,
            // After an error event comes the close event, with the reason; and while connecting there is nothing to wake.
            Either::Left(Some(Err(_))) | Either::Right(Some(Tell::Wake)) => {}
            Either::Right(Some(Tell::Tick)) => {
                let patience = if open { SILENCE_MS } else { CONNECT_MS };
                if now() - heard_at > patience {
                    let _ = socket.close(None, None);
                    return End::Lost;
                }
                if open && now() - pinged_at > PING_MS {
                    pinged_at = now();
                    let _ = send(&mut socket, &ClientFrame::Ping).await;
                }
            }
        }
    }
}

fn on_message(message: Message, hear: &impl Fn(Heard)) -> Option<End> {
    let Message::Text(text) = message else { return None };
    let frame = serde_json::from_str::<ServerFrame>(&text).ok()?;
    let expired = matches!(&frame, ServerFrame::Error { code, .. } if code == "token_expired");
    hear(Heard::Frame(frame));
    expired.then_some(End::Lost)
}

async fn send(socket: &mut WebSocket, frame: &ClientFrame) -> Result<(), ()> {
    let text = serde_json::to_string(frame).map_err(|_| ())?;
    socket.send(Message::Text(text)).await.map_err(|_| ())
}

fn ended(code: u16, reason: &str) -> End {
    match (code, reason) {
        (1008, "unauthenticated" | "forbidden") => End::SignedOut,
        (1008, "limit") => End::Limit,
        _ => End::Lost,
    }
}

fn address() -> String {
    let location = leptos::prelude::window().location();
    let scheme = if location.protocol().is_ok_and(|protocol| protocol == "https:") { "wss" } else { "ws" };
    format!("{scheme}://{}/ws/chat?typing=1&stream=1", location.host().unwrap_or_default())
}

fn online() -> bool {
    leptos::prelude::window().navigator().on_line()
}

fn now() -> f64 {
    js_sys::Date::now()
}
