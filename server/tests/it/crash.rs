//! Processes are killed at random instants while requests are approved and the directory lies; then
//! three ledgers are compared: what was accepted, what the directory saw, what the record says.
//!
//! `USHER_KILLS` sets how often (100 unless told), `USHER_SEED` repeats a run.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use secrecy::ExposeSecret as _;
use serde_json::json;
use usher_company::{Directory, Founded, Mark, found, group_names};
use usher_operations::authorization::Authorizer;
use usher_operations::request::{self, Item, Submit};
use usher_operations::task::{self, Decide};
use usher_operations::{Caller, Context, OsRandom, SystemClock, assignment, sign_in};
use usher_sandbox::{Effect, Fault, FaultRule, Sandbox, SandboxHandle};
use usher_store::{Store, StoreOptions, job};
use usher_testkit::{TestDatabase, sandbox_options};
use usher_vocabulary::{Decision, ItemState, SignInMethod};

/// What the harness has seen accepted.
struct Accepted {
    requester: String,
    request: usher_vocabulary::RequestId,
    is_given_back: bool,
}

struct Harness {
    cx: Context,
    database: TestDatabase,
    directory: SandboxHandle,
    company: Founded,
    secrets: std::path::PathBuf,
    processes: Vec<Child>,
    dice: u64,
}

