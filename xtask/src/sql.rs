//! Checks every query of crates/store against the migrations and renews `.sqlx`.
//!
//! The query macros ask a live database while the crate is compiled and write what it answered to a folder.
//! That folder is a fresh one under `target/`, and only when the crate compiles does it take the place of `.sqlx`:
//! a broken query leaves the committed answers alone.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use secrecy::ExposeSecret;
use usher_cluster::{Address, Cluster, ClusterOptions, find_binaries, identity};

use crate::say;
use crate::workspace::{cargo, root};

/// Made anew by every run.
const DATABASE: &str = "usher_sql";

/// What to do besides checking the queries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Renew `.sqlx`; stop the cluster unless it is kept.
    Renew,
    /// Fail when `.sqlx` would change.
    Check,
    /// Renew `.sqlx` and keep the cluster for the next runs.
    Keep,
    /// Only stop a kept cluster.
    Stop,
}

pub(crate) fn run(mode: Mode) -> Result<()> {
    let place = Place::of_this_clone()?;
    // Two runs at once would drop each other's database. The kernel lets go when this process ends.
    let lock = File::create(place.base.join("lock"))?;
    lock.lock().context("cannot lock the folder of the cluster")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if mode == Mode::Stop {
        let _ = fs::remove_file(&place.kept);
        return Ok(runtime.block_on(Cluster::stop_shared(place.options))?);
    }
    let address = runtime.block_on(Cluster::shared(place.options.clone()))?;
    if mode == Mode::Keep {
        File::create(&place.kept)?;
    }
    let outcome = renew(&address, mode);
    if place.kept.exists() {
        say(&format!("DATABASE_URL={}", address.url(DATABASE).expose_secret()));
    } else {
        runtime.block_on(Cluster::stop_shared(place.options))?;
    }
    outcome
}

/// Where the cluster of this clone lives.
struct Place {
    base: PathBuf,
    /// Exists while the cluster is to be left running.
    kept: PathBuf,
    options: ClusterOptions,
}

impl Place {
    fn of_this_clone() -> Result<Self> {
        let root = root().canonicalize()?;
        let mut hasher = DefaultHasher::new();
        root.hash(&mut hasher);
        let name = format!("usher-sql-{:08x}", hasher.finish() >> 32);
        let (base, socket_dir) = if nix::unistd::geteuid().is_root() {
            // The server is somebody else then, and the clone may lie where only root can read.
            let base = Path::new("/var/lib").join(name);
            (base.clone(), base.join("s"))
        } else {
            // The path of a clone can be too long for a socket.
            (root.join("target/sql-cluster"), identity::socket_home().join(name))
        };
        fs::create_dir_all(&base).with_context(|| format!("cannot create {}", base.display()))?;
        let options = ClusterOptions {
            data_dir: base.join("data"),
            socket_dir,
            durable: false,
            max_connections: 50,
            run_as: None,
        };
        Ok(Self { kept: base.join("kept"), base, options })
    }
}

fn renew(address: &Address, mode: Mode) -> Result<()> {
    let committed = root().join(".sqlx");
    fs::create_dir_all(&committed)?;
    migrate(address)?;
    let fresh = root().join("target/sqlx-fresh");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    fs::create_dir_all(&fresh)?;
    expand_queries(address, &fresh)?;
    let (new, old) = (answers(&fresh)?, answers(&committed)?);
    if mode == Mode::Check {
        ensure!(new == old, "{}", stale(&new, &old));
        return Ok(());
    }
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        fs::remove_file(committed.join(name))?;
    }
    // Equal files keep their time stamp, which is all that a build looks at.
    for (name, answer) in new.iter().filter(|(name, answer)| old.get(*name) != Some(*answer)) {
        fs::write(committed.join(name), answer)?;
    }
    say(&format!("{} queries checked; .sqlx is up to date", new.len()));
    Ok(())
}

