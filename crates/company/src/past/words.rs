//! What people write in the past.

use crate::dice::Dice;
use crate::table::{column, rows};

const REASONS: &str = include_str!("../../data/reasons.txt");
const WORDS: &str = include_str!("../../data/words.txt");

/// Why somebody asks for something of an application.
pub(crate) fn reason(application: &str, dice: &mut Dice) -> String {
    let fitting = |row: &Vec<&'static str>| column(row, 0) == application || column(row, 0) == "*";
    let found: Vec<&str> = rows(REASONS).filter(|r| fitting(r)).map(|r| column(&r, 1)).collect();
    dice.pick(&found).copied().unwrap_or_default().to_owned()
}

/// `question`, `answer`, `denial`, `approval`, `evidence` or `cannot`.
pub(super) fn words(kind: &str, dice: &mut Dice) -> String {
    let found: Vec<&str> =
        rows(WORDS).filter(|r| column(r, 0) == kind).map(|r| column(&r, 1)).collect();
    dice.pick(&found).copied().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_words_for_everything() {
        let mut dice = Dice::new(1);
        for app in crate::offer::offered() {
            assert!(!reason(app.name, &mut dice).is_empty(), "{}", app.name);
        }
        for kind in ["question", "answer", "denial", "approval", "evidence", "cannot"] {
            assert!(!words(kind, &mut dice).is_empty(), "{kind}");
        }
    }
}
