//! What a killed process leaves behind: a server that nobody owns, and files that speak of one that is gone.
//!
//! A process id in a file is never trusted alone, because the number may belong to somebody else by now:
//! a server process is one whose program is `postgres` and whose working folder is the data folder.

use std::path::Path;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::time::{Instant, sleep};

use crate::address::socket_path;
use crate::error::ClusterError;
use crate::folder::Folders;

/// How long a fast shutdown may take, its checkpoint included, before the processes are killed.
const FAST_SHUTDOWN: Duration = Duration::from_secs(30);

/// How long the kernel may need to end killed processes.
const KILLED: Duration = Duration::from_secs(10);

/// What `postmaster.pid` in a data folder says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Announced {
    pub(crate) pid: i32,
    /// Whether it accepts connections.
    pub(crate) is_ready: bool,
}

/// Reads `postmaster.pid`; `None` when it is absent or not yet written in full.
pub(crate) fn announced(data: &Path) -> Option<Announced> {
    let text = std::fs::read_to_string(data.join("postmaster.pid")).ok()?;
    let mut lines = text.lines();
    let pid = lines.next()?.trim().parse().ok()?;
    // Line 8 is the state, LOCK_FILE_LINE_PM_STATUS in Postgres' miscadmin.h.
    Some(Announced { pid, is_ready: lines.nth(6).is_some_and(|state| state.trim() == "ready") })
}

/// Whether a server that accepts connections runs on this data folder, whoever started it.
pub(crate) fn is_served(data: &Path) -> bool {
    announced(data)
        .is_some_and(|server| server.is_ready && server_processes(data).contains(&server.pid))
}

/// Ends every server process of this data folder and removes the files that would keep the next one from starting.
/// Call it only with the lock of the folder in hand.
pub(crate) async fn clear_away(folders: &Folders) -> Result<(), ClusterError> {
    let data = &folders.data;
    if let Some(server) =
        announced(data).filter(|server| server_processes(data).contains(&server.pid))
    {
        tracing::warn!(pid = server.pid, "a Postgres server without an owner is stopped");
        // A process that ends in this very moment is what is wanted.
        let _ = kill(Pid::from_raw(server.pid), Signal::SIGINT);
        wait_until_gone(data, FAST_SHUTDOWN).await;
    }
    // Backends outlive a killed postmaster until they look up; the crash recovery of the next start makes up for this.
    for pid in server_processes(data) {
        let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
    }
    wait_until_gone(data, KILLED).await;
    if let Some(pid) = server_processes(data).first() {
        return Err(ClusterError::OrphanStays { pid: *pid });
    }
    forget(folders);
    Ok(())
}

/// The process ids of all server processes of this data folder; empty where the system has no /proc.
fn server_processes(data: &Path) -> Vec<i32> {
    let Ok(processes) = std::fs::read_dir("/proc") else { return Vec::new() };
    processes
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok())
        .filter(|pid| {
            let process = Path::new("/proc").join(pid.to_string());
            std::fs::read_link(process.join("cwd")).is_ok_and(|folder| folder == data)
                && is_postgres(&process)
        })
        .collect()
}

/// A shell that stands in the data folder is not a server. After an upgrade the link reads `postgres (deleted)`.
fn is_postgres(process: &Path) -> bool {
    std::fs::read_link(process.join("exe")).is_ok_and(|program| {
        program.file_name().is_some_and(|name| name.to_string_lossy().starts_with("postgres"))
    })
}

async fn wait_until_gone(data: &Path, limit: Duration) {
    let end = Instant::now() + limit;
    while Instant::now() < end && !server_processes(data).is_empty() {
        sleep(Duration::from_millis(50)).await;
    }
}

/// Postgres removes such files itself unless their process id lives again as something else.
fn forget(folders: &Folders) {
    if !Path::new("/proc/self").exists() {
        return;
    }
    // What cannot be removed makes the start fail, with Postgres' own words.
    let _ = std::fs::remove_file(folders.data.join("postmaster.pid"));
    let socket = socket_path(&folders.sockets);
    let mut lock = socket.clone().into_os_string();
    lock.push(".lock");
    // Line 2 names the data folder: another cluster may use the same socket folder.
    let is_ours = std::fs::read_to_string(&lock)
        .is_ok_and(|text| text.lines().nth(1).is_some_and(|line| Path::new(line) == folders.data));
    if is_ours {
        let _ = std::fs::remove_file(&socket);
        let _ = std::fs::remove_file(&lock);
    }
}
