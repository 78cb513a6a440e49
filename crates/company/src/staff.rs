//! Who works at Harbourline beside those whom everybody knows: units with their heads, and the people
//! below them, drawn from lists of names.

use std::collections::{HashMap, HashSet};

use unicode_normalization::UnicodeNormalization as _;
use usher_vocabulary::RelationshipKind;

use crate::dice::Dice;
use crate::people::{MEMBERS, UNITS};
use crate::table::{column, parts, rows};

const UNIT_ROWS: &str = include_str!("../data/units.txt");
const NAME_ROWS: &str = include_str!("../data/names.txt");
const NOTABLE_ROWS: &str = include_str!("../data/notable.txt");

/// Heads of the units that the company begins with, in the order of the units. An auditor decides
/// nothing, so Internal audit gets a head of its own when the company grows.
const FIRST_HEADS: [&str; 6] = [
    "siobhan.keane",
    "marek.wisniewski",
    "thandiwe.nkosi",
    "fatima.elidrissi",
    "olumide.adeyemi",
    "priya.raghunathan",
];

/// Where somebody works and the time that is told there.
const PLACES: [(&str, &str); 5] = [
    ("Lisbon", "Europe/Lisbon"),
    ("Gdynia", "Europe/Warsaw"),
    ("Istanbul", "Europe/Istanbul"),
    ("Durban", "Africa/Johannesburg"),
    ("Lagos", "Africa/Lagos"),
];

/// Units whose last member leaves or has yet to come, with the days from the founding.
const DEPARTURES: [(&str, i64); 2] = [("Recruitment", 41), ("Gate Lisbon", 52)];
const ARRIVAL: (&str, i64) = ("Contracts", 66);

/// A unit that the company does not begin with.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    pub(crate) name: &'static str,
    pub(crate) parent: &'static str,
}

/// Somebody to be taken on. Days count from the founding.
#[derive(Debug, Clone)]
pub(crate) struct Hire {
    pub(crate) user_name: String,
    pub(crate) given: &'static str,
    pub(crate) family: &'static str,
    pub(crate) title: String,
    pub(crate) unit: &'static str,
    pub(crate) location: &'static str,
    pub(crate) zone: &'static str,
    /// User name of the manager, who stands before their reports.
    pub(crate) manager: String,
    pub(crate) kind: RelationshipKind,
    pub(crate) starts_in_days: i64,
    pub(crate) ends_in_days: Option<i64>,
    /// Unit and title of a second work relationship.
    pub(crate) also: Option<(&'static str, &'static str)>,
}

/// Everybody beside the first twenty.
#[derive(Debug)]
pub(crate) struct Staff {
    pub(crate) units: Vec<Unit>,
    pub(crate) hires: Vec<Hire>,
    /// User name of each unit's head.
    pub(crate) heads: HashMap<&'static str, String>,
    rows: Vec<UnitRow>,
    names: Names,
}

#[derive(Debug, Clone)]
struct UnitRow {
    name: &'static str,
    place: (&'static str, &'static str),
    titles: Vec<&'static str>,
}

