//! Browser sessions. The table knows the hash of an id only.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use usher_vocabulary::SubjectId;

use crate::{Conn, Result, Store, StoreError};

/// A session as stored.
#[derive(Debug, Clone)]
pub struct Session {
    pub data: Value,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// What the table knows of an id.
#[must_use]
pub fn hash(id: &str) -> Vec<u8> {
    Sha256::digest(id.as_bytes()).to_vec()
}

/// Inserts a session; `false` when the id is taken.
///
/// # Errors
/// The database failed.
pub async fn create(
    store: &Store,
    id_hash: &[u8],
    person: Option<SubjectId>,
    session: &Session,
) -> Result<bool> {
    let mut conn = store.conn().await?;
    let done = sqlx::query!(
        "insert into web_session (id_hash, person_id, data, created_at, last_seen_at, expires_at)
         values ($1, $2, $3, $4, $4, $5) on conflict do nothing",
        id_hash,
        person.map(|p| p.0),
        session.data,
        session.created_at,
        session.expires_at,
    )
    .execute(&mut *conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Changes a session that still exists: one that was ended meanwhile does not come back.
///
/// # Errors
/// The database failed.
pub async fn save(
    store: &Store,
    id_hash: &[u8],
    person: Option<SubjectId>,
    data: &Value,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut conn = store.conn().await?;
    sqlx::query!(
        "update web_session set person_id = $2, data = $3, expires_at = $4, last_seen_at = $5 where id_hash = $1",
        id_hash,
        person.map(|p| p.0),
        data,
        expires_at,
        now,
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// A session that has neither expired nor been ended. `oldest` bounds its absolute age, `idle_since` its idleness.
///
/// # Errors
/// The database failed.
pub async fn load(
    store: &Store,
    id_hash: &[u8],
    now: DateTime<Utc>,
    oldest: DateTime<Utc>,
    idle_since: DateTime<Utc>,
) -> Result<Option<Session>> {
    let mut conn = store.conn().await?;
    let row = sqlx::query!(
        "select data, created_at, last_seen_at, expires_at from web_session
         where id_hash = $1 and expires_at > $2 and created_at > $3 and last_seen_at > $4",
        id_hash,
        now,
        oldest,
        idle_since,
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    // Being seen is news once a minute, not with every picture on a page.
    if row.last_seen_at < now - chrono::TimeDelta::minutes(1) {
        let seen = sqlx::query!(
            "update web_session set last_seen_at = $2 where id_hash = $1",
            id_hash,
            now
        )
        .execute(&mut *conn)
        .await
        .map_err(StoreError::from);
        // Whoever only reads can do so while the database takes nothing.
        seen.map(|_| ()).or_else(|e| if e.is_unavailable() { Ok(()) } else { Err(e) })?;
    }
    Ok(Some(Session { data: row.data, created_at: row.created_at, expires_at: row.expires_at }))
}

/// Whose session this is or was; sessions that have ended by themselves are known for a while.
///
/// # Errors
/// The database failed.
pub async fn person_of(conn: &mut Conn, id_hash: &[u8]) -> Result<Option<SubjectId>> {
    let person =
        sqlx::query_scalar!("select person_id from web_session where id_hash = $1", id_hash)
            .fetch_optional(conn)
            .await?;
    Ok(person.flatten().map(Into::into))
}

/// # Errors
/// The database failed.
pub async fn delete(store: &Store, id_hash: &[u8]) -> Result<()> {
    let mut conn = store.conn().await?;
    sqlx::query!("delete from web_session where id_hash = $1", id_hash).execute(&mut *conn).await?;
    Ok(())
}

/// Ends every session of a person, at once. Returns how many.
///
/// # Errors
/// The database failed.
pub async fn delete_of(conn: &mut Conn, person: SubjectId) -> Result<u64> {
    Ok(sqlx::query!("delete from web_session where person_id = $1", person.0)
        .execute(conn)
        .await?
        .rows_affected())
}

/// Clears what has expired; what was somebody's only when it expired before `forgotten`, so that a form that
/// comes late is known to be theirs.
///
/// # Errors
/// The database failed.
pub async fn delete_expired(
    store: &Store,
    now: DateTime<Utc>,
    forgotten: DateTime<Utc>,
) -> Result<u64> {
    let mut conn = store.conn().await?;
    Ok(sqlx::query!(
        "delete from web_session
         where expires_at <= $1 and (person_id is null or expires_at <= $2)",
        now,
        forgotten,
    )
    .execute(&mut *conn)
    .await?
    .rows_affected())
}
