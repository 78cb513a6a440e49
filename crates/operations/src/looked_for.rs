//! A text that somebody looks for.

/// Characters at most. Every row is compared with the text, so that a longer one takes the longer with everybody.
pub const LONGEST: usize = 200;

/// Whether nobody looks for the text because it is longer than that.
#[must_use]
pub fn is_too_long(text: &str) -> bool {
    text.chars().nth(LONGEST).is_some()
}

/// Whether a row can be found by the text: one that is too long is not looked for, and no row has a NUL.
pub(crate) fn may_be_found(text: Option<&str>) -> bool {
    text.is_none_or(|text| !is_too_long(text) && !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_count_and_a_nul_is_in_nothing() {
        let longest = "é".repeat(LONGEST);
        for text in [None, Some(""), Some("O'Brien %_\\"), Some(longest.as_str())] {
            assert!(may_be_found(text), "{text:?}");
        }
        let longer = format!("{longest}é");
        for text in ["\0", "a\0b", longer.as_str()] {
            assert!(!may_be_found(Some(text)), "{text:?}");
        }
    }
}
