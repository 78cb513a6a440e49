//! Words that may be missing, and links.

/// Optional words of a property. Takes `"…"`, `String`, `Option<String>` and `Option<&str>` alike,
/// so that a page can hand over what it has; empty words count as missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(Option<String>);

impl Text {
    /// The words, if there are any.
    pub fn get(self) -> Option<String> {
        self.0
    }

    /// Whether there are words.
    pub fn is_some(&self) -> bool {
        self.0.is_some()
    }
}

impl From<String> for Text {
    fn from(words: String) -> Self {
        Self((!words.is_empty()).then_some(words))
    }
}

impl From<&str> for Text {
    fn from(words: &str) -> Self {
        words.to_owned().into()
    }
}

impl From<&String> for Text {
    fn from(words: &String) -> Self {
        words.clone().into()
    }
}

impl From<Option<String>> for Text {
    fn from(words: Option<String>) -> Self {
        words.map_or_else(Self::default, Into::into)
    }
}

impl From<Option<&str>> for Text {
    fn from(words: Option<&str>) -> Self {
        words.map_or_else(Self::default, Into::into)
    }
}

/// A link: where to, and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Address, usually a path of this site.
    pub href: String,
    /// What the link says.
    pub words: String,
}

impl Link {
    /// A link from anything that turns into strings.
    pub fn new(href: impl Into<String>, words: impl Into<String>) -> Self {
        Self { href: href.into(), words: words.into() }
    }
}
