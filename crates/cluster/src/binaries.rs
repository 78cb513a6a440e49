//! Finds the Postgres server binaries of this machine.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest major version that runs our migrations.
const OLDEST_MAJOR: u32 = 14;

/// Where Debian and Ubuntu put one folder for each major version.
const DEBIAN_FOLDER: &str = "/usr/lib/postgresql";

/// A folder with `postgres`, `initdb` and `psql`, and the version of the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PgBinaries {
    bin_dir: PathBuf,
    major: u32,
}

/// Why no usable server binaries were found; each says in one line how to get them.
#[derive(Debug, thiserror::Error)]
pub enum MissingBinaries {
    /// None of the usual places has them.
    #[error(
        "no PostgreSQL server binaries (initdb, postgres) found in USHER_PG_BIN, pg_config --bindir, \
         /usr/lib/postgresql/*/bin or PATH: install the package `postgresql` (apt-get install postgresql), \
         or set USHER_PG_BIN to their folder"
    )]
    Nowhere,
    /// `USHER_PG_BIN` is set, so nothing else is tried.
    #[error(
        "USHER_PG_BIN is {}, where initdb and postgres are not to be found: set it to the bin folder of a \
         PostgreSQL server, or unset it",
        .0.display()
    )]
    WrongFolder(PathBuf),
    /// A server is there, but too old for the migrations.
    #[error(
        "PostgreSQL {major} in {} is too old, {OLDEST_MAJOR} or newer is needed: install a newer `postgresql`, \
         or set USHER_PG_BIN to its bin folder",
        .bin_dir.display()
    )]
    TooOld { bin_dir: PathBuf, major: u32 },
}

/// Looks in `USHER_PG_BIN`, `pg_config --bindir`, the newest `/usr/lib/postgresql/*/bin` and `PATH`, in this order.
///
/// # Errors
/// When none has a server of a usable version; the message is one line and says how to get one.
pub fn find_binaries() -> Result<PgBinaries, MissingBinaries> {
    if let Some(folder) = std::env::var_os("USHER_PG_BIN").filter(|value| !value.is_empty()) {
        let folder = PathBuf::from(folder);
        return match PgBinaries::in_folder(&folder) {
            Some(found) => found.recent_enough(),
            None => Err(MissingBinaries::WrongFolder(folder)),
        };
    }
    let mut too_old = None;
    for folder in configured().into_iter().chain(debian_folders()).chain(path_folders()) {
        match PgBinaries::in_folder(&folder).map(PgBinaries::recent_enough) {
            Some(Ok(found)) => return Ok(found),
            Some(Err(error)) => too_old = too_old.or(Some(error)),
            None => {}
        }
    }
    Err(too_old.unwrap_or(MissingBinaries::Nowhere))
}

impl PgBinaries {
    /// The folder that holds them.
    pub fn bin_dir(&self) -> &Path {
        &self.bin_dir
    }

    /// The major version, for example 15.
    pub fn major(&self) -> u32 {
        self.major
    }

    /// The path of one of them, for example `psql`.
    pub fn program(&self, name: &str) -> PathBuf {
        self.bin_dir.join(name)
    }

    fn in_folder(folder: &Path) -> Option<Self> {
        // Client packages fill the same folder, so both server programs must be there.
        if !folder.join("initdb").is_file() {
            return None;
        }
        let version = output_of(&folder.join("postgres"), "--version")?;
        Some(Self { bin_dir: folder.to_path_buf(), major: major_version(&version)? })
    }

    fn recent_enough(self) -> Result<Self, MissingBinaries> {
        if self.major < OLDEST_MAJOR {
            return Err(MissingBinaries::TooOld { bin_dir: self.bin_dir, major: self.major });
        }
        Ok(self)
    }
}

fn configured() -> Option<PathBuf> {
    output_of(Path::new("pg_config"), "--bindir").map(|line| PathBuf::from(line.trim()))
}

/// Newest first.
fn debian_folders() -> Vec<PathBuf> {
    let mut versions: Vec<u32> = std::fs::read_dir(DEBIAN_FOLDER)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    versions.sort_unstable_by(|left, right| right.cmp(left));
    versions
        .into_iter()
        .map(|major| Path::new(DEBIAN_FOLDER).join(major.to_string()).join("bin"))
        .collect()
}

fn path_folders() -> Vec<PathBuf> {
    std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

fn output_of(program: &Path, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Reads `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)` and `postgres (PostgreSQL) 18beta1`.
fn major_version(version: &str) -> Option<u32> {
    let number = version.split_once("(PostgreSQL)")?.1.trim_start();
    let digits = number.split(|letter: char| !letter.is_ascii_digit()).next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_major_version() {
        assert_eq!(
            major_version("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"),
            Some(15)
        );
        assert_eq!(major_version("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major_version("postgres 15"), None);
    }

    #[test]
    fn an_old_version_is_named() {
        let old = PgBinaries { bin_dir: PathBuf::from("/opt/pg/bin"), major: 12 };
        let message = old.recent_enough().unwrap_err().to_string();
        assert!(
            message.starts_with("PostgreSQL 12 in /opt/pg/bin is too old, 14 or newer is needed"),
            "{message}"
        );
    }

    #[test]
    fn every_message_is_one_line() {
        for error in [MissingBinaries::Nowhere, MissingBinaries::WrongFolder(PathBuf::from("/x"))] {
            assert_eq!(error.to_string().lines().count(), 1);
        }
    }
}
