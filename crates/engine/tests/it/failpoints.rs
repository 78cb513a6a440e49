//! A process dies at every named point of every operation, on every kind of target; the next one finishes.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use chrono::TimeDelta;
use usher_company::{ADMINISTRATOR, EMPLOYEE, MANAGER, OWNER};
use usher_domain::access::Words;
use usher_engine::failpoints::Point::{self, *};
use usher_operations::{assignment, connector};
use usher_testkit::{Bridge, World, count, oracles};
use usher_vocabulary::CallKind::{self, *};
use usher_vocabulary::RequestId;

/// Set for the child process only: the point at which it dies, and the way into the world.
const POINT: &str = "USHER_TEST_FAILPOINT";
const WORLD: &str = "USHER_TEST_WORLD";

/// What SIGABRT is.
const ABORTED: i32 = 6;

/// Of a process that is to die; and of simulated minutes until everything is done.
const TRIES: usize = 5;
const MINUTES: usize = 30;

const USER_NAME: &str = "ines.carvalho";

/// Who approves whatever the employee asks for, in the order of the stages.
const APPROVERS: [&str; 3] = [MANAGER, OWNER, "fatima.elidrissi@harbourline.example"];

/// What a person does, and what the engine has to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Act {
    /// Asks for both: create, add, add.
    AskForBoth,
    /// Gives one back: remove.
    GiveOneBack,
    /// Gives the other back: remove, disable.
    GiveLastBack,
    /// Asks again: enable, add.
    AskAgain,
    /// Gives it back where the last access deletes: remove, delete.
    LeaveForGood,
}

const LIFE: [Act; 5] =
    [Act::AskForBoth, Act::GiveOneBack, Act::GiveLastBack, Act::AskAgain, Act::LeaveForGood];

/// Where each call can be interrupted. The outcome of a call that another follows is committed with the intent of
/// that one, the outcome of the last with the acknowledgement.
const CALL: [Point; 3] = [BeforeIntent, AfterIntent, AfterCall];
const OUTCOME: [Point; 2] = [BeforeOutcome, AfterOutcome];
const ACK: [Point; 2] = [BeforeAck, AfterAck];

const WHERE: [(Act, CallKind, &[&[Point]]); 9] = [
    (Act::AskForBoth, CreateAccount, &[&CALL, &OUTCOME]),
    (Act::AskForBoth, AddGrant, &[&CALL, &OUTCOME, &ACK]),
    (Act::GiveOneBack, RemoveGrant, &[&CALL, &ACK]),
    (Act::GiveLastBack, RemoveGrant, &[&OUTCOME]),
    (Act::GiveLastBack, DisableAccount, &[&CALL, &ACK]),
    (Act::AskAgain, EnableAccount, &[&CALL, &OUTCOME]),
    (Act::AskAgain, AddGrant, &[&ACK]),
    (Act::LeaveForGood, RemoveGrant, &[&CALL, &OUTCOME]),
    (Act::LeaveForGood, DeleteAccount, &[&CALL, &ACK]),
];

/// The points at which each act is interrupted, one after the other.
fn interruptions() -> BTreeMap<Act, Vec<String>> {
    let mut all: BTreeMap<Act, Vec<String>> = BTreeMap::new();
    for (act, operation, points) in WHERE {
        let names = points.iter().copied().flatten().map(|point| point.at(Some(operation)));
        all.entry(act).or_default().extend(names);
    }
    all
}

/// A kind of target, with two things that it gives: as they are asked for, and as it calls them.
struct Site {
    world: World,
    items: [(&'static str, &'static str); 2],
    seen: Seen,
}

#[derive(Clone, Copy)]
enum Seen {
    InTheDirectory,
    InTheFolder,
    AsARole,
}

/// What somebody holds, looked at past the connector: whether the account is active, and its grants.
type Held = Option<(bool, BTreeSet<String>)>;

impl Site {
    /// What the target holds of the employee; two accounts of one person are an error.
    async fn held(&self) -> Result<Held> {
        match self.seen {
            Seen::InTheDirectory => {
                let accounts = self.world.directory.accounts();
                ensure!(accounts.len() <= 1, "a duplicate: {accounts:?}");
                Ok(accounts.into_iter().next().map(|account| {
                    let groups = self.world.directory.groups().into_iter();
                    let held = groups.filter(|group| group.members.contains(&account.id));
                    (account.active, held.map(|group| group.display_name).collect())
                }))
            }
            Seen::InTheFolder => {
                let folder = self.world.folder.as_ref().context("a folder")?;
                let accounts = folder.hand().accounts();
                ensure!(accounts.len() <= 1, "a duplicate: {accounts:?}");
                Ok(accounts.into_iter().next().map(|account| {
                    (account.active, account.grants.into_iter().map(|(_, id, _)| id).collect())
                }))
            }
            // The name of a role is unique in its server.
            Seen::AsARole => self.world.roles.as_ref().context("a server")?.held(USER_NAME).await,
        }
    }

