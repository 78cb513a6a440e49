//! How somebody wants a file to be read.

use serde::{Deserialize, Serialize};
use usher_domain::people_file::{Chosen, Field, Zone};

use crate::FieldFault;

/// Source that a file belongs to when nobody names one.
pub const SOURCE: &str = "hr";
/// Longest name of a source, in characters.
const LONGEST_SOURCE: usize = 60;

/// How a file is read: checked when made, kept with an upload that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    pub source: String,
    /// Column and name of its field; `None` leaves the column out.
    mapping: Vec<(String, Option<String>)>,
    /// For people whose zone neither the file nor the directory knows.
    time_zone: String,
}

impl Options {
    /// Checks what somebody typed. Each line of the mapping is `column=field`, or `column=-` for a column
    /// that is left out.
    ///
    /// # Errors
    /// Names the values that cannot be taken: `source`, `map`, `time_zone`.
    pub fn parse<'a>(
        source: &str,
        mapping: impl IntoIterator<Item = &'a str>,
        time_zone: &str,
    ) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Vec::new();
        let source = Some(source.trim()).filter(|s| !s.is_empty()).unwrap_or(SOURCE).to_owned();
        if source.chars().count() > LONGEST_SOURCE || source.contains(char::is_control) {
            faults.push(FieldFault::new("source", "too_long").with("limit", LONGEST_SOURCE));
        }
        let mut chosen = Vec::new();
        for line in mapping.into_iter().map(str::trim).filter(|line| !line.is_empty()) {
            // A header may contain the sign: the last one counts.
            let parts = line.rsplit_once('=').map(|(column, word)| (column.trim(), word.trim()));
            match parts {
                Some((column, "-")) => chosen.push((column.to_owned(), None)),
                Some((column, word)) if Field::of_word(word).is_some() => {
                    chosen.push((column.to_owned(), Some(word.to_lowercase())));
                }
                _ => faults.push(
                    FieldFault::new("map", "unknown")
                        .with("name", usher_domain::people_file::shorten(line)),
                ),
            }
        }
        let zone = Some(time_zone.trim()).filter(|z| !z.is_empty()).unwrap_or("UTC");
        let zone = Zone::named(zone);
        if zone.is_none() {
            faults.push(FieldFault::new("time_zone", "unknown"));
        }
        match zone {
            Some(zone) if faults.is_empty() => {
                Ok(Self { source, mapping: chosen, time_zone: zone.name().to_owned() })
            }
            _ => Err(faults),
        }
    }

    pub(super) fn chosen(&self) -> Vec<Chosen> {
        let field = |word: &Option<String>| word.as_deref().and_then(Field::of_word);
        self.mapping.iter().map(|(column, word)| (column.clone(), field(word))).collect()
    }

    pub(super) fn zone(&self) -> Option<Zone> {
        Zone::named(&self.time_zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_is_checked_when_it_is_made() {
        let good = Options::parse("", ["Pers=Nr = employee_number", "", "Notes=-"], "").unwrap();
        assert_eq!(good.source, SOURCE);
        assert_eq!(
            good.chosen(),
            [("Pers=Nr".to_owned(), Some(Field::EmployeeNumber)), ("Notes".to_owned(), None)]
        );
        let faults = Options::parse("x", ["Nr", "Nr=shoe size"], "Mars").unwrap_err();
        let fields: Vec<_> = faults.iter().map(|f| f.field.as_str()).collect();
        assert_eq!(fields, ["map", "map", "time_zone"]);
    }
}
