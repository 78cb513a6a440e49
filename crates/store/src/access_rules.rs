//! Versions of the access rules of one's own. They never change, and the newest one is effective.

use chrono::{DateTime, Utc};
use usher_vocabulary::{AccessRulesVersionId, SubjectId};

use crate::{Conn, Result, Tx};

/// Which version is effective.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effective {
    pub id: AccessRulesVersionId,
    /// Counted from 1.
    pub number: i32,
}

/// A version with what surrounds it.
#[derive(Debug, Clone)]
pub struct Version {
    pub id: AccessRulesVersionId,
    pub number: i32,
    pub text: String,
    pub reason: String,
    /// The version whose text this one brought back.
    pub restores: Option<i32>,
    pub author: SubjectId,
    pub author_name: String,
    pub created_at: DateTime<Utc>,
    /// The text that was effective before it; empty before the first.
    pub text_before: String,
    pub is_effective: bool,
    /// What replaced it brought back an older one.
    pub was_rolled_back: bool,
}

impl Version {
    #[must_use]
    pub const fn effective(&self) -> Effective {
        Effective { id: self.id, number: self.number }
    }
}

/// A version to be kept.
#[derive(Debug, Clone)]
pub struct NewVersion {
    pub id: AccessRulesVersionId,
    pub number: i32,
    pub text: String,
    pub reason: String,
    pub restores: Option<i32>,
    pub author: SubjectId,
}

/// Text of one version.
///
/// # Errors
/// The database failed, or there is no such version.
pub async fn text(conn: &mut Conn, id: AccessRulesVersionId) -> Result<String> {
    Ok(sqlx::query_scalar!("select text from access_rules_version where id = $1", id.0)
        .fetch_one(conn)
        .await?)
}

/// The version that decides now; `None` while there are built-in policies alone.
///
/// # Errors
/// The database failed.
pub async fn effective(conn: &mut Conn) -> Result<Option<Effective>> {
    let row =
        sqlx::query!("select id, version from access_rules_version order by version desc limit 1")
            .fetch_optional(conn)
            .await?;
    Ok(row.map(|row| Effective { id: row.id.into(), number: row.version }))
}

/// Versions below `before`, the newest first.
///
/// # Errors
/// The database failed.
pub async fn list(conn: &mut Conn, before: Option<i32>, limit: i64) -> Result<Vec<Version>> {
    let rows = sqlx::query!(
        r#"select v.id, v.version, v.text, v.reason, v.restores, v.created_by, p.display_name, v.created_at,
                coalesce(b.text, '') as "text_before!", a.id is null as "is_effective!",
                coalesce(a.restores < v.version, false) as "was_rolled_back!"
         from access_rules_version v
         join person p on p.subject_id = v.created_by
         left join access_rules_version b on b.version = v.version - 1
         left join access_rules_version a on a.version = v.version + 1
         where $1::integer is null or v.version < $1
         order by v.version desc
         limit $2"#,
        before,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Version {
            id: row.id.into(),
            number: row.version,
            text: row.text,
            reason: row.reason,
            restores: row.restores,
            author: row.created_by.into(),
            author_name: row.display_name,
            created_at: row.created_at,
            text_before: row.text_before,
            is_effective: row.is_effective,
            was_rolled_back: row.was_rolled_back,
        })
        .collect())
}

/// Keeps a version if it follows the newest one. `false` when somebody else was faster: whoever inserts the
/// same number at the same time waits here for the other, and then finds it taken.
///
/// # Errors
/// The database failed.
pub async fn insert(tx: &mut Tx, new: &NewVersion, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "insert into access_rules_version (id, version, text, reason, restores, created_by, created_at)
         select $1, $2, $3, $4, $5, $6, $7
         where $2 = 1 + (select coalesce(max(version), 0) from access_rules_version)
         on conflict (version) do nothing",
        new.id.0,
        new.number,
        new.text,
        new.reason,
        new.restores,
        new.author.0,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
