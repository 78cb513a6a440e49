//! One process of the engine: claims work in two bands, gives back what dead processes held, fires
//! timers, sends mail, follows the database's clock. Any number of such processes share one database.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use usher_connector::{Connector, SettingsError};
use usher_notify::Mailer;
use usher_operations::{Context, once};
use usher_store::connector::Configuration;
use usher_store::job::{self, Band, Claim, Claimed};
use usher_store::{Store, StoreError};
use usher_vocabulary::{AttemptId, ConnectorInstanceId, JobKind};

use crate::connectors::{ConnectorFactory, Connectors};
use crate::options::EngineOptions;
use crate::trouble::Trouble;
use crate::{leases, mail, provision, test_connector, timers};

/// Between two rounds of forgetting the answers to requests that carried a key.
const BETWEEN_FORGETTING: Duration = Duration::from_secs(600);

/// After so long without a ring a new connection listens: one that only reads does not find out that nobody is there.
const SILENCE: Duration = Duration::from_mins(5);

/// What an engine is made of.
#[derive(Debug)]
pub struct EngineParts {
    pub cx: Context,
    pub factory: Arc<dyn ConnectorFactory>,
    pub mailer: Arc<dyn Mailer>,
    pub options: EngineOptions,
}

/// See the module. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(crate) cx: Context,
    pub(crate) connectors: Arc<Connectors>,
    pub(crate) mailer: Arc<dyn Mailer>,
    pub(crate) options: Arc<EngineOptions>,
}

impl Engine {
    #[must_use]
    pub fn new(parts: EngineParts) -> Self {
        Self {
            cx: parts.cx,
            connectors: Arc::new(Connectors::new(parts.factory)),
            mailer: parts.mailer,
            options: Arc::new(parts.options),
        }
    }

    /// The database for a job: what takes access away, tests of connectors, claims and timers do not wait behind the many
    /// that give it. A job holds no connection while its target answers, and never two.
    pub(crate) fn store(&self, job: &Claimed) -> Store {
        if job.is_urgent { self.cx.store.clone() } else { self.cx.store.apart() }
    }

    /// The same engine in another context: a past is lived by a clock of its own.
    #[must_use]
    pub fn within(&self, cx: Context) -> Self {
        Self { cx, ..self.clone() }
    }

    /// Works until it is told to stop, then finishes what it holds.
    pub async fn run(self, stop: CancellationToken) {
        let mut loops = JoinSet::new();
        let [urgent, normal] = [Arc::<Notify>::default(), Arc::default()];
        loops.spawn(serve(self.clone(), Band::Urgent, Arc::clone(&urgent), stop.clone()));
        loops.spawn(serve(self.clone(), Band::Normal, Arc::clone(&normal), stop.clone()));
        loops.spawn(listen(self.clone(), [urgent, normal], stop.clone()));
        loops.spawn(repeat(self.clone(), stop.clone(), "timers", |e| async move {
            timers::round(&e).await
        }));
        loops.spawn(repeat(self.clone(), stop.clone(), "mail", |e| async move {
            mail::round(&e).await
        }));
        loops.spawn(repeat(self.clone(), stop.clone(), "answers", |e| async move {
            once::forget(&e.cx).await.map(|_| BETWEEN_FORGETTING)
        }));
        loops.spawn(repeat(self, stop, "leases", |e| async move { leases::round(&e).await }));
        loops.join_all().await;
    }

    /// Fires due timers and works until nothing more can be done at this instant: for those who drive
    /// the clock.
    ///
    /// # Errors
    /// The database failed.
    pub async fn settle(&self) -> Result<(), StoreError> {
        loop {
            let fired = timers::fire_due(&self.cx).await?;
            let urgent = self.work_once(Band::Urgent).await?;
            let normal = self.work_once(Band::Normal).await?;
            if fired + urgent + normal == 0 {
                return Ok(());
            }
        }
    }

    /// Claims once and works it off: for tests that drive the engine step by step. Returns how many jobs ran.
    ///
    /// # Errors
    /// The database failed.
    pub async fn work_once(&self, band: Band) -> Result<usize, StoreError> {
        let claimed = claim(self, band, 32).await?;
        let count = claimed.len();
        for job in claimed {
            work(self.clone(), job).await;
        }
        Ok(count)
    }
}

