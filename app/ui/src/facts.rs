//! Terms and what is true of them.

use leptos::prelude::*;

use crate::Text;

/// A list of [`Fact`]s.
#[component]
pub fn Facts(children: Children) -> impl IntoView {
    view! { <dl class="facts">{children()}</dl> }
}

/// One term and its fact.
#[component]
pub fn Fact(
    #[prop(into)] term: String,
    #[prop(optional, into)] note: Text,
    children: Children,
) -> impl IntoView {
    view! {
        <dt>{term}</dt>
        <dd>
            {children()}
            {note.get().map(|words| view! { <small>{words}</small> })}
        </dd>
    }
}
