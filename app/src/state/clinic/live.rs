//! A case as signals, kept up to date by the page's connection.

use leptos::prelude::*;
use protocol::CaseId;
#[cfg(feature = "hydrate")]
use protocol::clinic::CaseStatus;
use protocol::clinic::{Case, Review, Share};
#[cfg(feature = "hydrate")]
use protocol::native::{ClientFrame, ServerFrame};

use super::case::CaseView;
use crate::state::line::Line;

/// An open case.
#[derive(Clone, Copy)]
pub struct LiveCase {
    /// As it was when the page was asked for.
    pub case: StoredValue<Case>,
    /// As it is now.
    pub view: RwSignal<CaseView>,
    /// Sign-offs, the newest first.
    pub reviews: RwSignal<Vec<Review>>,
    /// Whom it is shared with.
    pub shares: RwSignal<Vec<Share>>,
    /// The connection.
    pub line: Line,
}

impl LiveCase {
    /// From what is stored.
    pub fn new(case: Case) -> Self {
        Self {
            view: RwSignal::new(CaseView::of(&case)),
            reviews: RwSignal::new(case.reviews.clone()),
            shares: RwSignal::new(case.shared_with.clone()),
            case: StoredValue::new(case),
            line: Line::new(),
        }
    }

    /// Its id.
    pub fn id(&self) -> CaseId {
        self.case.with_value(|case| case.summary.id.clone())
    }

    /// A part of the view that is drawn again only when it is another.
    pub fn part<T: PartialEq + Send + Sync + 'static>(&self, of: fn(&CaseView) -> T) -> Memo<T> {
        let view = self.view;
        Memo::new(move |_| view.with(of))
    }

    /// Connects and asks for what is missing, each time that there is a connection.
    #[cfg(feature = "hydrate")]
    pub fn connect(self) {
        let on_open = move || {
            let Some(after) = self.view.try_with_untracked(|view| view.n) else { return };
            self.line.send(ClientFrame::Watch { case_id: self.id(), after });
        };
        self.line.connect(on_open, move |frame| self.on_frame(frame));
    }

    #[cfg(feature = "hydrate")]
    fn on_frame(self, frame: ServerFrame) {
        let is_this = |id: &CaseId| self.case.try_with_value(|case| case.summary.id == *id) == Some(true);
        match frame {
            ServerFrame::Case { case_id, n, event, .. } if is_this(&case_id) => {
                self.view.try_update(|view| view.apply(n, &event));
            }
            ServerFrame::CaseUpdated { case_id, .. } if is_this(&case_id) => self.refresh(),
            _ => {}
        }
    }

    /// Looks again at what frames do not tell: sign-offs and shares of other windows.
    #[cfg(feature = "hydrate")]
    pub fn refresh(self) {
        leptos::task::spawn_local(async move {
            let Ok(case) = crate::api::clinic::open_case(self.id()).await else { return };
            self.view.try_update(|view| {
                if case.summary.status == CaseStatus::Done && !view.is_done() {
                    *view = CaseView::of(&case);
                }
            });
            self.reviews.try_update(|reviews| reviews.clone_from(&case.reviews));
            self.shares.try_update(|shares| shares.clone_from(&case.shared_with));
        });
    }
}
