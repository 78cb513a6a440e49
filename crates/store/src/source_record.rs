//! The last word of a source about each of its records.

use chrono::{DateTime, Utc};
use sqlx::types::Uuid;
use usher_domain::people_file::KnownRecord;
use usher_vocabulary::{SourceEventId, SourceId, SubjectId};

use crate::{Conn, Result, Tx};

/// # Errors
/// The database failed.
pub async fn of_source(conn: &mut Conn, source: SourceId) -> Result<Vec<KnownRecord>> {
    let rows = sqlx::query!(
        "select external_id, subject_id, content_hash, missing_since_at from source_record
         where source_id = $1
         order by external_id",
        source.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| KnownRecord {
            key: row.external_id,
            subject: row.subject_id.map(Into::into),
            content_hash: row.content_hash,
            missing_since: row.missing_since_at,
        })
        .collect())
}

/// What a source says about one of its records.
#[derive(Debug, Clone)]
pub struct Record {
    pub key: String,
    pub subject: SubjectId,
    /// The cells as text, by field: canonical JSON.
    pub raw: String,
    pub content_hash: Vec<u8>,
}

/// Writes the last words of a source; whoever was missing is there again.
///
/// # Errors
/// The database failed.
pub async fn save(
    tx: &mut Tx,
    source: SourceId,
    event: SourceEventId,
    records: &[Record],
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into source_record (source_id, external_id, subject_id, raw, content_hash, last_event_id, seen_at)
         select $1, key, subject, raw::jsonb, hash, $2, $3
         from unnest($4::text[], $5::uuid[], $6::text[], $7::bytea[]) as r (key, subject, raw, hash)
         on conflict (source_id, external_id) do update
         set subject_id = excluded.subject_id, raw = excluded.raw, content_hash = excluded.content_hash,
             last_event_id = excluded.last_event_id, seen_at = excluded.seen_at, missing_since_at = null",
        source.0,
        event.0,
        now,
        &records.iter().map(|r| r.key.clone()).collect::<Vec<_>>(),
        &records.iter().map(|r| r.subject.0).collect::<Vec<_>>(),
        &records.iter().map(|r| r.raw.clone()).collect::<Vec<_>>(),
        &records.iter().map(|r| r.content_hash.clone()).collect::<Vec<_>>(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Flags records that a delivery should have had and had not. Nothing ends by it.
///
/// # Errors
/// The database failed.
pub async fn flag_missing(
    tx: &mut Tx,
    source: SourceId,
    keys: &[String],
    now: DateTime<Utc>,
) -> Result<u64> {
    Ok(sqlx::query!(
        "update source_record set missing_since_at = $3
         where source_id = $1 and external_id = any($2) and missing_since_at is null",
        source.0,
        keys,
        now,
    )
    .execute(&mut **tx)
    .await?
    .rows_affected())
}

/// Since when which source does not name a person any more, the longest first.
#[derive(Debug, Clone)]
pub struct Missing {
    pub source: String,
    pub key: String,
    pub since: DateTime<Utc>,
}

/// # Errors
/// The database failed.
pub async fn missing(conn: &mut Conn, person: SubjectId) -> Result<Vec<Missing>> {
    Ok(sqlx::query_as!(
        Missing,
        r#"select s.name as source, r.external_id as key, r.missing_since_at as "since!"
         from source_record r join source s on s.id = r.source_id
         where r.subject_id = $1 and r.missing_since_at is not null
         order by r.missing_since_at, s.name"#,
        Uuid::from(person),
    )
    .fetch_all(conn)
    .await?)
}
