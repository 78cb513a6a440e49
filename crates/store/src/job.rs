//! Durable work: enqueue inside the transaction that makes it necessary, claim by lease, finish by token.
//!
//! The whole queue is behind this file, so that it can change its shape.

use chrono::{DateTime, Utc};
use sqlx::types::Uuid;
use usher_vocabulary::{
    AttemptId, AttemptOutcome, ConnectorInstanceId, CorrelationId, ErrorClass, JobId, JobKind,
    JobState, LaneId, Priority,
};

use crate::attempt::CallEnd;
use crate::{Conn, Result, Tx, one, word};

mod rows;

pub use rows::{Depth, Filter, Row, depth, list};

/// Doorbell that is rung when work was added.
pub const DOORBELL: &str = "usher_job";

/// Tries before a job becomes a dead letter.
pub const MAX_ATTEMPTS: i32 = 12;

const fn rank(priority: Priority) -> i16 {
    match priority {
        Priority::Kill => 0,
        Priority::Revoke => 1,
        Priority::Interactive => 2,
        Priority::Grant => 3,
        Priority::Update => 4,
        Priority::Reconcile => 5,
    }
}

/// Which part of the queue a claim serves. Taking access away has slots of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Band {
    /// Kill and revoke.
    Urgent,
    /// Everything else.
    Normal,
}

impl Band {
    const fn ranks(self) -> (i16, i16) {
        match self {
            Self::Urgent => (0, 1),
            Self::Normal => (2, 5),
        }
    }
}

/// Work on a lane. The caller holds the lane's lock.
///
/// A job that waits already takes the newer wish: it is served no later and no less urgently.
///
/// # Errors
/// The database failed.
pub async fn enqueue_lane(
    tx: &mut Tx,
    fresh: JobId,
    lane: LaneId,
    connector: ConnectorInstanceId,
    priority: Priority,
    correlation: CorrelationId,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into job (id, kind, lane_id, connector_instance_id, priority, state, run_at, max_attempts,
                          correlation_id, enqueued_at)
         values ($1, 'provision', $2, $3, $4, 'queued', $5, $6, $7, $5)
         on conflict (lane_id) where state in ('queued', 'retry_wait') and lane_id is not null
         do update set priority = least(job.priority, excluded.priority),
                       run_at = least(job.run_at, excluded.run_at),
                       state = 'queued',
                       attempts = 0,
                       correlation_id = excluded.correlation_id",
        fresh.0,
        lane.0,
        connector.0,
        rank(priority),
        now,
        MAX_ATTEMPTS,
        correlation.0,
    )
    .execute(&mut **tx)
    .await?;
    tx.ring(DOORBELL);
    Ok(())
}

/// Work on a connector that belongs to no lane, for a person who waits.
///
/// # Errors
/// The database failed.
pub async fn enqueue_connector(
    tx: &mut Tx,
    id: JobId,
    kind: JobKind,
    connector: ConnectorInstanceId,
    correlation: CorrelationId,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into job (id, kind, connector_instance_id, priority, state, run_at, max_attempts, correlation_id, enqueued_at)
         values ($1, $2, $3, $4, 'queued', $5, 1, $6, $5)",
        id.0,
        kind.as_str(),
        connector.0,
        rank(Priority::Interactive),
        now,
        correlation.0,
    )
    .execute(&mut **tx)
    .await?;
    tx.ring(DOORBELL);
    Ok(())
}

/// A job that this process works on until `lease_until_at`.
#[derive(Debug, Clone)]
pub struct Claimed {
    pub id: JobId,
    pub kind: JobKind,
    pub lane: Option<LaneId>,
    pub connector: ConnectorInstanceId,
    pub is_urgent: bool,
    pub attempt: AttemptId,
    pub attempts: i32,
    pub max_attempts: i32,
    pub lease_token: i64,
    /// Of the lane when it was claimed; 0 without a lane.
    pub generation: i64,
    pub correlation: CorrelationId,
    pub enqueued_at: DateTime<Utc>,
}

