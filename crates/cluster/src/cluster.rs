//! A cluster: made when absent, started, waited for, stopped.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use secrecy::SecretString;
use tokio::time::{Instant, sleep};

use crate::address::{Address, PORT};
use crate::binaries::{PgBinaries, find_binaries};
use crate::error::ClusterError;
use crate::folder::{Contents, FolderLock, Folders};
use crate::orphan;
use crate::run_as::RunAs;

/// The superuser that every cluster is made with.
pub const SUPERUSER: &str = "usher_owner";

/// How long a start may take; recovery after a crash replays the log first.
const START: Duration = Duration::from_secs(600);

/// How long a fast shutdown may take, its checkpoint included, before an immediate one is asked for.
const FAST_SHUTDOWN: Duration = Duration::from_secs(60);

/// How long an immediate shutdown may take before the server is killed.
const IMMEDIATE_SHUTDOWN: Duration = Duration::from_secs(5);

/// How often the server is looked at while it starts or stops.
const LOOK: Duration = Duration::from_millis(25);

/// How often a long start says that it is still going on.
const SAY: Duration = Duration::from_secs(5);

/// Where a cluster lives and how careful it is.
#[derive(Debug, Clone)]
pub struct ClusterOptions {
    /// The Postgres data folder; made when absent.
    pub data_dir: PathBuf,
    /// The folder of the unix socket; made with mode 0700 when absent, left as it is otherwise.
    pub socket_dir: PathBuf,
    /// Whether a commit survives a crash of the machine. Off is for tests, whose data nobody wants back.
    pub durable: bool,
    /// Postgres' `max_connections`.
    pub max_connections: u16,
    /// The user of the server when this process is root; `None` takes `usher`, `postgres` or `nobody`,
    /// whichever exists first. Without meaning for any other process.
    pub run_as: Option<RunAs>,
}

/// A running cluster that this process owns. Dropping it ends the server at once, as a crash would;
/// [`Cluster::stop`] is the clean way.
#[derive(Debug)]
pub struct Cluster {
    /// `None` once the server has ended or is left to itself.
    server: Option<Child>,
    address: Address,
    binaries: PgBinaries,
    _lock: FolderLock,
}

impl Cluster {
    /// Starts the cluster, after making it if need be, and returns when it accepts connections. A server that a
    /// killed process left behind on the same folder is stopped first.
    ///
    /// # Errors
    /// When the binaries are missing or of another major version than the data, another process owns the folder,
    /// the socket path is too long, or Postgres refuses.
    pub async fn start(options: ClusterOptions) -> Result<Self, ClusterError> {
        let binaries = find_binaries()?;
        let run_as = RunAs::for_this_process(options.run_as)?;
        let folders = Folders::prepare(&options.data_dir, &options.socket_dir, run_as)?;
        let lock = folders.lock()?;
        match folders.contents()? {
            Contents::Nothing => initialise(&binaries, &folders, run_as, options.durable).await?,
            Contents::Cluster { version } if version == binaries.major().to_string() => {}
            Contents::Cluster { version: found } => {
                let binaries = binaries.major();
                return Err(ClusterError::OtherMajorVersion {
                    data_dir: folders.data,
                    found,
                    binaries,
                });
            }
        }
        let address = address_of(&folders)?;
        orphan::clear_away(&folders).await?;
        tracing::info!(version = binaries.major(), data = %folders.data.display(), "starting Postgres");
        let server = launch(&binaries, &folders, run_as, &options)?;
        let mut cluster = Self { server: Some(server), address, binaries, _lock: lock };
        cluster.wait_until_ready(&folders).await?;
        tracing::info!(sockets = %folders.sockets.display(), "Postgres accepts connections");
        Ok(cluster)
    }

    /// The address of a cluster that runs on this folder, started here if none does, and left running when this
    /// process ends. Several processes may call it at once: one starts, the others wait for it.
    ///
    /// # Errors
    /// As [`Cluster::start`]; `InUse` when somebody else holds the folder for minutes without a server on it.
    pub async fn shared(options: ClusterOptions) -> Result<Address, ClusterError> {
        let run_as = RunAs::for_this_process(options.run_as)?;
        let folders = Folders::prepare(&options.data_dir, &options.socket_dir, run_as)?;
        let end = Instant::now() + START;
        loop {
            if orphan::is_served(&folders.data) {
                return address_of(&folders);
            }
            match Self::start(options.clone()).await {
                Ok(cluster) => return Ok(cluster.leave_running()),
                Err(ClusterError::InUse(_)) if Instant::now() < end => sleep(LOOK * 4).await,
                Err(error) => return Err(error),
            }
        }
    }

