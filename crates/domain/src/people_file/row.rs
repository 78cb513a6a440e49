//! One row with a value of the right kind in each cell.

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike as _, NaiveDate};
use usher_vocabulary::RelationshipKind;

use super::text::{is_email, is_user_name, shorten};
use super::units::UnitPath;
use super::zone::Zone;
use super::{Fault, Field, File, Why};

/// A row of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Line of the file where it begins.
    pub line: u64,
    pub key: String,
    /// The text of every mapped cell. Empty means that the cell is.
    pub cells: BTreeMap<Field, String>,
    pub kind: Option<RelationshipKind>,
    pub unit: Option<UnitPath>,
    pub zone: Option<Zone>,
    pub starts_on: Option<NaiveDate>,
    /// Last day, inclusive.
    pub ends_on: Option<NaiveDate>,
}

/// Time zones by name: a file names few of them often.
#[derive(Debug, Default)]
pub(super) struct Zones(HashMap<String, Option<Zone>>);

impl Zones {
    fn named(&mut self, name: &str) -> Option<Zone> {
        if !self.0.contains_key(name) {
            self.0.insert(name.to_owned(), Zone::named(name));
        }
        self.0.get(name).cloned().flatten()
    }
}

impl Row {
    /// The text of a cell; `None` when the file has no such column.
    #[must_use]
    pub fn cell(&self, field: Field) -> Option<&str> {
        self.cells.get(&field).map(String::as_str)
    }

    /// The text of a cell that is not empty.
    #[must_use]
    pub fn filled(&self, field: Field) -> Option<&str> {
        self.cell(field).filter(|text| !text.is_empty())
    }

    /// A fault of this row.
    #[must_use]
    pub fn fault(&self, file: &File, field: Field, why: Why) -> Fault {
        fault(self.line, &self.cells, file, field, why)
    }

    pub(super) fn parse(
        line: u64,
        cells: BTreeMap<Field, String>,
        file: &File,
        zones: &mut Zones,
    ) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut refuse = |field, why| faults.push(fault(line, &cells, file, field, why));
        let text = |field| cells.get(&field).map(String::as_str).filter(|text| !text.is_empty());
        let key = text(Field::EmployeeNumber).unwrap_or_default();
        // A cell that could not be read is a fault already.
        if key.is_empty() && cells.contains_key(&Field::EmployeeNumber) {
            refuse(Field::EmployeeNumber, Why::Required);
        }
        if text(Field::Email).is_some_and(|email| !is_email(email)) {
            refuse(Field::Email, Why::NotEmail);
        }
        if text(Field::UserName).is_some_and(|name| !is_user_name(name)) {
            refuse(Field::UserName, Why::NotUserName);
        }
        let kind = text(Field::Kind).and_then(|word| {
            let kind = kind(word);
            if kind.is_none() {
                refuse(Field::Kind, Why::UnknownKind);
            }
            kind
        });
        let zone = text(Field::TimeZone).and_then(|name| {
            let zone = zones.named(name);
            if zone.is_none() {
                refuse(Field::TimeZone, Why::UnknownZone);
            }
            zone
        });
        let unit = text(Field::Unit).and_then(|path| {
            let unit = UnitPath::parse(path);
            if unit.is_none() {
                refuse(Field::Unit, Why::UnitPath);
            }
            unit
        });
        let mut day = |field| {
            text(field).and_then(|text| {
                let day = day(text);
                if day.is_none() {
                    refuse(field, Why::NotDate);
                }
                day
            })
        };
        let (starts_on, ends_on) = (day(Field::StartsOn), day(Field::EndsOn));
        if text(Field::StartsOn).is_none() && cells.contains_key(&Field::StartsOn) {
            refuse(Field::StartsOn, Why::Required);
        }
        if starts_on.zip(ends_on).is_some_and(|(start, end)| end < start) {
            refuse(Field::EndsOn, Why::EndsBeforeStart);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let key = key.to_owned();
        Ok(Self { line, key, cells, kind, unit, zone, starts_on, ends_on })
    }
}

fn fault(line: u64, cells: &BTreeMap<Field, String>, file: &File, field: Field, why: Why) -> Fault {
    let value = cells.get(&field).map(|text| shorten(text)).unwrap_or_default();
    let column = file.header(field);
    // A field without a column is named by its own name.
    let column = if column.is_empty() { field.as_str() } else { column };
    Fault { line, column: column.to_owned(), value, why }
}

fn kind(word: &str) -> Option<RelationshipKind> {
    match super::field::plain(word).as_str() {
        "employee" | "permanent" | "staff" | "regular" => Some(RelationshipKind::Employee),
        "contractor" | "external" | "freelancer" | "consultant" => {
            Some(RelationshipKind::Contractor)
        }
        "partner" | "vendor" | "supplier" => Some(RelationshipKind::Partner),
        "intern" | "trainee" | "apprentice" | "working student" => Some(RelationshipKind::Intern),
        _ => None,
    }
}

/// A day as ISO 8601 writes it, and nothing else: 03/04/2026 is two different days.
fn day(text: &str) -> Option<NaiveDate> {
    let is_iso = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let day = is_iso.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()?;
    (1900..=2999).contains(&day.year()).then_some(day)
}
