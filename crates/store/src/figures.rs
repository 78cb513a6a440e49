//! Figures of the operations page: counts that the database makes, never rows that the page adds up.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{Conn, Result};

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