    /// Stops a cluster that [`Cluster::shared`] or [`Cluster::leave_running`] left behind; does nothing without one.
    ///
    /// # Errors
    /// `InUse` when a living process owns it.
    pub async fn stop_shared(options: ClusterOptions) -> Result<(), ClusterError> {
        let run_as = RunAs::for_this_process(options.run_as)?;
        let folders = Folders::prepare(&options.data_dir, &options.socket_dir, run_as)?;
        let _lock = folders.lock()?;
        orphan::clear_away(&folders).await
    }

    /// Where it answers.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The connection string for `database`; see [`Address::url`].
    pub fn url(&self, database: &str) -> SecretString {
        self.address.url(database)
    }

    /// The programs it runs from, `psql` and `pg_dump` among them.
    pub fn binaries(&self) -> &PgBinaries {
        &self.binaries
    }

    /// The process id of the server; `None` once it has ended.
    pub fn process_id(&self) -> Option<u32> {
        self.server.as_ref().map(Child::id)
    }

    /// Whether the server is alive. One that was killed from outside comes back with a new [`Cluster::start`],
    /// after this one is dropped.
    pub fn is_running(&mut self) -> bool {
        self.server.as_mut().is_some_and(|server| matches!(server.try_wait(), Ok(None)))
    }

    /// Waits until the server has ended, and says how.
    pub(crate) async fn ended(&mut self) -> String {
        loop {
            match self.server.as_mut().map(Child::try_wait) {
                Some(Ok(None)) => sleep(LOOK * 4).await,
                Some(Ok(Some(status))) => return status.to_string(),
                Some(Err(error)) => return error.to_string(),
                None => return "it was left to itself".to_owned(),
            }
        }
    }

    /// Stops it: clients are cut off, a checkpoint is written, and this returns when the server has ended.
    pub async fn stop(mut self) {
        tracing::info!("stopping Postgres");
        for (signal, limit) in
            [(Signal::SIGINT, FAST_SHUTDOWN), (Signal::SIGQUIT, IMMEDIATE_SHUTDOWN)]
        {
            self.send(signal);
            let end = Instant::now() + limit;
            while self.is_running() && Instant::now() < end {
                sleep(LOOK).await;
            }
        }
        // Whatever is still there now is killed by drop.
    }

    /// Leaves the server to itself: it goes on when this process ends, until the next start on its folder.
    pub fn leave_running(mut self) -> Address {
        self.server = None;
        self.address.clone()
    }

