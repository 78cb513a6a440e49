//! Rights that are given by name.

use chrono::{DateTime, Utc};
use usher_vocabulary::{AdminRole, SubjectId};

use crate::access_rules::Effective;
use crate::{Conn, Result, Tx, word};

/// What decides about a person at one instant.
#[derive(Debug, Clone)]
pub struct Rights {
    pub roles: Vec<AdminRole>,
    /// The access rules that are effective with them; `None` while there are built-in policies alone.
    pub rules: Option<Effective>,
}

/// Rights of a person and the rules that go with them, by one statement: nobody is decided about by new rights
/// and old rules.
///
/// # Errors
/// The database failed.
pub async fn of(conn: &mut Conn, person: SubjectId) -> Result<Rights> {
    let row = sqlx::query!(
        r#"select array(select role from admin_right where person_id = $1 order by role) as "roles!",
                v.id as "rules_id?", v.version as "rules_version?"
         from (values (1)) as one (row)
         left join lateral (select id, version from access_rules_version order by version desc limit 1) v on true"#,
        person.0,
    )
    .fetch_one(conn)
    .await?;
    Ok(Rights {
        roles: row.roles.iter().map(|role| word(role)).collect::<Result<_>>()?,
        rules: row
            .rules_id
            .zip(row.rules_version)
            .map(|(id, number)| Effective { id: id.into(), number }),
    })
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
