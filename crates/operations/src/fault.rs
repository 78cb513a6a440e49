//! What every operation may answer besides its own errors.

use usher_authorization::Denial;
use usher_store::StoreError;

/// A failure that any operation may have.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("not allowed")]
    Denied(Denial),
    /// There is none, or the caller may not know of it.
    #[error("there is no such thing")]
    NotFound,
    /// An idempotency key came back with another request.
    #[error("the key was used for another request")]
    KeyReused,
    /// What was decided on has changed since it was shown.
    #[error("it was changed meanwhile")]
    Stale,
    /// A value has what the database cannot keep, such as a NUL. Nothing was saved, and sending it again does
    /// not help.
    #[error("a value cannot be kept")]
    Unkeepable,
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        if error.is_unkeepable() { Self::Unkeepable } else { Self::Store(error) }
    }
}

/// A value that cannot be taken, by the name of its field. The edge owns the words.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FieldFault {
    pub field: String,
    pub code: &'static str,
    /// Values for the words, by name.
    pub args: Vec<(&'static str, String)>,
}

impl FieldFault {
    #[must_use]
    pub fn new(field: impl Into<String>, code: &'static str) -> Self {
        Self { field: field.into(), code, args: Vec::new() }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}