/// What a claim asks for.
#[derive(Debug, Clone)]
pub struct Claim<'a> {
    pub band: Band,
    pub worker: &'a str,
    pub now: DateTime<Utc>,
    /// The time-out of one call of the connector is added: a job begins with a read.
    pub lease_until: DateTime<Utc>,
    /// One fresh id for each job that may be claimed.
    pub attempts: &'a [AttemptId],
    /// Calls that a connector may have at the same time beyond its concurrency, for this band.
    pub reserve: i32,
}

/// Claims jobs and writes their attempt rows, in one round trip and, without a transaction around it, one of its own.
/// Claims wait for each other, so that the limits of connectors and the order on lanes hold for all processes together; a
/// claim takes a batch.
///
/// A claim does not wait until it is on the disk, or every other claim would wait with it. The first commit of the job
/// that does wait, the intent of its call, brings the claim along: the log is written in order. When the server dies
/// before, nothing was called and the job is free again; whoever believes to hold it has a token that nobody is given
/// a second time.
///
/// # Errors
/// The database failed.
pub async fn claim(conn: &mut Conn, claim: &Claim<'_>) -> Result<Vec<Claimed>> {
    let (lowest, highest) = claim.band.ranks();
    let fresh: Vec<Uuid> = claim.attempts.iter().map(|a| a.0).collect();
    let kinds: Vec<String> = JobKind::ALL.iter().map(|kind| kind.as_str().to_owned()).collect();
    sqlx::query_as!(
        ClaimedRow,
        r#"select job_id as "id!", job_kind as "kind!", lane as lane_id, connector as "connector_instance_id!",
                job_priority as "priority!", attempt as "attempt_id!", tries as "attempts!", most_tries as "max_attempts!",
                token as "lease_token!", lane_generation as "generation!", correlation as "correlation_id!",
                waiting_since as "enqueued_at!"
         from claim_jobs($1, $2, $3, $4, $5, $6, $7, $8)"#,
        claim.now,
        lowest,
        highest,
        claim.lease_until,
        claim.worker,
        claim.reserve,
        &kinds,
        &fresh,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Claimed::try_from)
    .collect()
}

struct ClaimedRow {
    id: Uuid,
    kind: String,
    lane_id: Option<Uuid>,
    connector_instance_id: Uuid,
    priority: i16,
    attempt_id: Uuid,
    attempts: i32,
    max_attempts: i32,
    lease_token: i64,
    generation: i64,
    correlation_id: Uuid,
    enqueued_at: DateTime<Utc>,
}

impl TryFrom<ClaimedRow> for Claimed {
    type Error = crate::StoreError;
    fn try_from(row: ClaimedRow) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            kind: word(&row.kind)?,
            lane: row.lane_id.map(Into::into),
            connector: row.connector_instance_id.into(),
            is_urgent: row.priority <= 1,
            attempt: row.attempt_id.into(),
            attempts: row.attempts,
            max_attempts: row.max_attempts,
            lease_token: row.lease_token,
            generation: row.generation,
            correlation: row.correlation_id.into(),
            enqueued_at: row.enqueued_at,
        })
    }
}

