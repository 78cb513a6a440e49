//! What a row asks for, laid over what is known: a column that the file has not leaves its field as it is.

use chrono::{DateTime, Utc};
use usher_vocabulary::{RelationshipKind, SubjectId};

use super::units::{UnitRef, UnitTree};
use super::zone::Zone;
use super::{Fault, Field, File, KnownPerson, KnownRelationship, Row, Why};

/// Somebody who is known, or who is a row of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub enum PersonRef {
    Known(SubjectId),
    /// Line of the row.
    Line(u64),
}

/// A person and their relationship as they shall be.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Wanted {
    pub display_name: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: Option<String>,
    pub user_name: String,
    pub kind: RelationshipKind,
    pub unit: Option<UnitRef>,
    pub title: String,
    pub manager: Option<PersonRef>,
    pub location: Option<String>,
    pub time_zone: String,
    pub starts_at: DateTime<Utc>,
    /// First instant after the last day.
    pub ends_at: Option<DateTime<Utc>>,
}

/// Who a row is about, when they are known.
pub(super) type Match<'a> = Option<(&'a KnownPerson, &'a KnownRelationship)>;

/// Lays a row over what is known. The manager is found later, when every row has been read.
pub(super) fn lay(
    row: &Row,
    file: &File,
    known: Match<'_>,
    units: &UnitTree,
    default_zone: &Zone,
    now: DateTime<Utc>,
) -> Result<Wanted, Vec<Fault>> {
    let mut faults = Vec::new();
    let person = known.map(|(person, _)| person);
    let relationship = known.map(|(_, relationship)| relationship);
    let optional = |field, before: Option<&Option<String>>| match row.cell(field) {
        Some("") => None,
        Some(text) => Some(text.to_owned()),
        None => before.cloned().flatten(),
    };
    let given_name = optional(Field::GivenName, person.map(|p| &p.given_name));
    let family_name = optional(Field::FamilyName, person.map(|p| &p.family_name));
    let email = optional(Field::Email, person.map(|p| &p.email));
    let display_name = display_name(row, person, given_name.as_deref(), family_name.as_deref());
    if display_name.is_empty() {
        faults.push(row.fault(file, Field::DisplayName, Why::Required));
    }
    let user_name = user_name(row, person, email.as_deref());
    if user_name.is_empty() {
        faults.push(row.fault(file, Field::UserName, Why::Required));
    }
    let unit = match (&row.unit, row.cell(Field::Unit)) {
        (Some(path), _) => {
            let found = units.find(path);
            if found.is_none() {
                faults.push(row.fault(file, Field::Unit, Why::UnitAmbiguous));
            }
            found
        }
        (None, Some(_)) => None,
        (None, None) => relationship.and_then(|r| r.unit).map(UnitRef::Known),
    };
    let zone = row
        .zone
        .clone()
        .or_else(|| relationship.and_then(|r| Zone::named(&r.time_zone)))
        .unwrap_or_else(|| default_zone.clone());
    let starts_at = starts_at(row, relationship, &zone, now);
    if starts_at.is_none() {
        faults.push(row.fault(file, Field::StartsOn, Why::Required));
    }
    let ends_at = match (row.ends_on, row.cell(Field::EndsOn)) {
        (Some(day), _) => zone.end_of(day),
        (None, Some(_)) => None,
        (None, None) => relationship.and_then(|r| r.facts.ends_at),
    };
    if starts_at.zip(ends_at).is_some_and(|(start, end)| end < start) {
        faults.push(row.fault(file, Field::EndsOn, Why::EndsBeforeStart));
    }
    match starts_at {
        Some(starts_at) if faults.is_empty() => Ok(Wanted {
            display_name,
            given_name,
            family_name,
            email,
            user_name,
            kind: row
                .kind
                .or_else(|| relationship.map(|r| r.kind))
                .unwrap_or(RelationshipKind::Employee),
            unit,
            title: row
                .cell(Field::Title)
                .or_else(|| relationship.map(|r| r.title.as_str()))
                .unwrap_or_default()
                .to_owned(),
            manager: relationship.and_then(|r| r.manager).map(PersonRef::Known),
            location: optional(Field::Location, relationship.map(|r| &r.location)),
            time_zone: zone.name().to_owned(),
            starts_at,
            ends_at,
        }),
        _ => Err(faults),
    }
}

/// What the file says; else given and family name, when the file has them; else what is known.
fn display_name(
    row: &Row,
    known: Option<&KnownPerson>,
    given: Option<&str>,
    family: Option<&str>,
) -> String {
    if let Some(name) = row.filled(Field::DisplayName) {
        return name.to_owned();
    }
    let names = [given, family].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let has_changed = known
        .is_none_or(|p| p.given_name.as_deref() != given || p.family_name.as_deref() != family);
    match known {
        Some(person) if names.is_empty() || !has_changed => person.display_name.clone(),
        _ => names,
    }
}

/// What the file says; else what is known, for accounts have it; else what stands before the @.
fn user_name(row: &Row, known: Option<&KnownPerson>, email: Option<&str>) -> String {
    row.filled(Field::UserName)
        .or_else(|| known.map(|p| p.user_name.as_str()))
        .or_else(|| email.and_then(|email| email.rsplit_once('@')).map(|(local, _)| local))
        .unwrap_or_default()
        .to_owned()
}

/// A past start on the same day is the same start: only the source of the first hour differs.
fn starts_at(
    row: &Row,
    known: Option<&KnownRelationship>,
    zone: &Zone,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let before = known.map(|r| r.facts.starts_at);
    match (row.starts_on, before) {
        (Some(day), Some(at)) if at <= now && zone.day(at) == Some(day) => Some(at),
        (Some(day), _) => zone.first_instant(day),
        (None, before) => before,
    }
}
