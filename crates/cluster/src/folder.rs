//! The folders and files of one cluster, made with the owner and the modes that keep others out.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rand::RngExt;
use secrecy::{ExposeSecret, SecretString};

use crate::address::{LONGEST_SOCKET, socket_path};
use crate::error::ClusterError;
use crate::run_as::RunAs;

/// The data folder and what lies beside it; all paths absolute, symbolic links in the parent resolved.
#[derive(Debug, Clone)]
pub(crate) struct Folders {
    pub(crate) data: PathBuf,
    pub(crate) sockets: PathBuf,
    run_as: Option<RunAs>,
}

/// Held while a process owns a cluster or starts one; the kernel lets go of it when the process ends.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

/// What is in the place of the data folder.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Contents {
    /// Nothing: a cluster can be made there.
    Nothing,
    /// A cluster of this version, as `PG_VERSION` says.
    Cluster { version: String },
}

impl Folders {
    /// Makes the parent of the data folder and the socket folder where they are absent.
    pub(crate) fn prepare(
        data: &Path,
        sockets: &Path,
        run_as: Option<RunAs>,
    ) -> Result<Self, ClusterError> {
        let data = std::path::absolute(data).map_err(ClusterError::io("make absolute", data))?;
        let sockets =
            std::path::absolute(sockets).map_err(ClusterError::io("make absolute", sockets))?;
        let socket = socket_path(&sockets);
        let length = socket.as_os_str().len();
        if length > LONGEST_SOCKET {
            return Err(ClusterError::SocketPathTooLong { path: socket, length });
        }
        let parent = data.parent().unwrap_or(Path::new("/"));
        std::fs::create_dir_all(parent).map_err(ClusterError::io("create the folder", parent))?;
        // Server processes are recognised by their working folder, which the kernel reports resolved.
        let parent = parent.canonicalize().map_err(ClusterError::io("resolve", parent))?;
        let data = data.file_name().map_or_else(|| parent.clone(), |name| parent.join(name));
        let data = data.canonicalize().unwrap_or(data);
        let folders = Self { data, sockets, run_as };
        if !folders.sockets.exists() {
            folders.create_private(&folders.sockets)?;
        }
        Ok(folders)
    }

    /// What is in the place of the data folder.
    pub(crate) fn contents(&self) -> Result<Contents, ClusterError> {
        let version = self.data.join("PG_VERSION");
        match std::fs::read_to_string(&version) {
            Ok(text) => return Ok(Contents::Cluster { version: text.trim().to_owned() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(ClusterError::io("read", &version)(error)),
        }
        let mut entries = match std::fs::read_dir(&self.data) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Contents::Nothing),
            Err(error) => return Err(ClusterError::io("read the folder", &self.data)(error)),
        };
        match entries.next() {
            None => Ok(Contents::Nothing),
            Some(_) => Err(ClusterError::NotACluster(self.data.clone())),
        }
    }

    /// Takes the lock of the data folder.
    ///
    /// # Errors
    /// `InUse` when another process, or another cluster of this process, holds it.
    pub(crate) fn lock(&self) -> Result<FolderLock, ClusterError> {
        let path = self.beside(".lock");
        let mut options = OpenOptions::new();
        let file = options
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(ClusterError::io("open", &path))?;
        self.give_away(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(FolderLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(ClusterError::InUse(self.data.clone())),
            Err(TryLockError::Error(error)) => Err(ClusterError::io("lock", &path)(error)),
        }
    }

    /// An empty folder in which a cluster is made before it takes its place: whatever a killed process left is swept away.
    pub(crate) fn unfinished(&self) -> Result<PathBuf, ClusterError> {
        let path = self.beside(".new");
        match std::fs::remove_dir_all(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(ClusterError::io("remove the folder", &path)(error));
            }
            _ => {}
        }
        self.create_private(&path)?;
        Ok(path)
    }

    /// Puts a finished cluster in its place.
    pub(crate) fn finish(&self, unfinished: &Path) -> Result<(), ClusterError> {
        std::fs::rename(unfinished, &self.data)
            .map_err(ClusterError::io("create the data folder", &self.data))
    }

    /// Writes a new random password of 256 bits to its file and returns the file's path.
    pub(crate) fn new_password(&self) -> Result<PathBuf, ClusterError> {
        let mut text = String::with_capacity(64);
        for byte in rand::rng().random::<[u8; 32]>() {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        let password = SecretString::from(text);
        let path = self.beside(".password");
        // The mode counts only for a new file, so an old one goes first.
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(ClusterError::io("remove", &path)(error));
            }
            _ => {}
        }
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .map_err(ClusterError::io("create", &path))?;
        file.write_all(password.expose_secret().as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(ClusterError::io("write", &path))?;
        self.give_away(&path)?;
        Ok(path)
    }

    /// Reads the password back.
    pub(crate) fn password(&self) -> Result<SecretString, ClusterError> {
        let path = self.beside(".password");
        let text = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            other => other.map_err(ClusterError::io("read", &path))?,
        };
        match text.trim() {
            "" => Err(ClusterError::PasswordMissing(path)),
            password => Ok(SecretString::from(password)),
        }
    }

    /// What the server says before its own log begins; emptied by every start.
    pub(crate) fn start_log(&self) -> PathBuf {
        self.data.join("start.log")
    }

    /// Opens an empty start log.
    pub(crate) fn open_start_log(&self) -> Result<File, ClusterError> {
        let path = self.start_log();
        let file = File::create(&path).map_err(ClusterError::io("create", &path))?;
        self.give_away(&path)?;
        Ok(file)
    }

    /// Why the server ended, in its own words and on one line.
    pub(crate) fn last_words(&self) -> String {
        let start = std::fs::read_to_string(self.start_log()).unwrap_or_default();
        if !start.contains("logging collector") {
            return start.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        }
        let week = std::fs::read_dir(self.data.join("log")).into_iter().flatten().flatten();
        let newest = week
            .map(|entry| entry.path())
            .max_by_key(|path| path.metadata().and_then(|data| data.modified()).ok());
        let log = newest.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or(start);
        let mut lines = log.lines().rev().filter(|line| !line.trim().is_empty());
        let fatal = lines.clone().find(|line| line.contains("FATAL") || line.contains("PANIC"));
        fatal.or_else(|| lines.next()).unwrap_or_default().trim().to_owned()
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        let mut name: OsString = self.data.clone().into_os_string();
        name.push(suffix);
        PathBuf::from(name)
    }

    fn create_private(&self, path: &Path) -> Result<(), ClusterError> {
        let mut builder = DirBuilder::new();
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)
                .map_err(ClusterError::io("create the folder", parent))?;
        }
        builder.mode(0o700).create(path).map_err(ClusterError::io("create the folder", path))?;
        self.give_away(path)
    }

    /// Root hands what it made to the user of the server.
    fn give_away(&self, path: &Path) -> Result<(), ClusterError> {
        let Some(user) = self.run_as else { return Ok(()) };
        std::os::unix::fs::chown(path, Some(user.uid), Some(user.gid))
            .map_err(ClusterError::io("change the owner of", path))
    }
}
