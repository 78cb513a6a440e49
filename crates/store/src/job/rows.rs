//! Jobs as people look at them.

use chrono::{DateTime, Utc};
use usher_vocabulary::{CorrelationId, JobId, JobKind, JobState};

use crate::{Conn, Result, word};

/// A job as the operations page and the API show it.
#[derive(Debug, Clone)]
pub struct Row {
    pub id: JobId,
    pub kind: JobKind,
    pub state: JobState,
    pub priority: i16,
    pub target_name: Option<String>,
    pub connector_name: String,
    pub subject_name: Option<String>,
    pub attempts: i32,
    pub max_attempts: i32,
    pub run_at: DateTime<Utc>,
    pub enqueued_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub last_outcome: Option<String>,
    pub last_error: Option<String>,
    pub error_class: Option<String>,
    pub correlation: CorrelationId,
    pub claimed_by: Option<String>,
}

/// Which jobs.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub state: Option<JobState>,
    pub id: Option<JobId>,
    /// Enqueue time and id of the last row of the page before.
    pub before: Option<(DateTime<Utc>, JobId)>,
    pub limit: i64,
}

/// Jobs, the newest first.
///
/// # Errors
/// The database failed.
pub async fn list(conn: &mut Conn, filter: &Filter) -> Result<Vec<Row>> {
    let (before_at, before_id) =
        filter.before.map_or((None, None), |(at, id)| (Some(at), Some(id.0)));
    let rows = sqlx::query!(
        r#"select j.id, j.kind, j.state, j.priority, t.name as "target_name?", c.name as connector_name,
                coalesce(p.display_name, n.name) as subject_name, j.attempts, j.max_attempts, j.run_at, j.enqueued_at,
                j.finished_at, j.last_outcome, j.last_error, j.error_class, j.correlation_id, j.claimed_by
         from job j
         join connector_instance c on c.id = j.connector_instance_id
         left join lane l on l.id = j.lane_id
         left join target t on t.id = l.target_id
         left join person p on p.subject_id = l.subject_id
         left join non_human_identity n on n.subject_id = l.subject_id
         where ($1::text is null or j.state = $1)
           and ($2::uuid is null or j.id = $2)
           and ($3::timestamptz is null or (j.enqueued_at, j.id) < ($3, $4::uuid))
         order by j.enqueued_at desc, j.id desc
         limit $5"#,
        filter.state.map(JobState::as_str),
        filter.id.map(|id| id.0),
        before_at,
        before_id,
        filter.limit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Row {
                id: row.id.into(),
                kind: word(&row.kind)?,
                state: word(&row.state)?,
                priority: row.priority,
                target_name: row.target_name,
                connector_name: row.connector_name,
                subject_name: row.subject_name,
                attempts: row.attempts,
                max_attempts: row.max_attempts,
                run_at: row.run_at,
                enqueued_at: row.enqueued_at,
                finished_at: row.finished_at,
                last_outcome: row.last_outcome,
                last_error: row.last_error,
                error_class: row.error_class,
                correlation: row.correlation_id.into(),
                claimed_by: row.claimed_by,
            })
        })
        .collect()
}

/// Counts for the operations page.
#[derive(Debug, Clone, Copy, Default)]
pub struct Depth {
    pub queued: i64,
    pub running: i64,
    pub retrying: i64,
    pub dead: i64,
    pub oldest_run_at: Option<DateTime<Utc>>,
}

/// # Errors
/// The database failed.
pub async fn depth(conn: &mut Conn) -> Result<Depth> {
    let row = sqlx::query!(
        r#"select count(*) filter (where state = 'queued') as "queued!",
                count(*) filter (where state = 'running') as "running!",
                count(*) filter (where state = 'retry_wait') as "retrying!",
                count(*) filter (where state = 'dead_letter') as "dead!",
                min(run_at) filter (where state in ('queued', 'retry_wait')) as oldest
         from job where state in ('queued', 'running', 'retry_wait', 'dead_letter')"#,
    )
    .fetch_one(conn)
    .await?;
    Ok(Depth {
        queued: row.queued,
        running: row.running,
        retrying: row.retrying,
        dead: row.dead,
        oldest_run_at: row.oldest,
    })
}
