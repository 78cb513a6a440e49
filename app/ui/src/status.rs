//! Where something stands: an icon, a word and a colour, as plain text.

use leptos::prelude::*;

use crate::{Glyph, Markup};

/// How a state is coloured. Amber: somebody should look. Blue: the machine is on it. Red: danger
/// now. Grey: nothing needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatusKind {
    /// Read back and true.
    Ok,
    /// The machine is on it.
    Run,
    /// Somebody should look or act.
    Wait,
    /// Danger now.
    Bad,
    /// Nothing needed: ended, applied, to come.
    #[default]
    Off,
}

impl StatusKind {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Run => "run",
            Self::Wait => "wait",
            Self::Bad => "bad",
            Self::Off => "off",
        }
    }

    pub(crate) fn glyph(self) -> Glyph {
        match self {
            Self::Ok => Glyph::Verified,
            Self::Run => Glyph::Run,
            Self::Wait => Glyph::Wait,
            Self::Bad => Glyph::Bad,
            Self::Off => Glyph::Off,
        }
    }
}

/// A state as a value, for components that draw one inside something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Colour.
    pub kind: StatusKind,
    /// Icon, when it is not the usual one of the kind.
    pub glyph: Option<Glyph>,
    /// The words that a person reads.
    pub words: String,
}

impl Said {
    /// A state with the usual icon of its kind.
    pub fn new(kind: StatusKind, words: impl Into<String>) -> Self {
        Self { kind, glyph: None, words: words.into() }
    }

    /// The same state with another icon.
    #[must_use]
    pub fn with(self, glyph: Glyph) -> Self {
        Self { glyph: Some(glyph), ..self }
    }

    /// Draws it.
    pub fn view(self) -> AnyView {
        Markup::drawn(|markup| {
            markup.said(&self);
        })
    }
}

/// A state in words with its icon.
#[component]
pub fn Status(
    kind: StatusKind,
    #[prop(into)] words: String,
    /// Another icon than the usual one of the kind.
    #[prop(optional_no_strip, into)]
    glyph: Option<Glyph>,
) -> impl IntoView {
    Said { kind, glyph, words }.view()
}
