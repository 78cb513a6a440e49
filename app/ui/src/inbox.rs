//! A list beside the card that it opens, and the bar where somebody decides.

use leptos::prelude::*;

use crate::{Said, Text};

/// A list and a card. On a phone only one is shown: the card when `card_open`.
#[component]
pub fn Inbox(#[prop(optional)] card_open: bool, children: Children) -> impl IntoView {
    let class = if card_open { "inbox at-card" } else { "inbox at-list" };
    view! { <div class=class>{children()}</div> }
}

/// The list side: [`InboxGroup`]s.
#[component]
pub fn InboxList(children: Children) -> impl IntoView {
    view! { <div class="list">{children()}</div> }
}

/// Lines that belong together, such as those due today.
#[component]
pub fn InboxGroup(#[prop(into)] words: String, count: u64, children: Children) -> impl IntoView {
    view! {
        <h2>{words} " " <span>{count}</span></h2>
        <ul>{children()}</ul>
    }
}

/// One thing to open.
#[component]
pub fn InboxLine(
    #[prop(into)] href: String,
    #[prop(into)] title: String,
    #[prop(into)] note: String,
    /// When it is due, in plain words.
    #[prop(optional, into)]
    when: Text,
    /// When it is due, as a state; it takes the place of `when`.
    #[prop(optional_no_strip, into)]
    said: Option<Said>,
    /// Whether it is the one that is open.
    #[prop(optional)]
    current: bool,
) -> impl IntoView {
    let end = match said {
        Some(said) => Some(said.view()),
        None => when.get().map(|words| view! { <span class="dim">{words}</span> }.into_any()),
    };
    view! {
        <li>
            <a href=href aria-current=current.then_some("true")>
                <b>{title}</b>
                {end}
                <small>{note}</small>
            </a>
        </li>
    }
}

/// What is decided on, at one glance.
#[component]
pub fn Card(
    /// Id of its heading.
    #[prop(into)]
    id: String,
    /// What kind of thing it is and its number.
    #[prop(into)]
    over: String,
    /// When it is due.
    #[prop(optional_no_strip, into)]
    said: Option<Said>,
    /// The large word: Grant or Remove.
    #[prop(optional, into)]
    verb: Text,
    #[prop(into)] title: String,
    children: Children,
) -> impl IntoView {
    let labelled = id.clone();
    view! {
        <article class="card" aria-labelledby=labelled>
            <p class="over">
                <span>{over}</span>
                {said.map(Said::view)}
            </p>
            <h2 id=id>{verb.get().map(|verb| view! { <em>{verb}</em> " " })} {title}</h2>
            {children()}
        </article>
    }
}

/// The bar at the bottom where buttons of a form stay in sight. It belongs inside a form.
#[component]
pub fn DecideBar(#[prop(optional, into)] note: Text, children: Children) -> impl IntoView {
    view! {
        <div class="decide">
            {children()}
            {note.get().map(|words| view! { <small>{words}</small> })}
        </div>
    }
}
