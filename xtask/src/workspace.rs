//! Where the repository is, and how to call cargo in it.

use std::path::PathBuf;
use std::process::Command;

/// The root of the workspace: the folder above this crate.
pub(crate) fn root() -> PathBuf {
    // Cargo sets it for `run` and `test`; the folder of the build serves a program that is called directly.
    let crate_dir = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    crate_dir.parent().map_or_else(|| crate_dir.clone(), PathBuf::from)
}

/// Cargo, in the root of the workspace.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}
