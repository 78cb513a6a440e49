//! Doing what a plan says, in sets and in one transaction.

use std::collections::{BTreeMap, HashMap, HashSet};

use usher_domain::people_file::{PersonRef, Plan, UnitRef, Wanted, fold};
use usher_domain::person::{RelationshipFacts, state};
use usher_store::person::{NewPerson, NewRelationship};
use usher_store::source::Source;
use usher_store::{AuditEvent, StoreError, Tx, person, source_people, source_record};
use usher_vocabulary::{
    AuditAction, OrgUnitId, PersonState, SourceEventId, SubjectId, WorkRelationshipId,
};

use super::read::{Report, record};
use crate::standing::{self, Term, leave, next_state};
use crate::{Cause, Context, Event};

/// More people than these are one entry of the record with a digest, and not one each.
const SINGLE_ENTRIES: usize = 200;

/// Writes everything that the plan does: units, people, relationships, timers, records, flags.
pub(super) async fn write(
    cx: &Context,
    tx: &mut Tx,
    source: &Source,
    event: SourceEventId,
    report: &Report,
    cause: &Cause,
) -> Result<Vec<AuditEvent>, StoreError> {
    let plan = &report.plan;
    let concerned: Vec<SubjectId> = plan.changed.iter().map(|c| c.person).collect();
    // Time may have moved somebody since the comparison: where they stand is read again, and the instant
    // that counts is one after that.
    let states = person::lock(tx, &concerned).await?.into_iter().collect();
    let mut writing = Writing::new(cx, report, states);
    let now = writing.now;
    writing.make_units(cx, tx, plan).await?;
    let added: Vec<NewPerson> =
        plan.added.iter().map(|a| writing.person(writing.ids[&a.line], &a.wanted)).collect();
    source_people::insert_people(tx, &added, now).await?;
    let mut seen = HashSet::new();
    let changed: Vec<NewPerson> = plan
        .changed
        .iter()
        // One person in two relationships is one person.
        .filter(|c| seen.insert(c.person))
        .map(|c| writing.person(c.person, &c.wanted))
        .collect();
    source_people::update_people(tx, &changed, now).await?;
    let new_work: Vec<_> = plan
        .added
        .iter()
        .map(|a| {
            let id = writing.relationships[&a.line];
            writing.relationship(id, writing.ids[&a.line], Some(a.key.clone()), &a.wanted)
        })
        .collect();
    let changed_work: Vec<_> = plan
        .changed
        .iter()
        .map(|c| writing.relationship(c.relationship, c.person, None, &c.wanted))
        .collect();
    source_people::insert_relationships(tx, &new_work, now).await?;
    source_people::update_relationships(tx, &changed_work, now).await?;
    let terms: Vec<Term> = new_work
        .iter()
        .chain(&changed_work)
        .map(|w| Term { relationship: w.id, starts_at: w.starts_at, ends_at: w.ends_at })
        .collect();
    standing::watch(cx, tx, &terms).await?;
    source_record::save(tx, source.id, event, &writing.records(report)?, now).await?;
    let absent: Vec<String> = plan.absent.iter().map(|a| a.key.clone()).collect();
    source_record::flag_missing(tx, source.id, &absent, now).await?;
    let mut events = Vec::new();
    if plan.added.len() + plan.changed.len() <= SINGLE_ENTRIES {
        entries(cx, &writing, report, event, cause, &mut events)?;
    }
    for person in &changed {
        let before = writing.states.get(&person.id);
        if person.state == PersonState::Terminated && before != Some(&PersonState::Terminated) {
            leave(cx, tx, person.id, cause, &mut events).await?;
        }
    }
    Ok(events)
}

/// Ids and facts that the sets are made of.
struct Writing {
    now: chrono::DateTime<chrono::Utc>,
    /// Of new people, by line.
    ids: HashMap<u64, SubjectId>,
    relationships: HashMap<u64, WorkRelationshipId>,
    units: HashMap<(Option<OrgUnitId>, Vec<String>), OrgUnitId>,
    /// Where the people who change stand before.
    states: HashMap<SubjectId, PersonState>,
    /// Relationships of each known person as they will be.
    facts: HashMap<SubjectId, BTreeMap<WorkRelationshipId, RelationshipFacts>>,
}

impl Writing {
    fn new(cx: &Context, report: &Report, states: HashMap<SubjectId, PersonState>) -> Self {
        let plan = &report.plan;
        let mut facts: HashMap<SubjectId, BTreeMap<_, _>> = HashMap::new();
        for relationship in &report.known.relationships {
            facts
                .entry(relationship.person)
                .or_default()
                .insert(relationship.id, relationship.facts);
        }
        for change in &plan.changed {
            let known = facts.entry(change.person).or_default().get_mut(&change.relationship);
            if let Some(facts) = known {
                facts.starts_at = change.wanted.starts_at;
                facts.ends_at = change.wanted.ends_at;
            }
        }
        Self {
            now: cx.now(),
            ids: plan.added.iter().map(|a| (a.line, cx.id())).collect(),
            relationships: plan.added.iter().map(|a| (a.line, cx.id())).collect(),
            units: HashMap::new(),
            states,
            facts,
        }
    }