/// A try that ended because the database took nothing was none of the job's: it does not count. The lease runs out as
/// after the death of a process, and the next try begins with a read.
///
/// # Errors
/// The database failed; then the try counts.
pub async fn uncount(tx: &mut Tx, job: JobId, token: i64) -> Result<()> {
    sqlx::query!(
        "update job set attempts = attempts - 1
         where id = $1 and lease_token = $2 and state = 'running' and attempts > 0",
        job.0,
        token,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// How a try ends and its job leaves the hands of the worker.
#[derive(Debug, Clone)]
pub struct Finish<'a> {
    pub state: JobState,
    /// For `retry_wait`: not before.
    pub run_at: DateTime<Utc>,
    pub outcome: AttemptOutcome,
    /// What the try has to say, whatever came of it.
    pub detail: &'a str,
    /// Why the job is not done.
    pub error: Option<&'a str>,
    pub class: Option<ErrorClass>,
    /// The last call, whose outcome has not been written yet.
    pub call: Option<CallEnd<'a>>,
}

/// What is known after a try has ended.
#[derive(Debug, Clone, Copy)]
pub struct Finished {
    /// `false` when the lease is lost: somebody else answers for the job now.
    pub is_ours: bool,
    /// When the last enabling call of other tries that was under way after this try began can have ended; a read of this
    /// try may have come before its effect, whatever became of the call since.
    pub in_flight_until: Option<DateTime<Utc>>,
}

/// Ends a try and finishes its job; a try that was given up as lost meanwhile stays so, and its job changes nothing.
/// The caller holds the lane's lock, so that neither a waiting job nor another call can appear at the same moment.
///
/// # Errors
/// The database failed, or the call was finished before.
pub async fn finish(
    tx: &mut Tx,
    job: &Claimed,
    finish: &Finish<'_>,
    now: DateTime<Utc>,
) -> Result<Finished> {
    let row = sqlx::query!(
        r#"with told as (
             update call set outcome = $12, answer = $13, latency_ms = $14, finished_at = $8
             where id = $11 and finished_at is null
             returning id
         ), tried as (
             update attempt set finished_at = $8, outcome = $5, error_class = $7, detail = $10
             where id = $9 and finished_at is null
         ), left_behind as (
             update job
             set state = case
                     -- The state in a query of its own, or the plan would be made anew for each.
                     when (select $3::text) = 'retry_wait' and exists (
                         select from job o
                         where o.lane_id = job.lane_id and o.id <> job.id and o.state in ('queued', 'retry_wait'))
                     then 'superseded' else (select $3::text) end,
                 run_at = $4,
                 lease_token = null,
                 lease_until_at = null,
                 finished_at = case when (select $3::text) in ('done', 'dead_letter', 'superseded') then $8::timestamptz end,
                 last_outcome = $5,
                 last_error = $6,
                 error_class = $7
             where id = $1 and lease_token = $2 and state = 'running'
             returning id
         )
         select (select count(*) from told) as "told!",
                exists (select from left_behind) as "is_ours!",
                (select max(c.deadline_at) from call c, attempt a
                 where a.id = $9 and c.lane_id = $15 and c.attempt_id <> $9 and c.enabling and c.deadline_at > a.started_at
                   and (c.finished_at is null or c.outcome = 'unknown' or c.finished_at >= a.started_at)
                ) as in_flight_until"#,
        job.id.0,
        job.lease_token,
        finish.state.as_str(),
        finish.run_at,
        finish.outcome.as_str(),
        finish.error,
        finish.class.map(ErrorClass::as_str),
        now,
        job.attempt.0,
        finish.detail,
        finish.call.as_ref().map(|call| call.id.0),
        finish.call.as_ref().map(|call| call.outcome.as_str()),
        finish.call.as_ref().map(|call| call.answer),
        finish.call.as_ref().map(|call| call.latency_ms),
        job.lane.map(|lane| lane.0),
    )
    .fetch_one(&mut **tx)
    .await?;
    if finish.call.is_some() {
        one("call", u64::try_from(row.told).unwrap_or(0))?;
    }
    Ok(Finished { is_ours: row.is_ours, in_flight_until: row.in_flight_until })
}

/// What stands at a job whose last process was gone before it was done.
pub const LOST: &str = "the process that worked on it was gone before it was done, too many times";

/// What became of leases that had run out.
#[derive(Debug, Default)]
pub struct Reaped {
    pub leases: u64,
    /// Jobs without a try left: dead letters now.
    pub given_up: Vec<Lost>,
}

