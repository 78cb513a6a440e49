//! Everything that can keep a cluster from running, in words that a person can act on.

use std::io;
use std::path::{Path, PathBuf};

use crate::address::LONGEST_SOCKET;
use crate::binaries::MissingBinaries;
use crate::run_as::UnknownUser;

/// Why a cluster could not be started or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    #[error(transparent)]
    Binaries(#[from] MissingBinaries),
    #[error(transparent)]
    User(#[from] UnknownUser),
    /// The path of the socket would not fit into the kernel's field.
    #[error(
        "the socket path {} has {length} bytes, more than {LONGEST_SOCKET}: choose a shorter socket folder",
        .path.display()
    )]
    SocketPathTooLong { path: PathBuf, length: usize },
    /// Another process owns the data folder.
    #[error("the data folder {} is in use by another process: stop that one first", .0.display())]
    InUse(PathBuf),
    /// There are files, but Postgres did not make them.
    #[error(
        "the folder {} is not empty and holds no Postgres cluster: choose another data folder or move it away",
        .0.display()
    )]
    NotACluster(PathBuf),
    /// Data folders cannot be opened by another major version.
    #[error(
        "the data folder {} was made by PostgreSQL {found}, but the binaries are version {binaries}: \
         set USHER_PG_BIN to the bin folder of PostgreSQL {found}, or dump and restore the data",
        .data_dir.display()
    )]
    OtherMajorVersion { data_dir: PathBuf, found: String, binaries: u32 },
    /// The data folder is there, its password is not.
    #[error("the password file {} of the data folder is missing or empty: restore it", .0.display())]
    PasswordMissing(PathBuf),
    /// `initdb` said no.
    #[error("initdb could not create the cluster: {0}")]
    Initialise(String),
    /// The server ended before it accepted connections.
    #[error("Postgres ended while starting; its last words: {last_words} (whole log: {})", .log.display())]
    EndedWhileStarting { last_words: String, log: PathBuf },
    /// The server lives, but did not become ready.
    #[error("Postgres did not accept connections within {seconds} s: see {}", .log.display())]
    NotReady { seconds: u64, log: PathBuf },
    /// A server process that nobody owns could not be ended.
    #[error(
        "an old Postgres process {pid} still uses the data folder and does not end: stop it by hand"
    )]
    OrphanStays { pid: i32 },
    /// The operating system said no.
    #[error("cannot {action} {}", .path.display())]
    Io {
        action: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

impl ClusterError {
    /// For `map_err`: what was being done, and to which path.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_path_buf(), source }
    }
}
