//! Tries and calls: intent before the target is touched, outcome after.

use chrono::{DateTime, Utc};
use usher_vocabulary::{
    AttemptId, AttemptOutcome, CallId, CallKind, CallOutcome, DemandId, EntitlementId, ErrorClass,
    JobId, LaneId,
};

use crate::{Conn, Result, Tx, one, word};

/// A call that is about to be sent.
#[derive(Debug, Clone)]
pub struct Intent {
    pub id: CallId,
    pub attempt: AttemptId,
    pub lane: LaneId,
    pub kind: CallKind,
    pub holding: Option<(EntitlementId, String)>,
    /// The generation under which it was decided.
    pub generation: i64,
    pub intended_at: DateTime<Utc>,
    pub deadline_at: DateTime<Utc>,
}

/// Writes the intent, unless the call gives access and the lane's generation has risen since it was
/// decided. The lane is locked against reductions until the transaction ends, so no enabling call of
/// an older generation is intended after a reduction committed (domain.md, section 0).
///
/// # Errors
/// The database failed.
pub async fn intend(tx: &mut Tx, intent: &Intent) -> Result<bool> {
    let generation =
        sqlx::query_scalar!("select generation from lane where id = $1 for share", intent.lane.0)
            .fetch_one(&mut **tx)
            .await?;
    if intent.kind.is_enabling() && generation != intent.generation {
        return Ok(false);
    }
    let (entitlement, scope) =
        intent.holding.clone().map_or((None, String::new()), |(e, s)| (Some(e.0), s));
    sqlx::query!(
        "insert into call (id, attempt_id, lane_id, kind, enabling, entitlement_id, scope, generation, intended_at, deadline_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        intent.id.0,
        intent.attempt.0,
        intent.lane.0,
        intent.kind.as_str(),
        intent.kind.is_enabling(),
        entitlement,
        scope,
        intent.generation,
        intent.intended_at,
        intent.deadline_at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(true)
}

/// Writes what became of a call.
///
/// # Errors
/// The database failed, or the call was finished before.
pub async fn finish_call(
    tx: &mut Tx,
    call: CallId,
    outcome: CallOutcome,
    answer: &str,
    latency_ms: i32,
    now: DateTime<Utc>,
) -> Result<()> {
    let done = sqlx::query!(
        "update call set outcome = $2, answer = $3, latency_ms = $4, finished_at = $5
         where id = $1 and finished_at is null",
        call.0,
        outcome.as_str(),
        answer,
        latency_ms,
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

/// When the last enabling call of other attempts that was under way after this attempt began can have ended; a read of this
/// attempt may have come before its effect, whatever became of the call since.
///
/// # Errors
/// The database failed.
pub async fn in_flight_until(
    conn: &mut Conn,
    lane: LaneId,
    own: AttemptId,
) -> Result<Option<DateTime<Utc>>> {
    Ok(sqlx::query_scalar!(
        "select max(c.deadline_at) from call c, attempt a
         where a.id = $2 and c.lane_id = $1 and c.attempt_id <> $2 and c.enabling and c.deadline_at > a.started_at
           and (c.finished_at is null or c.outcome = 'unknown' or c.finished_at >= a.started_at)",
        lane.0,
        own.0,
    )
    .fetch_one(conn)
    .await?)
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

/// Finishes a try; one that was given up as lost meanwhile stays so.
///
/// # Errors
/// The database failed.
pub async fn finish(
    tx: &mut Tx,
    attempt: AttemptId,
    outcome: AttemptOutcome,
    class: Option<ErrorClass>,
    detail: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update attempt set finished_at = $2, outcome = $3, error_class = $4, detail = $5
         where id = $1 and finished_at is null",
        attempt.0,
        now,
        outcome.as_str(),
        class.map(ErrorClass::as_str),
        detail,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
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
