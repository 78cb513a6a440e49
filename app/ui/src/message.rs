//! What the page has to say to the person who reads it.

use leptos::prelude::*;

use crate::{Glyph, Icon, Said, Text};

/// How much a note matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoteKind {
    /// Good to know.
    #[default]
    Plain,
    /// Somebody should look.
    Wait,
    /// Danger now.
    Bad,
}

/// A note with an edge. A bad one is read out at once by screen readers.
#[component]
pub fn Note(
    #[prop(optional)] kind: NoteKind,
    #[prop(optional, into)] title: Text,
    children: Children,
) -> impl IntoView {
    let (class, glyph, role) = match kind {
        NoteKind::Plain => ("note", Glyph::Ask, None),
        NoteKind::Wait => ("note wait", Glyph::Warn, None),
        NoteKind::Bad => ("note bad", Glyph::Bad, Some("alert")),
    };
    let title = title.get().map(|words| {
        view! {
            <strong>{words}</strong>
            <br />
        }
    });
    view! {
        <div class=class role=role>
            <Icon glyph />
            <div>{title} {children()}</div>
        </div>
    }
}

/// What the last action did, shown once on the page that follows it.
#[component]
pub fn FlashLine(
    said: Said,
    /// A second sentence, such as "Not sent to a system yet".
    #[prop(optional, into)]
    note: Text,
    /// Such as an undo form.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="flash" role="status">
            {said.view()}
            {note.get().map(|words| view! { <small>{words}</small> })}
            {children.map(|children| children())}
        </div>
    }
}

/// What is shown where a list would be: why it is empty, and what to do.
#[component]
pub fn EmptyState(
    #[prop(into)] title: String,
    #[prop(optional, into)] words: Text,
    /// What can be done, usually a [`LinkButton`](crate::LinkButton).
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="none">
            <h2>{title}</h2>
            {words.get().map(|words| view! { <p>{words}</p> })}
            {children.map(|children| view! { <div class="acts">{children()}</div> })}
        </div>
    }
}

/// Somebody's own words.
#[component]
pub fn Quote(#[prop(into)] words: String) -> impl IntoView {
    view! { <p class="quote">{words}</p> }
}

/// Something that opens on request.
#[component]
pub fn More(
    #[prop(into)] summary: String,
    #[prop(optional)] open: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <details class="more" open=open>
            <summary>{summary}</summary>
            {children()}
        </details>
    }
}
