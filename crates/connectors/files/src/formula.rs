//! Fields that a spreadsheet would take for formulas (OWASP, "CSV Injection"), guarded so that they
//! read back to the same value.

use std::borrow::Cow;

/// What a field may not begin with; the mark itself is among them, so that taking it away is exact.
const GUARDED: [char; 8] = ['=', '+', '-', '@', '\t', '\r', '\n', MARK];
const MARK: char = '\'';

/// The field as it is written.
pub(crate) fn guard(value: &str) -> Cow<'_, str> {
    match value.starts_with(GUARDED) {
        true => Cow::Owned(format!("{MARK}{value}")),
        false => Cow::Borrowed(value),
    }
}

/// The field as it was meant.
pub(crate) fn unguard(field: &str) -> &str {
    field.strip_prefix(MARK).unwrap_or(field)
}

#[cfg(test)]
mod tests {
    use super::{guard, unguard};

    #[test]
    fn what_is_guarded_reads_back_to_the_same_value() {
        for value in
            ["", "ann", "=1+1", "+49", "-x", "@sum", "\t=x", "\rx", "\nx", "'", "'=1", "O'Brien"]
        {
            assert_eq!(unguard(&guard(value)), value);
            let begins_dangerously = guard(value).starts_with(['=', '+', '-', '@', '\t', '\r']);
            assert!(!begins_dangerously, "{value:?}");
        }
    }
}
