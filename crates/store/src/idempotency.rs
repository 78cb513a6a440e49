//! Answers to requests that carried a key, written in the transaction of the operation.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{Result, Tx};

/// What is known about a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    Never,
    /// The same request was answered with this.
    Same(Value),
    /// The key was used for another request.
    Other,
}

/// Looks a key up and holds it until the transaction ends: a concurrent twin waits here.
///
/// # Errors
/// The database failed.
pub async fn begin(tx: &mut Tx, principal: &str, key: &str, hash: &[u8]) -> Result<Seen> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended($1 || chr(10) || $2, 7483011))",
        principal,
        key
    )
    .execute(&mut **tx)
    .await?;
    let row = sqlx::query!(
        "select request_hash, body from idempotency where principal = $1 and key = $2",
        principal,
        key,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(match row {
        None => Seen::Never,
        Some(row) if row.request_hash == hash => Seen::Same(row.body),
        Some(_) => Seen::Other,
    })
}

/// Keeps the answer.
///
/// # Errors
/// The database failed.
pub async fn finish(
    tx: &mut Tx,
    principal: &str,
    key: &str,
    hash: &[u8],
    body: &Value,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into idempotency (principal, key, request_hash, status, body, created_at) values ($1, $2, $3, 200, $4, $5)",
        principal,
        key,
        hash,
        body,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Forgets answers that nobody repeats any more.
///
/// # Errors
/// The database failed.
pub async fn forget(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    Ok(sqlx::query!("delete from idempotency where created_at < $1", before)
        .execute(&mut **tx)
        .await?
        .rows_affected())
}
