//! Tries and calls: intent before the target is touched, outcome after.

use chrono::{DateTime, Utc};
use usher_vocabulary::{
    AttemptId, CallId, CallKind, CallOutcome, DemandId, EntitlementId, JobId, LaneId,
};

use crate::job::Claimed;
use crate::{Conn, Result, Tx, one, word};

/// A call that is about to be sent.
#[derive(Debug, Clone)]
pub struct Intent<'a> {
    pub id: CallId,
    pub job: &'a Claimed,
    pub lane: LaneId,
    pub kind: CallKind,
    pub holding: Option<(EntitlementId, String)>,
    /// The generation under which it was decided.
    pub generation: i64,
    /// The order of the wishes that were read.
    pub wanted_seq: i64,
    /// Demands that nothing was done for yet: they are in progress now.
    pub begun: &'a [DemandId],
    pub intended_at: DateTime<Utc>,
    pub deadline_at: DateTime<Utc>,
    /// The lease holds at least until then.
    pub lease_until: DateTime<Utc>,
}

/// Whether a call may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intended {
    Yes,
    /// It gives access, and access was taken away since it was decided.
    Overtaken,
    /// Somebody else has the job: nothing more may be sent.
    LeaseLost,
}

/// Holds on to the job for longer and writes the intent, unless the call gives access and the lane's generation has risen
/// since it was decided. The lane is locked against reductions until the transaction ends, so no enabling call of an older
/// generation is intended after a reduction committed (domain.md, section 0).
///
/// # Errors
/// The database failed.
pub async fn intend(tx: &mut Tx, intent: &Intent<'_>) -> Result<Intended> {
    let (entitlement, scope) =
        intent.holding.clone().map_or((None, String::new()), |(e, s)| (Some(e.0), s));
    let begun: Vec<_> = intent.begun.iter().map(|d| d.0).collect();
    let row = sqlx::query!(
        r#"with held as (
             update job set lease_until_at = greatest(lease_until_at, $3)
             where id = $1 and lease_token = $2 and state = 'running'
             returning id
         ), locked as materialized (
             select l.id, l.generation
             from lane l
             where l.id = $4 and exists (select from held)
             for share
         ), intended as (
             insert into call (id, attempt_id, lane_id, kind, enabling, entitlement_id, scope, generation, intended_at, deadline_at)
             select $5, $6, locked.id, $7, $8, $9, $10, $11, $12, $13
             from locked
             where not $8 or locked.generation = $11
             returning lane_id
         ), begun as (
             update demand d set realisation = 'in_progress'
             from intended
             where d.lane_id = intended.lane_id and d.id = any((select $14::uuid[])::uuid[])
               and d.wanted_seq <= $15 and d.realisation <> 'in_progress'
         )
         select exists (select from locked) as "is_held!", exists (select from intended) as "is_intended!""#,
        intent.job.id.0,
        intent.job.lease_token,
        intent.lease_until,
        intent.lane.0,
        intent.id.0,
        intent.job.attempt.0,
        intent.kind.as_str(),
        intent.kind.is_enabling(),
        entitlement,
        scope,
        intent.generation,
        intent.intended_at,
        intent.deadline_at,
        &begun,
        intent.wanted_seq,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(match (row.is_held, row.is_intended) {
        (false, _) => Intended::LeaseLost,
        (true, false) => Intended::Overtaken,
        (true, true) => Intended::Yes,
    })
}

/// What became of a call.
#[derive(Debug, Clone)]
pub struct CallEnd<'a> {
    pub id: CallId,
    pub outcome: CallOutcome,
    pub answer: &'a str,
    pub latency_ms: i32,
}

/// Writes what became of a call.
///
/// # Errors
/// The database failed, or the call was finished before.
pub async fn finish_call(tx: &mut Tx, call: &CallEnd<'_>, now: DateTime<Utc>) -> Result<()> {
    let done = sqlx::query!(
        "update call set outcome = $2, answer = $3, latency_ms = $4, finished_at = $5
         where id = $1 and finished_at is null",
        call.id.0,
        call.outcome.as_str(),
        call.answer,
        call.latency_ms,
        now,
    )
    .execute(&mut **tx)
    .await?;
    one("call", done.rows_affected())
}

