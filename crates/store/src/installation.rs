//! What this database is: a company's, the demonstration's, or nothing yet.

use chrono::{DateTime, Utc};

use crate::{Conn, Result, Tx};

/// The mark on a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    pub is_demo: bool,
    pub company: String,
}

/// # Errors
/// The database failed.
pub async fn get(conn: &mut Conn) -> Result<Option<Installation>> {
    Ok(sqlx::query_as!(Installation, "select is_demo, company from installation")
        .fetch_optional(conn)
        .await?)
}

/// Whether anybody is known yet.
///
/// # Errors
/// The database failed.
pub async fn is_empty(conn: &mut Conn) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"select not exists (select from subject) as "empty!""#)
        .fetch_one(conn)
        .await?)
}

/// # Errors
/// The database failed, or is marked already.
pub async fn mark(tx: &mut Tx, installation: &Installation, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into installation (is_demo, company, created_at) values ($1, $2, $3)",
        installation.is_demo,
        installation.company,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
