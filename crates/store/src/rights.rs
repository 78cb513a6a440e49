//! Rights that are given by name.

use chrono::{DateTime, Utc};
use usher_vocabulary::{AdminRole, SubjectId};

use crate::{Conn, Result, Tx, word};

/// # Errors
/// The database failed.
pub async fn of(conn: &mut Conn, person: SubjectId) -> Result<Vec<AdminRole>> {
    sqlx::query_scalar!("select role from admin_right where person_id = $1 order by role", person.0)
        .fetch_all(conn)
        .await?
        .iter()
        .map(|role| word(role))
        .collect()
}

/// People who may act and hold the role.
///
/// # Errors
/// The database failed.
pub async fn holders(conn: &mut Conn, role: AdminRole) -> Result<Vec<SubjectId>> {
    let ids = sqlx::query_scalar!(
        "select r.person_id
         from admin_right r
         join person p on p.subject_id = r.person_id
         where r.role = $1 and p.state in ('active', 'notice') and p.locked_at is null
         order by p.display_name, p.subject_id",
        role.as_str(),
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Gives a right. `false` when the person had it already.
///
/// # Errors
/// The database failed.
pub async fn grant(
    tx: &mut Tx,
    person: SubjectId,
    role: AdminRole,
    by: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "insert into admin_right (person_id, role, granted_by, granted_at) values ($1, $2, $3, $4)
         on conflict do nothing",
        person.0,
        role.as_str(),
        by,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
