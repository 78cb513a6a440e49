//! One folder per test, swept away afterwards, and a way to ask a cluster something.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use secrecy::ExposeSecret;
use usher_cluster::{Address, ClusterOptions, find_binaries};

/// A short folder, because a socket path must be short.
pub(crate) struct World {
    folder: PathBuf,
}

impl World {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = PathBuf::from(format!("/tmp/uc-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The options of a cluster in this world that forgets everything when the machine stops.
    pub(crate) fn options(&self) -> ClusterOptions {
        ClusterOptions {
            data_dir: self.path("data"),
            socket_dir: self.path("s"),
            durable: false,
            max_connections: 20,
            run_as: None,
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// What `psql` answers, or its error.
pub(crate) fn ask(address: &Address, sql: &str) -> Result<String, String> {
    let url = address.url("postgres");
    let output = Command::new(find_binaries().unwrap().program("psql"))
        .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql])
        .arg(url.expose_secret())
        .output()
        .unwrap();
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap().trim().to_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

pub(crate) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}
