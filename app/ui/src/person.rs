//! People.

use leptos::prelude::*;

use crate::Text;

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
    let class = if large { "av lg" } else { "av" };
    view! {
        <span class=class aria-hidden="true">
            {initials(&name)}
        </span>
    }
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
    let shown = match href.get() {
        Some(href) => view! { <a href=href>{name.clone()}</a> }.into_any(),
        None => name.clone().into_any(),
    };
    view! {
        <div class="idline">
            <Avatar name large />
            <div>
                <strong>{shown}</strong>
                {after.get().map(|words| format!(", {words}"))}
                {note.get().map(|words| view! { <small>{words}</small> })}
            </div>
        </div>
    }
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
