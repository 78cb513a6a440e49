//! Who the manager of a row is, and whether anybody ends up above themselves.

use std::collections::{HashMap, HashSet};

use super::directory::Directory;
use super::plan::Candidate;
use super::text::fold;
use super::wanted::PersonRef;
use super::{Field, Why};

/// The rows of the file by what a manager cell may name.
pub(super) struct Names {
    by_key: HashMap<String, usize>,
    by_email: HashMap<String, usize>,
}

impl Names {
    pub(super) fn new(candidates: &[Candidate<'_>]) -> Self {
        let mut names = Self { by_key: HashMap::new(), by_email: HashMap::new() };
        for (index, candidate) in candidates.iter().enumerate() {
            names.by_key.insert(fold(&candidate.row.key), index);
            if let Some(email) = candidate.row.filled(Field::Email) {
                names.by_email.insert(fold(email), index);
            }
        }
        names
    }
}

/// The manager that a row names, by employee number or address: a row of the file, in any order, or
/// somebody who is known. `None` when the cell is empty.
pub(super) fn find(
    candidate: &Candidate<'_>,
    candidates: &[Candidate<'_>],
    names: &Names,
    directory: &Directory<'_>,
) -> Result<Option<PersonRef>, Why> {
    let Some(cell) = candidate.row.cell(Field::Manager) else {
        return Ok(candidate.wanted.manager);
    };
    if cell.is_empty() {
        return Ok(None);
    }
    let named = fold(cell);
    let row = names.by_key.get(&named).or_else(|| names.by_email.get(&named));
    let found = match row.and_then(|index| candidates.get(*index)) {
        Some(other) if other.is_live() || other.known.is_some() => other.person(),
        Some(other) => return Err(Why::ManagerRefused { line: other.row.line }),
        None => directory.named(&named).map(PersonRef::Known).ok_or(Why::ManagerUnknown)?,
    };
    if found == candidate.person() { Err(Why::ManagerIsSelf) } else { Ok(Some(found)) }
}

/// Everybody who is above themselves, with the circle that they are in.
pub(super) fn circles(
    candidates: &[Candidate<'_>],
    directory: &Directory<'_>,
) -> Vec<(usize, Vec<String>)> {
    let rows: HashMap<PersonRef, usize> = candidates
        .iter()
        .enumerate()
        .filter(|(_, c)| c.is_live())
        .map(|(index, c)| (c.person(), index))
        .collect();
    let above = |person: PersonRef| match (rows.get(&person), person) {
        (Some(index), _) => candidates[*index].wanted.manager,
        (None, PersonRef::Known(id)) => directory.manager(id).map(PersonRef::Known),
        (None, PersonRef::Line(_)) => None,
    };
    let name = |person: PersonRef| match (rows.get(&person), person) {
        (Some(index), _) => candidates[*index].wanted.display_name.clone(),
        (None, PersonRef::Known(id)) => directory.name(id).to_owned(),
        (None, PersonRef::Line(_)) => String::new(),
    };
    let mut found = Vec::new();
    // People from whom the top, or a circle that is found already, is reached.
    let mut settled: HashSet<PersonRef> = HashSet::new();
    for candidate in candidates.iter().filter(|c| c.is_live()) {
        let mut path: Vec<PersonRef> = Vec::new();
        let mut places: HashMap<PersonRef, usize> = HashMap::new();
        let mut at = Some(candidate.person());
        while let Some(person) = at {
            if settled.contains(&person) {
                break;
            }
            if let Some(start) = places.get(&person) {
                let circle = &path[*start..];
                let names: Vec<String> = circle.iter().map(|p| name(*p)).collect();
                found
                    .extend(circle.iter().filter_map(|p| rows.get(p)).map(|i| (*i, names.clone())));
                break;
            }
            places.insert(person, path.len());
            path.push(person);
            at = above(person);
        }
        settled.extend(path);
    }
    found
}
