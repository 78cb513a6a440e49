//! The directory as a whole: read to be compared with a delivery, written in sets.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sqlx::types::Uuid;
use usher_domain::people_file::{KnownPerson, KnownRelationship, KnownUnit};
use usher_domain::person::RelationshipFacts;
use usher_vocabulary::{OrgUnitId, SubjectKind};

use crate::person::{NewPerson, NewRelationship};
use crate::{Conn, Result, Tx, word};

/// Everybody who is not erased.
///
/// # Errors
/// The database failed.
pub async fn people(conn: &mut Conn) -> Result<Vec<KnownPerson>> {
    let linked: HashSet<Uuid> =
        sqlx::query_scalar!("select distinct person_id from login_identity")
            .fetch_all(&mut *conn)
            .await?
            .into_iter()
            .collect();
    let rows = sqlx::query!(
        "select subject_id, display_name, given_name, family_name, email, user_name, state from person
         where state <> 'erased'
         order by subject_id",
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(KnownPerson {
                id: row.subject_id.into(),
                display_name: row.display_name,
                given_name: row.given_name,
                family_name: row.family_name,
                email: row.email,
                user_name: row.user_name,
                state: word(&row.state)?,
                is_linked: linked.contains(&row.subject_id),
            })
        })
        .collect()
}

/// Every work relationship.
///
/// # Errors
/// The database failed.
pub async fn relationships(conn: &mut Conn) -> Result<Vec<KnownRelationship>> {
    let rows = sqlx::query!(
        "select id, person_id, kind, employee_number, org_unit_id, title, manager_id, location, time_zone, starts_at,
                ends_at, on_leave_from, on_leave_until
         from work_relationship
         order by person_id, id",
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(KnownRelationship {
                id: row.id.into(),
                person: row.person_id.into(),
                employee_number: row.employee_number,
                kind: word(&row.kind)?,
                unit: row.org_unit_id.map(Into::into),
                title: row.title,
                manager: row.manager_id.map(Into::into),
                location: row.location,
                time_zone: row.time_zone,
                facts: RelationshipFacts {
                    starts_at: row.starts_at,
                    ends_at: row.ends_at,
                    on_leave_from: row.on_leave_from,
                    on_leave_until: row.on_leave_until,
                },
            })
        })
        .collect()
}

/// Every unit of the organisation.
///
/// # Errors
/// The database failed.
pub async fn units(conn: &mut Conn) -> Result<Vec<KnownUnit>> {
    let rows = sqlx::query!("select id, name, parent_id from org_unit order by id")
        .fetch_all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| KnownUnit {
            id: row.id.into(),
            name: row.name,
            parent: row.parent_id.map(Into::into),
        })
        .collect())
}

/// Makes units; those above stand before those below.
///
/// # Errors
/// The database failed.
pub async fn insert_units(
    tx: &mut Tx,
    units: &[(OrgUnitId, String, Option<OrgUnitId>)],
) -> Result<()> {
    for (id, name, parent) in units {
        crate::person::insert_org_unit(tx, *id, name, *parent).await?;
    }
    Ok(())
}

/// Columns of a set of people.
struct Columns {
    ids: Vec<Uuid>,
    display_names: Vec<String>,
    given_names: Vec<Option<String>>,
    family_names: Vec<Option<String>>,
    emails: Vec<Option<String>>,
    user_names: Vec<String>,
    states: Vec<String>,
}

impl Columns {
    fn of(people: &[NewPerson]) -> Self {
        Self {
            ids: people.iter().map(|p| p.id.0).collect(),
            display_names: people.iter().map(|p| p.display_name.clone()).collect(),
            given_names: people.iter().map(|p| p.given_name.clone()).collect(),
            family_names: people.iter().map(|p| p.family_name.clone()).collect(),
            emails: people.iter().map(|p| p.email.clone()).collect(),
            user_names: people.iter().map(|p| p.user_name.clone()).collect(),
            states: people.iter().map(|p| p.state.as_str().to_owned()).collect(),
        }
    }
}

