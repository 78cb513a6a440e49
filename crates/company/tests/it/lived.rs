//! The past, lived once by the real operations and the real engine on a directory that answers over HTTP.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use usher_company::{Founded, LivedClock, SeededRandom, Surroundings, Weather, grow, live};
use usher_engine::Engine;
use usher_operations::request::Page;
use usher_operations::request::{self, RequestRow};
use usher_operations::{
    Caller, Context, assignment, engine, home, people, sign_in, task, work_item,
};
use usher_sandbox::{Fault, FaultRule, SandboxHandle};
use usher_store::{StoreError, task as tasks};
use usher_testkit::{World, oracles};
use usher_vocabulary::{
    AssignmentState, ConnectorHealth, Direction, FindingKind, ItemState, JobState, PersonState,
    Realisation, SignInMethod, SubjectId, TaskState, WorkItemState,
};

use crate::ground::directory;

struct Around<'a> {
    engine: Engine,
    directory: &'a SandboxHandle,
}

#[async_trait::async_trait]
impl Surroundings for Around<'_> {
    async fn settle(&self) -> Result<(), StoreError> {
        self.engine.settle().await
    }

    fn turn(&self, weather: Weather) {
        let (fault, times) = match weather {
            Weather::Fair => return self.directory.set_faults(Vec::new()),
            Weather::Throttled => (Fault::Throttle429, Some(3)),
            Weather::Stumbling => (Fault::Error500AfterCommit, Some(2)),
            Weather::Deaf { .. } => (Fault::OkWithoutEffect, None),
            Weather::Confused => (Fault::False409, None),
        };
        let rule = FaultRule { times, ..FaultRule::always(fault) };
        let deaf =
            |name: &str| self.directory.groups().into_iter().find(|g| g.display_name == name);
        let path_prefix = match weather {
            Weather::Deaf { group } => deaf(group).map(|group| format!("/Groups/{}", group.id)),
            _ => None,
        };
        self.directory.set_faults(vec![FaultRule { path_prefix, ..rule }]);
    }

    fn tell(&self, _days: i64) {}

    fn is_stopped(&self) -> bool {
        false
    }
}

/// A company that has lived, at the end of its past.
struct Lived {
    world: World,
    cx: Context,
    company: Founded,
}

impl Lived {
    async fn open() -> Result<Self> {
        let world = World::open_with_hands().await?;
        let clock = Arc::new(LivedClock::new(Arc::clone(&world.cx.clock)));
        clock.depart(world.cx.now());
        let cx = Context {
            clock: Arc::<LivedClock>::clone(&clock),
            random: Arc::new(SeededRandom::new(7)),
            ..world.cx.clone()
        };
        let ground = directory(&world).await?;
        let company = grow(&cx, &world.company, &ground, 7).await?;
        let engine = world.engine.within(cx.clone());
        let around = Around { engine, directory: &world.directory };
        let lived = live(&cx, &clock, &around, &company, 7).await?;
        assert!(lived.requests > 150, "{lived:?}");
        Ok(Self { world, cx, company })
    }

    async fn caller(&self, email: &str) -> Result<Caller> {
        let id = self.company.people.get(email).copied().context("nobody is this")?;
        self.of(id).await
    }

    /// Everybody who may sign in.
    async fn everybody(&self) -> Result<Vec<Caller>> {
        let mut callers = Vec::new();
        for id in self.company.people.values() {
            let caller = self.of(*id).await?;
            if caller.principal.may_act {
                callers.push(caller);
            }
        }
        Ok(callers)
    }

    async fn of(&self, id: SubjectId) -> Result<Caller> {
        let found = sign_in::caller(&self.cx, id, SignInMethod::Demo, None, self.cx.id()).await?;
        Ok(found.context("no such person")?.0)
    }

    /// Every request, as its requester sees it.
    async fn requests(&self) -> Result<Vec<RequestRow>> {
        let mut rows: HashMap<_, RequestRow> = HashMap::new();
        for caller in self.everybody().await? {
            let Page { items, next } = request::list(&self.cx, &caller, false, None, 200).await?;
            assert!(next.is_none());
            rows.extend(items.into_iter().map(|row| (row.id, row)));
        }
        Ok(rows.into_values().collect())
    }
}

#[tokio::test]
async fn every_screen_has_something_in_every_state() -> Result<()> {
    let lived = Lived::open().await?;
    let requests = lived.requests().await?;
    every_state_of_a_request(&requests);
    oracles::tasks_wait_with_their_stage(&lived.world.database).await?;
    nobody_decided_for_themselves(&lived, &requests).await?;
    what_is_verified_is_in_the_directory(&lived).await?;
    what_people_find(&lived).await?;
    what_operations_shows(&lived).await
}

fn every_state_of_a_request(requests: &[RequestRow]) {
    let states: BTreeSet<ItemState> =
        requests.iter().flat_map(|row| row.items.iter().map(|item| item.state)).collect();
    for state in [
        ItemState::AwaitingApproval,
        ItemState::Approved,
        ItemState::Provisioning,
        ItemState::Delivered,
        ItemState::Failed,
        ItemState::Ended,
        ItemState::Denied,
        ItemState::Cancelled,
    ] {
        assert!(states.contains(&state), "no request is {state}");
    }
    let questions = requests.iter().flat_map(|row| &row.items).map(|item| item.questions.len());
    assert!(questions.sum::<usize>() > 0, "no question waits");
}

