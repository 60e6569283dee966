//! Runs a case: each stage is worked out, stored with its frames in one transaction, and then shown.
//!
//! What is stored is never worked out again: a case that was interrupted goes on at its first stage that is not there.

use std::sync::Arc;

use protocol::clinic::{CaseEvent, CaseFrame, CaseInput, CaseResult, CaseStatus, Chunk, Stage};
use protocol::engine::{ErrorCode, ServerEvent};
use protocol::{CaseId, UserId};
use tokio::task::JoinHandle;
use vault::DataKey;

use super::fault::Fault;
use super::store::{self, End, Insert, StageDone};
use super::types::{NewCase, Summary, Work};
use super::{engine, wire};
use crate::audit::{Action, Actor, Entry, Origin};
use crate::clock::rfc3339;
use crate::db::{StoreError, shared};
use crate::realtime::hub::Peer;
use crate::state::App;

/// What comes of a case.
pub(crate) type Outcome = JoinHandle<Result<CaseResult, Fault>>;

/// A case on its way.
struct Run {
    app: App,
    id: CaseId,
    owner: UserId,
    key: DataKey,
    input: Arc<CaseInput>,
    title: String,
    work: Work,
    /// Stages that are stored.
    done: usize,
    /// Frames that are stored.
    frames: u32,
    origin: Origin,
}

/// Stores a new case and begins it. `peer` watches from the first frame.
pub(super) async fn start(
    app: &App,
    new: NewCase,
    peer: Option<&Arc<Peer>>,
    origin: &Origin,
) -> Result<Outcome, Fault> {
    let now = app.clock.now();
    let key = app.keys.get(&app.db, new.owner.as_str()).await?;
    let summary = Summary { title: new.title.clone(), ..Summary::default() };
    let insert = Insert {
        id: new.id.clone(),
        user: new.owner.clone(),
        patient: new.patient.clone(),
        from_case: new.from_case.clone(),
        kind: new.kind().as_str(),
        engine_version: env!("CARGO_PKG_VERSION"),
        data_version: engine::data_version(&new.input),
        summary: wire::seal_summary(&key, &new.id, &summary)?,
        input: wire::seal_input(&key, &new.id, &new.input)?,
        at: now,
    };
    let entry = Entry::new(now, Actor::User(new.owner.clone()), Action::CASE)
        .object("case", new.id.as_str())
        .subject(new.patient.as_ref().unwrap_or(&new.owner))
        .from(origin);
    // Whoever learns of the case by its row finds it running.
    app.clinic.live.begin(&new.id, &new.owner, Vec::new());
    let begun = Begun::new(app, &new.id);
    let job = shared((insert, entry));
    let stored = app.writer.run(move |tx| {
        let job = job.clone();
        Box::pin(async move {
            let (insert, entry) = &*job;
            store::insert(&mut tx.connection, insert).await?;
            tx.audit(entry.clone());
            Ok(())
        })
    });
    stored.await?;
    begun.runs();
    if let Some(peer) = peer {
        app.clinic.live.watch(&new.id, peer, 0);
    }
    Ok(spawn(Run {
        app: app.clone(),
        id: new.id,
        owner: new.owner,
        key,
        input: Arc::new(new.input),
        title: new.title,
        work: Work::default(),
        done: 0,
        frames: 0,
        origin: origin.clone(),
    }))
}

