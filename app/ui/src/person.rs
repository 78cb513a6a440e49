//! People.

use leptos::prelude::*;

use crate::{Markup, PersonLine, Text};

/// The first letters of the first and the last name, at most two.
pub fn initials(name: &str) -> String {
    let mut letters = name
        .split_whitespace()
        .filter_map(|part| part.chars().find(|letter| letter.is_alphanumeric()));
    let first = letters.next();
    let last = letters.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// Initials in a ring. It is hidden from screen readers: the name stands beside it.
#[component]
pub fn Avatar(#[prop(into)] name: String, #[prop(optional)] large: bool) -> impl IntoView {
    Markup::drawn(|markup| {
        markup.avatar(&name, large);
    })
}

/// A person in a line: initials, name, and a second line.
#[component]
pub fn IdLine(
    #[prop(into)] name: String,
    #[prop(optional, into)] href: Text,
    /// What follows the name in the same line, such as title and place.
    #[prop(optional, into)]
    after: Text,
    #[prop(optional, into)] note: Text,
    #[prop(optional)] large: bool,
) -> impl IntoView {
    let (href, after, note) = (href.get(), after.get(), note.get());
    Markup::drawn(|markup| {
        markup.person(PersonLine {
            name: &name,
            href: href.as_deref(),
            after: after.as_deref(),
            note: note.as_deref(),
            large,
        });
    })
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_the_first_and_the_last() {
        assert_eq!(initials("Inês Carvalho"), "IC");
        assert_eq!(initials("Fatima-Zahra El Idrissi"), "FI");
        assert_eq!(initials("Émile"), "É");
        assert_eq!(initials("  "), "");
        assert_eq!(initials("(O'Brien) \u{200b}ada"), "OA");
        assert_eq!(initials("محمد علي"), "مع");
    }
}
