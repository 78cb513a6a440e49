//! The folder of one target: never outside its root, never through a link, every file whole or not there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, Instant};

use nix::fcntl::OFlag;

/// How long another process of ours may hold the folder.
const LOCK_WITHIN: Duration = Duration::from_secs(5);

/// Written by us, read by the target.
pub(crate) const OUT: &str = "out";
/// Written by the target, read by us.
pub(crate) const IN: &str = "in";
/// Changes that were answered, inside [`OUT`].
pub(crate) const DONE: &str = "done";

/// A folder below the root.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    /// Plain names only.
    below: Vec<String>,
}

/// The folder is ours alone while this lives.
#[derive(Debug)]
pub(crate) struct Locked(#[expect(dead_code, reason = "dropping the file ends the lock")] File);

impl Folder {
    /// `folder` is relative to the root, or absolute and inside it.
    ///
    /// # Errors
    /// It leaves the root, or is the root itself.
    pub(crate) fn below(root: &Path, folder: &Path) -> Result<Self, String> {
        let outside = || "must lie below the folder for files of this process".to_owned();
        let relative = match folder.is_absolute() {
            true => folder.strip_prefix(root).map_err(|_| outside())?,
            false => folder,
        };
        let mut below = Vec::new();
        for component in relative.components() {
            let Component::Normal(name) = component else { return Err(outside()) };
            below.push(name.to_str().ok_or_else(outside)?.to_owned());
        }
        if below.is_empty() {
            return Err(outside());
        }
        Ok(Self { root: root.to_owned(), below })
    }

    /// The folder, or one inside it, after a look at every step: a link anywhere below the root is
    /// refused, because it may lead out.
    pub(crate) fn at(&self, inside: &[&str]) -> io::Result<PathBuf> {
        let mut path = self.root.clone();
        for name in self.below.iter().map(String::as_str).chain(inside.iter().copied()) {
            path.push(name);
            let found = fs::symlink_metadata(&path).map_err(|error| named(&path, &error))?;
            if !found.is_dir() {
                let what = if found.is_symlink() { "a link" } else { "no folder" };
                return Err(io::Error::other(format!("{} is {what}", path.display())));
            }
        }
        Ok(path)
    }

    /// Keeps other processes of ours out until the answer is dropped.
    pub(crate) fn lock(&self) -> io::Result<Locked> {
        let path = self.at(&[OUT])?.join(".lock");
        let file = plain().write(true).create(true).truncate(false).open(&path)?;
        let until = Instant::now() + LOCK_WITHIN;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Locked(file)),
                Err(fs::TryLockError::Error(error)) => return Err(error),
                Err(fs::TryLockError::WouldBlock) if Instant::now() >= until => {
                    return Err(io::Error::other("another process holds the folder"));
                }
                Err(fs::TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
            }
        }
    }

    /// A file whole; `None` when there is none. One that is longer than `most` bytes is an error.
    pub(crate) fn read(&self, inside: &str, name: &str, most: u64) -> io::Result<Option<Vec<u8>>> {
        let path = self.at(&[inside])?.join(name);
        let file = match plain().read(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(named(&path, &error)),
        };
        if !file.metadata()?.is_file() {
            return Err(io::Error::other(format!("{} is no plain file", path.display())));
        }
        let mut bytes = Vec::new();
        file.take(most + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Err(io::Error::other(format!("{name} is longer than {most} bytes")));
        }
        Ok(Some(bytes))
    }

    /// Writes a file so that it is seen whole or not at all, also after a crash.
    ///
    /// # Errors
    /// As [`WriteError`] tells: before the file was visible, or after.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), WriteError> {
        let folder = self.at(&[OUT]).map_err(WriteError::Before)?;
        let part = folder.join(format!(".{name}.part"));
        let written = put(&part, bytes);
        if let Err(error) = written {
            // Whatever is left of it has a name that nobody picks up; the next try removes it.
            let _ = fs::remove_file(&part);
            return Err(WriteError::Before(error));
        }
        fs::rename(&part, folder.join(name)).map_err(WriteError::Before)?;
        File::open(&folder).and_then(|folder| folder.sync_all()).map_err(WriteError::After)
    }

    /// Names of the plain files that we wrote, without those that are being written.
    pub(crate) fn written(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.at(&[OUT])?)? {
            if let Ok(name) = entry?.file_name().into_string()
                && !name.starts_with('.')
            {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// Moves a file that we wrote to those with an answer.
    pub(crate) fn archive(&self, name: &str) -> io::Result<()> {
        let out = self.at(&[OUT])?;
        match fs::create_dir(out.join(DONE)) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        fs::rename(out.join(name), self.at(&[OUT, DONE])?.join(name))
    }

    /// Takes back a file that only says whether the folder can be written.
    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.at(&[OUT])?.join(name))
    }
}

/// Why a file was not written for certain.
#[derive(Debug)]
pub(crate) enum WriteError {
    /// Nobody can have seen it.
    Before(io::Error),
    /// It is there, and may be lost by a crash.
    After(io::Error),
}

/// Neither follows a link nor waits for the other end of a pipe.
fn plain() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.custom_flags((OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC).bits());
    options
}

fn put(part: &Path, bytes: &[u8]) -> io::Result<()> {
    let open = || plain().write(true).create_new(true).open(part);
    let mut file = match open() {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            // Left behind by a process that died: nobody else writes while we hold the lock.
            fs::remove_file(part)?;
            open()?
        }
        other => other?,
    };
    file.write_all(bytes)?;
    file.sync_all()
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