    async fn ask(&self, item: usize) -> Result<RequestId> {
        let sent = self.world.ask(EMPLOYEE, self.items[item].0, TimeDelta::days(30)).await?;
        for approver in APPROVERS {
            self.world.approve_all(approver).await?;
        }
        Ok(sent.id)
    }

    async fn give_back(&self, request: RequestId) -> Result<()> {
        let world = &self.world;
        let item = world.request(EMPLOYEE, request).await?.items.remove(0);
        let id = item.assignment.context("held")?;
        let caller = world.caller(EMPLOYEE).await?;
        Ok(assignment::give_back(&world.cx, &caller, id, None).await?)
    }

    async fn last_access(&self, what: &'static str) -> Result<()> {
        let mut owner = self.world.database.owner().await?;
        sqlx::query("update target set last_access = $1").bind(what).execute(&mut owner).await?;
        Ok(())
    }

    /// Does what a person does, leaves the work to a process that dies at `point`, and then to one that lives.
    async fn live(
        &self,
        act: Act,
        requests: &mut Vec<RequestId>,
        point: Option<&String>,
    ) -> Result<()> {
        let (first, second) = (self.items[0].1, self.items[1].1);
        let (is_there, holds): (bool, &[&str]) = match act {
            Act::AskForBoth => {
                *requests = vec![self.ask(0).await?, self.ask(1).await?];
                (true, &[first, second])
            }
            Act::GiveOneBack => {
                self.give_back(requests[1]).await?;
                (true, &[first])
            }
            Act::GiveLastBack => {
                self.give_back(requests[0]).await?;
                (true, &[])
            }
            Act::AskAgain => {
                requests[0] = self.ask(0).await?;
                (true, &[first])
            }
            Act::LeaveForGood => {
                self.last_access("delete").await?;
                self.give_back(requests[0]).await?;
                (false, &[])
            }
        };
        if let Some(point) = point {
            self.dies_at(point).await?;
        }
        self.next_process().await?;
        let holds: BTreeSet<String> = holds.iter().map(|name| (*name).to_owned()).collect();
        let expected = is_there.then_some((!holds.is_empty(), holds));
        let held = self.held().await?;
        ensure!(held == expected, "{held:?} instead of {expected:?}");
        for (n, request) in requests.iter().enumerate() {
            let has = expected.as_ref().is_some_and(|(_, held)| held.contains(self.items[n].1));
            let words = if has { Words::YouHaveThis } else { Words::GivenBack };
            let read = self.world.request(EMPLOYEE, *request).await?.items.remove(0);
            ensure!(read.words == words, "{:?} instead of {words:?}: {:?}", read.words, read.lines);
        }
        if act == Act::LeaveForGood {
            self.last_access("disable").await?;
        }
        Ok(())
    }

    /// Lets processes of their own work until one dies at that point. The first comes to it, unless this machine is
    /// so busy that a call takes longer than it may: then the job has to be tried again.
    async fn dies_at(&self, point: &str) -> Result<()> {
        for _ in 0..TRIES {
            if self.work_armed(point).await?.signal() == Some(ABORTED) {
                return Ok(());
            }
            self.world.clock.advance(TimeDelta::minutes(1));
        }
        bail!("{point} is not reached")
    }

    async fn work_armed(&self, point: &str) -> Result<ExitStatus> {
        let bridge = serde_json::to_string(&self.world.bridge())?;
        let mut child = tokio::process::Command::new(std::env::current_exe()?)
            .args(["--exact", "failpoints::child"])
            .env(POINT, point)
            .env(WORLD, bridge)
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        Ok(tokio::time::timeout(Duration::from_secs(60), child.wait()).await??)
    }

    /// The lease of the dead runs out; whoever lives takes its work up, and looks again where it has to.
    async fn next_process(&self) -> Result<()> {
        for _ in 0..MINUTES {
            self.world.clock.advance(TimeDelta::minutes(1));
            usher_engine::give_back(&self.world.cx).await?;
            self.world.settle().await?;
            if self.open_jobs().await?.is_empty() {
                return Ok(());
            }
        }
        bail!("not done: {:?}", self.open_jobs().await?)
    }

    /// Jobs and looks that are not done.
    async fn open_jobs(&self) -> Result<Vec<String>> {
        let mut owner = self.world.database.owner().await?;
        let open = "select format('%s after %s tries: %s', state, attempts, last_error) from job
                    where state not in ('done', 'superseded')
                    union all
                    select 'verify again' from timer
                    where kind = 'verify_again' and fired_at is null and cancelled_at is null";
        Ok(sqlx::query_scalar(open).fetch_all(&mut owner).await?)
    }

