//! Bearer tokens of the API. The table knows their hash only.

use chrono::{DateTime, Utc};
use usher_vocabulary::{ApiTokenId, SubjectId, TokenScope};

use crate::{Conn, Result, Tx, word};

/// A token as stored.
#[derive(Debug, Clone)]
pub struct Token {
    pub id: ApiTokenId,
    pub person: SubjectId,
    pub person_name: String,
    pub scope: TokenScope,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub created_by: String,
    pub last_used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewToken {
    pub id: ApiTokenId,
    pub person: SubjectId,
    pub hash: Vec<u8>,
    pub scope: TokenScope,
    pub expires_at: DateTime<Utc>,
    pub created_by: String,
}

/// # Errors
/// The database failed.
pub async fn insert(tx: &mut Tx, new: &NewToken, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into api_token (id, person_id, token_hash, scope, created_at, expires_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7)",
        new.id.0,
        new.person.0,
        new.hash,
        new.scope.as_str(),
        now,
        new.expires_at,
        new.created_by,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A token that may be used now; its use is noted once a minute.
///
/// # Errors
/// The database failed.
pub async fn usable(
    conn: &mut Conn,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<(ApiTokenId, SubjectId, TokenScope)>> {
    let row = sqlx::query!(
        "select id, person_id, scope, last_used_at from api_token
         where token_hash = $1 and revoked_at is null and expires_at > $2",
        hash,
        now,
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    if row.last_used_at.is_none_or(|at| at < now - chrono::TimeDelta::minutes(1)) {
        sqlx::query!("update api_token set last_used_at = $2 where id = $1", row.id, now)
            .execute(conn)
            .await?;
    }
    Ok(Some((row.id.into(), row.person_id.into(), word(&row.scope)?)))
}

/// Tokens, the newest first; `of` restricts to one person.
///
/// # Errors
/// The database failed.
pub async fn list(conn: &mut Conn, of: Option<SubjectId>) -> Result<Vec<Token>> {
    let rows = sqlx::query!(
        "select t.id, t.person_id, p.display_name, t.scope, t.created_at, t.expires_at, t.created_by, t.last_used_at,
                t.revoked_at
         from api_token t join person p on p.subject_id = t.person_id
         where $1::uuid is null or t.person_id = $1
         order by t.created_at desc, t.id",
        of.map(|p| p.0),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Token {
                id: row.id.into(),
                person: row.person_id.into(),
                person_name: row.display_name,
                scope: word(&row.scope)?,
                created_at: row.created_at,
                expires_at: row.expires_at,
                created_by: row.created_by,
                last_used_at: row.last_used_at,
                revoked_at: row.revoked_at,
            })
        })
        .collect()
}

/// Revokes a token; `None` when there is none that can be revoked.
///
/// # Errors
/// The database failed.
pub async fn revoke(tx: &mut Tx, id: ApiTokenId, now: DateTime<Utc>) -> Result<Option<SubjectId>> {
    let row = sqlx::query_scalar!(
        "update api_token set revoked_at = $2 where id = $1 and revoked_at is null returning person_id",
        id.0,
        now,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(Into::into))
}
