//! The chat as a whole: who, which conversations, the open one, the connection. Pages reach it by [`use_chat`].

use leptos::prelude::*;
use protocol::document::Attachment;
use protocol::native::{ClientFrame, Interaction, Question, Rating, ServerFrame};
use protocol::rest::Conversation;
use protocol::{ConversationId, MessageId, Source};

use super::board::Board;
use super::line::Line;
pub use super::line::LinkState;
use super::list;
use super::outbox::{Outbox, Pending};
use super::transcript::Applied;
use crate::api::conversations::earlier_messages;
use crate::api::types::{Earlier, Transcript as Opened, Viewer};

/// What a person says of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rated {
    /// 1 (worst) to 5 (best).
    pub rating: u8,
    /// In their words.
    pub text: Option<String>,
    /// Whether clinicians may read it, without the name; `None`: as the profile says.
    pub review: Option<bool>,
}

/// What a person sends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Trimmed.
    pub text: String,
    /// Documents and pictures with it.
    pub attached: Vec<Attachment>,
}

/// A short message that goes away by itself, and what can be taken back with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// What happened.
    pub text: String,
    /// What can be taken back.
    pub undo: Option<Undo>,
}

/// What was done to a conversation, and can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undo {
    /// It was deleted.
    Deleted(ConversationId),
    /// It was put into the archive.
    Archived(ConversationId),
}

/// The sources of an answer, and the one that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenSources {
    /// All of the answer.
    pub sources: Vec<Source>,
    /// From 1.
    pub current: usize,
}

/// Everything the chat's components share.
#[derive(Clone, Copy)]
pub struct Chat {
    /// Who.
    pub viewer: StoredValue<Viewer>,
    /// Their conversations, the most recently active first.
    pub conversations: RwSignal<Vec<Conversation>>,
    /// The connection.
    pub link: RwSignal<LinkState>,
    /// The sources panel, when it is open.
    pub sources: RwSignal<Option<OpenSources>>,
    /// The toast, while there is one.
    pub toast: RwSignal<Option<Toast>>,
    /// A conversation that the open page shows was deleted elsewhere.
    pub gone: RwSignal<Option<ConversationId>>,
    /// The conversation that is being deleted on this page, and its title: the news of it may come by the connection before
    /// the answer to the form does, and is no news then.
    pub deleting: StoredValue<Option<(ConversationId, String)>>,
    /// Counts what the server refused that was no question: a pressed button can be pressed again then.
    pub refused: RwSignal<u32>,
    /// The person is signing out on this page, which then says where to go.
    pub leaving: RwSignal<bool>,
    /// The cursor was in the composer of the page that is left; the next composer takes it.
    pub cursor: StoredValue<bool>,
    /// A conversation just made here, so that its page need not be asked for.
    pub fresh: StoredValue<Option<Opened>>,
    board: StoredValue<Option<Board>>,
    line: Line,
}

/// The chat that this component is part of.
pub fn use_chat() -> Chat {
    use_context().expect("chat components stand inside a ChatRoom, which provides the chat")
}

impl Chat {
    /// Of this person, with these conversations.
    pub fn new(viewer: Viewer, conversations: Vec<Conversation>, fresh: StoredValue<Option<Opened>>) -> Self {
        let line = Line::new();
        Self {
            viewer: StoredValue::new(viewer),
            conversations: RwSignal::new(conversations),
            link: line.state,
            sources: RwSignal::new(None),
            toast: RwSignal::new(None),
            gone: RwSignal::new(None),
            deleting: StoredValue::new(None),
            refused: RwSignal::new(0),
            leaving: RwSignal::new(false),
            cursor: StoredValue::new(false),
            fresh,
            board: StoredValue::new(None),
            line,
        }
    }

    /// What this person has not sent yet.
    pub fn outbox(&self) -> Outbox {
        Outbox::new(self.viewer.with_value(|viewer| viewer.id().clone()))
    }

    /// Says something in passing.
    pub fn say(&self, text: impl Into<String>) {
        self.toast.set(Some(Toast { text: text.into(), undo: None }));
    }

    /// The title of a conversation.
    pub fn title(&self, id: &ConversationId) -> Option<String> {
        self.conversations
            .with(|all| all.iter().find(|other| other.id == *id).map(|found| list::title(found).to_owned()))
    }

