//! A database per test, copied from a template that is migrated once per schema.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use usher_cluster::{Cluster, ClusterOptions, identity};
use usher_operations::Clock;
use usher_sandbox::SandboxOptions;
use usher_store::Store;

/// A database of one test. It stays for whoever looks into a failure, until a later test takes its room.
#[derive(Debug, Clone)]
pub struct TestDatabase {
    pub url: SecretString,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

impl TestDatabase {
    /// Copies the template.
    ///
    /// # Errors
    /// No Postgres is installed, or it refuses.
    pub async fn create() -> Result<Self> {
        let address = Cluster::shared(options()?).await?;
        let template = format!("template_{}", Store::schema_fingerprint());
        let mut admin = PgConnection::connect(address.url("postgres").expose_secret()).await?;
        // One test process makes the template, the others wait; copying wants nobody connected to it.
        admin.execute("select pg_advisory_lock(7483012)").await?;
        let exists: bool =
            sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
                .bind(&template)
                .fetch_one(&mut admin)
                .await?;
        if !exists {
            let making = format!("{template}_making");
            admin.execute(AssertSqlSafe(format!("drop database if exists {making}"))).await?;
            admin.execute(AssertSqlSafe(format!("create database {making}"))).await?;
            Store::migrate(&address.url(&making)).await?;
            admin
                .execute(AssertSqlSafe(format!("alter database {making} rename to {template}")))
                .await?;
        }
        let name = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        admin.execute(AssertSqlSafe(format!("drop database if exists {name}"))).await?;
        admin
            .execute(AssertSqlSafe(format!(
                "create database {name} template {template} strategy file_copy"
            )))
            .await?;
        drop_oldest(&mut admin).await?;
        admin.close().await?;
        Ok(Self { url: address.url(&name) })
    }

    /// A connection of the owner, for looking where the application may not.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn owner(&self) -> Result<Owner> {
        Ok(PgConnection::connect(self.url.expose_secret()).await?)
    }
}

/// Runs statements that only a test has.
///
/// # Errors
/// One of them fails.
pub async fn run(owner: &mut Owner, sql: String) -> Result<()> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(owner).await?;
    Ok(())
}

/// Returns when as many connections of this database wait for a lock that another one holds: a test
/// knows then that what it started has come as far as it can.
///
/// # Errors
/// The database does not answer, or nobody waits within ten seconds.
pub async fn until_waiting(owner: &mut Owner, connections: i64) -> Result<()> {
    let waiting = "select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'";
    let look = async {
        while count(owner, waiting).await? < connections {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    };
    tokio::time::timeout(Duration::from_secs(10), look).await.context("nobody waits for a lock")?
}

/// One goes for each that comes, or they would fill the disk from run to run.
async fn drop_oldest(admin: &mut PgConnection) -> Result<()> {
    let oldest: Option<String> = sqlx::query_scalar(
        r"select datname from pg_database where datname like 'test\_%' order by oid limit 1",
    )
    .fetch_optional(&mut *admin)
    .await?;
    let Some(name) = oldest else { return Ok(()) };
    let process = name.split('_').nth(1).unwrap_or_default();
    if !Path::new("/proc").join(process).exists() {
        admin
            .execute(AssertSqlSafe(format!("drop database if exists {name} with (force)")))
            .await?;
    }
    Ok(())
}

/// A connection that may look everywhere.
pub type Owner = PgConnection;

/// Counts with a statement that gives one number.
///
/// # Errors
/// The statement fails.
pub async fn count(owner: &mut Owner, sql: &'static str) -> Result<i64> {
    Ok(sqlx::query_scalar(sql).fetch_one(owner).await?)
}

fn options() -> Result<ClusterOptions> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    let mut hasher = DefaultHasher::new();
    target.hash(&mut hasher);
    let name = format!("usher-test-{:08x}", hasher.finish() >> 32);
    // As root the server is somebody else, who may not be able to read the clone.
    let is_root = Path::new("/proc/self")
        .metadata()
        .is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0);
    let base: PathBuf =
        if is_root { Path::new("/var/lib").join(&name) } else { target.join("test-cluster") };
    let socket_dir = if is_root { base.join("s") } else { identity::socket_home().join(name) };
    std::fs::create_dir_all(&base)?;
    Ok(ClusterOptions {
        data_dir: base.join("data"),
        socket_dir,
        durable: false,
        max_connections: 400,
        run_as: None,
    })
}

/// A directory that tells the given clock's time; its tokens are `test` and `control`.
#[must_use]
pub fn sandbox_options(clock: std::sync::Arc<dyn Clock>, seed: u64) -> SandboxOptions {
    SandboxOptions {
        token: SecretString::from("test"),
        control_token: SecretString::from("control"),
        clock: std::sync::Arc::new(move || clock.now()),
        seed,
        ledger_file: None,
    }
}
