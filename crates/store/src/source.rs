//! Systems we read authority from, and what they delivered.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Uuid;
use usher_vocabulary::{SourceEventId, SourceEventState, SourceId, SubjectId};

use crate::{Conn, Result, Tx, one, word};

/// A source as stored.
#[derive(Debug, Clone)]
pub struct Source {
    pub id: SourceId,
    pub name: String,
    /// A share of active people, 0 to 1; a delivery that would end or misses more is held.
    pub brake_share: f64,
}

/// # Errors
/// The database failed.
pub async fn by_name(conn: &mut Conn, name: &str) -> Result<Option<Source>> {
    let row = sqlx::query!("select id, name, brake_share from source where name = $1", name)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(|row| Source { id: row.id.into(), name: row.name, brake_share: row.brake_share }))
}

/// Notes a source, unless its name is known. Returns whether it is new.
///
/// # Errors
/// The database failed.
pub async fn insert(tx: &mut Tx, new: &Source, kind: &str, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "insert into source (id, name, kind, brake_share, created_at) values ($1, $2, $3, $4, $5)
         on conflict (name) do nothing",
        new.id.0,
        new.name,
        kind,
        new.brake_share,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Sets the share from which deliveries are held.
///
/// # Errors
/// The database failed, or there is no such source.
pub async fn set_brake(tx: &mut Tx, id: SourceId, share: f64) -> Result<()> {
    let done = sqlx::query!("update source set brake_share = $2 where id = $1", id.0, share)
        .execute(&mut **tx)
        .await?;
    one("source", done.rows_affected())
}

/// Takes the lock under which deliveries of one source are applied: the second waits and then sees what
/// the first did.
///
/// # Errors
/// The database failed.
pub async fn lock(tx: &mut Tx, id: SourceId) -> Result<()> {
    sqlx::query!("select id from source where id = $1 for update", id.0)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(())
}

/// A delivery as stored, without its body.
#[derive(Debug, Clone)]
pub struct Event {
    pub id: SourceEventId,
    pub source: SourceId,
    pub source_name: String,
    /// The source's own key of the delivery; a file's is made from its digest.
    pub key: String,
    pub received_at: DateTime<Utc>,
    pub received_by: Option<String>,
    pub state: SourceEventState,
    /// Counts by outcome, never personal data.
    pub summary: Value,
    /// How the body is to be read.
    pub options: Option<Value>,
    pub decided_by: Option<SubjectId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub release_reason: Option<String>,
}

struct Row {
    id: Uuid,
    source_id: Uuid,
    source_name: String,
    event_key: String,
    received_at: DateTime<Utc>,
    received_by: Option<String>,
    state: String,
    summary: Value,
    options: Option<Value>,
    decided_by: Option<Uuid>,
    decided_at: Option<DateTime<Utc>>,
    release_reason: Option<String>,
}

impl TryFrom<Row> for Event {
    type Error = crate::StoreError;
    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            source: row.source_id.into(),
            source_name: row.source_name,
            key: row.event_key,
            received_at: row.received_at,
            received_by: row.received_by,
            state: word(&row.state)?,
            summary: row.summary,
            options: row.options,
            decided_by: row.decided_by.map(Into::into),
            decided_at: row.decided_at,
            release_reason: row.release_reason,
        })
    }
}

/// # Errors
/// The database failed.
pub async fn event(conn: &mut Conn, id: SourceEventId) -> Result<Option<Event>> {
    sqlx::query_as!(
        Row,
        "select e.id, e.source_id, s.name as source_name, e.event_key, e.received_at, e.received_by, e.state, e.summary,
                e.options, e.decided_by, e.decided_at, e.release_reason
         from source_event e join source s on s.id = e.source_id
         where e.id = $1",
        id.0,
    )
    .fetch_optional(conn)
    .await?
    .map(Event::try_from)
    .transpose()
}

