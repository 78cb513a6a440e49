//! What somebody typed when their session had ended.

use chrono::{DateTime, Utc};
use sqlx::types::Uuid;
use usher_vocabulary::SubjectId;

use crate::{Conn, Result, Store, Tx};

/// Forms of one person at most; the oldest goes.
const AT_ONCE: i64 = 10;

/// A form that was not taken.
#[derive(Debug, Clone)]
pub struct KeptInput {
    /// Path of the page that shows the form.
    pub page: String,
    /// Path that the form is sent to.
    pub action: String,
    /// URL-encoded.
    pub fields: String,
}

/// Keeps a form in place of an earlier one that is sent to the same path.
///
/// # Errors
/// The database failed.
pub async fn keep(
    tx: &mut Tx,
    id: Uuid,
    person: SubjectId,
    input: &KeptInput,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into kept_input (id, person_id, page, action, fields, kept_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (person_id, action) do update
         set page = excluded.page,
             fields = excluded.fields,
             kept_at = excluded.kept_at,
             expires_at = excluded.expires_at",
        id,
        person.0,
        input.page,
        input.action,
        input.fields,
        now,
        expires_at,
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "delete from kept_input
         where person_id = $1
           and id not in (select id from kept_input where person_id = $1 order by kept_at desc, id desc limit $2)",
        person.0,
        AT_ONCE,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The last form of a person on a page.
///
/// # Errors
/// The database failed.
pub async fn find(
    conn: &mut Conn,
    person: SubjectId,
    page: &str,
    now: DateTime<Utc>,
) -> Result<Option<KeptInput>> {
    Ok(sqlx::query_as!(
        KeptInput,
        "select page, action, fields
         from kept_input
         where person_id = $1 and page = $2 and expires_at > $3
         order by kept_at desc, id desc
         limit 1",
        person.0,
        page,
        now,
    )
    .fetch_optional(conn)
    .await?)
}

/// How many forms of a person are kept.
///
/// # Errors
/// The database failed.
pub async fn count(conn: &mut Conn, person: SubjectId, now: DateTime<Utc>) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from kept_input where person_id = $1 and expires_at > $2"#,
        person.0,
        now,
    )
    .fetch_one(conn)
    .await?)
}

/// Forgets the form that is sent to a path.
///
/// # Errors
/// The database failed.
pub async fn forget(conn: &mut Conn, person: SubjectId, action: &str) -> Result<()> {
    sqlx::query!("delete from kept_input where person_id = $1 and action = $2", person.0, action)
        .execute(conn)
        .await?;
    Ok(())
}

/// Clears what has expired.
///
/// # Errors
/// The database failed.
pub async fn delete_expired(store: &Store, now: DateTime<Utc>) -> Result<u64> {
    let mut conn = store.conn().await?;
    Ok(sqlx::query!("delete from kept_input where expires_at <= $1", now)
        .execute(&mut *conn)
        .await?
        .rows_affected())
}