    /// As many lives as the act with the most points has: each act is interrupted at another point in each.
    async fn die_everywhere(&self) -> Result<()> {
        oracles::witness_calls(&self.world.database).await?;
        let interruptions = interruptions();
        let lives = interruptions.values().map(Vec::len).max().unwrap_or_default();
        let mut died = 0;
        for life in 0..lives {
            let mut requests = Vec::new();
            for act in LIFE {
                let point = interruptions.get(&act).and_then(|points| points.get(life));
                self.live(act, &mut requests, point)
                    .await
                    .with_context(|| format!("{act:?}, dead at {point:?}"))?;
                died += usize::from(point.is_some());
            }
        }
        let points = interruptions.values().map(Vec::len).sum::<usize>();
        ensure!(died == points, "died at {died} of {points} points");
        oracles::calls_are_recorded_once(&self.world.database).await?;
        oracles::no_older_generation(&self.world.database).await?;
        oracles::effects_were_intended(&self.world.database, &self.world.directory).await?;
        Ok(())
    }
}

#[test]
fn every_operation_is_interrupted_at_every_point() {
    let interruptions: BTreeSet<String> = interruptions().into_values().flatten().collect();
    for operation in CallKind::ALL {
        for point in Point::ALL {
            // Something always follows a create and an enable, nothing a disable and a delete.
            let exists = match point {
                BeforeOutcome | AfterOutcome => {
                    !matches!(operation, DisableAccount | DeleteAccount)
                }
                BeforeAck | AfterAck => !matches!(operation, CreateAccount | EnableAccount),
                _ => true,
            };
            let name = point.at(Some(*operation));
            assert_eq!(interruptions.contains(&name), exists, "{name}");
        }
    }
}

#[tokio::test]
async fn a_directory_is_as_it_should_be_wherever_a_process_died() -> Result<()> {
    let items = [
        ("Display bank reconciliations", "fi-bank-display"),
        ("Maintain payment memos", "fi-memo"),
    ];
    let site = Site { world: World::open().await?, items, seen: Seen::InTheDirectory };
    site.die_everywhere().await
}

#[tokio::test]
async fn a_drop_folder_is_as_it_should_be_wherever_a_process_died() -> Result<()> {
    let world = World::open_with_hands().await?;
    let items = [("Terminal gate", "gate-terminal"), ("Crane hall", "hall-cranes")];
    Site { world, items, seen: Seen::InTheFolder }.die_everywhere().await
}

#[tokio::test]
async fn roles_are_as_they_should_be_wherever_a_process_died() -> Result<()> {
    let world = World::open_with_roles().await?;
    let items = [
        ("Reporting tables, read", "reporting_reader"),
        ("Billing tables, read", "billing_reader"),
    ];
    Site { world, items, seen: Seen::AsARole }.die_everywhere().await
}

/// Where a person carries it out nothing is called: what is asked of them is one transaction with the acknowledgement.
#[tokio::test]
async fn nobody_is_asked_twice_wherever_a_process_died() -> Result<()> {
    for point in ACK {
        let world = World::open_with_hands().await?;
        let items = [("Duty phone", "phone 3"), ("Key to the paper archive", "K-17")];
        let site = Site { world, items, seen: Seen::InTheFolder };
        site.ask(0).await?;
        site.dies_at(&point.at(None)).await?;
        site.next_process().await?;
        let mut owner = site.world.database.owner().await?;
        let asked = count(&mut owner, "select count(*) from work_item").await?;
        assert_eq!(asked, 1, "{point:?}");
    }
    Ok(())
}

/// Whoever asked whether a connector works waits for the answer, so it is not tried again behind their back: where the
/// process died before there was one, they read that.
#[tokio::test]
async fn a_test_of_a_connector_is_answered_wherever_a_process_died() -> Result<()> {
    for (point, has_succeeded) in [(BeforeAck, false), (AfterAck, true)] {
        let items = [("", ""); 2];
        let site = Site { world: World::open().await?, items, seen: Seen::InTheDirectory };
        let caller = site.world.caller(ADMINISTRATOR).await?;
        let id = site.world.company.connector;
        connector::test(&site.world.cx, &caller, id, None).await?;
        site.dies_at(&point.at(None)).await?;
        site.world.clock.advance(TimeDelta::minutes(1));
        usher_engine::give_back(&site.world.cx).await?;
        site.world.settle().await?;
        let answer = connector::show(&site.world.cx, &caller, id).await?.last_test;
        let answer = answer.with_context(|| format!("{point:?}: no answer"))?;
        assert_eq!(answer.has_succeeded, has_succeeded, "{point:?}: {}", answer.words);
        assert_eq!(answer.words.contains("was gone"), !has_succeeded, "{}", answer.words);
    }
    Ok(())
}

/// The body of the child process; without the variables it has nothing to do.
#[tokio::test]
async fn child() -> Result<()> {
    let (Ok(point), Ok(world)) = (std::env::var(POINT), std::env::var(WORLD)) else {
        return Ok(());
    };
    let bridge: Bridge = serde_json::from_str(&world)?;
    usher_engine::failpoints::arm(&point)?;
    bridge.engine().await?.settle().await?;
    bail!("it lives")
}

#[test]
fn a_point_that_does_not_exist_cannot_be_armed() {
    for wrong in ["", "after_intent", "after_intent:", "after_intent:grant", "later:add_grant"] {
        let refused = usher_engine::failpoints::arm(wrong).unwrap_err();
        assert!(refused.to_string().contains("is no point"), "{refused}");
    }
}
