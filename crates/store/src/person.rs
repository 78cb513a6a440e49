//! People, their relationships, and who stands above whom.

use chrono::{DateTime, Utc};
use sqlx::types::Uuid;
use usher_domain::person::RelationshipFacts;
use usher_vocabulary::{
    GroupId, OrgUnitId, PersonState, RelationshipKind, SubjectId, SubjectKind, WorkRelationshipId,
};

use crate::{Conn, Result, Tx, one, word};

/// A person as screens name them. Title and unit are those of the relationship that speaks for them.
#[derive(Debug, Clone)]
pub struct Brief {
    pub id: SubjectId,
    pub display_name: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: Option<String>,
    pub user_name: String,
    pub state: PersonState,
    pub is_locked: bool,
    pub title: Option<String>,
    pub unit: Option<String>,
    pub location: Option<String>,
    pub time_zone: Option<String>,
    pub kind: Option<RelationshipKind>,
    pub manager: Option<SubjectId>,
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
}

pub(crate) struct Row {
    pub(crate) subject_id: Option<Uuid>,
    pub(crate) display_name: Option<String>,
    pub(crate) given_name: Option<String>,
    pub(crate) family_name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) user_name: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) locked_at: Option<DateTime<Utc>>,
    pub(crate) title: Option<String>,
    pub(crate) unit: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) time_zone: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) manager_id: Option<Uuid>,
    pub(crate) starts_at: Option<DateTime<Utc>>,
    pub(crate) ends_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Brief {
    type Error = crate::StoreError;
    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.subject_id.unwrap_or_default().into(),
            display_name: row.display_name.unwrap_or_default(),
            given_name: row.given_name,
            family_name: row.family_name,
            email: row.email,
            user_name: row.user_name.unwrap_or_default(),
            state: word(row.state.as_deref().unwrap_or_default())?,
            is_locked: row.locked_at.is_some(),
            title: row.title,
            unit: row.unit,
            location: row.location,
            time_zone: row.time_zone,
            kind: row.kind.as_deref().map(word).transpose()?,
            manager: row.manager_id.map(Into::into),
            starts_at: row.starts_at,
            ends_at: row.ends_at,
        })
    }
}

/// People by id, in no order; unknown ids are left out.
///
/// # Errors
/// The database failed.
pub async fn briefs(conn: &mut Conn, ids: &[SubjectId]) -> Result<Vec<Brief>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    sqlx::query_as!(
        Row,
        "select subject_id, display_name, given_name, family_name, email, user_name, state, locked_at, title,
                unit, location, time_zone, kind, manager_id, starts_at, ends_at
         from person_primary
         where subject_id = any($1)",
        &ids,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Brief::try_from)
    .collect()
}

/// # Errors
/// The database failed.
pub async fn brief(conn: &mut Conn, id: SubjectId) -> Result<Option<Brief>> {
    Ok(briefs(conn, &[id]).await?.pop())
}

/// Locks people until the transaction ends and says where each stands: whoever moves somebody waits for
/// whoever moves them at the same time. Taken before anything that hangs on the person.
///
/// # Errors
/// The database failed.
pub async fn lock(tx: &mut Tx, ids: &[SubjectId]) -> Result<Vec<(SubjectId, PersonState)>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        "select subject_id, state from person where subject_id = any($1) order by subject_id for no key update",
        &ids,
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(|row| Ok((row.subject_id.into(), word(&row.state)?))).collect()
}

/// The person that an e-mail address belongs to.
///
/// # Errors
/// The database failed.
pub async fn by_email(conn: &mut Conn, email: &str) -> Result<Option<Brief>> {
    let id =
        sqlx::query_scalar!("select subject_id from person where lower(email) = lower($1)", email)
            .fetch_optional(&mut *conn)
            .await?;
    match id {
        Some(id) => brief(conn, id.into()).await,
        None => Ok(None),
    }
}

/// Manager, manager's manager and so on, at `now`: only people who may act; a cycle is cut.
///
/// # Errors
/// The database failed.
pub async fn managers(
    conn: &mut Conn,
    person: SubjectId,
    now: DateTime<Utc>,
) -> Result<Vec<SubjectId>> {
    let ids = sqlx::query_scalar!(
        r#"select c.person_id as "id!"
         from managers_above($1, $2) c
         join person p on p.subject_id = c.person_id
         where c.depth > 0 and p.state in ('active', 'notice') and p.locked_at is null
         order by c.depth"#,
        person.0,
        now,
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Members of groups who may act, by name.
///
/// # Errors
/// The database failed.
pub async fn members_of(conn: &mut Conn, groups: &[GroupId]) -> Result<Vec<(GroupId, SubjectId)>> {
    let groups: Vec<Uuid> = groups.iter().map(|group| group.0).collect();
    let rows = sqlx::query!(
        "select m.group_id, m.person_id
         from approver_group_member m
         join person p on p.subject_id = m.person_id
         where m.group_id = any($1) and p.state in ('active', 'notice') and p.locked_at is null
         order by m.group_id, p.display_name, p.subject_id",
        &groups,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.group_id.into(), row.person_id.into())).collect())
}

