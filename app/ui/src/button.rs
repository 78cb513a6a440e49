//! Things to press. A link goes somewhere; a button sends the form that it stands in.

use leptos::prelude::*;

use crate::{Glyph, Icon, Text};

/// How much a button asks to be pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// One of several things to do.
    #[default]
    Plain,
    /// The one main thing on the page.
    Go,
    /// An act against a present danger; never Deny, never Cancel.
    Stop,
    /// As quiet as a link.
    Bare,
}

fn class_of(kind: ButtonKind, small: bool, full: bool) -> String {
    let mut class = String::from("btn");
    class.push_str(match kind {
        ButtonKind::Plain => "",
        ButtonKind::Go => " go",
        ButtonKind::Stop => " stop",
        ButtonKind::Bare => " bare",
    });
    if small {
        class.push_str(" sm");
    }
    if full {
        class.push_str(" full");
    }
    class
}

/// A button that sends its form, with its own name and value where a form has several.
#[component]
pub fn Button(
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional_no_strip, into)] glyph: Option<Glyph>,
    #[prop(optional, into)] name: Text,
    #[prop(optional, into)] value: Text,
    /// Id of the form to send, when the button stands outside it.
    #[prop(optional, into)]
    form: Text,
    /// Another address to send the form to.
    #[prop(optional, into)]
    formaction: Text,
    /// Id of the words that explain it, above all why it is disabled.
    #[prop(optional, into)]
    described_by: Text,
    /// Sends the form without the browser's own checks, for *save a draft* and *check again*.
    #[prop(optional)]
    unchecked: bool,
    /// Asks instead of changing: the form goes into the query of its address.
    #[prop(optional)]
    asks: bool,
    #[prop(optional)] small: bool,
    #[prop(optional)] full: bool,
    #[prop(optional)] disabled: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type="submit"
            class=class_of(kind, small, full)
            name=name.get()
            value=value.get()
            form=form.get()
            formaction=formaction.get()
            formnovalidate=unchecked
            formmethod=asks.then_some("get")
            aria-describedby=described_by.get()
            disabled=disabled
        >
            {glyph.map(|glyph| view! { <Icon glyph /> })}
            {children()}
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional_no_strip, into)] glyph: Option<Glyph>,
    #[prop(optional)] small: bool,
    #[prop(optional)] full: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <a href=href class=class_of(kind, small, full)>
            {glyph.map(|glyph| view! { <Icon glyph /> })}
            {children()}
        </a>
    }
}
