//! Units, people and machines of the grown company.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use usher_domain::person::{RelationshipFacts, state};
use usher_operations::{Context, standing};
use usher_store::bulk::machine;
use usher_store::person::{NewPerson, NewRelationship};
use usher_store::{StoreError, Tx, source_people};
use usher_vocabulary::{OrgUnitId, SubjectId};

use super::catalogue::Answering;
use super::{Known, address};
use crate::found::Founded;
use crate::offer::machines;
use crate::people::MEMBERS;
use crate::staff::{Hire, Staff};

/// The people whom the company begins with.
pub(crate) fn by_user_name(founded: &Founded) -> Known {
    let name = |address: &String| address.split('@').next().unwrap_or_default().to_owned();
    founded.people.iter().map(|(email, id)| (name(email), *id)).collect()
}

/// Takes some of the staff on and notes when contracts begin and end. `before` counts those who were
/// taken on before them.
pub(crate) async fn hire(
    cx: &Context,
    tx: &mut Tx,
    staff: &Staff,
    some: &[Hire],
    before: usize,
    known: &mut Known,
) -> Result<(), StoreError> {
    let now = cx.now();
    let units = source_people::units(tx).await?;
    let units: HashMap<String, OrgUnitId> =
        units.into_iter().map(|unit| (unit.name, unit.id)).collect();
    let mut people = Vec::with_capacity(some.len());
    let mut relationships = Vec::with_capacity(some.len());
    for (number, hire) in (1_001 + MEMBERS.len() + before..).zip(some) {
        let id: SubjectId = cx.id();
        let first = relationship(cx, hire, id, number.to_string(), &units, known);
        let facts = RelationshipFacts {
            starts_at: first.starts_at,
            ends_at: first.ends_at,
            on_leave_from: None,
            on_leave_until: None,
        };
        people.push(NewPerson {
            id,
            display_name: format!("{} {}", hire.given, hire.family),
            given_name: Some(hire.given.to_owned()),
            family_name: Some(hire.family.to_owned()),
            email: Some(address(&hire.user_name)),
            user_name: hire.user_name.clone(),
            state: state(&[facts], now),
        });
        if let Some((unit, title)) = hire.also {
            let head = staff.heads.get(unit).and_then(|head| known.get(head)).copied();
            relationships.push(NewRelationship {
                id: cx.id(),
                employee_number: Some(format!("H{number}-2")),
                org_unit: units.get(unit).copied(),
                title: title.to_owned(),
                manager: head,
                // The newer one speaks for a person: this one began before.
                starts_at: first.starts_at - TimeDelta::days(90),
                ..first.clone()
            });
        }
        relationships.push(first);
        known.insert(hire.user_name.clone(), id);
    }
    source_people::insert_people(tx, &people, now).await?;
    source_people::insert_relationships(tx, &relationships, now).await?;
    let terms: Vec<standing::Term> = relationships
        .iter()
        .filter(|r| r.starts_at > now || r.ends_at.is_some())
        .map(|r| standing::Term { relationship: r.id, starts_at: r.starts_at, ends_at: r.ends_at })
        .collect();
    standing::watch(cx, tx, &terms).await
}

fn relationship(
    cx: &Context,
    hire: &Hire,
    person: SubjectId,
    number: String,
    units: &HashMap<String, OrgUnitId>,
    known: &Known,
) -> NewRelationship {
    let at = |days: i64| -> DateTime<Utc> { cx.now() + TimeDelta::days(days) };
    NewRelationship {
        id: cx.id(),
        person,
        kind: hire.kind,
        employee_number: Some(format!("H{number}")),
        org_unit: units.get(hire.unit).copied(),
        title: hire.title.clone(),
        manager: known.get(&hire.manager).copied(),
        location: Some(hire.location.to_owned()),
        time_zone: hire.zone.to_owned(),
        starts_at: at(hire.starts_in_days),
        ends_at: hire.ends_in_days.map(at),
    }
}

/// Writes the units that the company does not begin with.
pub(super) async fn found_units(
    cx: &Context,
    tx: &mut Tx,
    staff: &Staff,
) -> Result<(), StoreError> {
    let existing = source_people::units(tx).await?;
    let mut units: HashMap<String, OrgUnitId> =
        existing.into_iter().map(|unit| (unit.name, unit.id)).collect();
    let mut new = Vec::with_capacity(staff.units.len());
    for unit in &staff.units {
        let id: OrgUnitId = cx.id();
        new.push((id, unit.name.to_owned(), units.get(unit.parent).copied()));
        units.insert(unit.name.to_owned(), id);
    }
    source_people::insert_units(tx, &new).await
}

/// Non-human identities, each with the people who answer for it.
pub(super) async fn connect_machines(
    cx: &Context,
    tx: &mut Tx,
    answering: &Answering<'_>,
) -> Result<(), StoreError> {
    let new: Vec<_> = machines()
        .into_iter()
        .map(|written| machine::NewMachine {
            id: cx.id(),
            name: written.name.to_owned(),
            kind: written.kind,
            purpose: written.purpose.to_owned(),
            user_name: written.user_name.to_owned(),
            expires_at: None,
            owners: answering.for_it(&written.owners),
        })
        .collect();
    machine::insert(tx, &new, cx.now()).await
}