/// Members of a group who may act.
///
/// # Errors
/// The database failed.
pub async fn group_members(conn: &mut Conn, group: Uuid) -> Result<Vec<SubjectId>> {
    let ids = sqlx::query_scalar!(
        "select m.person_id
         from approver_group_member m
         join person p on p.subject_id = m.person_id
         where m.group_id = $1 and p.state in ('active', 'notice') and p.locked_at is null
         order by p.display_name, p.subject_id",
        group,
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// What a person's state and last day are derived from.
///
/// # Errors
/// The database failed.
pub async fn relationships(conn: &mut Conn, person: SubjectId) -> Result<Vec<RelationshipFacts>> {
    Ok(sqlx::query_as!(
        RelationshipFacts,
        "select starts_at, ends_at, on_leave_from, on_leave_until from work_relationship where person_id = $1",
        person.0,
    )
    .fetch_all(conn)
    .await?)
}

/// A new subject.
#[derive(Debug, Clone)]
pub struct NewPerson {
    pub id: SubjectId,
    pub display_name: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: Option<String>,
    pub user_name: String,
    pub state: PersonState,
}

/// # Errors
/// The database failed; a name or address that is taken names its constraint.
pub async fn insert(tx: &mut Tx, person: &NewPerson, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into subject (id, kind, created_at) values ($1, $2, $3)",
        person.id.0,
        SubjectKind::Person.as_str(),
        now,
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into person (subject_id, display_name, given_name, family_name, email, user_name, state, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        person.id.0,
        person.display_name,
        person.given_name,
        person.family_name,
        person.email,
        person.user_name,
        person.state.as_str(),
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A new relationship.
#[derive(Debug, Clone)]
pub struct NewRelationship {
    pub id: WorkRelationshipId,
    pub person: SubjectId,
    pub kind: RelationshipKind,
    pub employee_number: Option<String>,
    pub org_unit: Option<OrgUnitId>,
    pub title: String,
    pub manager: Option<SubjectId>,
    pub location: Option<String>,
    pub time_zone: String,
    pub starts_at: DateTime<Utc>,
    pub ends_at: Option<DateTime<Utc>>,
}

/// # Errors
/// The database failed.
pub async fn insert_relationship(
    tx: &mut Tx,
    new: &NewRelationship,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into work_relationship (id, person_id, kind, employee_number, org_unit_id, title, manager_id,
                                        location, time_zone, starts_at, ends_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        new.id.0,
        new.person.0,
        new.kind.as_str(),
        new.employee_number,
        new.org_unit.map(|u| u.0),
        new.title,
        new.manager.map(|m| m.0),
        new.location,
        new.time_zone,
        new.starts_at,
        new.ends_at,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// # Errors
/// The database failed.
pub async fn insert_org_unit(
    tx: &mut Tx,
    id: OrgUnitId,
    name: &str,
    parent: Option<OrgUnitId>,
) -> Result<()> {
    sqlx::query!(
        "insert into org_unit (id, name, parent_id) values ($1, $2, $3)",
        id.0,
        name,
        parent.map(|p| p.0)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// # Errors
/// The database failed.
pub async fn insert_group(tx: &mut Tx, id: Uuid, name: &str, members: &[SubjectId]) -> Result<()> {
    sqlx::query!("insert into approver_group (id, name) values ($1, $2)", id, name)
        .execute(&mut **tx)
        .await?;
    let members: Vec<Uuid> = members.iter().map(|m| m.0).collect();
    sqlx::query!(
        "insert into approver_group_member (group_id, person_id) select $1, unnest($2::uuid[])",
        id,
        &members,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// # Errors
/// The database failed, or there is no such person.
pub async fn set_state(
    tx: &mut Tx,
    person: SubjectId,
    state: PersonState,
    now: DateTime<Utc>,
) -> Result<()> {
    let done = sqlx::query!(
        "update person set state = $2, updated_at = $3, version = version + 1 where subject_id = $1",
        person.0,
        state.as_str(),
        now,
    )
    .execute(&mut **tx)
    .await?;
    one("person", done.rows_affected())
}