/// Inserts people.
///
/// # Errors
/// The database failed; a name or address that is taken names its constraint.
pub async fn insert_people(tx: &mut Tx, people: &[NewPerson], now: DateTime<Utc>) -> Result<()> {
    let columns = Columns::of(people);
    sqlx::query!(
        "insert into subject (id, kind, created_at) select id, $2, $3 from unnest($1::uuid[]) as s (id)",
        &columns.ids,
        SubjectKind::Person.as_str(),
        now,
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into person (subject_id, display_name, given_name, family_name, email, user_name, state, updated_at)
         select p.*, $8 from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) as p",
        &columns.ids,
        &columns.display_names,
        &columns.given_names as &[Option<String>],
        &columns.family_names as &[Option<String>],
        &columns.emails as &[Option<String>],
        &columns.user_names,
        &columns.states,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes people anew; their versions rise.
///
/// # Errors
/// The database failed, or somebody is gone; a name or address that is taken names its constraint.
pub async fn update_people(tx: &mut Tx, people: &[NewPerson], now: DateTime<Utc>) -> Result<()> {
    let columns = Columns::of(people);
    // Two people may change places: both let go before either takes.
    sqlx::query!(
        "update person set email = null, user_name = subject_id::text where subject_id = any($1)",
        &columns.ids,
    )
    .execute(&mut **tx)
    .await?;
    let done = sqlx::query!(
        "update person p
         set display_name = n.display_name, given_name = n.given_name, family_name = n.family_name, email = n.email,
             user_name = n.user_name, state = n.state, updated_at = $8, version = p.version + 1
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
              as n (id, display_name, given_name, family_name, email, user_name, state)
         where p.subject_id = n.id",
        &columns.ids,
        &columns.display_names,
        &columns.given_names as &[Option<String>],
        &columns.family_names as &[Option<String>],
        &columns.emails as &[Option<String>],
        &columns.user_names,
        &columns.states,
        now,
    )
    .execute(&mut **tx)
    .await?;
    all("people", people.len(), done.rows_affected())
}

/// Columns of a set of relationships.
struct Work {
    ids: Vec<Uuid>,
    people: Vec<Uuid>,
    kinds: Vec<String>,
    numbers: Vec<Option<String>>,
    units: Vec<Option<Uuid>>,
    titles: Vec<String>,
    managers: Vec<Option<Uuid>>,
    locations: Vec<Option<String>>,
    zones: Vec<String>,
    starts: Vec<DateTime<Utc>>,
    ends: Vec<Option<DateTime<Utc>>>,
}

impl Work {
    fn of(relationships: &[NewRelationship]) -> Self {
        let all = || relationships.iter();
        Self {
            ids: all().map(|r| r.id.0).collect(),
            people: all().map(|r| r.person.0).collect(),
            kinds: all().map(|r| r.kind.as_str().to_owned()).collect(),
            numbers: all().map(|r| r.employee_number.clone()).collect(),
            units: all().map(|r| r.org_unit.map(|u| u.0)).collect(),
            titles: all().map(|r| r.title.clone()).collect(),
            managers: all().map(|r| r.manager.map(|m| m.0)).collect(),
            locations: all().map(|r| r.location.clone()).collect(),
            zones: all().map(|r| r.time_zone.clone()).collect(),
            starts: all().map(|r| r.starts_at).collect(),
            ends: all().map(|r| r.ends_at).collect(),
        }
    }
}

/// Inserts relationships; the people exist.
///
/// # Errors
/// The database failed; a number that is taken names its constraint.
pub async fn insert_relationships(
    tx: &mut Tx,
    relationships: &[NewRelationship],
    now: DateTime<Utc>,
) -> Result<()> {
    let work = Work::of(relationships);
    sqlx::query!(
        "insert into work_relationship (id, person_id, kind, employee_number, org_unit_id, title, manager_id, location,
                                        time_zone, starts_at, ends_at, updated_at)
         select w.*, $12
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::uuid[], $8::text[],
                     $9::text[], $10::timestamptz[], $11::timestamptz[]) as w",
        &work.ids,
        &work.people,
        &work.kinds,
        &work.numbers as &[Option<String>],
        &work.units as &[Option<Uuid>],
        &work.titles,
        &work.managers as &[Option<Uuid>],
        &work.locations as &[Option<String>],
        &work.zones,
        &work.starts,
        &work.ends as &[Option<DateTime<Utc>>],
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes relationships anew; whose they are and their numbers stay.
///
/// # Errors
/// The database failed, or one is gone.
pub async fn update_relationships(
    tx: &mut Tx,
    relationships: &[NewRelationship],
    now: DateTime<Utc>,
) -> Result<()> {
    let work = Work::of(relationships);
    let done = sqlx::query!(
        "update work_relationship w
         set kind = n.kind, org_unit_id = n.unit, title = n.title, manager_id = n.manager, location = n.location,
             time_zone = n.zone, starts_at = n.starts, ends_at = n.ends, updated_at = $10
         from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::text[],
                     $8::timestamptz[], $9::timestamptz[])
              as n (id, kind, unit, title, manager, location, zone, starts, ends)
         where w.id = n.id",
        &work.ids,
        &work.kinds,
        &work.units as &[Option<Uuid>],
        &work.titles,
        &work.managers as &[Option<Uuid>],
        &work.locations as &[Option<String>],
        &work.zones,
        &work.starts,
        &work.ends as &[Option<DateTime<Utc>>],
        now,
    )
    .execute(&mut **tx)
    .await?;
    all("work relationships", relationships.len(), done.rows_affected())
}

/// Asserts that every row of a set was written.
fn all(what: &'static str, wanted: usize, touched: u64) -> Result<()> {
    if u64::try_from(wanted) == Ok(touched) {
        Ok(())
    } else {
        Err(crate::StoreError::NotOneRow { what, touched })
    }
}