async fn serve(engine: Engine, band: Band, bell: Arc<Notify>, stop: CancellationToken) {
    let slots = match band {
        Band::Urgent => engine.options.urgent_slots,
        Band::Normal => engine.options.slots,
    };
    let gate = Arc::new(Semaphore::new(slots));
    let mut running = JoinSet::new();
    let mut trouble = Trouble::new(match band {
        Band::Urgent => "claiming work that takes access away",
        Band::Normal => "claiming work",
    });
    while !stop.is_cancelled() {
        let free = gate.available_permits();
        if free == 0 {
            tokio::select! {
                _ = running.join_next() => {}
                () = stop.cancelled() => {}
            }
            continue;
        }
        let claimed = claim(&engine, band, free).await;
        let claimed = claimed.inspect(|_| trouble.over()).unwrap_or_else(|error| {
            trouble.failed(&error);
            Vec::new()
        });
        if claimed.is_empty() {
            tokio::select! {
                () = bell.notified() => {}
                // It may have made room, or work.
                Some(_) = running.join_next() => {}
                () = tokio::time::sleep(engine.options.poll) => {}
                () = stop.cancelled() => {}
            }
            continue;
        }
        for job in claimed {
            let Ok(permit) = Arc::clone(&gate).try_acquire_owned() else { break };
            let engine = engine.clone();
            running.spawn(async move {
                work(engine, job).await;
                drop(permit);
            });
        }
        while running.try_join_next().is_some() {}
    }
    // What was claimed is finished: a lease that runs out would only delay it.
    running.join_all().await;
}

/// Passes the doorbell on to both bands. Without it the poll finds the work.
async fn listen(engine: Engine, bells: [Arc<Notify>; 2], stop: CancellationToken) {
    let listening = async {
        loop {
            if let Ok(mut bell) = engine.cx.store.listen(job::DOORBELL).await {
                // Whoever rang before has been heard by nobody.
                let mut heard = Ok(Ok(()));
                while matches!(heard, Ok(Ok(()))) {
                    bells.iter().for_each(|bell| bell.notify_one());
                    heard = tokio::time::timeout(SILENCE, bell.rung()).await;
                }
            }
            tokio::time::sleep(engine.options.poll).await;
        }
    };
    stop.run_until_cancelled(listening).await;
}

async fn claim(engine: &Engine, band: Band, most: usize) -> Result<Vec<Claimed>, StoreError> {
    let cx = &engine.cx;
    let attempts: Vec<AttemptId> = (0..most.min(64)).map(|_| cx.id()).collect();
    let now = cx.now();
    let request = Claim {
        band,
        worker: &engine.options.worker,
        now,
        // Until the first call is intended: reading comes first, and a call extends the lease itself.
        lease_until: now + span(engine.options.lease_margin) + TimeDelta::seconds(10),
        attempts: &attempts,
        reserve: if band == Band::Urgent { engine.options.urgent_reserve } else { 0 },
    };
    let mut conn = cx.store.conn().await?;
    job::claim(&mut conn, &request).await
}

pub(crate) fn span(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

async fn work(engine: Engine, job: Claimed) {
    let span =
        tracing::info_span!("job", job = %job.id, kind = %job.kind, correlation = %job.correlation);
    usher_telemetry::follow(&span, job.correlation);
    let done = async {
        match job.kind {
            JobKind::Provision => provision::run(&engine, &job).await,
            JobKind::TestConnector => test_connector::run(&engine, &job).await,
        }
    };
    if let Err(error) = done.instrument(span).await {
        // The lease runs out and somebody takes the job up again, reading first.
        tracing::error!(error = &error as &dyn std::error::Error, job = %job.id, "a job was left to its lease");
        if error.is_unavailable()
            && !error.took_too_long()
            && let Err(error) = uncount(&engine, &job).await
        {
            tracing::debug!(error = &error as &dyn std::error::Error, job = %job.id, "the try counts");
        }
    }
}

/// An outage in which jobs can be claimed and not finished, as on a disk that is nearly full, uses up no tries: however
/// long it lasts, what was approved goes on afterwards by itself. What takes too long may do so because of the job: it
/// counts.
async fn uncount(engine: &Engine, job: &Claimed) -> Result<(), StoreError> {
    // Not among those that the job may have waited for in vain.
    let mut tx = engine.cx.store.begin().await?;
    job::uncount(&mut tx, job.id, job.lease_token).await?;
    tx.commit_unaudited("a try that was none of the job's").await
}

async fn repeat<F, R>(engine: Engine, stop: CancellationToken, what: &'static str, round: F)
where
    F: Fn(Engine) -> R,
    R: Future<Output = Result<Duration, StoreError>>,
{
    let mut trouble = Trouble::new(what);
    while !stop.is_cancelled() {
        let pause = round(engine.clone()).await;
        let pause = pause.inspect(|_| trouble.over()).unwrap_or_else(|error| {
            trouble.failed(&error);
            Duration::from_secs(1)
        });
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// A connector, opened, with the time-out of its calls.
pub(crate) fn open_connector(
    engine: &Engine,
    id: ConnectorInstanceId,
    configuration: &Configuration,
) -> Result<(Arc<dyn Connector>, Duration), SettingsError> {
    let limit =
        Duration::from_millis(u64::try_from(configuration.call_timeout_ms).unwrap_or(10_000));
    Ok((engine.connectors.get(id, configuration)?, limit))
}
