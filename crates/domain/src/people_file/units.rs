//! The organisation as a tree, and paths through it.

use std::collections::HashMap;

use usher_vocabulary::OrgUnitId;

use super::text::fold;

/// Names from the top down, as somebody wrote them: `Finance/Treasury` or `Finance > Treasury`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct UnitPath(Vec<String>);

/// Names of one path at most.
const DEEPEST: usize = 12;

impl UnitPath {
    /// `None` when a name between two separators is empty, or there are more than twelve.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let names: Vec<String> =
            text.split(['/', '>']).map(|name| name.trim().to_owned()).collect();
        let is_path = names.len() <= DEEPEST && names.iter().all(|name| !name.is_empty());
        is_path.then_some(Self(names))
    }
}

/// A unit as stored.
#[derive(Debug, Clone)]
pub struct KnownUnit {
    pub id: OrgUnitId,
    pub name: String,
    pub parent: Option<OrgUnitId>,
}

/// Where a relationship shall be.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
pub enum UnitRef {
    Known(OrgUnitId),
    /// Names that are to be made, one below the other, under a unit that exists.
    New {
        under: Option<OrgUnitId>,
        names: Vec<String>,
    },
}

/// Finds units by path.
#[derive(Debug)]
pub(super) struct UnitTree {
    /// Names from the top down, as they are shown.
    paths: HashMap<OrgUnitId, String>,
    /// The same, folded.
    by_path: HashMap<Vec<String>, OrgUnitId>,
    /// Every unit whose path ends in the key.
    by_ending: HashMap<Vec<String>, Vec<OrgUnitId>>,
}

impl UnitTree {
    pub(super) fn new(units: &[KnownUnit]) -> Self {
        let by_id: HashMap<_, _> = units.iter().map(|unit| (unit.id, unit)).collect();
        let mut tree =
            Self { paths: HashMap::new(), by_path: HashMap::new(), by_ending: HashMap::new() };
        for unit in units {
            let mut names = vec![unit.name.as_str()];
            let mut above = unit.parent;
            while let Some(parent) = above.and_then(|id| by_id.get(&id)) {
                names.push(&parent.name);
                above = parent.parent;
                // A circle in the table must not hang an import.
                if names.len() > units.len() {
                    break;
                }
            }
            names.reverse();
            let folded: Vec<String> = names.iter().map(|name| fold(name)).collect();
            for from in 0..folded.len() {
                tree.by_ending.entry(folded[from..].to_vec()).or_default().push(unit.id);
            }
            tree.paths.insert(unit.id, names.join("/"));
            tree.by_path.insert(folded, unit.id);
        }
        tree
    }

    pub(super) fn shown(&self, unit: &UnitRef) -> String {
        match unit {
            UnitRef::Known(id) => self.paths.get(id).cloned().unwrap_or_default(),
            UnitRef::New { under, names } => {
                let above = under.and_then(|id| self.paths.get(&id).cloned());
                above.into_iter().chain(names.iter().cloned()).collect::<Vec<_>>().join("/")
            }
        }
    }

    /// The unit of a path: exactly this one, else the only one whose path ends so, else one to be made.
    /// `None` when several units end so.
    pub(super) fn find(&self, path: &UnitPath) -> Option<UnitRef> {
        let folded: Vec<String> = path.0.iter().map(|name| fold(name)).collect();
        if let Some(id) = self.by_path.get(&folded) {
            return Some(UnitRef::Known(*id));
        }
        match self.by_ending.get(&folded).map(Vec::as_slice) {
            Some([only]) => return Some(UnitRef::Known(*only)),
            Some(_) => return None,
            None => {}
        }
        // The longest beginning that exists is built upon.
        for length in (1..folded.len()).rev() {
            if let Some(id) = self.by_path.get(&folded[..length]) {
                return Some(UnitRef::New { under: Some(*id), names: path.0[length..].to_vec() });
            }
        }
        Some(UnitRef::New { under: None, names: path.0.clone() })
    }
}

#[cfg(test)]
mod tests {
    use usher_vocabulary::uuid::Uuid;

    use super::*;

    fn id(n: u128) -> OrgUnitId {
        OrgUnitId(Uuid::from_u128(n))
    }

    #[test]
    fn a_path_finds_its_unit_or_what_is_to_be_made() {
        let unit = |n, name: &str, parent: Option<u128>| KnownUnit {
            id: id(n),
            name: name.to_owned(),
            parent: parent.map(id),
        };
        let tree = UnitTree::new(&[
            unit(1, "Harbourline", None),
            unit(2, "Treasury", Some(1)),
            unit(3, "Desk", Some(2)),
            unit(4, "Finance", Some(1)),
            unit(5, "Desk", Some(4)),
        ]);
        let find = |path: &str| tree.find(&UnitPath::parse(path).unwrap());
        assert_eq!(find("Harbourline/Treasury"), Some(UnitRef::Known(id(2))));
        assert_eq!(find("harbourline > TREASURY"), Some(UnitRef::Known(id(2))));
        assert_eq!(find("Treasury"), Some(UnitRef::Known(id(2))), "the only one that ends so");
        assert_eq!(find("Finance/Desk"), Some(UnitRef::Known(id(5))));
        assert_eq!(find("Desk"), None, "there are two");
        let new = |under, names: &[&str]| {
            let names = names.iter().map(|n| (*n).to_owned()).collect();
            Some(UnitRef::New { under, names })
        };
        assert_eq!(find("Harbourline/Legal/Claims"), new(Some(id(1)), &["Legal", "Claims"]));
        assert_eq!(find("Elsewhere"), new(None, &["Elsewhere"]));
        assert!(UnitPath::parse("a//b").is_none() && UnitPath::parse(" /b").is_none());
        assert_eq!(tree.shown(&find("Harbourline/Legal").unwrap()), "Harbourline/Legal");
    }

    #[test]
    fn a_circle_of_units_does_not_hang() {
        let unit =
            |n, parent| KnownUnit { id: id(n), name: n.to_string(), parent: Some(id(parent)) };
        let tree = UnitTree::new(&[unit(1, 2), unit(2, 1)]);
        assert!(tree.find(&UnitPath::parse("3").unwrap()).is_some());
    }
}