    /// This transcript is on the page now: what waits in the outbox is shown in it, and what was missed is asked for.
    pub fn open(&self, board: Board) {
        self.board.set_value(Some(board));
        let Some(session) = board.with(|transcript| transcript.session().clone()) else { return };
        let online = self.link.get_untracked() == LinkState::Online;
        for pending in self.outbox().pending(&session) {
            board.change(|transcript| {
                let said = (pending.text.as_str(), pending.attached.as_slice());
                transcript.ask_with(&pending.client_id, said, pending.refused.as_deref())
            });
            if online && pending.refused.is_none() {
                self.send(question(&session, pending));
            }
        }
        if online {
            self.resume(board);
        }
    }

    /// Asks a question: kept until it is acknowledged, shown at once, sent when there is a connection.
    pub fn ask(&self, session: &ConversationId, said: &Said) {
        self.ask_as(session, &new_id(), said);
    }

    /// The first question of a conversation that was made just now: it waits in the outbox until the page of it opens.
    pub fn ask_first(&self, opened: Opened, said: Said) {
        let Said { text, attached } = said;
        let pending = Pending { client_id: new_id(), text, attached, refused: None };
        self.outbox().keep(&opened.conversation.id, pending);
        self.outbox().keep_draft(None, "");
        self.conversations.update(|all| list::upsert(all, opened.conversation.clone()));
        self.cursor.set_value(true);
        self.fresh.set_value(Some(opened));
    }

    /// A page of what was said before the first message of a transcript; `None` where it could not be had, which is said.
    pub async fn older(self, board: Board) -> Option<Earlier> {
        let (session, first) =
            board.with(|transcript| (transcript.session().clone(), transcript.first_seq().unwrap_or(i64::MAX)))?;
        match earlier_messages(session, first).await {
            Ok(page) => Some(page),
            Err(failure) => {
                self.say(failure.message);
                None
            }
        }
    }

    /// Asks again what was refused, under the id that it had.
    pub fn ask_as(&self, session: &ConversationId, client_id: &str, said: &Said) {
        let Said { text, attached } = said.clone();
        let pending = Pending { client_id: client_id.to_owned(), text, attached, refused: None };
        self.outbox().keep(session, pending.clone());
        if let Some(board) = self.board_of(session) {
            board.change(|transcript| transcript.ask_with(client_id, (&said.text, &said.attached), None));
        }
        if self.link.get_untracked() == LinkState::Online {
            self.send(question(session, pending));
        }
    }

    /// Gives up a question that was not sent.
    pub fn discard(&self, session: &ConversationId, client_id: &str) {
        self.outbox().release(session, client_id);
        if let Some(board) = self.board_of(session) {
            board.change(|transcript| transcript.discard(client_id));
        }
    }

    /// Stops the running answer.
    pub fn stop(&self, session: &ConversationId) {
        self.send(ClientFrame::Stop { session_id: session.clone() });
    }

    /// Asks for another answer to the same question.
    pub fn regenerate(&self, session: &ConversationId, answer: &MessageId) {
        self.send(ClientFrame::Regenerate { session_id: session.clone(), message_id: answer.clone() });
    }

    /// Presses a button of a message, with what belongs to it.
    pub fn press(&self, session: &ConversationId, button: &str, data: serde_json::Value) {
        let content = Interaction { action: "button_click".to_owned(), id: button.to_owned(), data };
        self.send(ClientFrame::Interaction { session_id: Some(session.clone()), content });
    }

    /// Says that a passage of an answer was opened. Nothing waits for it, and nothing is said where it does not arrive.
    #[cfg(feature = "hydrate")]
    pub fn passage_opened(&self, session: ConversationId, answer: MessageId, number: usize) {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        leptos::task::spawn_local(async move {
            let _ = crate::api::care::passage_opened(session, answer, number).await;
        });
    }

    /// Says what an answer was worth.
    pub fn rate(&self, session: &ConversationId, answer: Option<MessageId>, rated: Rated) {
        let Rated { rating, text, review } = rated;
        let content = Rating { rating, text, message_id: answer, review };
        self.send(ClientFrame::Feedback { session_id: Some(session.clone()), content });
    }

    fn board_of(&self, session: &ConversationId) -> Option<Board> {
        let board = self.board.try_get_value().flatten()?;
        board.with(|transcript| transcript.session() == session)?.then_some(board)
    }

    /// What was missed, please.
    fn resume(&self, board: Board) {
        let Some((session_id, point)) =
            board.with(|transcript| (transcript.session().clone(), transcript.resume_point()))
        else {
            return;
        };
        board.change(|transcript| {
            transcript.resume_sent();
            Applied::default()
        });
        self.send(ClientFrame::Resume {
            session_id,
            after_seq: point.after_seq,
            message_id: point.message_id,
            offset: point.offset,
        });
    }

