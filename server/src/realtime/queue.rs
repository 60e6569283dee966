//! What waits to be written to one socket, bounded by bytes.

use std::collections::VecDeque;
use std::sync::Mutex;

use axum::extract::ws::Utf8Bytes;
use tokio::sync::Notify;

/// Why a socket is to be closed from our side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// The reader is too slow; it resumes when it can (1013).
    Slow,
    /// The server stops (1012).
    Restart,
    /// The account's session ended (1008).
    SignedOut,
    /// What let them be here ended (1008).
    Forbidden,
    /// Too many frames that could not be read (1008).
    BadFrames,
}

#[derive(Debug, Default)]
struct Inner {
    frames: VecDeque<Utf8Bytes>,
    bytes: usize,
    closing: Option<Closing>,
}

/// Frames in order. Past the limit the socket is closed and what waited is dropped: the client resumes.
#[derive(Debug)]
pub struct Outgoing {
    /// Guards the frames and the wish to close; never held across an await.
    inner: Mutex<Inner>,
    changed: Notify,
    /// All that was taken is written.
    drained: Notify,
    bytes_max: usize,
}

impl Outgoing {
    /// With room for so many bytes.
    pub fn new(bytes_max: usize) -> Self {
        Self { inner: Mutex::default(), changed: Notify::new(), drained: Notify::new(), bytes_max }
    }

    /// Adds a frame, or marks the reader as too slow. Who has read everything is never too slow, however large it is.
    pub fn push(&self, frame: String) {
        let mut inner = self.lock();
        if inner.closing.is_some() {
            return;
        }
        let nothing_waits = inner.bytes == 0;
        inner.bytes += frame.len();
        if inner.bytes > self.bytes_max && !nothing_waits {
            inner.frames = VecDeque::new();
            inner.closing = Some(Closing::Slow);
            metrics::counter!("anamnesis_slow_readers").increment(1);
        } else {
            inner.frames.push_back(frame.into());
        }
        drop(inner);
        self.changed.notify_one();
    }

    /// Asks for the socket to be closed once what waits is written.
    pub fn close(&self, why: Closing) {
        self.lock().closing.get_or_insert(why);
        self.changed.notify_one();
    }

    /// Takes what waits.
    pub fn take(&self) -> (VecDeque<Utf8Bytes>, Option<Closing>) {
        let mut inner = self.lock();
        (std::mem::take(&mut inner.frames), inner.closing)
    }

    /// What was taken is written: its bytes no longer count.
    pub fn written(&self, bytes: usize) {
        let mut inner = self.lock();
        inner.bytes = inner.bytes.saturating_sub(bytes);
        if inner.bytes == 0 {
            self.drained.notify_one();
        }
    }

    /// Waits until all that was added is written, or the socket is to be closed. For one waiter, which may add more than
    /// fits at once without its reader being too slow.
    pub async fn drained(&self) {
        loop {
            let drained = self.drained.notified();
            {
                let inner = self.lock();
                if inner.bytes == 0 || inner.closing.is_some() {
                    return;
                }
            }
            drained.await;
        }
    }

    /// The reader was found too slow.
    pub fn is_slow(&self) -> bool {
        self.lock().closing == Some(Closing::Slow)
    }

    /// Waits until there is something to take.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Makes the next [`Self::changed`] return at once.
    pub fn look_again(&self) {
        self.changed.notify_one();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_reader_is_marked_and_what_waited_is_dropped() {
        let outgoing = Outgoing::new(10);
        outgoing.push("12345".to_owned());
        outgoing.push("12345".to_owned());
        assert!(!outgoing.is_slow());
        outgoing.push("1".to_owned());
        let (frames, closing) = outgoing.take();
        assert_eq!((frames.len(), closing), (0, Some(Closing::Slow)));
    }

    #[test]
    fn bytes_count_until_they_are_written() {
        let outgoing = Outgoing::new(10);
        outgoing.push("12345678".to_owned());
        let (frames, _) = outgoing.take();
        assert_eq!(frames.len(), 1);
        outgoing.written(8);
        outgoing.push("12345678".to_owned());
        assert!(!outgoing.is_slow());
    }

    #[test]
    fn a_frame_larger_than_the_limit_reaches_a_reader_that_has_read_everything() {
        let outgoing = Outgoing::new(10);
        outgoing.push("123456789012345".to_owned());
        assert!(!outgoing.is_slow());
        outgoing.push("1".to_owned());
        assert!(outgoing.is_slow());
    }
}
