//! People as lists and pages show them, read by index however many there are.

use chrono::{DateTime, Utc};
use sqlx::types::Uuid;
use usher_domain::person::may_act;
use usher_vocabulary::{PersonState, SubjectId};

use crate::person::{Brief, Row};
use crate::{Conn, Result};

/// A page of people by name. `text` finds names, addresses, titles and units.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub text: Option<String>,
    pub state: Option<PersonState>,
    /// Name and id of the last row of the page before.
    pub after: Option<(String, SubjectId)>,
    pub limit: i64,
}

/// # Errors
/// The database failed.
pub async fn list(conn: &mut Conn, filter: &Filter) -> Result<Vec<Brief>> {
    // Before everybody stands the empty name: so the place is always one that the index can begin at.
    let (after_name, after_id) =
        filter.after.clone().map_or((String::new(), Uuid::nil()), |(name, id)| (name, id.0));
    let found = match (&filter.text, filter.state) {
        (None, None) => everybody(conn, after_name, after_id, filter.limit).await?,
        _ => found(conn, filter, after_name, after_id).await?,
    };
    found.into_iter().map(Brief::try_from).collect()
}

async fn everybody(conn: &mut Conn, name: String, id: Uuid, limit: i64) -> Result<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        // However many are asked for, the plan is the same and made once. The units are joined to the people of the page:
        // each is read once, where the view would look for it again for everybody in it.
        r#"select h.subject_id, h.display_name, h.given_name, h.family_name, h.email, h.user_name, h.state, h.locked_at,
                h.title, u.name as "unit?", h.location, h.time_zone, h.kind, h.manager_id, h.starts_at, h.ends_at
         from (
             select * from person_primary
             where (display_name, subject_id) > ($1, $2::uuid)
             order by display_name, subject_id
             limit (select $3::bigint)
         ) h
         left join org_unit u on u.id = h.org_unit_id
         order by h.display_name, h.subject_id"#,
        name,
        id,
        limit,
    )
    .fetch_all(conn)
    .await?)
}

async fn found(conn: &mut Conn, filter: &Filter, name: String, id: Uuid) -> Result<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        "select subject_id, display_name, given_name, family_name, email, user_name, state, locked_at, title,
                unit, location, time_zone, kind, manager_id, starts_at, ends_at
         from person_primary
         where ($1::text is null
                or display_name ilike $1 or email ilike $1 or title ilike $1 or unit ilike $1)
           and ($2::text is null or state = $2)
           and (display_name, subject_id) > ($3, $4::uuid)
         order by display_name, subject_id
         limit $5",
        filter.text.as_deref().map(like),
        filter.state.map(PersonState::as_str),
        name,
        id,
        filter.limit,
    )
    .fetch_all(conn)
    .await?)
}

/// How many people the filter finds, counted up to `at_most`.
///
/// # Errors
/// The database failed.
pub async fn count(conn: &mut Conn, filter: &Filter, at_most: i64) -> Result<i64> {
    if filter.text.is_none() && filter.state.is_none() {
        // The relationships are not looked at.
        return Ok(sqlx::query_scalar!(
            r#"select count(*) as "count!" from (select from person limit (select $1::bigint)) people"#,
            at_most,
        )
        .fetch_one(conn)
        .await?);
    }
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!"
         from (
             select from person_primary
             where ($1::text is null
                    or display_name ilike $1 or email ilike $1 or title ilike $1 or unit ilike $1)
               and ($2::text is null or state = $2)
             limit $3
         ) found"#,
        filter.text.as_deref().map(like),
        filter.state.map(PersonState::as_str),
        at_most,
    )
    .fetch_one(conn)
    .await?)
}

/// A pattern for `ilike` that finds the text anywhere, whatever it contains.
pub(crate) fn like(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// Direct reports at `now`, by name.
///
/// # Errors
/// The database failed.
pub async fn reports(
    conn: &mut Conn,
    manager: SubjectId,
    now: DateTime<Utc>,
) -> Result<Vec<Brief>> {
    sqlx::query_as!(
        Row,
        "select subject_id, display_name, given_name, family_name, email, user_name, state, locked_at, title,
                unit, location, time_zone, kind, manager_id, starts_at, ends_at
         from person_primary
         where subject_id in (select w.person_id from work_relationship w where w.manager_id = $1)
           and manager_id = $1 and starts_at <= $2 and (ends_at is null or ends_at > $2)
           and state in ('active', 'notice', 'on_leave')
         order by display_name, subject_id",
        manager.0,
        now,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Brief::try_from)
    .collect()
}

/// A person first, then their direct reports at `now`, by name.
///
/// # Errors
/// The database failed.
pub async fn with_reports(
    conn: &mut Conn,
    manager: SubjectId,
    now: DateTime<Utc>,
) -> Result<Vec<Brief>> {
    sqlx::query_as!(
        Row,
        "select subject_id, display_name, given_name, family_name, email, user_name, state, locked_at, title,
                unit, location, time_zone, kind, manager_id, starts_at, ends_at
         from person_primary
         where subject_id = any(array(select $1::uuid
                                      union all
                                      select w.person_id from work_relationship w where w.manager_id = $1))
           and (subject_id = $1
                or (manager_id = $1 and starts_at <= $2 and (ends_at is null or ends_at > $2)
                    and state in ('active', 'notice', 'on_leave')))
         order by subject_id = $1 desc, display_name, subject_id",
        manager.0,
        now,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Brief::try_from)
    .collect()
}

/// Somebody and those above them.
#[derive(Debug, Clone)]
pub struct Around {
    pub person: Brief,
    /// Whom their page names as manager.
    pub manager: Option<Brief>,
    /// As [`crate::person::managers`].
    pub managers: Vec<SubjectId>,
}

/// One person with their manager and everybody above who may act, at `now`; a cycle is cut.
///
/// # Errors
/// The database failed.
pub async fn around(
    conn: &mut Conn,
    person: SubjectId,
    now: DateTime<Utc>,
) -> Result<Option<Around>> {
    let rows = sqlx::query_as!(
        Row,
        r#"with named (person_id, depth) as (
             select person_id, depth from managers_above($1, $2)
             union all
             -- Who is named may have been the manager of a relationship that has ended.
             select manager_id, 21 from person_primary where subject_id = $1 and manager_id is not null
         )
         select p.subject_id, p.display_name, p.given_name, p.family_name, p.email, p.user_name, p.state, p.locked_at,
                p.title, p.unit, p.location, p.time_zone, p.kind, p.manager_id, p.starts_at, p.ends_at
         from named n
         join person_primary p on p.subject_id = n.person_id
         order by n.depth"#,
        person.0,
        now,
    )
    .fetch_all(conn)
    .await?;
    let mut people = rows.into_iter().map(Brief::try_from).collect::<Result<Vec<_>>>()?;
    if people.first().is_none_or(|first| first.id != person) {
        return Ok(None);
    }
    let person = people.remove(0);
    let manager = match person.manager.is_some() {
        true => people.pop(),
        false => None,
    };
    let above = people.iter().filter(|above| may_act(above.state) && !above.is_locked);
    let managers = above.map(|above| above.id).collect();
    Ok(Some(Around { person, manager, managers }))
}
