//! The answer to one change.

/// Longest reason that is kept, in characters.
const LONGEST_REASON: usize = 300;

/// What the target says about one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Acknowledgement {
    Accepted,
    /// Nothing was changed, and why.
    Refused(String),
    /// It carries another checksum: it says nothing about our change.
    OfSomethingElse,
}

impl Acknowledgement {
    /// `None` for what is not a whole answer, such as a file that is being written.
    pub(crate) fn parse(text: &[u8], digest: &str) -> Option<Self> {
        let text = String::from_utf8_lossy(text);
        let (checksum, verdict) = text.split_once('\n')?;
        let verdict = verdict.trim();
        let answer = match verdict.strip_prefix("refused:") {
            Some(reason) => Self::Refused(in_words(reason)),
            None if verdict == "ok" => Self::Accepted,
            None => return None,
        };
        let is_ours = checksum.trim().eq_ignore_ascii_case(digest);
        Some(if is_ours { answer } else { Self::OfSomethingElse })
    }
}

fn in_words(reason: &str) -> String {
    let words: String =
        reason.trim().chars().filter(|c| !c.is_control()).take(LONGEST_REASON).collect();
    if words.is_empty() { "no reason given".to_owned() } else { words }
}

#[cfg(test)]
mod tests {
    use super::Acknowledgement as A;

    #[test]
    fn only_a_whole_answer_to_our_change_counts() {
        let parse = |text: &str| A::parse(text.as_bytes(), "abc");
        assert_eq!(parse("abc\nok\n"), Some(A::Accepted));
        assert_eq!(parse("ABC\r\nok"), Some(A::Accepted));
        assert_eq!(parse("abc\nrefused: no such\tgrant"), Some(A::Refused("no suchgrant".into())));
        assert_eq!(parse("abc\nrefused:"), Some(A::Refused("no reason given".into())));
        assert_eq!(parse("abd\nok"), Some(A::OfSomethingElse));
        for torn in ["", "abc", "abc\n", "abc\no", "abc\nrefu", "ok\nabc"] {
            assert_eq!(parse(torn), None, "{torn:?}");
        }
    }
}
