//! The one pattern of forms: a page posts, success is a redirect with a [`Flash`], failure is the
//! same page with status 422, what was typed, and [`FormErrors`] beside the fields.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use usher_ui::{ErrorSummary, FieldFault, FlashLine, Glyph, Said, StatusKind, Text};

use crate::words::{find, t, t_with};

/// A value that is put into words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Arg {
    /// A number; it may choose the form of a word.
    Number(i64),
    /// Words.
    Words(String),
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Arg {
    fn from(words: &str) -> Self {
        Self::Words(words.to_owned())
    }
}

impl From<String> for Arg {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

/// Values by the names that the words use.
type Args = Vec<(String, Arg)>;

/// The names that words may use for values. Fluent wants names that live as long as the program.
const ARG_NAMES: [&str; 9] =
    ["name", "item", "count", "limit", "max", "until", "words", "system", "number"];

fn put_in(key: &str, args: &Args) -> Option<String> {
    let known: Vec<_> = args
        .iter()
        .filter_map(|(name, value)| {
            let name = ARG_NAMES.into_iter().find(|known| known == name)?;
            Some(match value {
                Arg::Number(number) => (name, (*number).into()),
                Arg::Words(words) => (name, words.as_str().into()),
            })
        })
        .collect();
    find(key, &known)
}

/// What is wrong with a form, by the name of the field, in the order in which it was found.
///
/// A fault is a code such as `too_long`; the words are `fault-FIELD-CODE` when that key exists, else
/// `fault-CODE`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormErrors(Vec<Fault>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Fault {
    field: String,
    code: String,
    args: Args,
}

impl FormErrors {
    /// Adds a fault to a field.
    pub fn add(&mut self, field: &str, code: &str) {
        self.add_with(field, code, []);
    }

    /// Adds a fault whose words take values. The names are those of `ARG_NAMES`.
    pub fn add_with<const N: usize>(&mut self, field: &str, code: &str, args: [(&str, Arg); N]) {
        let args = args.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        self.0.push(Fault { field: field.to_owned(), code: code.to_owned(), args });
    }

    /// Whether the form can be taken as it is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words of the first fault of a field, for its `error` property.
    pub fn of(&self, field: &str) -> Text {
        self.0.iter().find(|fault| fault.field == field).map(Fault::words).into()
    }

    /// The words of every fault of a field, a line for each, for a field that may have several.
    pub fn all_of(&self, field: &str) -> Text {
        let faults = self.0.iter().filter(|fault| fault.field == field);
        let words: Vec<_> = faults.map(Fault::words).collect();
        (!words.is_empty()).then(|| words.join("\n")).into()
    }

    /// The summary for the top of the page; nothing when nothing is wrong.
    pub fn summary(&self) -> AnyView {
        let faults: Vec<FieldFault> = self
            .0
            .iter()
            .map(|fault| FieldFault { field: fault.field.clone(), words: fault.words() })
            .collect();
        let heading = t_with("form-errors-heading", &[("count", faults.len().into())]);
        view! { <ErrorSummary heading kept=t("form-errors-kept") faults /> }.into_any()
    }
}

/// Faults of an operation; the names of their values are those of `ARG_NAMES`.
impl From<Vec<usher_operations::FieldFault>> for FormErrors {
    fn from(faults: Vec<usher_operations::FieldFault>) -> Self {
        let fault = |fault: usher_operations::FieldFault| Fault {
            field: fault.field,
            code: fault.code.to_owned(),
            args: fault.args.into_iter().map(|(name, v)| (name.to_owned(), v.into())).collect(),
        };
        Self(faults.into_iter().map(fault).collect())
    }
}

impl Fault {
    fn words(&self) -> String {
        let field = self.field.replace('_', "-");
        let code = self.code.replace('_', "-");
        put_in(&format!("fault-{field}-{code}"), &self.args)
            .or_else(|| put_in(&format!("fault-{code}"), &self.args))
            .unwrap_or_else(|| t("fault-unknown"))
    }
}

/// How an action went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlashKind {
    /// It was accepted; nothing is verified yet.
    Done,
    /// It was accepted, and somebody else must act.
    Waiting,
    /// It did not happen.
    Failed,
}

/// What the last action did: kept in the session by the action, shown once by the next page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// How it went.
    pub kind: FlashKind,
    /// Key of the words.
    pub key: String,
    args: Args,
}

impl Flash {
    /// It was accepted.
    pub fn done<const N: usize>(key: &str, args: [(&str, Arg); N]) -> Self {
        Self::new(FlashKind::Done, key, args)
    }

    /// It was accepted, and somebody else must act.
    pub fn waiting<const N: usize>(key: &str, args: [(&str, Arg); N]) -> Self {
        Self::new(FlashKind::Waiting, key, args)
    }

    /// It did not happen.
    pub fn failed<const N: usize>(key: &str, args: [(&str, Arg); N]) -> Self {
        Self::new(FlashKind::Failed, key, args)
    }

    fn new<const N: usize>(kind: FlashKind, key: &str, args: [(&str, Arg); N]) -> Self {
        let args = args.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { kind, key: key.to_owned(), args }
    }

    /// The words that a person reads.
    pub fn words(&self) -> String {
        put_in(&self.key, &self.args).unwrap_or_else(|| self.key.clone())
    }

    /// The line on top of the page.
    pub fn view(&self) -> AnyView {
        let words = self.words();
        let said = match self.kind {
            FlashKind::Done => Said::new(StatusKind::Off, words).with(Glyph::Applied),
            FlashKind::Waiting => Said::new(StatusKind::Wait, words),
            FlashKind::Failed => Said::new(StatusKind::Bad, words),
        };
        view! { <FlashLine said /> }.into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::{Flash, FormErrors};

    #[test]
    fn a_fault_prefers_the_words_of_its_field() {
        let mut errors = FormErrors::default();
        errors.add_with("reason", "too_long", [("limit", 2000.into())]);
        errors.add("reason", "required");
        errors.add("days", "no_such_code");
        assert_eq!(errors.of("reason").get().as_deref(), Some("Use at most 2000 characters."));
        assert_eq!(errors.of("days").get().as_deref(), Some("This cannot be taken as it is."));
        assert_eq!(errors.of("other").get(), None);
        assert!(!errors.is_empty());
    }

    #[test]
    fn a_flash_survives_the_session() {
        let flash = Flash::done("preferences-kept", []);
        let stored = serde_json::to_string(&flash).expect("a string");
        assert_eq!(serde_json::from_str::<Flash>(&stored).expect("a flash"), flash);
        assert_eq!(flash.words(), "Your preferences are kept.");
        let numbered = Flash::failed("fault-too-long", [("limit", 3.into())]);
        let stored = serde_json::to_string(&numbered).expect("a string");
        let back: Flash = serde_json::from_str(&stored).expect("a flash");
        assert_eq!(back.words(), "Use at most 3 characters.");
    }
}