async fn nobody_decided_for_themselves(lived: &Lived, requests: &[RequestRow]) -> Result<()> {
    let mut conn = lived.cx.store.conn().await?;
    let mut decided = 0;
    for row in requests {
        let request = usher_store::request::get(&mut conn, row.id).await?.context("gone")?;
        let items = usher_store::request::items(&mut conn, &[row.id]).await?;
        let items: Vec<_> = items.into_iter().map(|item| item.id).collect();
        for task in tasks::of_items(&mut conn, &items).await? {
            assert_ne!(task.approver, request.requester);
            assert_ne!(task.approver, request.requestee);
            decided += usize::from(matches!(task.state, TaskState::Approved | TaskState::Denied));
        }
    }
    assert!(decided > 150, "{decided}");
    Ok(())
}

/// The directory is asked itself: what the company calls verified is there, and what ended is gone.
async fn what_is_verified_is_in_the_directory(lived: &Lived) -> Result<()> {
    let groups = lived.world.directory.groups();
    let mut seen = (0, 0);
    for caller in lived.everybody().await? {
        let held = assignment::list(&lived.cx, &caller, None).await?;
        let lines = held.iter().flat_map(|row| &row.lines);
        for line in lines.filter(|line| line.target == "Harbourline directory") {
            let name = line.entitlement.strip_prefix("Group ").unwrap_or_default();
            let group = groups.iter().find(|group| group.display_name == name);
            let account = line.account.as_deref();
            let account = account.and_then(|name| lived.world.directory.account_named(name));
            let is_member = group
                .zip(account)
                .is_some_and(|(group, account)| group.members.contains(&account.id));
            match (line.realisation, line.direction) {
                (Realisation::Verified, Direction::Grant) => {
                    assert!(is_member, "{}: not in the directory", line.entitlement);
                    seen.0 += 1;
                }
                (Realisation::Verified, Direction::Revoke) => {
                    assert!(!is_member, "{}: still in the directory", line.entitlement);
                    seen.1 += 1;
                }
                (Realisation::NotEffective, Direction::Grant) => {
                    assert!(!is_member, "{}: effective after all", line.entitlement);
                }
                _ => {}
            }
        }
    }
    assert!(seen.0 > 30 && seen.1 > 5, "{seen:?}");
    Ok(())
}

async fn what_people_find(lived: &Lived) -> Result<()> {
    let cx = &lived.cx;
    let manager = lived.caller(usher_company::MANAGER).await?;
    let inbox = task::inbox(cx, &manager).await?.rows;
    assert!(inbox.len() >= 8, "{}", inbox.len());
    assert!(inbox.iter().any(|row| row.is_overdue));
    assert!(inbox.iter().any(|row| row.waits_for_answer));
    assert!(inbox.iter().any(|row| !row.is_overdue && !row.waits_for_answer));
    let owner = lived.caller(usher_company::OWNER).await?;
    assert!(task::inbox(cx, &owner).await?.rows.len() >= 3);

    let employee = lived.caller(usher_company::EMPLOYEE).await?;
    let first = home::show(cx, &employee).await?;
    assert!(!first.ending_soon.is_empty() && !first.open_requests.is_empty());
    let held = assignment::list(cx, &employee, None).await?;
    for state in [AssignmentState::Active, AssignmentState::Ended, AssignmentState::Scheduled] {
        assert!(held.iter().any(|row| row.state == state), "nothing is {state}");
    }

    let everybody = people::list(cx, &manager, None, None, 300).await?;
    let states: BTreeSet<PersonState> = everybody.items.iter().map(|p| p.state).collect();
    for state in
        [PersonState::PreHire, PersonState::Active, PersonState::Notice, PersonState::Terminated]
    {
        assert!(states.contains(&state), "nobody is {state}");
    }
    Ok(())
}

async fn what_operations_shows(lived: &Lived) -> Result<()> {
    let cx = &lived.cx;
    let administrator = lived.caller(usher_company::ADMINISTRATOR).await?;
    let overview = engine::overview(cx, &administrator).await?;
    assert!(overview.depth.dead >= 2 && overview.depth.retrying >= 1, "{:?}", overview.depth);
    for kind in [FindingKind::NotEffective, FindingKind::DeadLetter, FindingKind::CannotByHand] {
        assert!(overview.findings.iter().any(|f| f.kind == kind), "no incident {kind}");
    }
    let health: BTreeSet<ConnectorHealth> = overview.connectors.iter().map(|c| c.health).collect();
    assert!(health.contains(&ConnectorHealth::Healthy) && health.contains(&ConnectorHealth::Down));
    let done = work_item::list(cx, &administrator, false, None, 50).await?.items;
    for state in [WorkItemState::Done, WorkItemState::Cannot] {
        assert!(done.iter().any(|item| item.state == state), "nothing by hand is {state}");
    }
    assert!(!work_item::list(cx, &administrator, true, None, 50).await?.items.is_empty());
    let figures = overview.figures;
    assert!(figures.delivered >= 5 && figures.machine_median > Some(chrono::TimeDelta::zero()));
    assert!(figures.answers_in_time < figures.answers_all && figures.answers_in_time > 10);
    assert!(figures.attempts_good < figures.attempts_all);
    let waiting = engine::jobs(cx, &administrator, Some(JobState::RetryWait), None, 10).await?;
    assert!(waiting.items.iter().all(|job| job.attempts > 1 && job.run_at > cx.now()));
    Ok(())
}