/// Where `usher serve` finds the token of the directory.
fn secrets_folder() -> Result<std::path::PathBuf> {
    let folder = std::env::temp_dir().join(format!("usher-crash-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("directory-token"), "test")?;
    Ok(folder)
}

impl Harness {
    async fn open(seed: u64) -> Result<Self> {
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
            authorizer: Arc::new(Authorizer::built_in()?),
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
        let company = found(
            &cx,
            &Directory { settings, groups, concurrency: 8, call_timeout_ms: 1_000 },
            Mark::Company,
        )
        .await?;
        let secrets = secrets_folder()?;
        let mut harness = Self {
            cx,
            database,
            directory,
            company,
            secrets,
            processes: Vec::new(),
            dice: seed.max(1),
        };
        for slot in 0..4 {
            let process = harness.start(slot)?;
            harness.processes.push(process);
        }
        Ok(harness)
    }

    /// Two that serve and work, two that only work.
    fn start(&self, slot: usize) -> Result<Child> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_usher"));
        if slot < 2 {
            command.args(["serve", "--listen", "127.0.0.1:0"]);
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

    /// A small generator that a seed repeats; nothing here needs better.
    fn roll(&mut self, below: u64) -> u64 {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        self.dice % below
    }

    fn kill_one(&mut self) -> Result<()> {
        let slot = usize::try_from(self.roll(4))?;
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

    async fn caller(&self, email: &str) -> Result<Caller> {
        let id = *self.company.people.get(email).with_context(|| format!("nobody is {email}"))?;
        Ok(sign_in::caller(&self.cx, id, SignInMethod::Demo, None, self.cx.id())
            .await?
            .context("a person")?
            .0)
    }

    async fn ask(&self, email: &str, item: &str) -> Result<Accepted> {
        let item = Item {
            catalogue_item: self.company.items[item],
            starts_at: None,
            duration_seconds: Some(86_400),
        };
        let input = Submit {
            requestee: None,
            items: vec![item],
            reason: "Crash test".to_owned(),
            channel: "web",
        };
        let sent = request::submit(&self.cx, &self.caller(email).await?, &input, None).await?;
        Ok(Accepted { requester: email.to_owned(), request: sent.id, is_given_back: false })
    }

    /// Everybody approves what waits for them.
    async fn approve_everything(&self) -> Result<()> {
        for email in self.company.people.keys() {
            let caller = self.caller(email).await?;
            for row in task::inbox(&self.cx, &caller).await?.rows {
                let input = Decide {
                    task: row.id,
                    decision: Decision::Approve,
                    reason: String::new(),
                    version: None,
                };
                task::decide(&self.cx, &caller, &input, None).await?;
            }
        }
        Ok(())
    }

    async fn give_back(&self, accepted: &mut Accepted) -> Result<()> {
        let caller = self.caller(&accepted.requester).await?;
        let view = request::show(&self.cx, &caller, accepted.request).await?;
        if let Some(id) = view.items[0].assignment {
            assignment::give_back(&self.cx, &caller, id, None).await?;
            accepted.is_given_back = true;
        }
        Ok(())
    }

    /// Until nothing waits, runs or is due any more.
    async fn wait_until_quiet(&self) -> Result<()> {
        let end = Instant::now() + Duration::from_secs(240);
        loop {
            let mut conn = self.cx.store.conn().await?;
            let depth = job::depth(&mut conn).await?;
            let timers: i64 = {
                let mut owner = self.database.owner().await?;
                usher_testkit::count(&mut owner, "select count(*) from timer where kind = 'verify_again' and fired_at is null and cancelled_at is null").await?
            };
            drop(conn);
            if depth.queued + depth.running + depth.retrying + timers == 0 {
                return Ok(());
            }
            ensure!(Instant::now() < end, "still at work: {depth:?}, {timers} timers");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
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

fn lies() -> Vec<FaultRule> {
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

const ITEMS: [&str; 4] = [
    "Display bank reconciliations",
    "Maintain payment memos",
    "Yard plan, view",
    "Post bank reconciliations",
];

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_processes_lose_nothing_and_do_nothing_twice() -> Result<()> {
    let (kills, seed) = (number("USHER_KILLS", 100), number("USHER_SEED", 20_261_121));
    let mut harness = Harness::open(seed).await?;
    harness.directory.set_faults(lies());
    let mut people: Vec<String> = harness.company.people.keys().cloned().collect();
    people.sort();
    let mut wishes: Vec<(String, &str)> = people
        .iter()
        .flat_map(|person| ITEMS.iter().map(move |item| (person.clone(), *item)))
        .collect();
    let mut accepted: Vec<Accepted> = Vec::new();
    let per_kill = wishes.len().div_ceil(usize::try_from(kills.max(1))?).max(1);
    for _ in 0..kills {
        for (person, item) in wishes.split_off(wishes.len().saturating_sub(per_kill)) {
            accepted.push(harness.ask(&person, item).await?);
        }
        harness.approve_everything().await?;
        // Some are given back while their grant may still be under way.
        for _ in 0..2 {
            let at = usize::try_from(harness.roll(accepted.len().max(1) as u64))?;
            if let Some(one) = accepted.get_mut(at).filter(|a| !a.is_given_back) {
                harness.give_back(one).await?;
            }
        }
        let pause = harness.roll(400);
        tokio::time::sleep(Duration::from_millis(pause)).await;
        harness.kill_one()?;
    }
    harness.approve_everything().await?;
    harness.directory.set_faults(Vec::new());
    harness.wait_until_quiet().await?;
    (0..4).try_for_each(|slot| harness.is_alive(slot))?;

    nothing_lost(&harness, &accepted).await?;
    no_duplicate_account(&harness)?;
    target_is_as_desired(&harness, &accepted).await?;
    record_is_reality(&harness).await?;
    Ok(())
}

/// ORACLE-1: every accepted request came to exactly one end.
async fn nothing_lost(harness: &Harness, accepted: &[Accepted]) -> Result<()> {
    for one in accepted {
        let view =
            request::show(&harness.cx, &harness.caller(&one.requester).await?, one.request).await?;
        let expected = if one.is_given_back { ItemState::Ended } else { ItemState::Delivered };
        let item = &view.items[0];
        ensure!(
            item.state == expected,
            "R-{} {} is {} instead of {expected}",
            view.number,
            item.name,
            item.state
        );
    }
    Ok(())
}

/// ORACLE-2: the directory's own ledger saw at most one account made per person.
fn no_duplicate_account(harness: &Harness) -> Result<()> {
    let mut made: HashMap<String, usize> = HashMap::new();
    for entry in harness.directory.ledger(0) {
        for effect in &entry.effects {
            if let Effect::AccountCreated { external_id, user_name, .. } = effect {
                *made
                    .entry(external_id.clone().unwrap_or_else(|| user_name.clone()))
                    .or_default() += 1;
            }
        }
    }
    let twice: Vec<_> = made.iter().filter(|(_, count)| **count > 1).collect();
    ensure!(twice.is_empty(), "made more than once: {twice:?}");
    Ok(())
}

/// ORACLE-3 and ORACLE-9: what the directory holds is what is desired, no more and no less.
async fn target_is_as_desired(harness: &Harness, accepted: &[Accepted]) -> Result<()> {
    let mut desired: BTreeSet<(String, String)> = BTreeSet::new();
    for one in accepted.iter().filter(|a| !a.is_given_back) {
        let view =
            request::show(&harness.cx, &harness.caller(&one.requester).await?, one.request).await?;
        for line in &view.items[0].lines {
            let user = one.requester.split('@').next().unwrap_or_default().to_owned();
            desired.insert((user, line.entitlement.trim_start_matches("Group ").to_owned()));
        }
    }
    let names: HashMap<String, String> =
        harness.directory.accounts().into_iter().map(|a| (a.id, a.user_name)).collect();
    let held: BTreeSet<(String, String)> = harness
        .directory
        .groups()
        .into_iter()
        .flat_map(|g| g.members.into_iter().map(move |m| (m, g.display_name.clone())))
        .map(|(member, group)| (names.get(&member).cloned().unwrap_or(member), group))
        .collect();
    ensure!(
        held == desired,
        "held and not desired: {:?}; desired and not held: {:?}",
        held.difference(&desired).collect::<Vec<_>>(),
        desired.difference(&held).collect::<Vec<_>>()
    );
    Ok(())
}

/// ORACLE-4: every change at the directory was intended, every intent has an outcome, in calls and record alike.
async fn record_is_reality(harness: &Harness) -> Result<()> {
    let mut owner = harness.database.owner().await?;
    // A call of a process that was killed gets its outcome from whoever works on the line next.
    let open =
        usher_testkit::count(&mut owner, "select count(*) from call where finished_at is null")
            .await?;
    ensure!(open == 0, "{open} calls have no outcome");
    let calls = usher_testkit::count(&mut owner, "select count(*) from call").await?;
    let intents = usher_testkit::count(
        &mut owner,
        "select count(*) from audit_event where action = 'call.intended'",
    )
    .await?;
    let outcomes = usher_testkit::count(
        &mut owner,
        "select count(*) from audit_event where action = 'call.finished'",
    )
    .await?;
    ensure!(
        calls == intents && calls == outcomes,
        "{calls} calls, {intents} intents, {outcomes} outcomes"
    );
    let effects =
        harness.directory.ledger(0).iter().filter(|e| e.took_effect && e.method != "SEED").count();
    ensure!(i64::try_from(effects)? <= calls, "{effects} effects of {calls} calls");
    let older = usher_testkit::count(
        &mut owner,
        "select count(*) from call c join lane l on l.id = c.lane_id where c.enabling and c.generation > l.generation",
    )
    .await?;
    ensure!(older == 0, "{older} enabling calls carry a generation that never was");
    Ok(())
}