/// A call without an outcome: the process that sent it is gone.
#[derive(Debug, Clone)]
pub struct Abandoned {
    pub id: CallId,
    pub lane: LaneId,
    pub kind: CallKind,
}

/// Calls on a lane whose deadline has passed without an outcome become `unknown`.
///
/// # Errors
/// The database failed.
pub async fn abandon_calls(
    tx: &mut Tx,
    lane: LaneId,
    now: DateTime<Utc>,
) -> Result<Vec<Abandoned>> {
    let rows = sqlx::query!(
        "update call set outcome = 'unknown', finished_at = $2, answer = 'the process that sent it ended'
         where lane_id = $1 and finished_at is null and deadline_at <= $2
         returning id, lane_id, kind",
        lane.0,
        now,
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Abandoned { id: row.id.into(), lane: row.lane_id.into(), kind: word(&row.kind)? })
        })
        .collect()
}

/// Of these demands, verified as gone, those that an enabling call may have undone: it could still end after the read that
/// verified them.
///
/// # Errors
/// The database failed.
pub async fn undone_late(
    conn: &mut Conn,
    lane: LaneId,
    demands: &[DemandId],
) -> Result<Vec<DemandId>> {
    let demands: Vec<_> = demands.iter().map(|d| d.0).collect();
    let ids = sqlx::query_scalar!(
        "select d.id from demand d
         where d.id = any($2) and d.lane_id = $1 and exists (
             select from call c
             where c.lane_id = d.lane_id and c.enabling and c.deadline_at > d.verified_at
               and (c.entitlement_id is null or c.entitlement_id = d.entitlement_id)
         )",
        lane.0,
        &demands,
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// A try as the operations page shows it.
#[derive(Debug, Clone)]
pub struct Row {
    pub id: AttemptId,
    pub number: i32,
    pub worker: String,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub outcome: Option<String>,
    pub error_class: Option<String>,
    pub detail: Option<String>,
    pub calls: Vec<CallRow>,
}

/// A call as the operations page shows it.
#[derive(Debug, Clone)]
pub struct CallRow {
    pub kind: String,
    pub generation: i64,
    pub intended_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub outcome: Option<String>,
    pub answer: Option<String>,
    pub latency_ms: Option<i32>,
}

/// Tries of a job with their calls, the newest first.
///
/// # Errors
/// The database failed.
pub async fn of_job(conn: &mut Conn, job: JobId) -> Result<Vec<Row>> {
    let attempts = sqlx::query!(
        "select id, number, worker, started_at, finished_at, outcome, error_class, detail
         from attempt where job_id = $1 order by number desc",
        job.0,
    )
    .fetch_all(&mut *conn)
    .await?;
    let calls = sqlx::query!(
        "select c.attempt_id, c.kind, c.generation, c.intended_at, c.finished_at, c.outcome, c.answer, c.latency_ms
         from call c join attempt a on a.id = c.attempt_id
         where a.job_id = $1 order by c.intended_at, c.id",
        job.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(attempts
        .into_iter()
        .map(|row| Row {
            id: row.id.into(),
            number: row.number,
            worker: row.worker,
            started_at: row.started_at,
            finished_at: row.finished_at,
            outcome: row.outcome,
            error_class: row.error_class,
            detail: row.detail,
            calls: calls
                .iter()
                .filter(|c| c.attempt_id == row.id)
                .map(|c| CallRow {
                    kind: c.kind.clone(),
                    generation: c.generation,
                    intended_at: c.intended_at,
                    finished_at: c.finished_at,
                    outcome: c.outcome.clone(),
                    answer: c.answer.clone(),
                    latency_ms: c.latency_ms,
                })
                .collect(),
        })
        .collect())
}
