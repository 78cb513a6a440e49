//! What went wrong, as the port says it.

use std::io;

use usher_connector::{Cause, ConnectorError};

pub(crate) fn retry(cause: Cause, why: impl Into<String>) -> ConnectorError {
    ConnectorError::Retry { cause, why: why.into(), after: None }
}

pub(crate) fn reject(cause: Cause, why: impl Into<String>) -> ConnectorError {
    ConnectorError::Reject { cause, why: why.into() }
}

pub(crate) fn unknown(cause: Cause, why: impl Into<String>) -> ConnectorError {
    ConnectorError::Unknown { cause, why: why.into() }
}

/// What the target publishes cannot be understood; a moment later it may.
pub(crate) fn garbage(why: impl Into<String>) -> ConnectorError {
    retry(Cause::Garbage, why)
}

/// The file system failed before anything was visible to the target. A full disk, a missing mount and a
/// wrong right are all put right by somebody while the change waits.
pub(crate) fn not_done(what: &str, error: &io::Error) -> ConnectorError {
    retry(Cause::Unreachable, format!("{what}: {error}"))
}
