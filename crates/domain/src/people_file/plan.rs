//! What a file would do: everything is found out before anything is written.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use usher_vocabulary::{SubjectId, WorkRelationshipId};

use super::difference::{FieldChange, compare, day};
use super::directory::Directory;
use super::text::fold;
use super::wanted::{Match, PersonRef, Wanted, lay};
use super::zone::Zone;
use super::{Fault, Field, File, Known, Row, Why, managers};

/// How a file is taken.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Where somebody works whose zone neither the file nor the directory knows.
    pub zone: Zone,
    /// A share of active people, 0 to 1; a file that ends or misses more is held.
    pub brake_share: f64,
    /// Whether the address of somebody who signs in by it may change.
    pub may_change_claims: bool,
}

/// A small company loses a few people without being held.
pub const BRAKE_LEAST: usize = 5;

/// What a file would do.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Plan {
    pub added: Vec<Addition>,
    pub changed: Vec<Change>,
    /// Changes of an address that somebody signs in by: not applied with the others.
    pub held: Vec<Change>,
    pub same: Vec<Same>,
    /// Active relationships that the source knew and this file has not.
    pub absent: Vec<Absence>,
    /// The same, known since an earlier file.
    pub still_absent: usize,
    /// Whether nobody can tell who is absent, because the key of some row cannot be read.
    pub is_absence_unknown: bool,
    pub brake: Brake,
    #[serde(skip)]
    pub faults: Vec<Fault>,
}

/// Somebody new.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Addition {
    /// Place in [`File::rows`].
    pub row: usize,
    pub line: u64,
    pub key: String,
    pub wanted: Wanted,
}

/// Somebody who is another than before.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Change {
    pub row: usize,
    pub line: u64,
    pub key: String,
    pub person: SubjectId,
    pub relationship: WorkRelationshipId,
    pub wanted: Wanted,
    pub changes: Vec<FieldChange>,
    /// Last day, when the file brings an end that was not known, or a nearer one, and no other
    /// relationship of the person goes on.
    pub ends_on: Option<String>,
}

/// A row that says what is known.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Same {
    pub row: usize,
    pub key: String,
    pub person: SubjectId,
}

/// Somebody whom the source does not name any more.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Absence {
    pub key: String,
    pub person: SubjectId,
    pub name: String,
}

/// How many of the active people a file would end or misses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Brake {
    pub ending: usize,
    pub absent: usize,
    /// Active people that this source speaks for.
    pub active: usize,
    pub is_pulled: bool,
}

pub(super) struct Candidate<'a> {
    pub(super) row: &'a Row,
    pub(super) known: Match<'a>,
    pub(super) wanted: Wanted,
    place: usize,
    faults: Vec<Fault>,
    is_held: bool,
}

impl Candidate<'_> {
    /// Whether the row will be applied, as far as is known.
    pub(super) fn is_live(&self) -> bool {
        self.faults.is_empty() && !self.is_held
    }

    pub(super) fn person(&self) -> PersonRef {
        match self.known {
            Some((person, _)) => PersonRef::Known(person.id),
            None => PersonRef::Line(self.row.line),
        }
    }
}

/// Compares a file with the directory at `now`.
#[must_use]
pub fn plan(file: &File, known: &Known, rules: &Rules, now: DateTime<Utc>) -> Plan {
    let directory = Directory::new(known);
    let mut faults = file.faults.clone();
    let mut candidates = Vec::with_capacity(file.rows.len());
    for (place, row) in file.rows.iter().enumerate() {
        let found = directory.matching(&row.key);
        match lay(row, file, found, &directory.units, &rules.zone, now) {
            Ok(wanted) => {
                let is_held = !rules.may_change_claims && changes_claim(found, &wanted);
                let known = found;
                let faults = Vec::new();
                candidates.push(Candidate { row, known, wanted, place, faults, is_held });
            }
            Err(more) => faults.extend(more),
        }
    }
    refuse_twins(file, &mut candidates);
    // A row that is refused may be what others build on: look again until nothing more is found.
    while refuse_taken(file, &mut candidates, known, &directory)
        + refuse_managers(file, &mut candidates, &directory)
        > 0
    {}
    for candidate in &mut candidates {
        faults.append(&mut candidate.faults.clone());
    }
    faults.sort_by(|a, b| (a.line, &a.column).cmp(&(b.line, &b.column)));
    sort_out(file, known, rules, now, &directory, &candidates, faults)
}

