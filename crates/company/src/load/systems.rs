//! Two hundred applications: what a port keeps lists of, once for each place.

use usher_vocabulary::Risk;

use crate::table::{column, rows};

const ROWS: &str = include_str!("../../data/systems.txt");
const PLACES: [&str; 6] = ["Lisbon", "Gdynia", "Istanbul", "Durban", "Lagos", "Leixões"];

/// An application of the standard load.
#[derive(Debug, Clone)]
pub(super) struct System {
    pub(super) name: String,
    pub(super) purpose: &'static str,
    pub(super) items: Vec<Level>,
}

/// One thing that can be asked for, with its group in the directory.
#[derive(Debug, Clone)]
pub(super) struct Level {
    pub(super) name: String,
    pub(super) effect: String,
    pub(super) risk: Risk,
    pub(super) group: String,
}

/// The first so many applications; there are 228.
pub(super) fn systems(count: usize) -> Vec<System> {
    let all = PLACES.iter().flat_map(|place| rows(ROWS).map(move |row| system(place, &row)));
    all.take(count).collect()
}

fn system(place: &str, row: &[&'static str]) -> System {
    let (name, what) = (format!("{} {place}", column(row, 0)), column(row, 2));
    let level = |word: &str, risk, effect: String| Level {
        name: format!("{name}, {word}"),
        effect,
        risk,
        group: format!("{}-{word}", name.to_lowercase().replace(' ', "-")),
    };
    let items = vec![
        level("view", Risk::Low, format!("See {what} of {place}.")),
        level("change", Risk::Medium, format!("Add and correct {what} of {place}.")),
        level("export", Risk::Medium, format!("Download {what} of {place} as a table.")),
        level("release", Risk::High, format!("Release what others changed in {what} of {place}.")),
        level("settings", Risk::High, format!("Decide who does what with {what} of {place}.")),
    ];
    System { name, purpose: column(row, 1), items }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn there_are_enough_and_none_is_named_twice() {
        let all = systems(usize::MAX);
        assert!(all.len() >= 200 - 12);
        let names: HashSet<_> = all.iter().map(|system| &system.name).collect();
        assert_eq!(names.len(), all.len());
        let groups: HashSet<_> =
            all.iter().flat_map(|system| &system.items).map(|item| &item.group).collect();
        assert_eq!(groups.len(), 5 * all.len());
    }
}
