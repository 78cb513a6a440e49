//! Names and texts inside statements that take no parameters.
//!
//! `create role` and its like are utility statements, which Postgres accepts without `$1` only. What
//! cannot be a name is refused here: Postgres would cut a long one silently and thereby name another role.

use std::fmt;

/// The longest name in bytes (`NAMEDATALEN` - 1, PostgreSQL documentation 4.1.1).
const LONGEST_NAME: usize = 63;

/// Why a text cannot be the name of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotAName {
    #[error("the name is blank")]
    Blank,
    #[error("the name holds control characters")]
    Control,
    #[error("the name is longer than {LONGEST_NAME} bytes")]
    TooLong,
}

/// The name of a role, checked; it shows itself quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identifier(String);

impl Identifier {
    pub(crate) fn new(name: &str) -> Result<Self, NotAName> {
        if name.trim().is_empty() {
            return Err(NotAName::Blank);
        }
        if name.chars().any(char::is_control) {
            return Err(NotAName::Control);
        }
        if name.len() > LONGEST_NAME {
            return Err(NotAName::TooLong);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name as it is, without quotation marks.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.replace('"', "\"\""))
    }
}

/// A text constant; it shows itself quoted. The form with `E` means the same whatever
/// `standard_conforming_strings` is on the target.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Literal<'a>(pub(crate) &'a str);

impl fmt::Display for Literal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "E'{}'", self.0.replace('\\', "\\\\").replace('\'', "''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads a quoted name as the scanner of Postgres does: the name, and what stands behind it.
    fn scanned(sql: &str) -> Option<(String, &str)> {
        let mut rest = sql.strip_prefix('"')?;
        let mut name = String::new();
        loop {
            let end = rest.find('"')?;
            name.push_str(&rest[..end]);
            rest = &rest[end + 1..];
            match rest.strip_prefix('"') {
                Some(more) => {
                    name.push('"');
                    rest = more;
                }
                None => return Some((name, rest)),
            }
        }
    }

    proptest! {
        #[test]
        fn a_quoted_name_reads_back_and_ends_where_it_ends(
            name in r#"[\PC"';\\$-]{1,30}"#, behind in "[^\"]{0,20}"
        ) {
            if let Ok(identifier) = Identifier::new(&name) {
                let sql = format!("{identifier}{behind}");
                prop_assert_eq!(scanned(&sql), Some((name, behind.as_str())));
            }
        }

        #[test]
        fn a_name_is_taken_whole_or_not_at_all(name in ".{0,80}") {
            match Identifier::new(&name) {
                Ok(identifier) => {
                    prop_assert_eq!(identifier.as_str(), &name);
                    prop_assert!(name.len() <= 63 && !name.contains('\0'));
                }
                Err(NotAName::TooLong) => prop_assert!(name.len() > 63),
                Err(NotAName::Control) => prop_assert!(name.chars().any(char::is_control)),
                Err(NotAName::Blank) => prop_assert!(name.trim().is_empty()),
            }
        }

        #[test]
        fn a_text_holds_no_lonely_quote_or_backslash(text in r"['\\a-z]{0,30}") {
            let sql = Literal(&text).to_string();
            let inside = sql.strip_prefix("E'").and_then(|s| s.strip_suffix('\'')).unwrap();
            prop_assert_eq!(inside.replace("''", "").matches('\'').count(), 0);
            prop_assert_eq!(inside.replace("\\\\", "").matches('\\').count(), 0);
            prop_assert_eq!(inside.replace("''", "'").replace("\\\\", "\\"), text);
        }
    }

    #[test]
    fn what_postgres_would_cut_or_refuse_is_refused() {
        assert_eq!(Identifier::new(&"x".repeat(64)), Err(NotAName::TooLong));
        assert_eq!(Identifier::new(&"\u{e9}".repeat(32)), Err(NotAName::TooLong), "bytes count");
        assert!(Identifier::new(&"\u{e9}".repeat(31)).is_ok());
        assert_eq!(Identifier::new("a\0b"), Err(NotAName::Control));
        assert_eq!(Identifier::new("a\nb"), Err(NotAName::Control));
        assert_eq!(Identifier::new("  "), Err(NotAName::Blank));
        assert_eq!(Identifier::new("O'Br\"ien").unwrap().to_string(), "\"O'Br\"\"ien\"");
    }
}