/// Takes a case up that was interrupted; nothing where it runs or has ended.
pub(super) async fn take_up(app: &App, id: &CaseId) -> Result<(), StoreError> {
    let mut connection = app.db.read().await?;
    let Some(row) = store::find(&mut connection, id).await? else { return Ok(()) };
    if wire::status(&row)? != CaseStatus::Running {
        return Ok(());
    }
    let Some(body) = store::body(&mut connection, id).await? else { return Ok(()) };
    let owner = UserId::new(row.user_id.clone());
    let key = app.keys.open(&mut connection, owner.as_str()).await?;
    let mut frames = Vec::new();
    for (stage, _, sealed) in store::stages(&mut connection, id).await? {
        frames.extend(wire::open_frames(&key, id, stage, &sealed)?);
    }
    drop(connection);
    let work = body.work.as_deref().map(|sealed| wire::open_work(&key, id, sealed)).transpose()?.unwrap_or_default();
    let run = Run {
        app: app.clone(),
        id: id.clone(),
        input: Arc::new(wire::open_input(&key, id, &body.input)?),
        title: wire::open_summary(&key, &row)?.title,
        work,
        done: usize::try_from(row.stage).unwrap_or(0),
        frames: u32::try_from(row.frames).unwrap_or(0),
        origin: Origin { request_id: "recovered".to_owned(), ..Origin::default() },
        owner,
        key,
    };
    if !app.clinic.live.begin(id, &run.owner, frames) {
        return Ok(());
    }
    let begun = Begun::new(app, id);
    // It may have run on since it was read; whoever asks next finds what there is then.
    let mut connection = app.db.read().await?;
    let now = store::find(&mut connection, id).await?;
    drop(connection);
    if now.is_some_and(|now| now.stage == row.stage && now.status == row.status) {
        begun.runs();
        spawn(run);
    }
    Ok(())
}

/// A case that is shown as running and is not run yet: whoever leaves in between ends that.
struct Begun<'app> {
    app: &'app App,
    id: Option<CaseId>,
}

impl<'app> Begun<'app> {
    fn new(app: &'app App, id: &CaseId) -> Self {
        Self { app, id: Some(id.clone()) }
    }

    fn runs(mut self) {
        self.id = None;
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        if let Some(id) = &self.id {
            self.app.clinic.live.end(id);
        }
    }
}

fn spawn(run: Run) -> Outcome {
    let span = tracing::info_span!(parent: None, "case", request_id = %run.origin.request_id, case = %run.id);
    tokio::spawn(tracing::Instrument::instrument(run.whole(), span))
}

impl Run {
    async fn whole(mut self) -> Result<CaseResult, Fault> {
        let outcome = self.stages().await;
        if let Err(fault) = &outcome {
            self.interrupted(fault).await;
        }
        self.app.clinic.live.end(&self.id);
        outcome
    }

    async fn stages(&mut self) -> Result<CaseResult, Fault> {
        let begun = std::time::Instant::now();
        let room = self.app.clinic.room.clone().acquire_owned().await;
        let _room = room.map_err(|_| Fault::Parked)?;
        for (index, stage) in Stage::of(self.kind()).iter().enumerate().skip(self.done) {
            if self.app.is_draining() {
                return Err(Fault::Parked);
            }
            let chunks = self.work_out(*stage).await?;
            self.store(index + 1, *stage, chunks).await?;
        }
        let kind = self.kind().as_str();
        metrics::histogram!("anamnesis_case_seconds", "kind" => kind).record(begun.elapsed().as_secs_f64());
        engine::result(&self.work).ok_or(Fault::Broken)
    }

    fn kind(&self) -> protocol::clinic::CaseKind {
        match &*self.input {
            CaseInput::Diagnosis(_) => protocol::clinic::CaseKind::Diagnosis,
            CaseInput::Prescription(_) => protocol::clinic::CaseKind::Prescription,
        }
    }

    /// On a thread of its own: a stage may take milliseconds, in which the sockets want to be served.
    async fn work_out(&mut self, stage: Stage) -> Result<Vec<Chunk>, Fault> {
        let (input, mut work) = (Arc::clone(&self.input), std::mem::take(&mut self.work));
        let done = tokio::task::spawn_blocking(move || {
            let chunks = engine::run(stage, &input, &mut work);
            (work, chunks)
        });
        // A process that ends takes its threads back: that says nothing of the case, which is taken up again.
        let (work, chunks) =
            done.await.map_err(|error| if error.is_panic() { Fault::Broken } else { Fault::Parked })?;
        self.work = work;
        Ok(chunks)
    }

