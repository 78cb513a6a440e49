//! Numbers that are read first.

use leptos::prelude::*;

use crate::{Said, StatusKind, Text};

/// A row of [`Stat`]s. `label` says what they are about.
#[component]
pub fn Stats(#[prop(into)] label: String, children: Children) -> impl IntoView {
    view! {
        <div class="stats" role="group" aria-label=label>
            {children()}
        </div>
    }
}

/// How far something is.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Where it is.
    pub value: f64,
    /// Where it ends.
    pub max: f64,
    /// Colour.
    pub kind: StatusKind,
    /// What is measured, for screen readers.
    pub label: String,
}

/// One number with its words; a link when `href` is given.
#[component]
pub fn Stat(
    /// The number as it is read.
    #[prop(into)]
    figure: String,
    #[prop(optional, into)] unit: Text,
    #[prop(into)] words: String,
    #[prop(optional, into)] href: Text,
    #[prop(optional_no_strip, into)] bar: Option<Bar>,
    #[prop(optional_no_strip, into)] said: Option<Said>,
) -> impl IntoView {
    let bar = bar.map(|bar| {
        let class = format!("bar {}", bar.kind.class());
        view! { <progress class=class value=bar.value.to_string() max=bar.max.to_string() aria-label=bar.label></progress> }
    });
    let unit = unit.get().map(|unit| view! { <small>" " {unit}</small> });
    let inside = view! {
        <strong>{figure} {unit}</strong>
        {words}
        {bar}
        {said.map(Said::view)}
    };
    match href.get() {
        Some(href) => view! {
            <a class="stat" href=href>
                {inside}
            </a>
        }
        .into_any(),
        None => view! { <div class="stat">{inside}</div> }.into_any(),
    }
}
