//! Which column is which field.

use std::collections::HashMap;

use super::field::plain;
use super::{Field, FileError};

/// What somebody said about a column: its header, and the field that it is; `None` leaves it out.
pub type Chosen = (String, Option<Field>);

/// Finds the field of each column. What was chosen wins; otherwise the likeliest header does, and
/// other columns that could be the same field are not used.
///
/// # Errors
/// A chosen column is missing, two columns have equal claim to a field, or there is no key.
pub(super) fn map(headers: &[String], chosen: &[Chosen]) -> Result<Vec<Option<Field>>, FileError> {
    let mut fields: Vec<Option<Field>> = vec![None; headers.len()];
    let mut is_chosen = vec![false; headers.len()];
    for (column, field) in chosen {
        let found = headers
            .iter()
            .position(|h| h.trim() == column.trim())
            .or_else(|| headers.iter().position(|h| plain(h) == plain(column)));
        let index =
            found.ok_or_else(|| FileError::NoSuchColumn { column: column.trim().to_owned() })?;
        if let Some(first) = field.and_then(|f| fields.iter().position(|g| *g == Some(f))) {
            return Err(two(field.unwrap_or(Field::EmployeeNumber), headers, first, index));
        }
        fields[index] = *field;
        is_chosen[index] = true;
    }
    // Field -> column and rank of the likeliest so far.
    let mut best: HashMap<Field, (usize, usize)> = HashMap::new();
    for (index, header) in headers.iter().enumerate() {
        let Some((field, rank)) = Field::of_header(header) else { continue };
        if is_chosen[index] || fields.contains(&Some(field)) {
            continue;
        }
        match best.get(&field) {
            Some((first, known)) if *known == rank => {
                return Err(two(field, headers, *first, index));
            }
            Some((_, known)) if *known < rank => {}
            _ => {
                best.insert(field, (index, rank));
            }
        }
    }
    for (field, (index, _)) in best {
        fields[index] = Some(field);
    }
    if fields.contains(&Some(Field::EmployeeNumber)) {
        Ok(fields)
    } else {
        Err(FileError::NoColumn { field: Field::EmployeeNumber })
    }
}

fn two(field: Field, headers: &[String], first: usize, second: usize) -> FileError {
    let name = |index: usize| headers.get(index).cloned().unwrap_or_default();
    FileError::TwoColumns { field, first: name(first), second: name(second) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(headers: &[&str]) -> Vec<String> {
        headers.iter().map(|h| (*h).to_owned()).collect()
    }

    #[test]
    fn the_likeliest_header_wins_and_a_choice_wins_over_it() {
        let headers = names(&["ID", "Employee number", "Mail", "Team", "Department", "Shoe size"]);
        let found = map(&headers, &[]).unwrap();
        assert_eq!(
            found,
            [None, Some(Field::EmployeeNumber), Some(Field::Email), None, Some(Field::Unit), None]
        );
        let chosen = [("team".to_owned(), Some(Field::Unit)), ("Mail".to_owned(), None)];
        let found = map(&headers, &chosen).unwrap();
        assert_eq!(found[2], None);
        assert_eq!((found[3], found[4]), (Some(Field::Unit), None));
    }

    #[test]
    fn what_is_unclear_is_said() {
        assert_eq!(
            map(&names(&["Name"]), &[]),
            Err(FileError::NoColumn { field: Field::EmployeeNumber })
        );
        assert!(matches!(
            map(&names(&["id", "Email", "email"]), &[]),
            Err(FileError::TwoColumns { field: Field::Email, .. })
        ));
        assert_eq!(
            map(&names(&["id"]), &[("nr".to_owned(), None)]),
            Err(FileError::NoSuchColumn { column: "nr".to_owned() })
        );
        let twice = [("a".to_owned(), Some(Field::Title)), ("b".to_owned(), Some(Field::Title))];
        assert!(matches!(
            map(&names(&["id", "a", "b"]), &twice),
            Err(FileError::TwoColumns { field: Field::Title, .. })
        ));
    }
}