/// See [`Reaped`].
#[derive(Debug, Clone, Copy)]
pub struct Lost {
    pub id: JobId,
    pub lane: Option<LaneId>,
    pub correlation: CorrelationId,
}

/// Gives back what dead processes held. Their attempts end as `lease_lost`; a lane with a waiting job
/// needs no second one, and a job without a try left becomes a dead letter.
///
/// # Errors
/// The database failed.
pub async fn reap(tx: &mut Tx, now: DateTime<Utc>) -> Result<Reaped> {
    let ids = sqlx::query_scalar!(
        "select id from job where state = 'running' and lease_until_at < $1 order by id for update skip locked",
        now,
    )
    .fetch_all(&mut **tx)
    .await?;
    if ids.is_empty() {
        return Ok(Reaped::default());
    }
    sqlx::query!(
        "update attempt set finished_at = $2, outcome = 'lease_lost' where job_id = any($1) and finished_at is null",
        &ids,
        now,
    )
    .execute(&mut **tx)
    .await?;
    let mut given_up = Vec::new();
    // One by one: two lost jobs of one lane must not both wait.
    for id in &ids {
        let row = sqlx::query!(
            r#"with next as (
                 select j.id, case
                     when exists (
                         select from job o where o.lane_id = j.lane_id and o.state in ('queued', 'retry_wait'))
                     then 'superseded'
                     when j.attempts >= j.max_attempts then 'dead_letter'
                     else 'queued' end as state
                 from job j where j.id = $1
             )
             update job
             set state = next.state, run_at = $2, lease_token = null, lease_until_at = null,
                 last_outcome = 'lease_lost',
                 finished_at = case when next.state <> 'queued' then $2::timestamptz end,
                 last_error = case when next.state = 'dead_letter' then $3::text else job.last_error end
             from next
             where job.id = next.id
             returning next.state = 'dead_letter' as "is_dead!", lane_id, correlation_id"#,
            id,
            now,
            LOST,
        )
        .fetch_one(&mut **tx)
        .await?;
        if row.is_dead {
            given_up.push(Lost {
                id: (*id).into(),
                lane: row.lane_id.map(Into::into),
                correlation: row.correlation_id.into(),
            });
        }
    }
    tx.ring(DOORBELL);
    Ok(Reaped { leases: ids.len() as u64, given_up })
}

/// A dead letter gets fresh tries. `None` when there is no such dead letter.
///
/// # Errors
/// The database failed.
pub async fn retry(
    tx: &mut Tx,
    job: JobId,
    correlation: CorrelationId,
    now: DateTime<Utc>,
) -> Result<Option<Option<LaneId>>> {
    // Whoever puts work on a lane holds its lock: a job that waits cannot appear meanwhile.
    sqlx::query!(
        "select l.id from job j join lane l on l.id = j.lane_id where j.id = $1 for update of l",
        job.0,
    )
    .fetch_optional(&mut **tx)
    .await?;
    let row = sqlx::query!(
        "update job
         set state = case when job.lane_id is not null and exists (
                 select from job o where o.lane_id = job.lane_id and o.state in ('queued', 'retry_wait'))
             then 'superseded' else 'queued' end,
             attempts = 0, run_at = $2, finished_at = null, correlation_id = $3
         where id = $1 and state = 'dead_letter'
         returning lane_id",
        job.0,
        now,
        correlation.0,
    )
    .fetch_optional(&mut **tx)
    .await?;
    tx.ring(DOORBELL);
    Ok(row.map(|row| row.lane_id.map(Into::into)))
}

/// When the next job may run, for a worker that found nothing.
///
/// # Errors
/// The database failed.
pub async fn next_run(conn: &mut Conn) -> Result<Option<DateTime<Utc>>> {
    Ok(sqlx::query_scalar!("select min(run_at) from job where state in ('queued', 'retry_wait')")
        .fetch_one(conn)
        .await?)
}
