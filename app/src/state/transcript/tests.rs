use protocol::engine::TurnState;
use protocol::{FinishReason, MessageId, Safety, Source};

use super::*;

const SESSION: &str = "s1";

fn session() -> ConversationId {
    ConversationId::new(SESSION)
}

fn message(id: &str, seq: i64, role: Role, text: &str) -> Message {
    let finish_reason = (role == Role::Assistant).then_some(FinishReason::Complete);
    Message {
        id: Some(MessageId::new(id)),
        seq: Some(seq),
        role,
        session_id: Some(session()),
        timestamp: "2026-11-21T10:00:00Z".to_owned(),
        content: Content { text: text.to_owned(), elements: Vec::new() },
        metadata: Metadata { finish_reason, ..Metadata::default() },
    }
}

fn stored(message: Message) -> ServerFrame {
    ServerFrame::Message(Box::new(message))
}

fn chunk(id: &str, offset: usize, text: &str) -> ServerFrame {
    ServerFrame::StreamChunk {
        message_id: MessageId::new(id),
        offset,
        content_delta: text.to_owned(),
        session_id: session(),
        timestamp: "2026-11-21T10:00:01Z".to_owned(),
    }
}

fn ack(client_id: &str, id: &str, seq: i64, duplicate: bool) -> ServerFrame {
    ServerFrame::Ack {
        id: Some(client_id.to_owned()),
        message_id: MessageId::new(id),
        seq,
        session_id: session(),
        duplicate,
        timestamp: "2026-11-21T10:00:00Z".to_owned(),
    }
}

fn status(state: TurnState, message_id: Option<&str>) -> ServerFrame {
    ServerFrame::Status {
        state,
        position: None,
        message_id: message_id.map(MessageId::new),
        session_id: session(),
        timestamp: String::new(),
    }
}

fn resumed(seq: i64) -> ServerFrame {
    ServerFrame::Resumed { session_id: session(), seq, timestamp: String::new() }
}

fn error(code: &str, id: Option<&str>) -> ServerFrame {
    ServerFrame::Error {
        role: Role::System,
        error: "Too many messages. Wait a minute.".to_owned(),
        code: code.to_owned(),
        content: Content::default(),
        session_id: Some(session()),
        id: id.map(str::to_owned),
        timestamp: String::new(),
    }
}

fn empty() -> Transcript {
    Transcript::new(session(), Vec::new())
}

fn texts(transcript: &Transcript) -> Vec<&str> {
    transcript.items().iter().map(|item| item.message.content.text.as_str()).collect()
}

#[test]
fn an_ack_binds_a_waiting_question_to_its_place() {
    let mut transcript = empty();
    transcript.ask("c1", "a question", None);
    let key = transcript.items()[0].key;
    let applied = transcript.apply(ack("c1", "msg_1", 1, false));
    assert_eq!(applied.acked.as_deref(), Some("c1"));
    let item = &transcript.items()[0];
    assert_eq!((item.key, &item.state, item.message.seq), (key, &ItemState::Stored, Some(1)));
    assert_eq!(transcript.phase(), Phase::Thinking);
}

#[test]
fn a_turn_ends_with_the_final_message_over_its_chunks() {
    let mut transcript = empty();
    transcript.ask("c1", "q", None);
    transcript.apply(ack("c1", "msg_1", 1, false));
    transcript.apply(status(TurnState::Thinking, None));
    transcript.apply(chunk("msg_2", 0, "Hal"));
    assert_eq!(transcript.phase(), Phase::Writing);
    transcript.apply(chunk("msg_2", 3, "lo"));
    let key = transcript.items()[1].key;
    transcript.apply(stored(message("msg_2", 2, Role::Assistant, "Hello, corrected")));
    assert_eq!(texts(&transcript), ["q", "Hello, corrected"]);
    assert_eq!(transcript.items()[1].key, key, "the answer keeps its place on the page");
    assert_eq!(transcript.phase(), Phase::Done);
}

#[test]
fn a_chunk_ahead_of_what_is_held_asks_for_resume_once() {
    let mut transcript = empty();
    transcript.apply(chunk("msg_2", 0, "abc"));
    assert!(transcript.apply(chunk("msg_2", 5, "x")).wants_resume);
    assert!(!transcript.apply(chunk("msg_2", 6, "y")).wants_resume);
    assert_eq!(
        transcript.resume_point(),
        ResumePoint { after_seq: 0, message_id: Some(MessageId::new("msg_2")), offset: 3 }
    );
    transcript.apply(chunk("msg_2", 3, "dexy"));
    transcript.apply(resumed(1));
    assert_eq!(texts(&transcript), ["abcdexy"]);
}

#[test]
fn a_chunk_behind_what_is_held_cuts_it_first() {
    let mut transcript = empty();
    transcript.apply(chunk("msg_2", 0, "take two paracetamol"));
    transcript.apply(chunk("msg_2", 5, "none"));
    assert_eq!(texts(&transcript), ["take none"]);
}

