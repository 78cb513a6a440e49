//! The directory by what a row may name.

use std::collections::HashMap;

use usher_vocabulary::{PersonState, SubjectId};

use super::text::fold;
use super::units::{UnitRef, UnitTree};
use super::wanted::Match;
use super::{Known, KnownPerson, KnownRelationship};

pub(super) struct Directory<'a> {
    people: HashMap<SubjectId, &'a KnownPerson>,
    by_number: HashMap<&'a str, &'a KnownRelationship>,
    by_folded_number: HashMap<String, &'a KnownRelationship>,
    by_email: HashMap<String, SubjectId>,
    relationships: HashMap<SubjectId, Vec<&'a KnownRelationship>>,
    pub(super) units: UnitTree,
}

impl<'a> Directory<'a> {
    pub(super) fn new(known: &'a Known) -> Self {
        let mut relationships: HashMap<_, Vec<_>> = HashMap::new();
        for relationship in &known.relationships {
            relationships.entry(relationship.person).or_default().push(relationship);
        }
        let numbered =
            || known.relationships.iter().filter_map(|r| Some((r.employee_number.as_deref()?, r)));
        Self {
            people: known.people.iter().map(|p| (p.id, p)).collect(),
            by_number: numbered().collect(),
            by_folded_number: numbered().map(|(number, r)| (fold(number), r)).collect(),
            by_email: known
                .people
                .iter()
                .filter_map(|p| Some((fold(p.email.as_deref()?), p.id)))
                .collect(),
            relationships,
            units: UnitTree::new(&known.units),
        }
    }

    pub(super) fn matching(&self, key: &str) -> Match<'a> {
        let relationship =
            self.by_number.get(key).or_else(|| self.by_folded_number.get(&fold(key)))?;
        Some((self.people.get(&relationship.person)?, relationship))
    }

    /// By folded employee number or address.
    pub(super) fn named(&self, folded: &str) -> Option<SubjectId> {
        let by_number = self.by_folded_number.get(folded).map(|r| r.person);
        by_number.or_else(|| self.by_email.get(folded).copied())
    }

    pub(super) fn person(&self, id: SubjectId) -> Option<&'a KnownPerson> {
        self.people.get(&id).copied()
    }

    pub(super) fn name(&self, id: SubjectId) -> &'a str {
        self.person(id).map_or("", |p| p.display_name.as_str())
    }

    pub(super) fn relationships(&self, id: SubjectId) -> &[&'a KnownRelationship] {
        self.relationships.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The manager by the relationship that speaks for the person: one without an end before one with,
    /// the newest first.
    pub(super) fn manager(&self, id: SubjectId) -> Option<SubjectId> {
        self.relationships(id)
            .iter()
            .max_by_key(|r| (r.facts.ends_at.is_none(), r.facts.starts_at))?
            .manager
    }

    pub(super) fn unit(&self, unit: &UnitRef) -> String {
        self.units.shown(unit)
    }

    /// Whether somebody works here at present.
    pub(super) fn is_active(&self, id: SubjectId) -> bool {
        self.person(id).is_some_and(|p| {
            matches!(p.state, PersonState::Active | PersonState::Notice | PersonState::OnLeave)
        })
    }
}
