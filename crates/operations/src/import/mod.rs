//! People from a file: source, source event, source record (domain.md, section 0).
//!
//! A file is read and compared as a whole (`usher_domain::people_file`) before anything is written. Then
//! it is applied in one transaction or not at all: a row that cannot be taken stops the file unless the
//! caller said to leave such rows out. The same file again writes nothing. A file that ends or misses too
//! many people is held, and so is a row that changes the address somebody signs in by; an administrator
//! releases what is held, with a reason.

mod apply;
mod keep;
mod options;
mod read;
mod write;

use usher_domain::people_file::FileError;
use usher_store::StoreError;
use usher_vocabulary::SourceEventId;

pub use apply::{Decision, apply, preview};
pub use keep::{Kept, authorize, decide, discard, forget, keep, list, show};
pub use options::{Options, SOURCE};
pub use read::Report;
pub use usher_domain::people_file as file;
pub use usher_store::source::Event as Delivery;

use crate::{Fault, FieldFault};

/// Share of active people from which a file is held, unless the source says otherwise.
pub const BRAKE_SHARE: f64 = 0.1;

/// What became of a file.
#[derive(Debug, Clone)]
pub struct Done {
    pub outcome: Outcome,
    pub report: Report,
}

/// See [`Done`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Outcome {
    /// The directory says this already: nothing was written.
    Nothing,
    Applied(SourceEventId),
    /// Applied but for rows that change the address somebody signs in by.
    HeldInPart(SourceEventId),
    /// Nothing is applied: too many people would end or are absent.
    Held(SourceEventId),
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    File(#[from] FileError),
    /// Nothing is applied while rows are wrong; the report names them.
    #[error("some rows cannot be taken")]
    BadRows(Box<Report>),
    #[error("some values cannot be taken")]
    Fields(Vec<FieldFault>),
    /// It was applied, discarded or replaced meanwhile.
    #[error("the upload does not wait any more")]
    Gone,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}
