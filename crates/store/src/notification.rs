//! The outbox: a message is queued with the change that it tells about, and sent afterwards.

use chrono::{DateTime, Utc};
use serde_json::Value;
use usher_vocabulary::{CorrelationId, NotificationId, SubjectId};

use crate::{Result, Tx, one};

/// Tries before a message is given up.
pub const MAX_ATTEMPTS: i32 = 10;
/// Doorbell that is rung when a message was queued.
pub const DOORBELL: &str = "usher_notification";

/// A message to be queued.
#[derive(Debug, Clone)]
pub struct NewNotification {
    pub id: NotificationId,
    pub recipient: SubjectId,
    pub kind: &'static str,
    pub payload: Value,
    pub correlation: CorrelationId,
}

/// # Errors
/// The database failed.
pub async fn queue(tx: &mut Tx, new: &NewNotification, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into notification (id, recipient_id, kind, payload, state, next_at, queued_at, correlation_id)
         values ($1, $2, $3, $4, 'queued', $5, $5, $6)",
        new.id.0,
        new.recipient.0,
        new.kind,
        new.payload,
        now,
        new.correlation.0,
    )
    .execute(&mut **tx)
    .await?;
    tx.ring(DOORBELL);
    Ok(())
}

/// A message to be sent now.
#[derive(Debug, Clone)]
pub struct Outgoing {
    pub id: NotificationId,
    pub recipient_name: String,
    /// Nobody without an address gets mail; the message is given up.
    pub email: Option<String>,
    pub kind: String,
    pub payload: Value,
    pub attempts: i32,
    pub correlation: CorrelationId,
}

/// Takes messages for this process until `lease_until`.
///
/// # Errors
/// The database failed.
pub async fn claim(
    tx: &mut Tx,
    limit: i64,
    lease_until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Outgoing>> {
    let rows = sqlx::query!(
        "with picked as (
             select id from notification
             where state = 'queued' and next_at <= $1 and (lease_until_at is null or lease_until_at < $1)
             order by next_at, id
             limit $2
             for update skip locked
         )
         update notification n
         set lease_until_at = $3, attempts = n.attempts + 1
         from picked, person p
         where n.id = picked.id and p.subject_id = n.recipient_id
         returning n.id, p.display_name, p.email, n.kind, n.payload, n.attempts, n.correlation_id",
        now,
        limit,
        lease_until,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Outgoing {
            id: row.id.into(),
            recipient_name: row.display_name,
            email: row.email,
            kind: row.kind,
            payload: row.payload,
            attempts: row.attempts,
            correlation: row.correlation_id.into(),
        })
        .collect())
}

/// # Errors
/// The database failed.
pub async fn sent(tx: &mut Tx, id: NotificationId, now: DateTime<Utc>) -> Result<()> {
    let done = sqlx::query!(
        "update notification set state = 'sent', sent_at = $2, lease_until_at = null, last_error = null where id = $1",
        id.0,
        now,
    )
    .execute(&mut **tx)
    .await?;
    one("notification", done.rows_affected())
}

/// A send failed: again at `next_at`, or never when `None`.
///
/// # Errors
/// The database failed.
pub async fn failed(
    tx: &mut Tx,
    id: NotificationId,
    error: &str,
    next_at: Option<DateTime<Utc>>,
) -> Result<()> {
    let done = sqlx::query!(
        "update notification
         set state = case when $3::timestamptz is null then 'dead' else 'queued' end,
             next_at = coalesce($3, next_at), lease_until_at = null, last_error = $2
         where id = $1",
        id.0,
        error,
        next_at,
    )
    .execute(&mut **tx)
    .await?;
    one("notification", done.rows_affected())
}
