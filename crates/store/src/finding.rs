//! Detected conditions that somebody should look at.

use chrono::{DateTime, Utc};
use usher_vocabulary::{CorrelationId, DemandId, FindingId, FindingKind, JobId, LaneId};

use crate::{Conn, Result, Tx, word};

/// A finding about to be opened.
#[derive(Debug, Clone)]
pub struct NewFinding {
    pub id: FindingId,
    pub kind: FindingKind,
    pub lane: Option<LaneId>,
    pub demand: Option<DemandId>,
    pub job: Option<JobId>,
    pub detail: String,
    pub correlation: CorrelationId,
}

/// Opens a finding unless one of its kind is open about the same thing. Returns whether it is new.
///
/// # Errors
/// The database failed.
pub async fn open(tx: &mut Tx, new: &NewFinding, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "insert into finding (id, kind, state, lane_id, demand_id, job_id, detail, opened_at, correlation_id)
         values ($1, $2, 'open', $3, $4, $5, $6, $7, $8)
         on conflict do nothing",
        new.id.0,
        new.kind.as_str(),
        new.lane.map(|l| l.0),
        new.demand.map(|d| d.0),
        new.job.map(|j| j.0),
        new.detail,
        now,
        new.correlation.0,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Resolves the open findings about a demand that is verified now.
///
/// # Errors
/// The database failed.
pub async fn resolve_demand(
    tx: &mut Tx,
    demand: DemandId,
    now: DateTime<Utc>,
) -> Result<Vec<FindingId>> {
    let ids = sqlx::query_scalar!(
        "update finding set state = 'resolved', resolved_at = $2
         where demand_id = $1 and state = 'open'
         returning id",
        demand.0,
        now,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Resolves the open findings about a job that somebody tries again.
///
/// # Errors
/// The database failed.
pub async fn resolve_job(tx: &mut Tx, job: JobId, now: DateTime<Utc>) -> Result<Vec<FindingId>> {
    let ids = sqlx::query_scalar!(
        "update finding set state = 'resolved', resolved_at = $2 where job_id = $1 and state = 'open' returning id",
        job.0,
        now,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// A finding as the operations page shows it.
#[derive(Debug, Clone)]
pub struct Row {
    pub id: FindingId,
    pub kind: FindingKind,
    pub subject_name: Option<String>,
    pub target_name: Option<String>,
    pub entitlement_name: Option<String>,
    pub job: Option<JobId>,
    pub detail: String,
    pub opened_at: DateTime<Utc>,
    pub resolved_at: Option<DateTime<Utc>>,
    pub correlation: CorrelationId,
}

/// Findings, open ones first, the newest first.
///
/// # Errors
/// The database failed.
pub async fn list(conn: &mut Conn, only_open: bool, limit: i64) -> Result<Vec<Row>> {
    let rows = sqlx::query!(
        r#"select f.id, f.kind, coalesce(p.display_name, n.name) as subject_name, t.name as "target_name?",
                e.name as "entitlement_name?", f.job_id, f.detail, f.opened_at, f.resolved_at, f.correlation_id
         from finding f
         left join lane l on l.id = f.lane_id
         left join target t on t.id = l.target_id
         left join person p on p.subject_id = l.subject_id
         left join non_human_identity n on n.subject_id = l.subject_id
         left join demand d on d.id = f.demand_id
         left join entitlement e on e.id = d.entitlement_id
         where not $1 or f.state = 'open'
         order by f.state, f.opened_at desc, f.id
         limit $2"#,
        only_open,
        limit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Row {
                id: row.id.into(),
                kind: word(&row.kind)?,
                subject_name: row.subject_name,
                target_name: row.target_name,
                entitlement_name: row.entitlement_name,
                job: row.job_id.map(Into::into),
                detail: row.detail,
                opened_at: row.opened_at,
                resolved_at: row.resolved_at,
                correlation: row.correlation_id.into(),
            })
        })
        .collect()
}
