//! Work that was done, by the set.

use chrono::{DateTime, Utc};
use usher_vocabulary::{
    AttemptId, AttemptOutcome, ConnectorInstanceId, CorrelationId, JobId, LaneId,
};

use crate::{Result, Tx};

/// A job that one try finished.
#[derive(Debug, Clone)]
pub struct PastJob {
    pub id: JobId,
    pub attempt: AttemptId,
    pub lane: LaneId,
    pub connector: ConnectorInstanceId,
    pub correlation: CorrelationId,
    pub generation: i64,
    pub enqueued_at: DateTime<Utc>,
    pub finished_at: DateTime<Utc>,
}

/// Jobs that ended as verified, each with its try.
///
/// # Errors
/// The database failed.
pub async fn insert_jobs(tx: &mut Tx, new: &[PastJob], worker: &str) -> Result<()> {
    let (ids, lanes): (Vec<_>, Vec<_>) = new.iter().map(|j| (j.id.0, j.lane.0)).unzip();
    let (begun, ended): (Vec<_>, Vec<_>) =
        new.iter().map(|j| (j.enqueued_at, j.finished_at)).unzip();
    let outcome = AttemptOutcome::Verified.as_str();
    sqlx::query!(
        "insert into job (id, kind, lane_id, connector_instance_id, priority, state, run_at, attempts, max_attempts,
                          claimed_by, correlation_id, enqueued_at, started_at, finished_at, last_outcome)
         select j.id, 'provision', j.lane, j.connector, 3, 'done', j.begun, 1, $7, $8, j.correlation, j.begun, j.begun,
                j.ended, $9
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[])
              as j (id, lane, connector, correlation, begun, ended)",
        &ids,
        &lanes,
        &new.iter().map(|j| j.connector.0).collect::<Vec<_>>(),
        &new.iter().map(|j| j.correlation.0).collect::<Vec<_>>(),
        &begun,
        &ended,
        crate::job::MAX_ATTEMPTS,
        worker,
        outcome,
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into attempt (id, job_id, number, lease_token, generation, worker, started_at, finished_at, outcome)
         select a.id, a.job, 1, lease_token_of(a.id), a.generation, $6, a.begun, a.ended, $7
         from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[])
              as a (id, job, generation, begun, ended)",
        &new.iter().map(|j| j.attempt.0).collect::<Vec<_>>(),
        &ids,
        &new.iter().map(|j| j.generation).collect::<Vec<_>>(),
        &begun,
        &ended,
        worker,
        outcome,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Every letter that waits counts as sent soon after it was written.
///
/// # Errors
/// The database failed.
pub async fn note_letters_sent(tx: &mut Tx) -> Result<()> {
    sqlx::query!(
        "update notification set state = 'sent', attempts = 1, sent_at = queued_at + interval '2 seconds'
         where state = 'queued'",
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
