//! People as a file tells of them: reading it, comparing it with the directory, and what is wrong.
//!
//! Nothing here changes anything. [`read`] makes rows of bytes, [`plan`] says what they would do; the
//! caller applies a plan as a whole or not at all. The rules: a key names one relationship; a column that
//! is not there changes nothing, an empty cell empties its field; a day is a day where the person works;
//! who is not in the file is flagged and never ended (domain.md, section 0).

mod difference;
mod directory;
mod fault;
mod field;
mod header;
mod known;
mod managers;
mod plan;
mod read;
mod row;
mod text;
mod units;
mod wanted;
mod zone;

#[cfg(test)]
mod tests;

pub use difference::FieldChange;
pub use fault::{Fault, FileError, Why};
pub use field::Field;
pub use header::Chosen;
pub use known::{Known, KnownPerson, KnownRecord, KnownRelationship};
pub use plan::{Absence, Addition, BRAKE_LEAST, Brake, Change, Plan, Rules, Same, plan};
pub use read::{File, read};
pub use row::Row;
pub use text::{fold, shorten};
pub use units::{KnownUnit, UnitRef};
pub use wanted::{PersonRef, Wanted};
pub use zone::Zone;

/// How much is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Of the file.
    pub bytes: usize,
    pub rows: usize,
    /// Bytes of one cell, before anything else looks at it.
    pub cell: usize,
}

impl Limits {
    /// 16 MiB, 100,000 rows, 16 KiB a cell: ten times the largest company that is promised.
    pub const DEFAULT: Self = Self { bytes: 16 * 1024 * 1024, rows: 100_000, cell: 16 * 1024 };
}
