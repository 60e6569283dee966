//! A note cut into pieces, each with what it was taken for; and corrections, which change the note itself.

use protocol::clinic::{Mark, MarkKind};

/// A piece of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its words.
    pub text: String,
    /// What it was taken for; nothing for what stands between.
    pub kind: Option<MarkKind>,
    /// The preferred term, where it is a finding.
    pub term: Option<String>,
}

/// Cuts a note at its marks. Where marks overlap, the longer of those that begin first is shown: the list beside the note
/// has them all.
pub fn pieces(note: &str, marks: &[Mark]) -> Vec<Piece> {
    let units: Vec<u16> = note.encode_utf16().collect();
    let text = |from: usize, to: usize| String::from_utf16_lossy(&units[from..to]);
    let mut order: Vec<&Mark> = marks.iter().filter(|mark| mark.start < mark.end && mark.end <= units.len()).collect();
    order.sort_by_key(|mark| (mark.start, std::cmp::Reverse(mark.end)));
    let (mut pieces, mut at) = (Vec::new(), 0);
    for mark in order {
        if mark.start < at {
            continue;
        }
        if mark.start > at {
            pieces.push(Piece { text: text(at, mark.start), kind: None, term: None });
        }
        pieces.push(Piece { text: text(mark.start, mark.end), kind: Some(mark.kind), term: mark.term.clone() });
        at = mark.end;
    }
    if at < units.len() {
        pieces.push(Piece { text: text(at, units.len()), kind: None, term: None });
    }
    pieces
}

/// The note without the words of a mark: `…` stands for them, so that what is around still reads as it did.
pub fn without(note: &str, mark: &Mark) -> String {
    let units: Vec<u16> = note.encode_utf16().collect();
    if mark.start >= mark.end || mark.end > units.len() {
        return note.to_owned();
    }
    String::from_utf16_lossy(&units[..mark.start]) + "…" + &String::from_utf16_lossy(&units[mark.end..])
}

/// Whether a mark is a finding that can be put right.
pub fn is_finding(mark: &Mark) -> bool {
    mark.finding.is_some() && matches!(mark.kind, MarkKind::Present | MarkKind::Absent | MarkKind::Possible)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(start: usize, end: usize, kind: MarkKind) -> Mark {
        Mark { start, end, kind, text: String::new(), finding: Some("x".to_owned()), term: Some("Cough".to_owned()) }
    }

    #[test]
    fn the_pieces_of_a_note_are_the_note() {
        let note = "Höhe 🙂 cough, no fever";
        let marks = [mark(8, 13, MarkKind::Present), mark(18, 23, MarkKind::Absent), mark(8, 10, MarkKind::Past)];
        let pieces = pieces(note, &marks);
        assert_eq!(pieces.iter().map(|piece| piece.text.as_str()).collect::<String>(), note);
        let marked: Vec<_> =
            pieces.iter().filter_map(|piece| piece.kind.map(|kind| (piece.text.as_str(), kind))).collect();
        assert_eq!(marked, [("cough", MarkKind::Present), ("fever", MarkKind::Absent)]);
    }

    #[test]
    fn a_mark_outside_of_the_note_is_passed_over() {
        assert_eq!(pieces("ab", &[mark(1, 9, MarkKind::Present)]).len(), 1);
        assert_eq!(without("ab", &mark(1, 9, MarkKind::Present)), "ab");
    }

    #[test]
    fn corrected_words_leave_the_note() {
        assert_eq!(without("has a cough today", &mark(6, 11, MarkKind::Present)), "has a … today");
    }
}
