//! Applications, their owners, their targets and entitlements.

use chrono::{DateTime, Utc};
use sqlx::types::Uuid;
use usher_vocabulary::{
    ApplicationId, ConnectorInstanceId, EntitlementId, LastAccess, Risk, SubjectId, TargetId,
    TargetMode,
};

use crate::{Conn, Result, Tx};

/// An application with the names of its owners.
#[derive(Debug, Clone)]
pub struct Application {
    pub id: ApplicationId,
    pub name: String,
    pub purpose: String,
    pub criticality: String,
    pub owners: Vec<SubjectId>,
    pub owner_names: Vec<String>,
    pub item_count: i64,
    /// Its own targets, and those of others that its items give something on.
    pub target_count: i64,
}

/// All applications, by name; `only` restricts to one.
///
/// # Errors
/// The database failed.
pub async fn list(conn: &mut Conn, only: Option<ApplicationId>) -> Result<Vec<Application>> {
    let rows = sqlx::query!(
        r#"select a.id, a.name, a.purpose, a.criticality,
                coalesce(o.ids, '{}') as "owner_ids!", coalesce(o.names, '{}') as "owner_names!",
                (select count(*) from catalogue_item i where i.application_id = a.id) as "items!",
                (select count(*) from (
                     select t.id from target t where t.application_id = a.id
                     union
                     select e.target_id from catalogue_item i
                     join catalogue_item_version v on v.catalogue_item_id = i.id
                     join catalogue_item_content c on c.version_id = v.id
                     join entitlement e on e.id = c.entitlement_id
                     where i.application_id = a.id) s) as "targets!"
         from application a
         left join lateral (
             select array_agg(p.subject_id order by o.position) as ids,
                    array_agg(p.display_name order by o.position) as names
             from application_owner o
             join person p on p.subject_id = o.person_id
             where o.application_id = a.id
         ) o on true
         where $1::uuid is null or a.id = $1
         order by a.name"#,
        only.map(|id| id.0),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Application {
            id: row.id.into(),
            name: row.name,
            purpose: row.purpose,
            criticality: row.criticality,
            owners: row.owner_ids.into_iter().map(Into::into).collect(),
            owner_names: row.owner_names,
            item_count: row.items,
            target_count: row.targets,
        })
        .collect())
}

/// Owners who may act, the first asked first.
///
/// # Errors
/// The database failed.
pub async fn owners(conn: &mut Conn, application: ApplicationId) -> Result<Vec<SubjectId>> {
    let ids = sqlx::query_scalar!(
        "select o.person_id
         from application_owner o
         join person p on p.subject_id = o.person_id
         where o.application_id = $1 and p.state in ('active', 'notice') and p.locked_at is null
         order by o.position",
        application.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Owners of applications who may act, the first asked first.
///
/// # Errors
/// The database failed.
pub async fn owners_of(
    conn: &mut Conn,
    applications: &[ApplicationId],
) -> Result<Vec<(ApplicationId, SubjectId)>> {
    let applications: Vec<Uuid> = applications.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        "select o.application_id, o.person_id
         from application_owner o
         join person p on p.subject_id = o.person_id
         where o.application_id = any($1) and p.state in ('active', 'notice') and p.locked_at is null
         order by o.application_id, o.position",
        &applications,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.application_id.into(), row.person_id.into())).collect())
}

/// A new application.
#[derive(Debug, Clone)]
pub struct NewApplication {
    pub id: ApplicationId,
    pub name: String,
    pub purpose: String,
    pub criticality: &'static str,
    pub owners: Vec<SubjectId>,
}

/// # Errors
/// The database failed; a name that is taken names its constraint.
pub async fn insert(tx: &mut Tx, new: &NewApplication, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into application (id, name, purpose, criticality, created_at) values ($1, $2, $3, $4, $5)",
        new.id.0,
        new.name,
        new.purpose,
        new.criticality,
        now,
    )
    .execute(&mut **tx)
    .await?;
    let owners: Vec<Uuid> = new.owners.iter().map(|o| o.0).collect();
    sqlx::query!(
        "insert into application_owner (application_id, person_id, position)
         select $1, o.id, o.place::smallint from unnest($2::uuid[]) with ordinality as o (id, place)",
        new.id.0,
        &owners,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A new target.
#[derive(Debug, Clone)]
pub struct NewTarget {
    pub id: TargetId,
    pub application: ApplicationId,
    pub connector: ConnectorInstanceId,
    pub name: String,
    pub mode: TargetMode,
    pub last_access: LastAccess,
}

/// # Errors
/// The database failed.
pub async fn insert_target(tx: &mut Tx, new: &NewTarget) -> Result<()> {
    sqlx::query!(
        "insert into target (id, application_id, connector_instance_id, name, mode, last_access)
         values ($1, $2, $3, $4, $5, $6)",
        new.id.0,
        new.application.0,
        new.connector.0,
        new.name,
        new.mode.as_str(),
        new.last_access.as_str(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A system that access is written to, with what reaches it.
#[derive(Debug, Clone)]
pub struct Target {
    pub id: TargetId,
    pub application: ApplicationId,
    pub connector: ConnectorInstanceId,
    pub connector_kind: String,
    pub name: String,
    /// Kind and native id of everything that can be held there.
    pub entitlements: Vec<(String, String)>,
}

/// All targets, by name.
///
/// # Errors
/// The database failed.
pub async fn targets(conn: &mut Conn) -> Result<Vec<Target>> {
    let rows = sqlx::query!(
        r#"select t.id, t.application_id, t.connector_instance_id, c.kind, t.name,
                coalesce(e.kinds, '{}') as "kinds!", coalesce(e.natives, '{}') as "natives!"
         from target t
         join connector_instance c on c.id = t.connector_instance_id
         left join lateral (
             select array_agg(e.kind order by e.id) as kinds, array_agg(e.native_id order by e.id) as natives
             from entitlement e where e.target_id = t.id
         ) e on true
         order by t.name"#,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Target {
            id: row.id.into(),
            application: row.application_id.into(),
            connector: row.connector_instance_id.into(),
            connector_kind: row.kind,
            name: row.name,
            entitlements: row.kinds.into_iter().zip(row.natives).collect(),
        })
        .collect())
}

/// A new entitlement.
#[derive(Debug, Clone)]
pub struct NewEntitlement {
    pub id: EntitlementId,
    pub target: TargetId,
    pub kind: String,
    pub native_id: String,
    pub name: String,
    pub effect: String,
    pub risk: Risk,
}

/// # Errors
/// The database failed.
pub async fn insert_entitlement(tx: &mut Tx, new: &NewEntitlement) -> Result<()> {
    sqlx::query!(
        "insert into entitlement (id, target_id, kind, native_id, name, effect, risk)
         values ($1, $2, $3, $4, $5, $6, $7)",
        new.id.0,
        new.target.0,
        new.kind,
        new.native_id,
        new.name,
        new.effect,
        new.risk.as_str(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
