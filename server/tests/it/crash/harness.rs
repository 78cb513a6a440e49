//! A company, a directory that lies, and four processes that are killed.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use secrecy::ExposeSecret as _;
use serde_json::json;
use usher_company::{Directory, Founded, Mark, found, group_names};
use usher_operations::access_rules::KnownRules;
use usher_operations::{Context, OsRandom, SystemClock};
use usher_sandbox::{Fault, FaultRule, Sandbox, SandboxHandle};
use usher_store::{Store, StoreOptions, job};
use usher_testkit::{TestDatabase, count, oracles, sandbox_options};

/// A small generator that a seed repeats; nothing here needs better.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.max(1))
    }

    pub(super) fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below.max(1)
    }
}

pub(super) struct Harness {
    pub(super) cx: Context,
    pub(super) database: TestDatabase,
    pub(super) directory: SandboxHandle,
    pub(super) company: Founded,
    /// Of the two processes that serve.
    pub(super) ports: [u16; 2],
    secrets: PathBuf,
    processes: Vec<Child>,
}

/// Where `usher serve` finds the token of the directory.
fn secrets_folder() -> Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("usher-crash-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("directory-token"), "test")?;
    Ok(folder)
}

/// A port that nobody listens on now; the same one is used after every kill.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

impl Harness {
    pub(super) async fn open(seed: u64) -> Result<Self> {
        let database = TestDatabase::create().await?;
        let options = StoreOptions {
            url: database.url.clone(),
            connections: 8,
            statement_timeout: Duration::from_secs(20),
            name: "usher crash test",
        };
        let cx = Context {
            store: Store::connect(&options).await?,
            clock: Arc::new(SystemClock::default()),
            random: Arc::new(OsRandom),
            rules: Arc::new(KnownRules::built_in()?),
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let directory = Sandbox::start(listener, sandbox_options(Arc::clone(&cx.clock), seed))?;
        let mut groups = BTreeMap::new();
        for group in group_names() {
            groups.insert(group.to_owned(), directory.seed_group(group)?);
        }
        let settings = json!({
            "base_url": directory.base_url(), "token": "file:directory-token", "allowed_networks": "127.0.0.0/8",
        });
        let targets = Directory { settings, groups, concurrency: 8, call_timeout_ms: 1_000 }.into();
        let company = found(&cx, &targets, Mark::Company).await?;
        let mut harness = Self {
            cx,
            database,
            directory,
            company,
            ports: [free_port()?, free_port()?],
            secrets: secrets_folder()?,
            processes: Vec::new(),
        };
        oracles::witness_calls(&harness.database).await?;
        for slot in 0..4 {
            let process = harness.start(slot)?;
            harness.processes.push(process);
        }
        Ok(harness)
    }

    /// Two that serve and work, two that only work.
    fn start(&self, slot: usize) -> Result<Child> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_usher"));
        if let Some(port) = self.ports.get(slot) {
            command.args(["serve", "--listen", &format!("127.0.0.1:{port}")]);
        } else {
            command.arg("work");
        }
        command
            .arg("--database-url")
            .arg(self.database.url.expose_secret())
            .arg("--secrets-folder")
            .arg(&self.secrets)
            .arg("--mail-folder")
            .arg(self.secrets.join("mail"))
            .args(["--slots", "4", "--urgent-slots", "2", "--log", "error"])
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command.spawn().context("the executable starts")
    }

    /// A slow machine would otherwise kill processes before they ever did anything.
    pub(super) async fn wait_until_served(&self) -> Result<()> {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            for port in self.ports {
                if tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok() {
                    return Ok(());
                }
            }
            ensure!(Instant::now() < end, "no process serves");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(super) fn kill_one(&mut self, dice: &mut Dice) -> Result<()> {
        let slot = usize::try_from(dice.roll(4))?;
        self.is_alive(slot)?;
        self.processes[slot].kill()?;
        self.processes[slot].wait()?;
        self.processes[slot] = self.start(slot)?;
        Ok(())
    }

    /// A process that ends by itself would leave the work to the others, and nobody would notice.
    fn is_alive(&mut self, slot: usize) -> Result<()> {
        let ended = self.processes[slot].try_wait()?;
        ensure!(ended.is_none(), "process {slot} ended by itself: {ended:?}");
        Ok(())
    }

    pub(super) fn are_alive(&mut self) -> Result<()> {
        (0..self.processes.len()).try_for_each(|slot| self.is_alive(slot))
    }

    /// Until nothing waits, runs or is due any more.
    pub(super) async fn wait_until_quiet(&self) -> Result<()> {
        let end = Instant::now() + Duration::from_secs(300);
        loop {
            let mut conn = self.cx.store.conn().await?;
            let depth = job::depth(&mut conn).await?;
            drop(conn);
            let mut owner = self.database.owner().await?;
            let timers = count(
                &mut owner,
                "select count(*) from timer where kind = 'verify_again' and fired_at is null and cancelled_at is null",
            )
            .await?;
            if depth.queued + depth.running + depth.retrying + timers == 0 {
                return Ok(());
            }
            ensure!(Instant::now() < end, "still at work: {depth:?}, {timers} timers");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Hands the last finished job of every account out once more. Returns how many.
    pub(super) async fn deliver_again(&self) -> Result<u64> {
        let mut owner = self.database.owner().await?;
        let done = sqlx::query(
            "update job set state = 'queued', run_at = now(), lease_token = null, lease_until_at = null, attempts = 0,
                    finished_at = null
             where id in (
                 select distinct on (lane_id) id from job
                 where lane_id is not null and state in ('done', 'superseded') order by lane_id, enqueued_at desc
             )",
        )
        .execute(&mut owner)
        .await?;
        Ok(done.rows_affected())
    }
}

impl Drop for Harness {
    fn drop(&mut self) {
        for process in &mut self.processes {
            let _ = process.kill();
            let _ = process.wait();
        }
        let _ = std::fs::remove_dir_all(&self.secrets);
    }
}

pub(super) fn lies() -> Vec<FaultRule> {
    let rule = |fault, probability| FaultRule {
        probability: Some(probability),
        ..FaultRule::always(fault)
    };
    vec![
        rule(Fault::Error500AfterCommit, 0.05),
        FaultRule { delay_ms: Some(1_500), ..rule(Fault::TimeoutAfterCommit, 0.02) },
        rule(Fault::OkWithoutEffect, 0.03),
        rule(Fault::False409, 0.03),
        FaultRule { retry_after_s: Some(1), ..rule(Fault::Throttle429, 0.02) },
        rule(Fault::Garbage, 0.03),
    ]
}