impl Staff {
    /// The company of two hundred.
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        let heads =
            UNITS.into_iter().zip(FIRST_HEADS.map(str::to_owned)).collect::<HashMap<_, _>>();
        let mut staff = Self {
            units: Vec::new(),
            hires: Vec::new(),
            heads,
            rows: Vec::new(),
            names: Names::read(),
        };
        for row in rows(UNIT_ROWS) {
            staff.take_on(&row, dice);
        }
        staff
    }

    fn take_on(&mut self, row: &[&'static str], dice: &mut Dice) {
        let unit = UnitRow {
            name: column(row, 0),
            place: place(column(row, 2)),
            titles: parts(column(row, 6)),
        };
        let (parent, known_head) = (column(row, 1), column(row, 4));
        if parent != "-" {
            self.units.push(Unit { name: unit.name, parent });
        }
        if known_head.is_empty() {
            let above = self.heads.get(parent).cloned();
            let above = above.unwrap_or_else(|| FIRST_HEADS[0].to_owned());
            let name = self.names.draw(unit.place.0, dice);
            self.heads.insert(unit.name, name.user_name.clone());
            let title = column(row, 3).to_owned();
            self.hires.push(hire(name, title, &unit, above, dice));
        } else {
            self.heads.insert(unit.name, known_head.to_owned());
        }
        let head = self.heads.get(unit.name).cloned().unwrap_or_default();
        let below = column(row, 5).parse().unwrap_or(0);
        for number in 0..below {
            let name = self.names.notable(unit.name, number);
            let name = name.unwrap_or_else(|| self.names.draw(unit.place.0, dice));
            let title = dice.pick(&unit.titles).copied().unwrap_or_default().to_owned();
            let mut hired = hire(name, title, &unit, head.clone(), dice);
            let is_last = number + 1 == below;
            if let Some((_, days)) =
                DEPARTURES.iter().find(|(name, _)| is_last && *name == unit.name)
            {
                hired.ends_in_days = Some(*days);
            } else if is_last && unit.name == ARRIVAL.0 {
                (hired.starts_in_days, hired.ends_in_days) = (ARRIVAL.1, None);
                hired.kind = RelationshipKind::Employee;
            } else {
                some_for_a_time(&mut hired, dice);
            }
            self.hires.push(hired);
        }
        self.rows.push(unit);
    }

    /// More people below the heads, in teams of a dozen with a lead each.
    pub(crate) fn draw_more(&mut self, count: usize, dice: &mut Dice) {
        let mut lead: HashMap<&str, (String, usize)> = HashMap::new();
        for _ in 0..count {
            let Some(unit) = dice.pick(&self.rows).cloned() else { return };
            let name = self.names.draw(unit.place.0, dice);
            let head = self.heads.get(unit.name).cloned().unwrap_or_default();
            let (of_team, size) = lead.get(unit.name).cloned().unwrap_or((String::new(), 12));
            let title = dice.pick(&unit.titles).copied().unwrap_or_default();
            let (title, manager) = if size >= 12 {
                lead.insert(unit.name, (name.user_name.clone(), 0));
                (format!("Team lead, {}", unit.name), head)
            } else {
                lead.insert(unit.name, (of_team.clone(), size + 1));
                (title.to_owned(), of_team)
            };
            self.hires.push(hire(name, title, &unit, manager, dice));
        }
    }
}

fn place(name: &str) -> (&'static str, &'static str) {
    PLACES.into_iter().find(|(place, _)| *place == name).unwrap_or(PLACES[0])
}

fn hire(name: Name, title: String, unit: &UnitRow, manager: String, dice: &mut Dice) -> Hire {
    Hire {
        user_name: name.user_name,
        given: name.given,
        family: name.family,
        title,
        unit: unit.name,
        location: unit.place.0,
        zone: unit.place.1,
        manager,
        kind: RelationshipKind::Employee,
        starts_in_days: -dice.between(120, 4_000),
        ends_in_days: None,
        also: name.also,
    }
}

/// One in nine has a contract that ends, one in twenty is an intern.
fn some_for_a_time(hire: &mut Hire, dice: &mut Dice) {
    if hire.also.is_some() {
        return;
    }
    let (kind, started, ends) = if dice.one_in(9) {
        (RelationshipKind::Contractor, dice.between(60, 700), dice.between(75, 420))
    } else if dice.one_in(20) {
        (RelationshipKind::Intern, dice.between(10, 90), dice.between(80, 200))
    } else {
        return;
    };
    (hire.kind, hire.starts_in_days, hire.ends_in_days) = (kind, -started, Some(ends));
}

#[derive(Debug, Clone)]
struct Name {
    given: &'static str,
    family: &'static str,
    user_name: String,
    also: Option<(&'static str, &'static str)>,
}

