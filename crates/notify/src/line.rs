//! Words from elsewhere, made fit for a header line and for a text in which exactly one link may stand.

/// One line without anything invisible that changes how the rest is read: control characters and
/// line separators become a space, marks that turn the direction of text vanish.
pub(crate) fn one_line(words: &str) -> String {
    let spaced: String = words
        .chars()
        .filter(|c| !turns_direction(*c))
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words, or their beginning and an ellipsis when they have more than `most` characters.
pub(crate) fn shortened(words: &str, most: usize) -> String {
    match words.char_indices().nth(most) {
        None => words.to_owned(),
        Some(_) => {
            let kept: String = words.chars().take(most.saturating_sub(1)).collect();
            format!("{}…", kept.trim_end())
        }
    }
}

/// Whether a mail program could turn a part of the words into a link. Says yes too often rather than
/// too seldom: whoever asks for access must not put a link of their own before an approver.
pub(crate) fn may_become_link(words: &str) -> bool {
    const FULL_STOPS: [char; 4] = ['.', '\u{3002}', '\u{ff0e}', '\u{ff61}'];
    let lower = words.to_lowercase();
    if lower.contains("://") || lower.contains("www.") || lower.contains('@') {
        return true;
    }
    lower.split_whitespace().any(|word| {
        word.match_indices(FULL_STOPS).any(|(at, stop)| {
            let before = word[..at].chars().next_back();
            let after: Vec<char> = word[at + stop.len()..].chars().take(2).collect();
            before.is_some_and(char::is_alphanumeric)
                && after.len() == 2
                && after.iter().all(|c| c.is_alphabetic() || *c == '-')
        })
    })
}

fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{may_become_link, one_line, shortened};

    #[test]
    fn a_line_stays_a_line() {
        assert_eq!(one_line("Ada\r\nBcc: x@example.org"), "Ada Bcc: x@example.org");
        assert_eq!(one_line(" a\u{0}b\u{2028}c\td "), "a b c d");
        assert_eq!(one_line("eve\u{202e}gpj"), "evegpj");
        assert_eq!(one_line("İpek O'Brien, \"x\" محمد"), "İpek O'Brien, \"x\" محمد");
    }

    #[test]
    fn shortening_counts_characters() {
        assert_eq!(shortened("محمد", 4), "محمد");
        assert_eq!(shortened("abc def", 5), "abc…");
    }

    #[test]
    fn what_a_mail_program_links_is_found() {
        for words in [
            "see http://x/y",
            "WWW.evil",
            "go to evil.com/a",
            "mail ada@example.org",
            "pay.íslenskt",
            "a。com",
            "mailto:x@y",
            "x.xn--p1ai",
            "no space after the stop.Then more",
        ] {
            assert!(may_become_link(words), "{words}");
        }
        for words in
            ["For the audit.", "version 1.2", "i.e. tomorrow", "done.Then", "R-20001", "..."]
        {
            assert_eq!(may_become_link(words), words == "done.Then", "{words}");
        }
    }
}