    fn send(&self, signal: Signal) {
        let pid = self.process_id().and_then(|id| i32::try_from(id).ok());
        if let Some(pid) = pid {
            // The process is a child that has not been waited for, so the number is its own; it may have ended.
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }

    async fn wait_until_ready(&mut self, folders: &Folders) -> Result<(), ClusterError> {
        let began = Instant::now();
        let mut said = began;
        let log = folders.start_log();
        while began.elapsed() < START {
            if !self.is_running() {
                self.server = None;
                return Err(ClusterError::EndedWhileStarting {
                    last_words: folders.last_words(),
                    log,
                });
            }
            let own = self.process_id().and_then(|id| i32::try_from(id).ok());
            if orphan::announced(&folders.data)
                .is_some_and(|server| server.is_ready && Some(server.pid) == own)
            {
                return Ok(());
            }
            if said.elapsed() > SAY {
                said = Instant::now();
                tracing::info!(seconds = began.elapsed().as_secs(), "Postgres is still starting");
            }
            sleep(LOOK).await;
        }
        Err(ClusterError::NotReady { seconds: START.as_secs(), log })
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if !self.is_running() {
            return;
        }
        self.send(Signal::SIGQUIT);
        let began = Instant::now();
        while self.is_running() && began.elapsed() < IMMEDIATE_SHUTDOWN {
            std::thread::sleep(LOOK);
        }
        if let Some(server) = self.server.as_mut() {
            // It may have ended since; nothing more can be done here otherwise.
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

fn address_of(folders: &Folders) -> Result<Address, ClusterError> {
    Ok(Address {
        socket_dir: folders.sockets.clone(),
        port: PORT,
        user: SUPERUSER.to_owned(),
        password: folders.password()?,
    })
}

/// `initdb` into a folder of another name, so that a kill in the middle leaves nothing that looks finished.
async fn initialise(
    binaries: &PgBinaries,
    folders: &Folders,
    run_as: Option<RunAs>,
    durable: bool,
) -> Result<(), ClusterError> {
    tracing::info!(data = %folders.data.display(), "creating a Postgres cluster");
    let unfinished = folders.unfinished()?;
    let password = folders.new_password()?;
    let program = binaries.program("initdb");
    let mut command = tokio::process::Command::from(as_user(&program, run_as));
    command
        .arg("--pgdata")
        .arg(&unfinished)
        .arg("--pwfile")
        .arg(&password)
        .arg(format!("--username={SUPERUSER}"))
        .args(["--auth-local=scram-sha-256", "--auth-host=scram-sha-256", "--data-checksums"])
        // Byte order sorts the same on every machine, so an upgrade of the system's collations breaks no index.
        .args(["--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"])
        .kill_on_drop(true);
    if !durable {
        command.arg("--no-sync");
    }
    let output = command.output().await.map_err(ClusterError::io("run", &program))?;
    if !output.status.success() {
        return Err(ClusterError::Initialise(
            String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        ));
    }
    folders.finish(&unfinished)
}

/// Starts the server without waiting for it.
fn launch(
    binaries: &PgBinaries,
    folders: &Folders,
    run_as: Option<RunAs>,
    options: &ClusterOptions,
) -> Result<Child, ClusterError> {
    use std::os::unix::process::CommandExt;

    let program = binaries.program("postgres");
    let mut command = as_user(&program, run_as);
    command.arg("-D").arg(&folders.data);
    for setting in settings(&folders.sockets, options) {
        command.arg("-c").arg(setting);
    }
    command
        .stderr(folders.open_start_log()?)
        // A Ctrl-C in the terminal is for the owner alone, who stops the server after its own last commit.
        .process_group(0)
        .spawn()
        .map_err(ClusterError::io("run", &program))
}

/// Given on the command line, where neither an edited file nor `alter system` can undo them.
fn settings(sockets: &Path, options: &ClusterOptions) -> Vec<String> {
    let durable = if options.durable { "on" } else { "off" };
    let quoted = sockets.to_string_lossy().replace('"', "\"\"");
    let mut settings = vec![
        format!("unix_socket_directories=\"{quoted}\""),
        format!("port={PORT}"),
        format!("max_connections={}", options.max_connections),
        format!("fsync={durable}"),
        format!("synchronous_commit={durable}"),
        format!("full_page_writes={durable}"),
    ];
    let fixed = [
        "listen_addresses=",
        "unix_socket_permissions=0700",
        "password_encryption=scram-sha-256",
        "cluster_name=usher",
        "timezone=UTC",
        "log_timezone=UTC",
        "lc_messages=C",
        // One file for each day of the week, overwritten a week later.
        "logging_collector=on",
        "log_directory=log",
        "log_filename=postgres-%a.log",
        "log_file_mode=0600",
        "log_rotation_age=1d",
        "log_rotation_size=0",
        "log_truncate_on_rotation=on",
    ];
    settings.extend(fixed.map(str::to_owned));
    settings
}

/// A child that root never runs as itself, in a folder that every user may enter, deaf to the caller's `PG*` variables.
fn as_user(program: &Path, run_as: Option<RunAs>) -> std::process::Command {
    use std::os::unix::process::CommandExt;

    let mut command = std::process::Command::new(program);
    for (name, _) in
        std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG"))
    {
        command.env_remove(name);
    }
    command
        .env("LC_ALL", "C")
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if let Some(user) = run_as {
        command.uid(user.uid).gid(user.gid);
    }
    command
}
