//! One socket from upgrade to close: frames in, frames out, heartbeat, limits.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::ws::{CloseFrame, Message as Frame, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures_util::future::BoxFuture;
use futures_util::{SinkExt, StreamExt};
use http::request::Parts;
use protocol::UserId;
use protocol::engine::{ClientCommand, ErrorCode, ServerEvent};
use protocol::limits::FRAME_BYTES_MAX;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tracing::Instrument;

use super::commands;
use super::doors::{Dialect, Unreadable};
use super::hub::{Peer, RoomLimits};
use super::queue::Closing;
use crate::audit::{Action, Actor, Entry, Origin};
use crate::auth::{self, Caller};
use crate::clinic::{self, Viewer};
use crate::clock::rfc3339;
use crate::db::Change;
use crate::limits::{ClientAddress, Kind};
use crate::state::App;
use crate::telemetry::RequestId;

const POLICY: u16 = 1008;
const TOO_BIG: u16 = 1009;
const RESTART: u16 = 1012;
const AGAIN_LATER: u16 = 1013;
/// The transport's limit; past our own the socket can still be kept.
const TRANSPORT_BYTES_MAX: usize = 256 * 1024;
/// So many bad frames in a minute close the socket.
const BAD_FRAMES_MAX: usize = 10;

/// Accepts the upgrade. What is refused is accepted first and then closed with 1008 and one word, no frame before it.
pub fn open(
    app: App,
    parts: Parts,
    upgrade: WebSocketUpgrade,
    client_id: Option<String>,
    channel: Option<UserId>,
    door: (Box<dyn Dialect>, Option<&'static str>),
) -> Response {
    let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let span = tracing::info_span!(parent: None, "socket", request_id);
    upgrade
        .read_buffer_size(1024)
        .write_buffer_size(8 * 1024)
        .max_write_buffer_size(64 * 1024 + TRANSPORT_BYTES_MAX)
        .max_message_size(TRANSPORT_BYTES_MAX)
        .max_frame_size(TRANSPORT_BYTES_MAX)
        .on_upgrade(move |socket| {
            async move {
                let address = ClientAddress::of(&parts, &app.settings.trusted_proxies.0);
                let origin = Origin { address: Some(address.0), request_id, region: auth::region_of(&parts.headers) };
                if app.is_draining() {
                    let mut socket = socket;
                    let _ = timeout(Duration::from_secs(5), socket.send(close_frame(RESTART, "restart"))).await;
                    return;
                }
                match admit(&app, &parts, address, (client_id, channel), (door, &origin)).await {
                    Ok((peer, caller)) => Box::pin(Session::new(app, peer, caller, origin).run(socket)).await,
                    Err(refused) => refuse(&app, socket, refused, &origin).await,
                }
            }
            .instrument(span)
        })
}

async fn admit(
    app: &App,
    parts: &Parts,
    address: ClientAddress,
    (client_id, channel): (Option<String>, Option<UserId>),
    (door, origin): ((Box<dyn Dialect>, Option<&'static str>), &Origin),
) -> Result<(Arc<Peer>, Caller), Refused> {
    let stranger = |word| Refused { actor: Actor::Stranger, word, frames: Vec::new() };
    app.limits.check(Kind::Sockets, &address.key()).map_err(|_| stranger("limit"))?;
    let caller = auth::socket_caller(app, parts).await.map_err(|refusal| stranger(refusal.word()))?;
    let refused = |word| Refused { actor: Actor::User(caller.user_id.clone()), word, frames: Vec::new() };
    if let Some(conversation) = door.0.conversation()
        && let Err(commands::Refusal { code, text }) =
            commands::theirs(app, &caller.user_id, conversation, origin).await
    {
        if code != ErrorCode::NotFound {
            return Err(refused(auth::Refusal::Unavailable.word()));
        }
        // Who may come in and names what is not there is told so: it is not their sign-in that is wrong.
        let event = ServerEvent::Error { code, text, session: Some(conversation.clone()), client_id: None };
        let frames = door.0.event(&event, true, &rfc3339(app.clock.now()));
        return Err(Refused { frames, ..refused(auth::Refusal::Forbidden.word()) });
    }
    let limits = RoomLimits {
        per_user: app.settings.sockets_per_user,
        per_conversation: app.settings.sockets_per_conversation,
        queue_bytes: app.settings.socket_queue_bytes,
    };
    let client_id = client_id.filter(|id| !id.is_empty() && id.len() <= 64);
    let channel = channel.unwrap_or_else(|| caller.user_id.clone());
    let who = (&caller.user_id, caller.role, channel);
    let peer = app.hub.join(who, caller.session().to_owned(), client_id, door, limits).map_err(|_| refused("limit"))?;
    // Looked up once it is there: a share that ends from now on closes it.
    match clinic::may_join(app, &Viewer::from(&caller), &peer.channel).await {
        Ok(true) => Ok((peer, caller)),
        Ok(false) => {
            app.hub.leave(&peer);
            Err(refused(auth::Refusal::Forbidden.word()))
        }
        Err(error) => {
            tracing::error!(%error, "a share could not be looked up");
            app.hub.leave(&peer);
            Err(refused(auth::Refusal::Unavailable.word()))
        }
    }
}

/// Why somebody does not come in.
struct Refused {
    actor: Actor,
    /// For the close frame and the trail.
    word: &'static str,
    /// What is said before the close.
    frames: Vec<String>,
}

async fn refuse(app: &App, mut socket: WebSocket, refused: Refused, origin: &Origin) {
    let Refused { actor, word, frames } = refused;
    metrics::counter!("anamnesis_sockets_refused", "reason" => word).increment(1);
    tracing::info!(reason = word, "ws_refused");
    let entry = Entry::new(app.clock.now(), actor, Action::SOCKET).refused(word).from(origin);
    if word != "limit" {
        // What is over the limit makes no work for the disk.
        let _ = app.writer.apply(Change { audit: vec![entry], ..Default::default() }).await;
    }
    // Whose sign-in could not be looked up is not turned away for good.
    let code = if word == "unavailable" { AGAIN_LATER } else { POLICY };
    let says = async {
        for frame in frames {
            metrics::counter!("anamnesis_messages_out").increment(1);
            socket.send(Frame::Text(frame.into())).await?;
        }
        socket.send(close_frame(code, word)).await
    };
    let _ = timeout(Duration::from_secs(5), says).await;
    drain(&mut socket).await;
}

fn close_frame(code: u16, reason: &'static str) -> Frame {
    Frame::Close(Some(CloseFrame { code, reason: reason.into() }))
}

/// Waits a moment for the other side's close, so that ours is not lost with the connection.
async fn drain(socket: &mut WebSocket) {
    let _ = timeout(Duration::from_secs(2), async { while let Some(Ok(_)) = socket.recv().await {} }).await;
}

/// Why a socket ended: for the log, and as a close frame where we end it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Gone,
    Silent,
    Close(u16, &'static str),
}

struct Session {
    app: App,
    peer: Arc<Peer>,
    caller: Caller,
    origin: Origin,
    heard: Instant,
    bad: VecDeque<Instant>,
    opened: Instant,
}

impl Session {
    fn new(app: App, peer: Arc<Peer>, caller: Caller, origin: Origin) -> Self {
        let now = Instant::now();
        Self { app, peer, caller, origin, heard: now, bad: VecDeque::new(), opened: now }
    }

    async fn run(mut self, mut socket: WebSocket) {
        tracing::info!(user = %self.peer.user, connection = self.peer.id, "ws_connect");
        let entry = Entry::new(self.app.clock.now(), Actor::User(self.peer.user.clone()), Action::SOCKET)
            .subject(&self.peer.channel)
            .from(&self.origin);
        let _ = self.app.writer.apply(Change { audit: vec![entry], ..Default::default() }).await;
        let end = self.talk(&mut socket).await;
        self.app.hub.leave(&self.peer);
        if let End::Close(code, reason) = end {
            let _ = timeout(Duration::from_secs(5), socket.send(close_frame(code, reason))).await;
            drain(&mut socket).await;
        }
        let elapsed_ms = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(connection = self.peer.id, reason = ?end, elapsed_ms, "ws_disconnect");
    }

    async fn talk(&mut self, socket: &mut WebSocket) -> End {
        let (mut sink, mut stream) = socket.split();
        let mut ping = interval(self.app.settings.socket_ping);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ping.reset();
        let expiry = sleep(self.until_expiry());
        tokio::pin!(expiry);
        let mut command: Option<BoxFuture<'static, ()>> = None;
        loop {
            tokio::select! {
                biased;
                () = self.peer.outgoing.changed() => {
                    if let Some(end) = self.write(&mut sink).await {
                        return end;
                    }
                }
                () = async { command.as_mut().expect("guarded").await }, if command.is_some() => command = None,
                frame = stream.next(), if command.is_none() => match frame {
                    Some(Ok(frame)) => {
                        self.heard = Instant::now();
                        // The timer may be late, or the clock have jumped: nothing is read for a token that has ended.
                        if let Some(end) = self.expire(&mut sink).await {
                            return end;
                        }
                        match self.read(frame) {
                            Ok(work) => command = work,
                            Err(end) => return end,
                        }
                    }
                    Some(Err(error)) => return if too_big(&error) { End::Close(TOO_BIG, "too large") } else { End::Gone },
                    None => return End::Gone,
                },
                _ = ping.tick() => {
                    if let Some(end) = self.expire(&mut sink).await {
                        return end;
                    }
                    if self.heard.elapsed() > self.app.settings.socket_silence {
                        return End::Silent;
                    }
                    if timeout(self.app.settings.socket_silence, sink.send(Frame::Ping(bytes::Bytes::new()))).await.is_err() {
                        return End::Silent;
                    }
                    // A session that ended by idleness or elsewhere is noticed here; its socket is then closed by the hub.
                    auth::still_holds(&self.app, &self.caller).await;
                }
                () = &mut expiry => {
                    if let Some(end) = self.expire(&mut sink).await {
                        return end;
                    }
                    expiry.as_mut().reset(tokio::time::Instant::now() + self.until_expiry());
                }
            }
        }
    }

    /// Writes all that waits, then flushes once. A reader that does not keep up is found while we wait for it.
    async fn write<S>(&mut self, sink: &mut S) -> Option<End>
    where
        S: futures_util::Sink<Frame> + Unpin,
    {
        let (frames, closing) = self.peer.outgoing.take();
        let writing = async {
            for frame in frames {
                let bytes = frame.len();
                if sink.feed(Frame::Text(frame)).await.is_err() {
                    return false;
                }
                self.peer.outgoing.written(bytes);
            }
            sink.flush().await.is_ok()
        };
        tokio::pin!(writing);
        let mut more = false;
        let written = loop {
            tokio::select! {
                written = &mut writing => break written,
                () = self.peer.outgoing.changed() => {
                    if self.peer.outgoing.is_slow() {
                        return Some(End::Close(AGAIN_LATER, "slow reader"));
                    }
                    // More came while we wrote: it is looked for again once this is out.
                    more = true;
                }
                () = sleep(self.app.settings.socket_silence) => return Some(End::Silent),
            }
        };
        if !written {
            return Some(End::Gone);
        }
        if more {
            self.peer.outgoing.look_again();
        }
        match closing {
            None => None,
            Some(Closing::Slow) => Some(End::Close(AGAIN_LATER, "slow reader")),
            Some(Closing::Restart) => Some(End::Close(RESTART, "restart")),
            Some(Closing::SignedOut) => Some(End::Close(POLICY, "unauthenticated")),
            Some(Closing::Forbidden) => Some(End::Close(POLICY, "forbidden")),
            Some(Closing::BadFrames) => Some(End::Close(POLICY, "limit")),
        }
    }

    /// Reads a frame; gives the work it asks for.
    fn read(&mut self, frame: Frame) -> Result<Option<BoxFuture<'static, ()>>, End> {
        let text = match frame {
            Frame::Text(text) => text,
            Frame::Binary(_) => {
                self.bad(unreadable(ErrorCode::Binary, "Send text frames with JSON; binary frames are not read."));
                return Ok(None);
            }
            Frame::Ping(_) | Frame::Pong(_) => return Ok(None),
            Frame::Close(_) => return Err(End::Gone),
        };
        metrics::counter!("anamnesis_messages_in").increment(1);
        if text.len() > FRAME_BYTES_MAX {
            self.bad(unreadable(ErrorCode::TooLarge, "The frame is over 64 KiB."));
            return Ok(None);
        }
        match self.peer.dialect.command(&text) {
            Ok(command) => {
                let (app, peer, origin, caller) =
                    (self.app.clone(), Arc::clone(&self.peer), self.origin.clone(), self.caller.clone());
                // What the browser sends by itself keeps nobody signed in.
                let by_itself = matches!(
                    command,
                    ClientCommand::Ping
                        | ClientCommand::Resume { .. }
                        | ClientCommand::Read { .. }
                        | ClientCommand::Watch { .. }
                );
                let replays = matches!(command, ClientCommand::Resume { .. } | ClientCommand::Watch { .. });
                let work = async move {
                    let holds = if by_itself {
                        auth::still_holds(&app, &caller).await
                    } else {
                        auth::touch(&app, &caller).await
                    };
                    if !holds {
                        // Where the session ended, the socket is being closed and this is not shown any more.
                        return commands::refuse(&peer, &command, commands::Refusal::unauthorised());
                    }
                    commands::run(&app, &peer, command, &origin).await;
                };
                // What is begun is done, whatever becomes of this socket: a question must not be stored and then
                // forgotten because its socket closed meanwhile. A replay is of use to this socket only.
                Ok(Some(if replays {
                    Box::pin(work)
                } else {
                    let work = tokio::spawn(work.in_current_span());
                    Box::pin(async move { drop(work.await) })
                }))
            }
            Err(unreadable) => {
                self.bad(unreadable);
                Ok(None)
            }
        }
    }

    fn bad(&mut self, why: Unreadable) {
        let now = Instant::now();
        self.bad.retain(|at| now.duration_since(*at) < Duration::from_mins(1));
        self.bad.push_back(now);
        let Unreadable { code, text, session, client_id } = why;
        self.peer.say(&ServerEvent::Error { code, text, session, client_id });
        if self.bad.len() >= BAD_FRAMES_MAX {
            self.peer.outgoing.close(Closing::BadFrames);
        }
    }

    fn until_expiry(&self) -> Duration {
        let left = self.caller.expires_at.map(|at| at - self.app.clock.now());
        left.map_or(Duration::from_hours(24), |left| Duration::from_millis(u64::try_from(left).unwrap_or(0)))
    }

    async fn expire<S>(&mut self, sink: &mut S) -> Option<End>
    where
        S: futures_util::Sink<Frame> + Unpin,
    {
        let expired = self.caller.expires_at.is_some_and(|at| at <= self.app.clock.now());
        if !expired {
            return None;
        }
        self.peer.say(&ServerEvent::Error {
            code: ErrorCode::TokenExpired,
            text: "Your sign-in has run out. Sign in again, or refresh the token, and connect again.".to_owned(),
            session: None,
            client_id: None,
        });
        Some(self.write(sink).await.unwrap_or(End::Close(POLICY, "unauthenticated")))
    }
}

fn unreadable(code: ErrorCode, text: &str) -> Unreadable {
    Unreadable { code, text: text.to_owned(), session: None, client_id: None }
}

fn too_big(error: &axum::Error) -> bool {
    // axum keeps tungstenite's error inside; its capacity errors say which limit was passed.
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = cause {
        let text = inner.to_string();
        if text.contains("too long") || text.contains("too big") || text.contains("Space limit exceeded") {
            return true;
        }
        cause = inner.source();
    }
    false
}