/// The delivery of a key.
///
/// # Errors
/// The database failed.
pub async fn event_by_key(conn: &mut Conn, source: SourceId, key: &str) -> Result<Option<Event>> {
    sqlx::query_as!(
        Row,
        "select e.id, e.source_id, s.name as source_name, e.event_key, e.received_at, e.received_by, e.state, e.summary,
                e.options, e.decided_by, e.decided_at, e.release_reason
         from source_event e join source s on s.id = e.source_id
         where e.source_id = $1 and e.event_key = $2",
        source.0,
        key,
    )
    .fetch_optional(conn)
    .await?
    .map(Event::try_from)
    .transpose()
}

/// Deliveries, the newest first.
///
/// # Errors
/// The database failed.
pub async fn events(conn: &mut Conn, limit: i64) -> Result<Vec<Event>> {
    sqlx::query_as!(
        Row,
        "select e.id, e.source_id, s.name as source_name, e.event_key, e.received_at, e.received_by, e.state, e.summary,
                e.options, e.decided_by, e.decided_at, e.release_reason
         from source_event e join source s on s.id = e.source_id
         order by e.received_at desc, e.id desc
         limit $1",
        limit,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Event::try_from)
    .collect()
}

/// The body of a delivery that waits.
///
/// # Errors
/// The database failed.
pub async fn body(conn: &mut Conn, id: SourceEventId) -> Result<Option<Vec<u8>>> {
    let body = sqlx::query_scalar!("select body from source_event where id = $1", id.0)
        .fetch_optional(conn)
        .await?;
    Ok(body.flatten())
}

/// Notes a delivery, with its body while it waits.
///
/// # Errors
/// The database failed; a key that is known names its constraint.
pub async fn insert_event(tx: &mut Tx, new: &Event, body: Option<&[u8]>) -> Result<()> {
    sqlx::query!(
        "insert into source_event (id, source_id, event_key, effective_at, received_at, received_by, state, summary,
                                   options, body, decided_by, decided_at, release_reason)
         values ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        new.id.0,
        new.source.0,
        new.key,
        new.received_at,
        new.received_by,
        new.state.as_str(),
        new.summary,
        new.options,
        body,
        new.decided_by.map(|p| p.0),
        new.decided_at,
        new.release_reason,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes what became of a delivery. Its body goes unless it still waits.
///
/// # Errors
/// The database failed, or there is no such delivery.
pub async fn save_event(tx: &mut Tx, event: &Event, keeps_body: bool) -> Result<()> {
    let done = sqlx::query!(
        "update source_event
         set state = $2, summary = $3, decided_by = $4, decided_at = $5, release_reason = $6,
             body = case when $7 then body end
         where id = $1",
        event.id.0,
        event.state.as_str(),
        event.summary,
        event.decided_by.map(|p| p.0),
        event.decided_at,
        event.release_reason,
        keeps_body,
    )
    .execute(&mut **tx)
    .await?;
    one("source event", done.rows_affected())
}

/// Locks the source of a delivery and then the delivery, and reads it. `None` when there is none.
///
/// Deliveries of one source wait for each other, as when they are applied at once.
///
/// # Errors
/// The database failed.
pub async fn lock_event(tx: &mut Tx, id: SourceEventId) -> Result<Option<Event>> {
    let Some(found) = event(tx, id).await? else { return Ok(None) };
    lock(tx, found.source).await?;
    sqlx::query!("select id from source_event where id = $1 for update", id.0)
        .fetch_optional(&mut **tx)
        .await?;
    event(tx, id).await
}

/// A newer delivery is applied: older ones of the source that still wait are out of date. Returns which.
///
/// # Errors
/// The database failed.
pub async fn supersede(tx: &mut Tx, by: &Event, now: DateTime<Utc>) -> Result<Vec<SourceEventId>> {
    let ids = sqlx::query_scalar!(
        "update source_event set state = 'superseded', body = null, decided_at = $4
         where source_id = $1 and id <> $2 and state in ('received', 'held') and received_at <= $3
         returning id",
        by.source.0,
        by.id.0,
        by.received_at,
        now,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}
