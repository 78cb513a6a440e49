//! What can be wrong with a file, and where.

use super::{Field, Limits};

/// The file as a whole cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error("the file is empty")]
    Empty,
    #[error("the file is larger than {} MiB", limits.bytes / (1024 * 1024))]
    TooLarge { limits: Limits },
    #[error("the file has more than {} rows", limits.rows)]
    TooManyRows { limits: Limits },
    /// As spreadsheets save it under the name "Unicode text".
    #[error("the file is not UTF-8 but UTF-16")]
    Utf16,
    #[error("the first line, which names the columns, is not UTF-8 text")]
    Header,
    #[error("no column is {}", .field.as_str())]
    NoColumn { field: Field },
    #[error("the columns {first} and {second} are both {}", .field.as_str())]
    TwoColumns { field: Field, first: String, second: String },
    /// A mapping names a column that the file has not.
    #[error("the file has no column {column}")]
    NoSuchColumn { column: String },
}

/// Why a row cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Another number of cells than the first line has.
    CellCount {
        found: usize,
        expected: usize,
    },
    /// A quotation mark is never closed: the row runs to the end of the file.
    OpenQuote,
    NotUtf8,
    CellTooLong {
        limit: usize,
    },
    Required,
    Nul,
    /// Stands for a character that an earlier conversion has lost.
    Damaged,
    Control {
        code: u32,
    },
    Invisible {
        code: u32,
    },
    /// In characters.
    TooLong {
        limit: usize,
    },
    NotEmail,
    NotUserName,
    UnknownKind,
    NotDate,
    UnknownZone,
    EndsBeforeStart,
    /// Another row of the file has the same.
    Twice {
        line: u64,
    },
    /// Somebody who is not in this row has it.
    Taken {
        by: String,
    },
    ManagerUnknown,
    ManagerIsSelf,
    /// Everybody in the circle, each the manager of the one before.
    ManagerCycle {
        names: Vec<String>,
    },
    /// The manager is new, and their row cannot be taken.
    ManagerRefused {
        line: u64,
    },
    /// Several units end in this path.
    UnitAmbiguous,
    /// An empty name between two separators, or too many of them.
    UnitPath,
}

/// One thing that is wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line of the file where the row begins; the first is 1.
    pub line: u64,
    /// Header of the column; empty when the row as a whole is meant.
    pub column: String,
    /// What stands there, shortened.
    pub value: String,
    pub why: Why,
}