/// Whether the row changes the address that somebody signs in by. Only the case may differ: anything
/// else could be somebody else's address.
fn changes_claim(known: Match<'_>, wanted: &Wanted) -> bool {
    let lower = |email: &Option<String>| email.as_ref().map(|e| e.to_lowercase());
    known
        .is_some_and(|(person, _)| person.is_linked && lower(&person.email) != lower(&wanted.email))
}

/// No two rows may have the same key, address or user name. One person in two relationships has the
/// same in both, and then everything that belongs to the person must be the same.
fn refuse_twins(file: &File, candidates: &mut [Candidate<'_>]) {
    for candidate in candidates.iter_mut() {
        let lines = file.keys.get(&fold(&candidate.row.key)).map_or(&[][..], Vec::as_slice);
        if let Some(line) = lines.iter().copied().find(|line| *line != candidate.row.line) {
            let why = Why::Twice { line };
            candidate.faults.push(candidate.row.fault(file, Field::EmployeeNumber, why));
        }
    }
    for field in [Field::Email, Field::UserName] {
        let mut first: HashMap<String, usize> = HashMap::new();
        let mut twins = Vec::new();
        for (index, candidate) in candidates.iter().enumerate() {
            let value = match field {
                Field::Email => candidate.wanted.email.as_deref(),
                _ => Some(candidate.wanted.user_name.as_str()),
            };
            let Some(value) = value else { continue };
            match first.get(&fold(value)) {
                Some(other) if !is_same_person(candidate, &candidates[*other]) => {
                    twins.push((index, *other));
                }
                Some(_) => {}
                None => {
                    first.insert(fold(value), index);
                }
            }
        }
        for (index, other) in twins {
            for (one, line) in
                [(index, candidates[other].row.line), (other, candidates[index].row.line)]
            {
                let row = candidates[one].row;
                let fault = row.fault(file, field, Why::Twice { line });
                if !candidates[one].faults.iter().any(|f| f.column == fault.column) {
                    candidates[one].faults.push(fault);
                }
            }
        }
    }
}

fn is_same_person(one: &Candidate<'_>, other: &Candidate<'_>) -> bool {
    let about = |c: &Candidate<'_>| {
        let w = c.wanted.clone();
        (w.display_name, w.given_name, w.family_name, w.email, w.user_name)
    };
    one.known.is_some() && one.person() == other.person() && about(one) == about(other)
}

