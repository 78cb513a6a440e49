//! What the company's access is kept on.

use std::collections::BTreeMap;

use crate::warehouse::SqlTarget;

/// Every target of the company. Applications are founded for those that are there.
#[derive(Debug, Clone)]
pub struct Targets {
    pub directory: Directory,
    /// A database server whose roles are given to people.
    pub sql: Option<SqlTarget>,
    /// A folder whose files open doors.
    pub drop_folder: Option<FilesTarget>,
    /// Whether somebody hands keys out.
    pub by_hand: bool,
}

/// The directory alone.
impl From<Directory> for Targets {
    fn from(directory: Directory) -> Self {
        Self { directory, sql: None, drop_folder: None, by_hand: false }
    }
}

/// The directory that the company's groups live in.
#[derive(Debug, Clone)]
pub struct Directory {
    /// Settings of the SCIM connector.
    pub settings: serde_json::Value,
    /// The target's id of each group, by its name.
    pub groups: BTreeMap<String, String>,
    /// Calls at the same time.
    pub concurrency: i32,
    pub call_timeout_ms: i32,
}

/// A drop folder that somebody serves.
#[derive(Debug, Clone)]
pub struct FilesTarget {
    /// Settings of the files connector.
    pub settings: serde_json::Value,
    /// At least a second longer than an acknowledgement is waited for.
    pub call_timeout_ms: i32,
}