#[test]
fn a_cut_inside_a_character_asks_again_and_never_panics() {
    let mut transcript = empty();
    transcript.apply(chunk("msg_2", 0, "né"));
    assert!(transcript.apply(chunk("msg_2", 2, "x")).wants_resume);
    assert_eq!(texts(&transcript), ["né"]);
}

#[test]
fn an_unknown_answer_in_its_middle_asks_for_resume() {
    assert!(empty().apply(chunk("msg_9", 7, "tail")).wants_resume);
}

#[test]
fn chunks_after_the_whole_answer_change_nothing() {
    let mut transcript = empty();
    transcript.apply(stored(message("msg_2", 2, Role::Assistant, "whole")));
    assert_eq!(transcript.apply(chunk("msg_2", 0, "wh")), Applied::default());
    assert_eq!(texts(&transcript), ["whole"]);
}

#[test]
fn an_answer_written_anew_is_opened_by_its_status() {
    let mut transcript = Transcript::new(session(), vec![message("msg_2", 2, Role::Assistant, "first try")]);
    transcript.apply(status(TurnState::Thinking, Some("msg_2")));
    transcript.apply(chunk("msg_2", 0, "second"));
    assert_eq!(texts(&transcript), ["second"]);
    assert_eq!(transcript.items()[0].state, ItemState::Streaming);
}

#[test]
fn messages_from_elsewhere_are_put_in_order() {
    let mut transcript = Transcript::new(session(), vec![message("msg_1", 1, Role::User, "one")]);
    transcript.ask("c1", "mine", None);
    transcript.apply(stored(message("msg_4", 4, Role::User, "four")));
    transcript.apply(stored(message("msg_3", 3, Role::Assistant, "three")));
    assert_eq!(texts(&transcript), ["one", "three", "four", "mine"]);
}

#[test]
fn earlier_messages_stand_before_all_others_and_change_nothing_else() {
    let mut transcript = Transcript::new(session(), vec![message("msg_3", 3, Role::User, "three")]);
    assert_eq!(transcript.first_seq(), Some(3));
    let phase = transcript.phase();
    let earlier = vec![message("msg_1", 1, Role::User, "one"), message("msg_2", 2, Role::Assistant, "two")];
    assert!(transcript.prepend(earlier).reordered);
    assert_eq!(texts(&transcript), ["one", "two", "three"]);
    assert_eq!((transcript.first_seq(), transcript.phase(), transcript.last_seq()), (Some(1), phase, 3));
}

#[test]
fn a_running_answer_stands_before_a_question_sent_meanwhile() {
    let mut transcript = empty();
    transcript.ask("c1", "one", None);
    transcript.apply(ack("c1", "msg_1", 1, false));
    transcript.apply(chunk("msg_2", 0, "answer"));
    transcript.ask("c2", "two", None);
    transcript.apply(ack("c2", "msg_3", 3, false));
    assert_eq!(texts(&transcript), ["one", "answer", "two"]);
    transcript.apply(stored(message("msg_2", 2, Role::Assistant, "answer")));
    assert_eq!(texts(&transcript), ["one", "answer", "two"]);
}

#[test]
fn the_same_message_twice_is_shown_once() {
    let mut transcript = empty();
    transcript.apply(stored(message("msg_1", 1, Role::User, "one")));
    assert_eq!(transcript.apply(stored(message("msg_1", 1, Role::User, "one"))), Applied::default());
    assert_eq!(texts(&transcript), ["one"]);
}

#[test]
fn a_question_replayed_before_its_ack_is_shown_once() {
    let mut transcript = empty();
    transcript.ask("c1", "one", None);
    transcript.apply(stored(message("msg_1", 1, Role::User, "one")));
    let applied = transcript.apply(ack("c1", "msg_1", 1, true));
    assert_eq!(applied.acked.as_deref(), Some("c1"));
    assert_eq!(texts(&transcript), ["one"]);
}

#[test]
fn a_refused_question_keeps_its_text_and_says_why() {
    let mut transcript = empty();
    transcript.ask("c1", "one", None);
    let applied = transcript.apply(error("rate_limited", Some("c1")));
    assert_eq!(applied.refused, Some(("c1".to_owned(), "Too many messages. Wait a minute.".to_owned())));
    assert_eq!(texts(&transcript), ["one"]);
    assert!(matches!(transcript.items()[0].state, ItemState::NotSent { .. }));
    transcript.ask("c1", "one", None);
    assert!(matches!(transcript.items()[0].state, ItemState::Waiting { .. }));
    assert!(transcript.discard("c1").reordered);
    assert_eq!(transcript.items(), []);
}

#[test]
fn an_error_about_nothing_of_ours_is_a_note() {
    assert!(empty().apply(error("conflict", None)).note.is_some());
    assert_eq!(empty().apply(error("token_expired", None)), Applied::default());
}

