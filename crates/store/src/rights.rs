//! Rights that are given by name.

use chrono::{DateTime, Utc};
use usher_vocabulary::{AdminRole, PersonState, SubjectId};

use crate::access_rules::Effective;
use crate::{Conn, Result, Tx, word};

/// What every request asks about whoever sends it.
#[derive(Debug, Clone)]
pub struct Standing {
    pub name: String,
    pub title: Option<String>,
    pub state: PersonState,
    pub is_locked: bool,
    pub roles: Vec<AdminRole>,
    /// The access rules that are effective with them; `None` while there are built-in policies alone.
    pub rules: Option<Effective>,
}

/// How a person stands at this moment, their rights and the rules that go with them, by one statement: nobody is decided
/// about by new rights and old rules.
///
/// # Errors
/// The database failed.
pub async fn standing(conn: &mut Conn, person: SubjectId) -> Result<Option<Standing>> {
    let row = sqlx::query!(
        r#"select p.display_name as "name!", p.title, p.state as "state!", p.locked_at,
                array(select r.role from admin_right r where r.person_id = p.subject_id order by r.role) as "roles!",
                v.id as "rules_id?", v.version as "rules_version?"
         from person_primary p
         left join lateral (select id, version from access_rules_version order by version desc limit 1) v on true
         where p.subject_id = $1"#,
        person.0,
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Standing {
        name: row.name,
        title: row.title,
        state: word(&row.state)?,
        is_locked: row.locked_at.is_some(),
        roles: row.roles.iter().map(|role| word(role)).collect::<Result<_>>()?,
        rules: row
            .rules_id
            .zip(row.rules_version)
            .map(|(id, number)| Effective { id: id.into(), number }),
    }))
}

/// People who may act and hold a role, by role and name.
///
/// # Errors
/// The database failed.
pub async fn holders(conn: &mut Conn) -> Result<Vec<(AdminRole, SubjectId)>> {
    let rows = sqlx::query!(
        "select r.role, r.person_id
         from admin_right r
         join person p on p.subject_id = r.person_id
         where p.state in ('active', 'notice') and p.locked_at is null
         order by r.role, p.display_name, p.subject_id",
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| Ok((word(&row.role)?, row.person_id.into()))).collect()
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