    /// Makes what is missing of each path, once for all rows that name it.
    async fn make_units(
        &mut self,
        cx: &Context,
        tx: &mut Tx,
        plan: &Plan,
    ) -> Result<(), StoreError> {
        let wanted =
            plan.added.iter().map(|a| &a.wanted).chain(plan.changed.iter().map(|c| &c.wanted));
        let mut fresh = Vec::new();
        for unit in wanted.filter_map(|w| w.unit.as_ref()) {
            let UnitRef::New { under, names } = unit else { continue };
            let mut above = *under;
            for length in 1..=names.len() {
                let key = (*under, folded(&names[..length]));
                let id = *self.units.entry(key).or_insert_with(|| {
                    let id = cx.id();
                    fresh.push((id, names[length - 1].clone(), above));
                    id
                });
                above = Some(id);
            }
        }
        source_people::insert_units(tx, &fresh).await
    }

    fn unit(&self, unit: &UnitRef) -> Option<OrgUnitId> {
        match unit {
            UnitRef::Known(id) => Some(*id),
            UnitRef::New { under, names } => self.units.get(&(*under, folded(names))).copied(),
        }
    }

    fn person(&self, id: SubjectId, wanted: &Wanted) -> NewPerson {
        let facts: Vec<RelationshipFacts> = match self.facts.get(&id) {
            Some(known) => known.values().copied().collect(),
            None => vec![RelationshipFacts {
                starts_at: wanted.starts_at,
                ends_at: wanted.ends_at,
                on_leave_from: None,
                on_leave_until: None,
            }],
        };
        let derived = state(&facts, self.now);
        let state = match self.states.get(&id) {
            Some(before) => next_state(*before, derived).unwrap_or(*before),
            None => derived,
        };
        NewPerson {
            id,
            display_name: wanted.display_name.clone(),
            given_name: wanted.given_name.clone(),
            family_name: wanted.family_name.clone(),
            email: wanted.email.clone(),
            user_name: wanted.user_name.clone(),
            state,
        }
    }

    fn relationship(
        &self,
        id: WorkRelationshipId,
        person: SubjectId,
        employee_number: Option<String>,
        wanted: &Wanted,
    ) -> NewRelationship {
        NewRelationship {
            id,
            person,
            kind: wanted.kind,
            employee_number,
            org_unit: wanted.unit.as_ref().and_then(|unit| self.unit(unit)),
            title: wanted.title.clone(),
            manager: wanted.manager.and_then(|manager| match manager {
                PersonRef::Known(id) => Some(id),
                PersonRef::Line(line) => self.ids.get(&line).copied(),
            }),
            location: wanted.location.clone(),
            time_zone: wanted.time_zone.clone(),
            starts_at: wanted.starts_at,
            ends_at: wanted.ends_at,
        }
    }

    /// Of everybody whom the file names and who is not held.
    fn records(&self, report: &Report) -> Result<Vec<source_record::Record>, StoreError> {
        let mut records = report.records.clone();
        let rows = &report.file.rows;
        for added in &report.plan.added {
            if let Some(row) = rows.get(added.row) {
                records.push(record(&added.key, row, self.ids[&added.line])?);
            }
        }
        for change in &report.plan.changed {
            if let Some(row) = rows.get(change.row) {
                records.push(record(&change.key, row, change.person)?);
            }
        }
        Ok(records)
    }
}

fn folded(names: &[String]) -> Vec<String> {
    names.iter().map(|name| fold(name)).collect()
}

/// An entry for each person, with the values apart.
fn entries(
    cx: &Context,
    writing: &Writing,
    report: &Report,
    event: SourceEventId,
    cause: &Cause,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    let json = |source| StoreError::Json { what: "a change of a person", source };
    for added in &report.plan.added {
        let id = writing.ids[&added.line];
        let values = report.file.rows.get(added.row).map(|row| serde_json::to_string(&row.cells));
        let entry = Event::new(AuditAction::PersonChanged, "person", id)
            .about(id)
            .outcome("created")
            .detail("source_event", event.to_string())
            .personal("values", values.transpose().map_err(json)?.unwrap_or_default());
        events.push(entry.by(cx, cause));
    }
    for change in &report.plan.changed {
        let fields: Vec<_> = change.changes.iter().map(|c| c.field.as_str()).collect();
        let entry = Event::new(AuditAction::PersonChanged, "person", change.person)
            .about(change.person)
            .detail("source_event", event.to_string())
            .detail("fields", fields)
            .personal("changes", serde_json::to_string(&change.changes).map_err(json)?);
        events.push(entry.by(cx, cause));
    }
    Ok(())
}
