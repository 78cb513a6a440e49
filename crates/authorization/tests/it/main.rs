//! Rights, through the public door.

#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

mod decisions;
mod editable;
mod people;
mod properties;
mod table;
