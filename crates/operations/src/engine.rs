//! Watching the engine, and giving a dead letter another chance.

use chrono::TimeDelta;
use usher_authorization::Resource;
use usher_store::{StoreError, attempt, connector, figures, finding, job};
use usher_vocabulary::{Action, AuditAction, JobId, JobState};

use crate::catalogue::{parse_time_cursor, time_cursor};
use crate::once::{self, Begun};
use crate::request::Page;
use crate::{Caller, Context, Event, Fault, Key};

pub use usher_store::attempt::{CallRow, Row as AttemptRow};
pub use usher_store::figures::Figures;
pub use usher_store::finding::Row as FindingRow;
pub use usher_store::job::{Depth, Row as JobRow};

/// What the operations page opens with.
#[derive(Debug, Clone)]
pub struct Overview {
    pub figures: figures::Figures,
    pub depth: job::Depth,
    pub findings: Vec<finding::Row>,
    pub connectors: Vec<connector::Instance>,
}

/// Whether the caller may watch the engine.
#[must_use]
pub fn may_watch(cx: &Context, caller: &Caller) -> bool {
    cx.may(caller, Action::ViewOperations, &Resource::System)
}

/// # Errors
/// The caller may not watch the engine.
pub async fn overview(cx: &Context, caller: &Caller) -> Result<Overview, Fault> {
    cx.authorize(caller, Action::ViewOperations, &Resource::System)?;
    let mut conn = cx.store.conn().await?;
    Ok(Overview {
        figures: figures::since(&mut conn, cx.now() - TimeDelta::days(7)).await?,
        depth: job::depth(&mut conn).await?,
        findings: finding::list(&mut conn, true, 50).await?,
        connectors: connector::list(&mut conn, None).await?,
    })
}

/// Jobs, the newest first.
///
/// # Errors
/// The caller may not watch the engine, or the cursor is none of ours.
pub async fn jobs(
    cx: &Context,
    caller: &Caller,
    state: Option<JobState>,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<job::Row>, Fault> {
    cx.authorize(caller, Action::ViewOperations, &Resource::System)?;
    let before = cursor.map(|c| parse_time_cursor(c).ok_or(Fault::NotFound)).transpose()?;
    let mut conn = cx.store.conn().await?;
    let filter = job::Filter {
        state,
        id: None,
        before: before.map(|(at, id)| (at, id.into())),
        limit: limit + 1,
    };
    let mut items = job::list(&mut conn, &filter).await?;
    let size = usize::try_from(limit).unwrap_or(0);
    let next = (items.len() > size)
        .then(|| items.get(size.saturating_sub(1)).map(|j| time_cursor(j.enqueued_at, j.id.0)))
        .flatten();
    items.truncate(size);
    Ok(Page { items, next })
}

/// One job with its tries and their calls.
///
/// # Errors
/// The caller may not watch the engine, or there is no such job.
pub async fn job(
    cx: &Context,
    caller: &Caller,
    id: JobId,
) -> Result<(job::Row, Vec<attempt::Row>), Fault> {
    cx.authorize(caller, Action::ViewOperations, &Resource::System)?;
    let mut conn = cx.store.conn().await?;
    let filter = job::Filter { id: Some(id), limit: 1, ..job::Filter::default() };
    let row = job::list(&mut conn, &filter).await?.pop().ok_or(Fault::NotFound)?;
    Ok((row, attempt::of_job(&mut conn, id).await?))
}

/// Why nothing is tried again.
#[derive(Debug, thiserror::Error)]
pub enum RetryError {
    #[error("only a dead letter can be tried again")]
    NotDead,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for RetryError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Gives a dead letter fresh tries. Nobody has to approve anything again: the handler does what should be true now.
///
/// # Errors
/// The caller may not, or the job is no dead letter.
pub async fn retry(
    cx: &Context,
    caller: &Caller,
    id: JobId,
    key: Option<&Key>,
) -> Result<(), RetryError> {
    cx.authorize(caller, Action::RetryJob, &Resource::System)?;
    let (now, cause) = (cx.now(), caller.cause());
    let mut tx = cx.store.begin().await?;
    let once = match once::begin::<()>(&mut tx, caller, "job.retry", key, &id).await? {
        Begun::First(once) => once,
        Begun::Again(()) => return Ok(()),
    };
    if job::retry(&mut tx, id, caller.correlation, now).await?.is_none() {
        let filter = job::Filter { id: Some(id), limit: 1, ..job::Filter::default() };
        let exists = !job::list(&mut tx, &filter).await?.is_empty();
        return Err(if exists { RetryError::NotDead } else { Fault::NotFound.into() });
    }
    let mut events = vec![Event::new(AuditAction::JobRetried, "job", id).by(cx, &cause)];
    for finding in finding::resolve_job(&mut tx, id, now).await? {
        events.push(Event::new(AuditAction::FindingResolved, "finding", finding).by(cx, &cause));
    }
    once::finish(cx, &mut tx, once, &()).await?;
    tx.commit(events).await?;
    Ok(())
}