    /// The connection is there (again): first what waits, then what was missed. In this order the acknowledgement of a
    /// question that did arrive comes before its replay, and it is not shown twice for a moment.
    pub fn on_open(&self) {
        let point = self.board.try_get_value().flatten();
        for (session, waiting) in self.outbox().all() {
            for pending in waiting.into_iter().filter(|pending| pending.refused.is_none()) {
                self.send(question(&session, pending));
            }
        }
        if let Some(board) = point {
            self.resume(board);
        }
    }

    /// Takes a frame in.
    pub fn on_frame(&self, frame: ServerFrame) {
        let session = session_of(&frame).cloned();
        match &frame {
            ServerFrame::ConversationUpdated { conversation, .. } => {
                let conversation = conversation.as_ref().clone();
                self.conversations.try_update(|all| list::upsert(all, conversation));
            }
            ServerFrame::ConversationDeleted { session_id, .. } => {
                self.conversations.try_update(|all| list::remove(all, session_id));
            }
            ServerFrame::Ack { id: Some(id), session_id, .. } => self.outbox().release(session_id, id),
            ServerFrame::Error { id: Some(id), session_id: Some(session_id), error, .. } => {
                self.outbox().refuse(session_id, id, error);
            }
            ServerFrame::Error { id: None, .. } => {
                self.refused.try_update(|count| *count += 1);
            }
            _ => {}
        }
        let Some(board) = self.board.try_get_value().flatten() else { return };
        let applied = board.change(|transcript| transcript.apply(frame));
        self.after(board, session, applied);
    }

    fn after(&self, board: Board, session: Option<ConversationId>, applied: Applied) {
        if let Some(note) = applied.note {
            self.say(note);
        }
        if let (Some((client_id, reason)), None) = (applied.refused, &session) {
            // The error named no conversation; the question was one of the open one.
            if let Some(session) = board.with(|transcript| transcript.session().clone()) {
                self.outbox().refuse(&session, &client_id, &reason);
            }
        }
        if applied.wants_resume {
            self.resume(board);
        }
        let ours = self.deleting.with_value(|deleting| deleting.as_ref().map(|(id, _)| id) == session.as_ref());
        if applied.deleted && !ours {
            self.gone.set(session);
        }
    }

    /// Sends a frame, now or when there is a connection.
    pub fn send(&self, frame: ClientFrame) {
        self.line.send(frame);
    }

    /// Connects, for as long as the component that asks is on the page. Call it from an effect: only a browser can.
    #[cfg(feature = "hydrate")]
    pub fn connect(self) {
        self.line.connect(move || self.on_open(), move |frame| self.on_frame(frame));
    }
}

fn question(session: &ConversationId, pending: Pending) -> ClientFrame {
    ClientFrame::UserMessage {
        session_id: Some(session.clone()),
        id: Some(pending.client_id),
        content: Question {
            text: pending.text,
            attachments: pending.attached.iter().map(|one| one.id.as_str().to_owned()).collect(),
        },
        metadata: serde_json::Map::new(),
    }
}

fn session_of(frame: &ServerFrame) -> Option<&ConversationId> {
    match frame {
        ServerFrame::Message(message) => message.session_id.as_ref(),
        ServerFrame::Ack { session_id, .. }
        | ServerFrame::Status { session_id, .. }
        | ServerFrame::StreamChunk { session_id, .. }
        | ServerFrame::Typing { session_id, .. }
        | ServerFrame::Read { session_id, .. }
        | ServerFrame::ConversationUpdated { session_id, .. }
        | ServerFrame::ConversationDeleted { session_id, .. }
        | ServerFrame::Resumed { session_id, .. } => Some(session_id),
        ServerFrame::Error { session_id, .. } => session_id.as_ref(),
        ServerFrame::Case { .. }
        | ServerFrame::CaseUpdated { .. }
        | ServerFrame::Pong { .. }
        | ServerFrame::Unknown => None,
    }
}

/// A random id for a question. Not `crypto.randomUUID`, which browsers give to secure pages only.
#[cfg(feature = "hydrate")]
fn new_id() -> String {
    use std::fmt::Write;
    let mut bytes = [0; 16];
    let filled = window().crypto().and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    if filled.is_err() {
        // Unique enough to be told apart, which is all that it is for.
        return format!("{}-{}", js_sys::Date::now(), js_sys::Math::random());
    }
    bytes.iter().fold(String::with_capacity(32), |mut id, byte| {
        let _ = write!(id, "{byte:02x}");
        id
    })
}

/// Questions are asked in the browser only.
#[cfg(not(feature = "hydrate"))]
fn new_id() -> String {
    String::new()
}
