//! What a crowd has asked for, was given and holds, as rows.

use chrono::{DateTime, Utc};
use usher_domain::approval::{People, StagePolicy};
use usher_operations::Context;
use usher_store::account::Reading;
use usher_store::assignment::Assignment;
use usher_store::bulk::access::{NewTimer, PastDemand};
use usher_store::bulk::engine::PastJob;
use usher_store::bulk::request::PastItem;
use usher_store::bulk::{access, engine, request};
use usher_store::demand::Lane;
use usher_store::request::Request;
use usher_store::task::{Stage, Task};
use usher_store::{AuditEvent, StoreError, Tx, person, policy, rights};
use usher_vocabulary::{
    AccountId, AccountState, AdminRole, CatalogueItemVersionId, ConnectorInstanceId, Direction,
    EntitlementId, GroupId, PolicyVersionId, Risk, SubjectId, TargetId,
};

use super::case::{Case, Fate};
use super::people::Somebody;
use crate::dice::Dice;
use crate::found::Founded;

/// An item with what a decision about it needs.
#[derive(Debug, Clone)]
pub(super) struct Offered {
    pub(super) version: CatalogueItemVersionId,
    pub(super) entitlement: EntitlementId,
    pub(super) risk: Risk,
    pub(super) policy: PolicyVersionId,
    pub(super) owners: Vec<SubjectId>,
}

/// What every history stands on.
pub(super) struct Ground {
    offered: Vec<Offered>,
    policies: Vec<policy::PolicyVersion>,
    groups: Vec<(GroupId, Vec<SubjectId>)>,
    fallback: Vec<SubjectId>,
    auditors: Vec<SubjectId>,
    target: TargetId,
    pub(super) connector: ConnectorInstanceId,
    pub(super) now: DateTime<Utc>,
}

impl Ground {
    pub(super) async fn read(
        cx: &Context,
        company: &Founded,
        offered: Vec<Offered>,
    ) -> Result<Self, StoreError> {
        let mut conn = cx.store.conn().await?;
        let mut ids: Vec<PolicyVersionId> = offered.iter().map(|o| o.policy).collect();
        ids.sort_unstable();
        ids.dedup();
        let policies = policy::versions(&mut conn, &ids).await?;
        let mut groups = Vec::new();
        for group in policies.iter().flat_map(|p| &p.stages).filter_map(|stage| stage.group) {
            groups.push((group, person::group_members(&mut conn, group.0).await?));
        }
        let holders = rights::holders(&mut conn).await?;
        let of = |wanted| {
            holders.iter().filter(|(role, _)| *role == wanted).map(|(_, person)| *person).collect()
        };
        Ok(Self {
            offered,
            policies,
            groups,
            fallback: of(AdminRole::Administrator),
            auditors: of(AdminRole::Auditor),
            target: company.target,
            connector: company.connector,
            now: cx.now(),
        })
    }

    pub(super) fn people(&self, one: &Somebody, item: &Offered, stage: &StagePolicy) -> People {
        let group = self.groups.iter().find(|(id, _)| Some(*id) == stage.group);
        People {
            requester: Some(one.id),
            requestee: Some(one.id),
            managers: one.managers.clone(),
            owners: item.owners.clone(),
            group: group.map(|(_, members)| members.clone()).unwrap_or_default(),
            fallback: self.fallback.clone(),
            auditors: self.auditors.clone(),
        }
    }
}

/// Rows of one batch.
#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) requests: Vec<Request>,
    pub(super) items: Vec<PastItem>,
    pub(super) stages: Vec<Stage>,
    pub(super) tasks: Vec<Task>,
    pub(super) assignments: Vec<Assignment>,
    lanes: Vec<Lane>,
    pub(super) demands: Vec<PastDemand>,
    readings: Vec<(AccountId, Reading)>,
    pub(super) timers: Vec<NewTimer>,
    pub(super) jobs: Vec<PastJob>,
    pub(super) events: Vec<AuditEvent>,
}

