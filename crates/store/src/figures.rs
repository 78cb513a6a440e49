//! Figures of the operations page: counts that the database makes, never rows that the page adds up.

use chrono::{DateTime, TimeDelta, Utc};
use usher_vocabulary::JobState;

use crate::job::Band;
use crate::{Conn, Result, word};

/// What happened since an instant.
#[derive(Debug, Clone, Copy, Default)]
pub struct Figures {
    /// Tries that ended with the target as desired, and all tries that ended.
    pub attempts_good: i64,
    pub attempts_all: i64,
    /// Items delivered; the median of what people and what machines needed.
    pub delivered: i64,
    pub deciding_median: Option<TimeDelta>,
    pub machine_median: Option<TimeDelta>,
    /// Answers given by their due time, and all answers.
    pub answers_in_time: i64,
    pub answers_all: i64,
}

/// # Errors
/// The database failed.
pub async fn since(conn: &mut Conn, from: DateTime<Utc>) -> Result<Figures> {
    let attempts = sqlx::query!(
        r#"select count(*) filter (where outcome in ('verified', 'no_change')) as "good!", count(*) as "all!"
         from attempt where finished_at >= $1 and outcome not in ('superseded', 'handed_over')"#,
        from,
    )
    .fetch_one(&mut *conn)
    .await?;
    let items = sqlx::query!(
        r#"select count(*) as "delivered!",
                percentile_cont(0.5) within group (order by deciding_ms) as deciding,
                percentile_cont(0.5) within group (order by machine_ms) as machine
         from request_item where delivered_at >= $1"#,
        from,
    )
    .fetch_one(&mut *conn)
    .await?;
    let answers = sqlx::query!(
        r#"select count(*) filter (where decided_at <= due_at) as "in_time!", count(*) as "all!"
         from approval_task where decided_at >= $1 and state in ('approved', 'denied')"#,
        from,
    )
    .fetch_one(conn)
    .await?;
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds far below 2^53")]
    let span = |ms: Option<f64>| ms.map(|ms| TimeDelta::milliseconds(ms as i64));
    Ok(Figures {
        attempts_good: attempts.good,
        attempts_all: attempts.all,
        delivered: items.delivered,
        deciding_median: span(items.deciding),
        machine_median: span(items.machine),
        answers_in_time: answers.in_time,
        answers_all: answers.all,
    })
}

/// What waits at an instant, for whoever watches the process.
#[derive(Debug, Clone, Default)]
pub struct Waiting {
    /// Jobs that are not finished, by state and band.
    pub jobs: Vec<(JobState, Band, i64)>,
    /// Since when the oldest job that may run waits.
    pub oldest_due_at: Option<DateTime<Utc>>,
    pub tasks_open: i64,
    pub tasks_overdue: i64,
    /// Messages that are to be sent, and those that were given up.
    pub outbox_queued: i64,
    pub outbox_dead: i64,
}

/// # Errors
/// The database failed.
pub async fn waiting(conn: &mut Conn, now: DateTime<Utc>) -> Result<Waiting> {
    let jobs = sqlx::query!(
        r#"select state, priority < 2 as "is_urgent!", count(*) as "count!"
         from job where state in ('queued', 'running', 'retry_wait', 'dead_letter')
         group by state, 2"#,
    )
    .fetch_all(&mut *conn)
    .await?;
    let oldest_due_at = sqlx::query_scalar!(
        "select min(run_at) from job where state in ('queued', 'retry_wait') and run_at <= $1",
        now,
    )
    .fetch_one(&mut *conn)
    .await?;
    let tasks = sqlx::query!(
        r#"select count(*) as "open!", count(*) filter (where due_at < $1) as "overdue!"
         from approval_task where state in ('open', 'returned')"#,
        now,
    )
    .fetch_one(&mut *conn)
    .await?;
    let outbox = sqlx::query!(
        r#"select (select count(*) from notification where state = 'queued') as "queued!",
                (select count(*) from notification where state = 'dead') as "dead!""#,
    )
    .fetch_one(conn)
    .await?;
    let jobs = jobs.into_iter().map(|row| {
        let band = if row.is_urgent { Band::Urgent } else { Band::Normal };
        Ok((word(&row.state)?, band, row.count))
    });
    Ok(Waiting {
        jobs: jobs.collect::<Result<_>>()?,
        oldest_due_at,
        tasks_open: tasks.open,
        tasks_overdue: tasks.overdue,
        outbox_queued: outbox.queued,
        outbox_dead: outbox.dead,
    })
}