/// Given and family names of one place.
type NameRow = (&'static str, Vec<&'static str>, Vec<&'static str>);

/// Names by place, and those that were given away.
#[derive(Debug)]
struct Names {
    by_place: Vec<NameRow>,
    notable: Vec<Vec<&'static str>>,
    taken: HashSet<String>,
}

impl Names {
    fn read() -> Self {
        let by_place = rows(NAME_ROWS)
            .map(|row| (column(&row, 0), parts(column(&row, 1)), parts(column(&row, 2))))
            .collect();
        let notable: Vec<_> = rows(NOTABLE_ROWS).collect();
        let mut taken: HashSet<String> =
            MEMBERS.iter().map(|member| member.user_name.to_owned()).collect();
        taken.extend(notable.iter().map(|row| column(row, 3).to_owned()));
        Self { by_place, notable, taken }
    }

    /// The person with a notable name whose place in the unit it is.
    fn notable(&self, unit: &str, number: usize) -> Option<Name> {
        let row = self.notable.iter().filter(|row| column(row, 0) == unit).nth(number)?;
        let second = (column(row, 4), column(row, 5));
        Some(Name {
            given: column(row, 1),
            family: column(row, 2),
            user_name: column(row, 3).to_owned(),
            also: (!second.0.is_empty()).then_some(second),
        })
    }

    /// Four in five have a name of the place where they work.
    fn draw(&mut self, place: &str, dice: &mut Dice) -> Name {
        let own = self.by_place.iter().position(|(name, ..)| *name == place).unwrap_or(0);
        let mut from = if dice.one_in(5) { dice.below(self.by_place.len()) } else { own };
        let mut tries = 0;
        loop {
            let drawn = self.by_place.get(from);
            let given = drawn.and_then(|(_, given, _)| dice.pick(given)).copied();
            let family = drawn.and_then(|(.., family)| dice.pick(family)).copied();
            let (given, family) = (given.unwrap_or_default(), family.unwrap_or_default());
            let plain = format!("{}.{}", folded(given), folded(family));
            // A large company has namesakes: they are told apart by a number.
            let user_name = if tries < 4 { plain } else { format!("{plain}{tries}") };
            if self.taken.insert(user_name.clone()) {
                return Name { given, family, user_name, also: None };
            }
            tries += 1;
            from = dice.below(self.by_place.len());
        }
    }
}

/// The letters of a name as a sign-in name has them.
fn folded(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for letter in name.nfd() {
        match letter {
            'ł' | 'Ł' => text.push('l'),
            'ø' | 'Ø' => text.push('o'),
            'đ' | 'Đ' => text.push('d'),
            'ı' => text.push('i'),
            'ß' => text.push_str("ss"),
            _ if letter.is_ascii_alphanumeric() => text.push(letter.to_ascii_lowercase()),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn staff() -> Staff {
        Staff::draw(&mut Dice::new(1))
    }

    #[test]
    fn there_are_two_hundred_in_forty_units() {
        let staff = staff();
        assert_eq!(staff.hires.len() + MEMBERS.len(), 200);
        assert_eq!(staff.units.len() + UNITS.len(), 40);
        assert_eq!(staff.hires.iter().filter(|hire| hire.also.is_some()).count(), 2);
    }

    #[test]
    fn everybody_has_a_manager_who_stands_before_them() {
        let mut staff = staff();
        staff.draw_more(3_000, &mut Dice::new(2));
        let mut known: HashSet<&str> = MEMBERS.iter().map(|member| member.user_name).collect();
        for hire in &staff.hires {
            assert!(known.contains(hire.manager.as_str()), "{}: {}", hire.user_name, hire.manager);
            assert!(known.insert(&hire.user_name), "{} is there twice", hire.user_name);
        }
    }

    #[test]
    fn every_unit_has_a_head_and_a_parent() {
        let staff = staff();
        let mut known: HashSet<&str> = UNITS.into_iter().collect();
        for unit in &staff.units {
            assert!(known.contains(unit.parent), "{} hangs below {}", unit.name, unit.parent);
            known.insert(unit.name);
        }
        assert!(known.iter().all(|unit| staff.heads.get(unit).is_some_and(|h| !h.is_empty())));
        let second = staff.hires.iter().filter_map(|hire| hire.also);
        assert!(second.map(|(unit, _)| unit).all(|unit| known.contains(unit)));
    }

    #[test]
    fn names_are_as_the_seed_draws_them_and_sign_in_names_are_plain() {
        let names = |seed| {
            let hires = Staff::draw(&mut Dice::new(seed)).hires;
            hires.into_iter().map(|hire| hire.user_name).collect::<Vec<_>>()
        };
        assert_eq!(names(1), names(1));
        assert_ne!(names(1), names(2));
        assert!(names(1).iter().all(|name| {
            name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '.')
        }));
        assert_eq!(folded("Źdźbło-Święcicka"), "zdzbloswiecicka");
        assert_eq!(folded("İlker"), "ilker");
    }
}