/// Draws what some people have asked for.
pub(super) fn of(cx: &Context, ground: &Ground, some: &[Somebody], dice: &mut Dice) -> History {
    let mut history = History::default();
    for one in some {
        history.live(cx, ground, one, dice);
    }
    // People call requests by numbers that rise with time.
    history.requests.sort_by_key(|request| request.submitted_at);
    history
}

impl History {
    /// Requests that nobody has decided.
    pub(super) fn waiting(&self) -> usize {
        self.requests.len() - self.assignments.len()
    }

    fn live(&mut self, cx: &Context, ground: &Ground, one: &Somebody, dice: &mut Dice) {
        let mut lane = Lane {
            id: cx.id(),
            subject: one.id,
            target: ground.target,
            generation: 1,
            wanted_seq: 0,
        };
        let (held, ended) = (dice.between(2, 5), dice.between(0, 3));
        let waiting = i64::from(dice.one_in(6));
        let fates = [(Fate::Held, held), (Fate::Ended, ended), (Fate::Waiting, waiting)];
        let fates = fates.into_iter().flat_map(|(fate, count)| (0..count).map(move |_| fate));
        let mut drawn: Vec<EntitlementId> = Vec::new();
        let first = self.demands.len();
        for fate in fates {
            let Some(item) = draw(&ground.offered, dice) else { continue };
            let Some(policy) = ground.policies.iter().find(|p| p.id == item.policy) else {
                continue;
            };
            if drawn.contains(&item.entitlement) {
                continue;
            }
            drawn.push(item.entitlement);
            lane.wanted_seq += 1;
            lane.generation += i64::from(fate == Fate::Ended);
            let case = Case::draw(cx, ground, (one, item, policy), &lane, fate, dice);
            self.add(cx, ground, &case, dice);
        }
        self.read(cx, ground, one, &lane, first);
        self.lanes.push(lane);
    }

    /// The last read of the one account that somebody has.
    fn read(
        &mut self,
        cx: &Context,
        ground: &Ground,
        one: &Somebody,
        lane: &Lane,
        first_demand: usize,
    ) {
        let of_lane = self.demands.get(first_demand..).unwrap_or_default();
        let grants: Vec<_> = of_lane
            .iter()
            .filter(|past| past.demand.direction == Direction::Grant)
            .map(|past| (past.demand.entitlement, String::new()))
            .collect();
        let read_at = of_lane.iter().filter_map(|past| past.verified_at).max();
        let reading = Reading {
            lane: lane.id,
            native_id: one.id.to_string(),
            user_name: one.user_name.clone(),
            state: if grants.is_empty() { AccountState::Disabled } else { AccountState::Active },
            grants,
            read_at: read_at.unwrap_or(ground.now),
        };
        self.readings.push((cx.id(), reading));
    }

    /// Writes everything; what points at a row comes after it.
    pub(super) async fn write(mut self, tx: &mut Tx) -> Result<(), StoreError> {
        let count = i64::try_from(self.requests.len()).unwrap_or(0);
        let numbers = request::next_numbers(tx, count).await?;
        for (asked, number) in self.requests.iter_mut().zip(numbers) {
            asked.number = number;
        }
        request::insert(tx, &self.requests).await?;
        request::insert_items(tx, &self.items).await?;
        request::insert_stages(tx, &self.stages).await?;
        request::insert_tasks(tx, &self.tasks).await?;
        access::insert_assignments(tx, &self.assignments).await?;
        access::insert_lanes(tx, &self.lanes).await?;
        access::insert_demands(tx, &self.demands).await?;
        access::insert_readings(tx, &self.readings).await?;
        access::insert_timers(tx, &self.timers).await?;
        engine::insert_jobs(tx, &self.jobs, "standard load").await?;
        tx.record(self.events).await
    }
}

/// Six in ten are of low risk, one in ten of high.
fn draw<'a>(offered: &'a [Offered], dice: &mut Dice) -> Option<&'a Offered> {
    let wanted = match dice.below(10) {
        0 => Risk::High,
        1..=3 => Risk::Medium,
        _ => Risk::Low,
    };
    (0..40).find_map(|_| dice.pick(offered).filter(|item| item.risk == wanted))
}
