//! What the grown company offers beyond the first applications.

use std::collections::HashMap;

use usher_vocabulary::Risk;

use crate::table::{column, columns, lines, parts};

const ROWS: &str = include_str!("../data/catalogue.txt");
const MACHINE_ROWS: &str = include_str!("../data/machines.txt");

/// An application with what can be asked for there.
#[derive(Debug, Clone)]
pub(crate) struct OfferedApp {
    pub(crate) name: &'static str,
    /// Empty for an application that the company begins with.
    pub(crate) purpose: &'static str,
    pub(crate) criticality: &'static str,
    /// User names, or `head of` a unit; the first asked first.
    pub(crate) owners: Vec<&'static str>,
    pub(crate) offers: Vec<Offer>,
}

/// One thing that can be asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Offer {
    pub(crate) name: &'static str,
    pub(crate) effect: &'static str,
    pub(crate) risk: Risk,
    /// Group in the directory, which serves the offer while no target of its own does.
    pub(crate) group: &'static str,
    pub(crate) place: Option<Place>,
    /// Why it cannot be asked for, and whom to ask.
    pub(crate) closed: Option<&'static str>,
    pub(crate) hidden: bool,
}

/// Where an offer is held when its application has a target of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A role of a database.
    Role(&'static str),
    /// A group of a target that files serve.
    Zone(&'static str),
    /// What a person hands out.
    Key(&'static str),
    /// A group behind the customs gateway, named as in the directory.
    Gateway,
}

impl Place {
    fn parse(text: &'static str) -> Option<Self> {
        let (word, name) = text.split_once(' ').unwrap_or((text, ""));
        match word {
            "role" => Some(Self::Role(name)),
            "zone" => Some(Self::Zone(name)),
            "key" => Some(Self::Key(name)),
            "gateway" => Some(Self::Gateway),
            _ => None,
        }
    }
}

/// Everything that is offered beyond the first applications' own items.
pub(crate) fn offered() -> Vec<OfferedApp> {
    let mut apps: Vec<OfferedApp> = Vec::new();
    for line in lines(ROWS) {
        if let Some(heading) = line.strip_prefix('=') {
            apps.push(application(&columns(heading)));
        } else if let Some(app) = apps.last_mut() {
            app.offers.push(offer(&columns(line)));
        }
    }
    apps
}

fn application(row: &[&'static str]) -> OfferedApp {
    OfferedApp {
        name: column(row, 0),
        purpose: column(row, 1),
        criticality: column(row, 2),
        owners: parts(column(row, 3)),
        offers: Vec::new(),
    }
}

fn offer(row: &[&'static str]) -> Offer {
    let rest = row.get(4..).unwrap_or_default();
    Offer {
        name: column(row, 0),
        effect: column(row, 1),
        risk: column(row, 2).parse().unwrap_or(Risk::High),
        group: column(row, 3),
        place: rest.iter().find_map(|text| Place::parse(text)),
        closed: rest.iter().find_map(|text| text.strip_prefix("closed:")).map(str::trim),
        hidden: rest.contains(&"hidden"),
    }
}

/// A non-human identity of the company.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) purpose: &'static str,
    pub(crate) user_name: &'static str,
    pub(crate) owners: Vec<&'static str>,
}

pub(crate) fn machines() -> Vec<Machine> {
    crate::table::rows(MACHINE_ROWS)
        .map(|row| Machine {
            name: column(&row, 0),
            kind: column(&row, 1),
            purpose: column(&row, 2),
            user_name: column(&row, 3),
            owners: parts(column(&row, 4)),
        })
        .collect()
}

/// The user name that an owner is written as.
pub(crate) fn owner<'a>(
    written: &'static str,
    heads: &'a HashMap<&'static str, String>,
) -> Option<&'a str> {
    match written.strip_prefix("head of ") {
        Some(unit) => heads.get(unit).map(String::as_str),
        None => Some(written),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::catalogue::APPS;
    use crate::dice::Dice;
    use crate::staff::Staff;

    #[test]
    fn there_are_twelve_applications_and_about_120_items_each_with_its_words() {
        let apps = offered();
        let first: HashSet<&str> = APPS.iter().map(|app| app.name).collect();
        let names: HashSet<&str> = apps.iter().map(|app| app.name).chain(first.clone()).collect();
        assert_eq!(names.len(), 12);
        let offers: Vec<&Offer> = apps.iter().flat_map(|app| &app.offers).collect();
        let all = offers.len() + APPS.iter().map(|app| app.items.len()).sum::<usize>();
        assert!((115..=130).contains(&all), "{all}");
        for offer in &offers {
            assert!(offer.effect.ends_with('.') && !offer.group.is_empty(), "{}", offer.name);
        }
        let unique: HashSet<&str> = offers
            .iter()
            .map(|offer| offer.name)
            .chain(APPS.iter().flat_map(|app| app.items).map(|entry| entry.name))
            .collect();
        assert_eq!(unique.len(), all, "two items have one name");
        let groups: HashSet<&str> = offers.iter().map(|offer| offer.group).collect();
        assert_eq!(groups.len(), offers.len(), "two items share a group");
        assert!(offers.iter().any(|offer| offer.hidden));
        assert!(offers.iter().filter(|offer| offer.closed.is_some()).count() >= 4);
        for risk in Risk::ALL {
            assert!(offers.iter().filter(|offer| offer.risk == *risk).count() > 15);
        }
    }

    #[test]
    fn everything_has_owners_who_work_here() {
        let staff = Staff::draw(&mut Dice::new(1));
        let known: HashSet<String> = crate::people::MEMBERS
            .iter()
            .map(|member| member.user_name.to_owned())
            .chain(staff.hires.iter().map(|hire| hire.user_name.clone()))
            .collect();
        let is_known =
            |written| owner(written, &staff.heads).is_some_and(|name| known.contains(name));
        for app in offered().iter().filter(|app| !app.purpose.is_empty()) {
            assert!(
                !app.owners.is_empty() && app.owners.iter().all(|o| is_known(o)),
                "{}",
                app.name
            );
        }
        let machines = machines();
        assert_eq!(machines.len(), 5);
        for machine in machines {
            assert!(machine.owners.len() >= 2 && machine.owners.iter().all(|o| is_known(o)));
        }
    }
}