/// Refuses rows that want what belongs to somebody whom this file does not change. Returns how many.
fn refuse_taken(
    file: &File,
    candidates: &mut [Candidate<'_>],
    known: &Known,
    directory: &Directory<'_>,
) -> usize {
    let moved: HashSet<SubjectId> = candidates
        .iter()
        .filter(|c| c.is_live())
        .filter_map(|c| c.known.map(|(person, _)| person.id))
        .collect();
    let (mut emails, mut names) = (HashMap::new(), HashMap::new());
    for person in known.people.iter().filter(|p| !moved.contains(&p.id)) {
        if let Some(email) = &person.email {
            emails.insert(fold(email), person.id);
        }
        names.insert(fold(&person.user_name), person.id);
    }
    let mut refused = 0;
    for candidate in candidates.iter_mut().filter(|c| c.is_live()) {
        let before = candidate.known.map(|(person, _)| person);
        let wanted = &candidate.wanted;
        // What somebody has already stays theirs, even beside an older twin.
        let email = wanted
            .email
            .as_ref()
            .filter(|email| before.is_none_or(|p| p.email.as_ref() != Some(*email)));
        let name =
            before.is_none_or(|p| p.user_name != wanted.user_name).then_some(&wanted.user_name);
        let taken = [(Field::Email, email, &emails), (Field::UserName, name, &names)];
        for (field, value, owners) in taken {
            let Some(owner) = value.and_then(|value| owners.get(&fold(value))) else { continue };
            let why = Why::Taken { by: directory.name(*owner).to_owned() };
            candidate.faults.push(candidate.row.fault(file, field, why));
            refused += 1;
        }
    }
    refused
}

/// Finds the manager of each row and refuses rows without one and rows in a circle. Returns how many.
fn refuse_managers(
    file: &File,
    candidates: &mut [Candidate<'_>],
    directory: &Directory<'_>,
) -> usize {
    let names = managers::Names::new(candidates);
    let found: Vec<_> = candidates
        .iter()
        .map(|c| c.is_live().then(|| managers::find(c, candidates, &names, directory)))
        .collect();
    let mut refused = 0;
    for (candidate, found) in candidates.iter_mut().zip(found) {
        match found {
            Some(Ok(manager)) => candidate.wanted.manager = manager,
            Some(Err(why)) => {
                candidate.faults.push(candidate.row.fault(file, Field::Manager, why));
                refused += 1;
            }
            None => {}
        }
    }
    for (index, names) in managers::circles(candidates, directory) {
        let candidate = &mut candidates[index];
        let why = Why::ManagerCycle { names };
        candidate.faults.push(candidate.row.fault(file, Field::Manager, why));
        refused += 1;
    }
    refused
}

fn sort_out(
    file: &File,
    known: &Known,
    rules: &Rules,
    now: DateTime<Utc>,
    directory: &Directory<'_>,
    candidates: &[Candidate<'_>],
    faults: Vec<Fault>,
) -> Plan {
    let mut plan = Plan {
        added: Vec::new(),
        changed: Vec::new(),
        held: Vec::new(),
        same: Vec::new(),
        absent: Vec::new(),
        still_absent: 0,
        is_absence_unknown: file.has_lost_key,
        brake: Brake { ending: 0, absent: 0, active: 0, is_pulled: false },
        faults,
    };
    for candidate in candidates.iter().filter(|c| c.faults.is_empty()) {
        let (row, line) = (candidate.place, candidate.row.line);
        let Some((person, relationship)) = candidate.known else {
            let (key, wanted) = (candidate.row.key.clone(), candidate.wanted.clone());
            plan.added.push(Addition { row, line, key, wanted });
            continue;
        };
        let key = relationship.employee_number.clone().unwrap_or_default();
        let changes = compare(person, relationship, &candidate.wanted, directory, candidates);
        if changes.is_empty() {
            let person = person.id;
            plan.same.push(Same { row, key, person });
            continue;
        }
        let change = Change {
            row,
            line,
            key,
            person: person.id,
            relationship: relationship.id,
            wanted: candidate.wanted.clone(),
            changes,
            ends_on: ending(candidate, directory),
        };
        if candidate.is_held { plan.held.push(change) } else { plan.changed.push(change) }
    }
    find_absent(file, known, now, directory, &mut plan);
    plan.brake = brake(known, rules, directory, candidates, &plan);
    plan
}

/// The last day of somebody who would leave by this row and does not yet, or would leave earlier.
fn ending(candidate: &Candidate<'_>, directory: &Directory<'_>) -> Option<String> {
    let (person, relationship) = candidate.known?;
    let end = candidate.wanted.ends_at?;
    let is_news = relationship.facts.ends_at.is_none_or(|known| end < known);
    let goes_on = directory
        .relationships(person.id)
        .iter()
        .any(|r| r.id != relationship.id && r.facts.ends_at.is_none_or(|other| other > end));
    let is_leaving = is_news && !goes_on && directory.is_active(person.id);
    is_leaving.then(|| day(Zone::named(&candidate.wanted.time_zone).as_ref(), end, true))
}

/// An absent row ends nothing. Who has left already is not missed.
fn find_absent(
    file: &File,
    known: &Known,
    now: DateTime<Utc>,
    directory: &Directory<'_>,
    plan: &mut Plan,
) {
    if file.has_lost_key {
        return;
    }
    for record in &known.records {
        let Some((person, relationship)) = directory.matching(&record.key) else { continue };
        let has_ended = relationship.facts.ends_at.is_some_and(|end| end <= now);
        if has_ended || file.keys.contains_key(&fold(&record.key)) {
            continue;
        }
        if record.missing_since.is_some() {
            plan.still_absent += 1;
        } else {
            let (key, name) = (record.key.clone(), person.display_name.clone());
            plan.absent.push(Absence { key, person: person.id, name });
        }
    }
}

fn brake(
    known: &Known,
    rules: &Rules,
    directory: &Directory<'_>,
    candidates: &[Candidate<'_>],
    plan: &Plan,
) -> Brake {
    let recorded = known.records.iter().filter_map(|record| record.subject);
    let named = candidates.iter().filter_map(|c| c.known.map(|(person, _)| person.id));
    let active: HashSet<SubjectId> =
        recorded.chain(named).filter(|id| directory.is_active(*id)).collect();
    let ending: HashSet<SubjectId> =
        plan.changed.iter().filter(|c| c.ends_on.is_some()).map(|c| c.person).collect();
    let absent: HashSet<SubjectId> = plan
        .absent
        .iter()
        .map(|a| a.person)
        .filter(|id| directory.is_active(*id) && !ending.contains(id))
        .collect();
    let gone = ending.len() + absent.len();
    #[expect(clippy::cast_precision_loss, reason = "numbers of people are far below 2^52")]
    let is_over = gone as f64 > active.len() as f64 * rules.brake_share;
    Brake {
        ending: ending.len(),
        absent: absent.len(),
        active: active.len(),
        is_pulled: gone >= BRAKE_LEAST && is_over,
    }
}