/// A fresh database with every migration, each in a transaction of its own unless its first line says otherwise.
fn migrate(address: &Address) -> Result<()> {
    psql(
        address,
        "postgres",
        &["-c", &format!("drop database if exists {DATABASE} with (force)")],
    )?;
    psql(address, "postgres", &["-c", &format!("create database {DATABASE}")])?;
    for migration in migrations(&root().join("migrations"))? {
        let text = fs::read_to_string(&migration)?;
        let path = migration.to_string_lossy();
        let mut arguments = vec!["-f", path.as_ref()];
        if !text.starts_with("-- no-transaction") {
            arguments.push("--single-transaction");
        }
        psql(address, DATABASE, &arguments)
            .with_context(|| format!("{} does not apply", migration.display()))?;
    }
    Ok(())
}

/// The files `NNNN_name.sql`, in the order of their numbers.
fn migrations(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut numbered = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let number = name.split_once('_').and_then(|(number, _)| number.parse::<u64>().ok());
        let Some(number) = number.filter(|_| name.ends_with(".sql")) else { continue };
        if let Some(other) = numbered.insert(number, path) {
            bail!("{name} and {} have the same number", other.display());
        }
    }
    Ok(numbered.into_values().collect())
}

fn psql(address: &Address, database: &str, arguments: &[&str]) -> Result<()> {
    let status = Command::new(find_binaries()?.program("psql"))
        .args(["-X", "-q", "-v", "ON_ERROR_STOP=1"])
        .args(arguments)
        .env("PGHOST", &address.socket_dir)
        .env("PGPORT", address.port.to_string())
        .env("PGUSER", &address.user)
        .env("PGPASSWORD", address.password.expose_secret())
        .env("PGDATABASE", database)
        .env("PGOPTIONS", "-c client_min_messages=warning")
        .status()
        .context("cannot run psql")?;
    ensure!(status.success(), "psql ended with {status}");
    Ok(())
}

/// Compiles the store with the database at hand; the macros write one file per query.
fn expand_queries(address: &Address, into: &Path) -> Result<()> {
    // An unchanged file would not be compiled again. Whatever tests the crate has depend on this one.
    let touched = Command::new("touch").arg(root().join("crates/store/src/lib.rs")).status()?;
    ensure!(touched.success(), "cannot touch crates/store/src/lib.rs");
    let status = cargo()
        .args(["check", "--locked", "--package", "usher-store", "--all-targets"])
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", into)
        .env("DATABASE_URL", address.url(DATABASE).expose_secret())
        .status()
        .context("cannot run cargo")?;
    ensure!(status.success(), "crates/store does not compile against the migrations");
    Ok(())
}

/// The answers in a folder, by file name; empty when the folder is absent.
fn answers(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut answers = BTreeMap::new();
    if !folder.exists() {
        return Ok(answers);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("query-") && name.ends_with(".json") {
            answers.insert(name, fs::read(&path)?);
        }
    }
    Ok(answers)
}

fn stale(new: &BTreeMap<String, Vec<u8>>, old: &BTreeMap<String, Vec<u8>>) -> String {
    let changed = new
        .iter()
        .filter(|(name, answer)| old.get(*name) != Some(*answer))
        .map(|(name, _)| format!("+ {name}"));
    let gone = old.keys().filter(|name| !new.contains_key(*name)).map(|name| format!("- {name}"));
    let lines: Vec<String> = changed.chain(gone).collect();
    format!(".sqlx is stale; run `make sql` and commit it\n{}", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_come_in_the_order_of_their_numbers() {
        let folder = std::env::temp_dir().join(format!("usher-xtask-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for name in ["0010_b.sql", "0002_a.sql", "README.md"] {
            fs::write(folder.join(name), "").unwrap();
        }
        let found = migrations(&folder).unwrap();
        fs::write(folder.join("2_twice.sql"), "").unwrap();
        let twice = migrations(&folder).unwrap_err().to_string();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(found, [folder.join("0002_a.sql"), folder.join("0010_b.sql")]);
        assert!(twice.contains("have the same number"), "{twice}");
    }

    #[test]
    fn a_stale_answer_is_named() {
        let old = BTreeMap::from([
            ("query-a.json".to_owned(), vec![1]),
            ("query-b.json".to_owned(), vec![1]),
        ]);
        let new = BTreeMap::from([("query-a.json".to_owned(), vec![2])]);
        assert_eq!(
            stale(&new, &old).lines().skip(1).collect::<Vec<_>>(),
            ["+ query-a.json", "- query-b.json"]
        );
    }
}
