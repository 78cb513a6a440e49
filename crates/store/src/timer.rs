//! Everything that falls due.

use chrono::{DateTime, Utc};
use sqlx::types::Uuid;
use usher_vocabulary::{TimerId, TimerKind};

use crate::{Conn, Result, Tx, word};

/// A timer that has fallen due.
#[derive(Debug, Clone, Copy)]
pub struct Timer {
    pub id: TimerId,
    pub kind: TimerKind,
    pub object: Uuid,
    pub due_at: DateTime<Utc>,
}

/// Sets the one timer of its kind on an object; a later call moves it.
///
/// # Errors
/// The database failed.
pub async fn set(
    tx: &mut Tx,
    id: TimerId,
    kind: TimerKind,
    object: Uuid,
    due_at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into timer (id, kind, object_id, due_at) values ($1, $2, $3, $4)
         on conflict (kind, object_id) where fired_at is null and cancelled_at is null
         do update set due_at = excluded.due_at",
        id.0,
        kind.as_str(),
        object,
        due_at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes back the timer of its kind on an object, if one waits.
///
/// # Errors
/// The database failed.
pub async fn cancel(tx: &mut Tx, kind: TimerKind, object: Uuid, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update timer set cancelled_at = $3
         where kind = $1 and object_id = $2 and fired_at is null and cancelled_at is null",
        kind.as_str(),
        object,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Timers that have fallen due, the earliest first. Nothing is locked: see [`claim`].
///
/// # Errors
/// The database failed.
pub async fn due(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> Result<Vec<Timer>> {
    let rows = sqlx::query!(
        "select id, kind, object_id, due_at from timer
         where fired_at is null and cancelled_at is null and due_at <= $1
         order by due_at, id
         limit $2",
        now,
        limit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Timer {
                id: row.id.into(),
                kind: word(&row.kind)?,
                object: row.object_id,
                due_at: row.due_at,
            })
        })
        .collect()
}

/// Claims a due timer until the transaction ends; `false` when another process fires it, or it waits no
/// more. No row is locked: whoever fires it first locks what the timer is about, as everybody does who
/// moves or cancels it, and then calls [`take`].
///
/// # Errors
/// The database failed.
pub async fn claim(tx: &mut Tx, timer: &Timer, now: DateTime<Utc>) -> Result<bool> {
    let claimed = sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended(id::text, 7483013)) as "claimed!" from timer
         where id = $1 and fired_at is null and cancelled_at is null and due_at <= $2"#,
        timer.id.0,
        now,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(claimed.unwrap_or(false))
}

/// Takes a claimed timer; `false` when it was moved or cancelled meanwhile.
///
/// # Errors
/// The database failed.
pub async fn take(tx: &mut Tx, timer: &Timer, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "update timer set fired_at = $2
         where id = $1 and fired_at is null and cancelled_at is null and due_at <= $2",
        timer.id.0,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// When the next timer falls due.
///
/// # Errors
/// The database failed.
pub async fn next_due(conn: &mut Conn) -> Result<Option<DateTime<Utc>>> {
    Ok(sqlx::query_scalar!(
        "select min(due_at) from timer where fired_at is null and cancelled_at is null"
    )
    .fetch_one(conn)
    .await?)
}
