//! A file system of one test alone, so small that it can really be filled.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// Names the file system to the process of the test that runs on it.
const VARIABLE: &str = "USHER_TEST_SMALL_DISK";

/// Mounts what only this process and its children see, and goes on with a test of the same user.
const AS_ROOT: &str = r#"mount -t tmpfs -o "$2,mode=755" tmpfs "$1" && shift 4 && exec "$@""#;
const AS_USER: &str = r#"mount -t tmpfs -o "$2,mode=755" tmpfs "$1" && user=$3 group=$4 && shift 4 &&
    exec unshare --user --map-user="$user" --map-group="$group" -- "$@""#;

/// The file system that this process was started with by [`SmallDisk::run`].
#[derive(Debug)]
pub struct SmallDisk {
    folder: PathBuf,
}

/// What became of a test that was to run on a small disk.
#[derive(Debug, PartialEq, Eq)]
pub enum Ran {
    /// It passed there.
    Passed,
    /// The machine lets nobody mount anything, and says why.
    NotHere(String),
}

impl SmallDisk {
    /// `None` in a process that was started in any other way.
    #[must_use]
    pub fn here() -> Option<Self> {
        std::env::var_os(VARIABLE).map(|folder| Self { folder: folder.into() })
    }

    /// Runs the test of this full name once more, in a process of its own on `mib` MiB.
    ///
    /// # Errors
    /// The test failed; its words are in the error.
    pub fn run(test: &str, mib: u32) -> Result<Ran> {
        let me = std::fs::metadata("/proc/self")?;
        let script = if me.uid() == 0 { AS_ROOT } else { AS_USER };
        let folder = PathBuf::from(format!("/tmp/us-disk-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let apart = |program: &[&str]| {
            let mut command = Command::new("unshare");
            if me.uid() != 0 {
                command.args(["--user", "--map-root-user"]);
            }
            command.args(["--mount", "sh", "-c", script, "sh"]).arg(&folder);
            command.arg(format!("size={mib}m")).args([me.uid(), me.gid()].map(|id| id.to_string()));
            command.args(program).env(VARIABLE, &folder).output()
        };
        let may = apart(&["true"]);
        if !may.as_ref().is_ok_and(|output| output.status.success()) {
            std::fs::remove_dir(&folder)?;
            return Ok(Ran::NotHere(format!("{may:?}")));
        }
        let executable = std::env::current_exe()?;
        let executable = executable.to_str().context("a path of text")?;
        let output = apart(&[executable, test, "--exact", "--nocapture"])?;
        std::fs::remove_dir(&folder)?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success() && said.contains("1 passed"), "on {mib} MiB: {said}");
        Ok(Ran::Passed)
    }

    /// The folder that it is mounted on.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Leaves no byte free. Dropping what it returns makes room again.
    ///
    /// # Errors
    /// Something else than a full disk stops it.
    pub fn fill(&self) -> Result<Ballast> {
        let ballast = Ballast { path: self.folder.join("ballast") };
        let mut file = File::create(&ballast.path)?;
        for block in [&[0; 65_536][..], &[0; 512], &[0]] {
            loop {
                match file.write(block) {
                    Ok(_) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(ballast)
    }
}

/// What fills a [`SmallDisk`].
#[derive(Debug)]
pub struct Ballast {
    path: PathBuf,
}

impl Drop for Ballast {
    fn drop(&mut self) {
        // A test that goes on with a full disk says so itself.
        let _ = std::fs::remove_file(&self.path);
    }
}
