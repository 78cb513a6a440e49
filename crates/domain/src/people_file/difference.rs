//! What a row changes, field by field, in words that a person can compare.

use chrono::{DateTime, Utc};

use super::directory::Directory;
use super::plan::Candidate;
use super::wanted::PersonRef;
use super::zone::Zone;
use super::{Field, KnownPerson, KnownRelationship, Wanted};

/// One field that is another than before. Empty means nothing.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FieldChange {
    pub field: Field,
    pub old: String,
    pub new: String,
}

/// What changes between what is known and what is wanted, in the order of [`Field::ALL`].
pub(super) fn compare(
    person: &KnownPerson,
    relationship: &KnownRelationship,
    wanted: &Wanted,
    directory: &Directory<'_>,
    candidates: &[Candidate<'_>],
) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    let mut note = |field, old: &str, new: &str| {
        if old != new {
            changes.push(FieldChange { field, old: old.to_owned(), new: new.to_owned() });
        }
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    note(Field::GivenName, &text(&person.given_name), &text(&wanted.given_name));
    note(Field::FamilyName, &text(&person.family_name), &text(&wanted.family_name));
    note(Field::DisplayName, &person.display_name, &wanted.display_name);
    note(Field::Email, &text(&person.email), &text(&wanted.email));
    note(Field::UserName, &person.user_name, &wanted.user_name);
    note(Field::Kind, relationship.kind.as_str(), wanted.kind.as_str());
    let unit = |unit: Option<&_>| unit.map(|u| directory.unit(u)).unwrap_or_default();
    let before = relationship.unit.map(super::UnitRef::Known);
    note(Field::Unit, &unit(before.as_ref()), &unit(wanted.unit.as_ref()));
    note(Field::Title, &relationship.title, &wanted.title);
    if relationship.manager.map(PersonRef::Known) != wanted.manager {
        let name = |person: Option<PersonRef>| match person {
            Some(PersonRef::Known(id)) => directory.name(id).to_owned(),
            // Candidates stand in the order of the file.
            Some(PersonRef::Line(line)) => candidates
                .binary_search_by_key(&line, |c| c.row.line)
                .map(|at| candidates[at].wanted.display_name.clone())
                .unwrap_or_default(),
            None => String::new(),
        };
        let (old, new) = (relationship.manager.map(PersonRef::Known), wanted.manager);
        changes.push(FieldChange { field: Field::Manager, old: name(old), new: name(new) });
    }
    let mut note = |field, old: &str, new: &str| {
        if old != new {
            changes.push(FieldChange { field, old: old.to_owned(), new: new.to_owned() });
        }
    };
    note(Field::Location, &text(&relationship.location), &text(&wanted.location));
    note(Field::TimeZone, &relationship.time_zone, &wanted.time_zone);
    let days = Days::of(relationship, wanted);
    let facts = relationship.facts;
    if facts.starts_at != wanted.starts_at {
        let (old, new) = days.pair(Some(facts.starts_at), Some(wanted.starts_at), false);
        changes.push(FieldChange { field: Field::StartsOn, old, new });
    }
    if facts.ends_at != wanted.ends_at {
        let (old, new) = days.pair(facts.ends_at, wanted.ends_at, true);
        changes.push(FieldChange { field: Field::EndsOn, old, new });
    }
    changes
}

/// The zones in which the two sides of a change are read.
struct Days {
    old: Option<Zone>,
    new: Option<Zone>,
}

impl Days {
    fn of(relationship: &KnownRelationship, wanted: &Wanted) -> Self {
        Self { old: Zone::named(&relationship.time_zone), new: Zone::named(&wanted.time_zone) }
    }

    /// Both as days; as instants where the days are the same and the instants are not.
    fn pair(
        &self,
        old: Option<DateTime<Utc>>,
        new: Option<DateTime<Utc>>,
        is_end: bool,
    ) -> (String, String) {
        let day = |zone: &Option<Zone>, at: Option<DateTime<Utc>>| {
            at.map(|at| day(zone.as_ref(), at, is_end)).unwrap_or_default()
        };
        let days = (day(&self.old, old), day(&self.new, new));
        if days.0 != days.1 {
            return days;
        }
        let instant = |at: Option<DateTime<Utc>>| {
            at.map(|at| at.format("%Y-%m-%d %H:%M UTC").to_string()).unwrap_or_default()
        };
        (instant(old), instant(new))
    }
}

/// The day of an instant; of an end, the last day before it.
pub(super) fn day(zone: Option<&Zone>, at: DateTime<Utc>, is_end: bool) -> String {
    let at = if is_end { at - chrono::TimeDelta::seconds(1) } else { at };
    let day = zone.and_then(|zone| zone.day(at)).unwrap_or_else(|| at.date_naive());
    day.to_string()
}