    async fn store(&mut self, place: usize, stage: Stage, chunks: Vec<Chunk>) -> Result<(), Fault> {
        let now = self.app.clock.now();
        let timestamp = rfc3339(now);
        let message = stage.message().to_owned();
        let opening = CaseEvent::Progress { stage, progress: stage.progress(), message, timestamp: timestamp.clone() };
        let mut events = vec![opening];
        events
            .extend(chunks.into_iter().map(|content| CaseEvent::StreamChunk { content, timestamp: timestamp.clone() }));
        let mut end = None;
        if stage == Stage::Complete {
            let result = engine::result(&self.work).ok_or(Fault::Broken)?;
            let summary = engine::summary(self.title.clone(), &result);
            end = Some(End {
                status: CaseStatus::Done.as_str(),
                summary: wire::seal_summary(&self.key, &self.id, &summary)?,
                result: Some(wire::seal_result(&self.key, &self.id, &result)?),
            });
            events.push(CaseEvent::Complete { result: Box::new(result), timestamp });
        }
        self.commit(place, events, end).await
    }

    /// Stores frames as those of a stage, and shows them.
    async fn commit(&mut self, place: usize, events: Vec<CaseEvent>, end: Option<End>) -> Result<(), Fault> {
        let now = self.app.clock.now();
        let frames: Vec<CaseFrame> = (self.frames + 1..)
            .zip(events)
            .map(|(n, event)| CaseFrame { case_id: self.id.clone(), n, event })
            .collect();
        let stage = i64::try_from(place).unwrap_or(i64::MAX);
        let last = frames.last().map_or(self.frames, |frame| frame.n);
        let work = if end.is_some() { None } else { Some(wire::seal_work(&self.key, &self.id, &self.work)?) };
        let entry = end.is_some().then(|| {
            let entry = Entry::new(now, Actor::System, Action::CASE_DONE).object("case", self.id.as_str());
            entry.subject(&self.owner).from(&self.origin)
        });
        let done = StageDone {
            case: self.id.clone(),
            stage,
            first_n: i64::from(self.frames) + 1,
            frames: i64::from(last),
            body: wire::seal_frames(&self.key, &self.id, stage, &frames)?,
            work,
            end,
            at: now,
        };
        let job = shared((done, entry));
        self.app
            .writer
            .run(move |tx| {
                let job = job.clone();
                Box::pin(async move {
                    let (done, entry) = &*job;
                    store::stage_done(&mut tx.connection, done).await?;
                    if let Some(entry) = entry {
                        tx.audit(entry.clone());
                    }
                    Ok(())
                })
            })
            .await?;
        self.done = place;
        self.frames = last;
        self.app.clinic.live.add(&self.id, &frames);
        Ok(())
    }

    /// A case that the engine can't end has failed. One that could not be stored is taken up again later.
    async fn interrupted(&mut self, fault: &Fault) {
        match fault {
            Fault::Broken => {
                tracing::error!("a case broke off");
                let error = CaseEvent::Error {
                    error: "The case could not be worked out.".to_owned(),
                    code: ErrorCode::Internal.as_str().to_owned(),
                    timestamp: rfc3339(self.app.clock.now()),
                };
                let summary = Summary { title: self.title.clone(), ..Summary::default() };
                let Ok(summary) = wire::seal_summary(&self.key, &self.id, &summary) else { return };
                let end = End { status: CaseStatus::Failed.as_str(), summary, result: None };
                if let Err(fault) = self.commit(self.done + 1, vec![error], Some(end)).await {
                    tracing::error!(?fault, "a failed case could not be stored");
                }
            }
            Fault::Store(error) => {
                tracing::warn!(%error, "a case stands still; it is taken up again");
                self.app.clinic.live.tell(
                    &self.id,
                    &ServerEvent::Error {
                        code: ErrorCode::Storage,
                        text:
                            "The case could not be stored just now. It goes on by itself; watch it again in a minute."
                                .to_owned(),
                        session: None,
                        client_id: None,
                    },
                );
            }
            _ => {}
        }
    }
}