#[test]
fn stopped_and_failed_answers_are_told_apart() {
    for (finish, phase) in [(FinishReason::Stopped, Phase::Stopped), (FinishReason::Failed, Phase::Failed)] {
        let mut transcript = empty();
        transcript.apply(chunk("msg_2", 0, "par"));
        let mut end = message("msg_2", 2, Role::Assistant, "par");
        end.metadata.finish_reason = Some(finish);
        transcript.apply(stored(end));
        assert_eq!(transcript.phase(), phase);
    }
}

#[test]
fn other_conversations_are_left_alone() {
    let mut transcript = empty();
    let mut foreign = message("msg_1", 1, Role::User, "not here");
    foreign.session_id = Some(ConversationId::new("s2"));
    transcript.apply(stored(foreign));
    transcript
        .apply(ServerFrame::ConversationDeleted { session_id: ConversationId::new("s2"), timestamp: String::new() });
    assert_eq!(transcript.items(), []);
    let gone = ServerFrame::ConversationDeleted { session_id: session(), timestamp: String::new() };
    assert!(transcript.apply(gone).deleted);
}

#[test]
fn welcome_is_no_news_and_a_note_is() {
    let mut note = message("x", 1, Role::System, "Feedback processed.");
    (note.id, note.seq) = (None, None);
    assert_eq!(empty().apply(stored(note.clone())).note.as_deref(), Some("Feedback processed."));
    note.session_id = None;
    assert_eq!(empty().apply(stored(note)), Applied::default());
}

#[test]
fn a_running_answer_in_the_first_page_is_taken_up_from_its_length() {
    let mut running = message("msg_2", 2, Role::Assistant, "half");
    running.metadata.finish_reason = None;
    let mut transcript = Transcript::new(session(), vec![message("msg_1", 1, Role::User, "q"), running]);
    assert_eq!(transcript.phase(), Phase::Writing);
    assert_eq!(
        transcript.resume_point(),
        ResumePoint { after_seq: 1, message_id: Some(MessageId::new("msg_2")), offset: 4 }
    );
    transcript.apply(chunk("msg_2", 4, " more"));
    assert_eq!(texts(&transcript), ["q", "half more"]);
}

#[test]
fn an_answer_that_ended_while_away_ends_the_waiting() {
    let mut transcript = Transcript::new(session(), vec![message("msg_1", 1, Role::User, "q")]);
    assert_eq!(transcript.phase(), Phase::Thinking);
    transcript.apply(resumed(1));
    assert_eq!(transcript.phase(), Phase::Thinking, "a question without an answer is still being answered");
    transcript.apply(stored(message("msg_2", 2, Role::Assistant, "a")));
    transcript.apply(resumed(2));
    assert_eq!(transcript.phase(), Phase::Done);
}

#[test]
fn the_final_message_brings_sources_and_safety() {
    let mut transcript = empty();
    transcript.apply(chunk("msg_2", 0, "a"));
    let mut end = message("msg_2", 2, Role::Assistant, "a");
    end.metadata.safety = Safety { crisis: true, ..Safety::default() };
    end.metadata.sources = vec![Source {
        id: "library/headache".into(),
        title: "Headache".into(),
        passage: "…".into(),
        url: "/library/headache".into(),
        score: 1.0,
        start: 0,
        end: 1,
    }];
    transcript.apply(stored(end));
    let metadata = &transcript.items()[0].message.metadata;
    assert!(metadata.safety.crisis && metadata.sources.len() == 1);
}

/// Every way to cut a text into chunks at two places, losing the connection before any chunk and resuming after any
/// number of lost ones, gives the text.
#[test]
fn any_split_with_any_loss_and_resume_gives_the_same_text() {
    let text = "Dé **zwei** 😀 drei\n\n- vier";
    let cuts: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
    for (n, &first) in cuts.iter().enumerate() {
        for &second in &cuts[n..] {
            let parts = [(0, &text[..first]), (first, &text[first..second]), (second, &text[second..])];
            for lost_from in 0..=3 {
                for lost_to in lost_from..=3 {
                    assert_eq!(
                        after_loss(text, &parts, lost_from..lost_to),
                        text,
                        "{first} {second} {lost_from}..{lost_to}"
                    );
                }
            }
        }
    }
}

fn after_loss(text: &str, parts: &[(usize, &str)], lost: std::ops::Range<usize>) -> String {
    let mut transcript = empty();
    for (n, (offset, part)) in parts.iter().enumerate() {
        if lost.contains(&n) {
            continue;
        }
        if transcript.apply(chunk("msg_2", *offset, part)).wants_resume {
            // The server sends the row as far as it is written, from what we hold.
            let from = transcript.resume_point().offset;
            let written = offset + part.len();
            transcript.apply(chunk("msg_2", from, &text[from..written]));
            transcript.apply(resumed(1));
        }
    }
    if lost.end == parts.len() {
        let from = transcript.resume_point().offset;
        transcript.apply(chunk("msg_2", from, &text[from..]));
    }
    assert_eq!(transcript.items().len(), 1);
    transcript.items()[0].message.content.text.clone()
}
