//! Text as it comes from outside: what is refused, what is made even, and when two texts are the same.

use unicode_normalization::UnicodeNormalization as _;

use super::Why;

/// Makes a cell even: composed (NFC), every run of blanks and line breaks one blank, none at the ends.
/// What cannot be seen is refused and not taken out, so that nobody's name changes silently.
///
/// # Errors
/// A character that must not be in a value, or too many of them.
pub(super) fn clean(cell: &str, longest: usize) -> Result<String, Why> {
    if let Some(c) = cell.chars().find(|c| is_refused(*c)) {
        let code = u32::from(c);
        return Err(match c {
            '\0' => Why::Nul,
            '\u{fffd}' => Why::Damaged,
            c if c.is_control() => Why::Control { code },
            _ => Why::Invisible { code },
        });
    }
    let even: String = cell.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
    if even.chars().count() > longest {
        return Err(Why::TooLong { limit: longest });
    }
    Ok(even)
}

fn is_refused(c: char) -> bool {
    if c.is_whitespace() {
        return false;
    }
    c.is_control() || c == '\u{fffd}' || is_invisible(c)
}

/// Characters without a width, and those that turn the direction of what follows: two names that look
/// the same must be the same.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// The form in which two keys, addresses or user names are compared.
///
/// Decomposed and composed forms are one; case counts for nothing; and the four letters I, İ, i and ı
/// are one, because systems disagree on which of them belong together: an account of `ipek` must not be
/// reached by `ıpek`.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    // Upper and then lower case also brings ß to ss and both small sigmas together.
    for c in text.nfc().flat_map(char::to_uppercase).flat_map(char::to_lowercase) {
        // Lower case of İ is i with a dot above.
        if c != '\u{307}' || !folded.ends_with('i') {
            folded.push(c);
        }
    }
    folded.nfc().collect()
}

/// A value as a report shows it: at most 40 characters, with what cannot be seen written out, so that a
/// terminal does not obey it.
#[must_use]
pub fn shorten(value: &str) -> String {
    const SHOWN: usize = 40;
    let mut short: String = value
        .chars()
        .take(SHOWN)
        .flat_map(|c| {
            let shown = if c.is_control() || is_refused(c) {
                format!("\\u{{{:x}}}", u32::from(c))
            } else {
                c.to_string()
            };
            shown.chars().collect::<Vec<_>>()
        })
        .collect();
    if value.chars().count() > SHOWN {
        short.push('…');
    }
    short
}

/// Whether this could be an e-mail address; only the address itself knows more.
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-' || !c.is_ascii())
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    (1..=64).contains(&local.chars().count())
        && !local.contains(|c: char| c.is_whitespace() || "@,;:<>()[]\\\"".contains(c))
        && domain.split('.').all(is_label)
}

/// Whether this could be a sign-in name on a target.
pub(super) fn is_user_name(text: &str) -> bool {
    !text.contains(|c: char| c.is_whitespace() || "\"/\\[]:;|=,+*?<>".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_and_what_cannot_be_seen_is_refused() {
        for name in ["O'Brien", "İpek Öz", "ليلى حداد", "Nguyễn Thị Lan", "佐藤"] {
            assert_eq!(clean(name, 200).as_deref(), Ok(name));
        }
        assert_eq!(clean("  Ada \r\n Lovelace\t", 200).as_deref(), Ok("Ada Lovelace"));
        assert_eq!(clean("I\u{303}", 200).as_deref(), Ok("\u{128}"), "composed");
        assert_eq!(clean("a\0b", 200), Err(Why::Nul));
        assert_eq!(clean("a\u{1b}[2J", 200), Err(Why::Control { code: 0x1b }));
        assert_eq!(clean("Ada\u{200b}", 200), Err(Why::Invisible { code: 0x200b }));
        assert_eq!(clean("\u{202e}ada", 200), Err(Why::Invisible { code: 0x202e }));
        assert_eq!(clean("a\u{feff}da", 200), Err(Why::Invisible { code: 0xfeff }));
        assert_eq!(clean("M\u{fffd}ller", 200), Err(Why::Damaged));
    }

    #[test]
    fn a_limit_counts_characters_and_cuts_nothing() {
        assert_eq!(clean(&"ı".repeat(200), 200).map(|t| t.chars().count()), Ok(200));
        assert_eq!(clean(&"x".repeat(300), 200), Err(Why::TooLong { limit: 200 }));
    }

    #[test]
    fn twins_fold_to_the_same() {
        let dotted = ["İPEK", "ipek", "IPEK", "ıpek", "I\u{307}pek"];
        assert!(dotted.iter().all(|name| fold(name) == "ipek"), "{:?}", dotted.map(fold));
        assert_eq!(fold("Jose\u{301}"), fold("José"));
        assert_eq!(fold("STRASSE"), fold("straße"));
        assert_eq!(fold("ΟΔΟΣ"), fold("οδος"));
        assert_ne!(fold("jose"), fold("josé"), "an accent is not nothing");
    }

    #[test]
    fn a_shown_value_is_short_and_harmless() {
        assert_eq!(shorten("a\u{1b}[31m"), "a\\u{1b}[31m");
        assert_eq!(shorten("x\u{200b}"), "x\\u{200b}");
        assert_eq!(shorten(&"é".repeat(41)), format!("{}…", "é".repeat(40)));
    }

    #[test]
    fn addresses_and_user_names() {
        for good in ["conor.o'brien@x.example", "a@b", "ipek@örnek.example", "a+b@x.example"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "@x", "a@", "a b@x", "a@x..y", "a@-x", "a@b@c,d", "a,b@x"] {
            assert!(!is_email(bad), "{bad}");
        }
        assert!(is_user_name("conor.o'brien") && !is_user_name("a b") && !is_user_name("x;y"));
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,20}") {
            proptest::prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }

        #[test]
        fn a_clean_cell_stays_as_it_is(text in "\\PC{0,20}") {
            if let Ok(even) = clean(&text, 100) {
                proptest::prop_assert_eq!(clean(&even, 100), Ok(even));
            }
        }
    }
}
