//! The drop folder of the demonstration: badge readers that are served by files, below the root that the
//! files connectors of this process are given.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use usher_sandbox::{DropFolder, DropFolderHandle};

/// Its name below the root.
const NAME: &str = "site-badges";

/// How long an acknowledgement is waited for, in milliseconds.
const ACK_WAIT_MS: i32 = 5_000;

pub(super) struct Folder {
    handle: DropFolderHandle,
}

/// Serves the folder from now on, with what it held last time.
pub(super) fn open(root: &Path) -> Result<Folder> {
    let path = root.join(NAME);
    let handle = DropFolder::start(&path)
        .with_context(|| format!("the drop folder {} cannot be served", path.display()))?;
    Ok(Folder { handle })
}

impl Folder {
    pub(super) fn path(&self) -> &Path {
        self.handle.folder()
    }

    fn settings() -> Value {
        json!({ "folder": NAME, "ack_wait_ms": ACK_WAIT_MS })
    }

    pub(super) fn as_founded() -> usher_company::FilesTarget {
        // A call outlives the wait for its acknowledgement, and reads before it.
        usher_company::FilesTarget { settings: Self::settings(), call_timeout_ms: 2 * ACK_WAIT_MS }
    }

    pub(super) async fn stop(self) {
        self.handle.stop().await;
    }
}
