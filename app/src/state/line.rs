//! A page's realtime connection, as signals: how it stands, what it hears, and a way to send.

use leptos::prelude::*;
use protocol::native::ClientFrame;
#[cfg(feature = "hydrate")]
use protocol::native::ServerFrame;

/// How the connection stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LinkState {
    /// For the first time.
    #[default]
    Connecting,
    /// Connected.
    Online,
    /// The browser says that there is no network.
    Offline,
    /// Lost; trying again.
    Reconnecting,
    /// The server asks for patience.
    Limited,
    /// The sign-in ended.
    SignedOut,
}

/// The connection of one page.
#[derive(Clone, Copy)]
pub struct Line {
    /// How it stands.
    pub state: RwSignal<LinkState>,
    #[cfg(feature = "hydrate")]
    way: StoredValue<Option<super::socket::Link>>,
}

impl Default for Line {
    fn default() -> Self {
        Self::new()
    }
}

impl Line {
    /// Not connected yet; only a browser can.
    pub fn new() -> Self {
        Self {
            state: RwSignal::new(LinkState::Connecting),
            #[cfg(feature = "hydrate")]
            way: StoredValue::new(None),
        }
    }

    /// Sends a frame, now or when there is a connection.
    pub fn send(&self, frame: ClientFrame) {
        #[cfg(feature = "hydrate")]
        self.tell(super::socket::Tell::Send(Box::new(frame)));
        #[cfg(not(feature = "hydrate"))]
        drop(frame);
    }

    #[cfg(feature = "hydrate")]
    fn tell(&self, tell: super::socket::Tell) {
        let _ = self.way.try_with_value(|way| way.as_ref().map(|way| way.unbounded_send(tell)));
    }

    /// Connects, for as long as the component that asks is on the page. Call it from an effect. `on_open` is called each
    /// time that there is a connection: what was missed must be asked for then.
    #[cfg(feature = "hydrate")]
    pub fn connect(self, on_open: impl Fn() + 'static, on_frame: impl Fn(ServerFrame) + 'static) {
        use leptos::ev;

        use super::socket::{Heard, Tell, start};

        self.way.set_value(Some(start(move |heard| match heard {
            Heard::State(state) => drop(self.state.try_set(state)),
            Heard::Open => on_open(),
            Heard::Frame(frame) => on_frame(frame),
        })));
        let tick = set_interval_with_handle(move || self.tell(Tell::Tick), std::time::Duration::from_secs(1));
        let online = window_event_listener(ev::online, move |_| self.tell(Tell::Wake));
        let offline = window_event_listener(ev::offline, move |_| self.tell(Tell::Offline));
        let seen = window_event_listener_untyped("visibilitychange", move |_| self.wake_if_seen());
        let shown = window_event_listener(ev::pageshow, move |_| self.tell(Tell::Wake));
        let focus = window_event_listener(ev::focus, move |_| self.wake_if_seen());
        on_cleanup(move || {
            if let Ok(tick) = tick {
                tick.clear();
            }
            for handle in [online, offline, seen, shown, focus] {
                handle.remove();
            }
            // Dropping the way ends the task, which closes the socket.
            drop(self.way.try_update_value(Option::take));
        });
    }

    #[cfg(feature = "hydrate")]
    fn wake_if_seen(&self) {
        if document().visibility_state() == web_sys::VisibilityState::Visible {
            self.tell(super::socket::Tell::Wake);
        }
    }
}
