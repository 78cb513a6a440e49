//! A drop folder of one test, served by a hand that can be told to lie.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Result;
use serde_json::json;
use usher_company::FilesTarget;
use usher_sandbox::{DropFolder, DropFolderHandle};

const NAME: &str = "badges";

static NEXT: AtomicU32 = AtomicU32::new(0);

/// The folder, and whoever serves it. It is removed at the end.
#[derive(Debug)]
pub struct ServedFolder {
    root: PathBuf,
    handle: DropFolderHandle,
}

impl ServedFolder {
    /// Makes and serves a folder; call it inside a tokio runtime.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn start() -> Result<Self> {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let root =
            std::env::temp_dir().join(format!("usher-world-{}-{number}", std::process::id()));
        let handle = DropFolder::start(root.join(NAME))?;
        Ok(Self { root, handle })
    }

    /// Settings for it; an acknowledgement is not waited for longer than a test likes.
    pub(crate) fn as_founded() -> FilesTarget {
        let settings = json!({ "folder": NAME, "ack_wait_ms": 1_500 });
        FilesTarget { settings, call_timeout_ms: 4_000 }
    }

    /// Below it lie the folders that files connectors are given.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whoever serves it.
    pub const fn hand(&self) -> &DropFolderHandle {
        &self.handle
    }

    /// What the target published last.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn state(&self) -> Result<String> {
        Ok(std::fs::read_to_string(self.handle.folder().join("in/state.csv"))?)
    }
}

impl Drop for ServedFolder {
    fn drop(&mut self) {
        // What cannot be removed lies in the system's folder for such things.
        let _ = std::fs::remove_dir_all(&self.root);
    }
}
