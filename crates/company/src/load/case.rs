//! One thing that somebody asked for, from the asking to its end, as rows.

use chrono::{DateTime, TimeDelta, Utc};
use usher_domain::approval;
use usher_domain::calendar::TaskClock;
use usher_operations::{Cause, Context, Event};
use usher_store::AuditEvent;
use usher_store::assignment::Assignment;
use usher_store::bulk::access::{NewTimer, PastDemand};
use usher_store::bulk::engine::PastJob;
use usher_store::bulk::request::PastItem;
use usher_store::demand::{Demand, Lane};
use usher_store::policy::PolicyVersion;
use usher_store::request::Request;
use usher_store::task::{Stage, Task};
use usher_vocabulary::{
    AssignmentId, AssignmentOrigin, AssignmentState, AuditAction, CorrelationId, DecisionState,
    Direction, EndReason, LaneId, Realisation, RequestId, RequestItemId, StageState, TaskState,
    TimerKind,
};

use super::history::{Ground, History, Offered};
use super::people::Somebody;
use crate::dice::Dice;
use crate::past::reason;

/// What became of something that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Held,
    Ended,
    Waiting,
}

/// Who, what, when.
pub(super) struct Case<'a> {
    one: &'a Somebody,
    item: &'a Offered,
    policy: &'a PolicyVersion,
    fate: Fate,
    lane: LaneId,
    /// Of the lane, when this was wanted or not wanted any more.
    seq: i64,
    request: RequestId,
    row: RequestItemId,
    correlation: CorrelationId,
    asked_at: DateTime<Utc>,
    decided_at: DateTime<Utc>,
    delivered_at: DateTime<Utc>,
    until: DateTime<Utc>,
}

/// Until this instant nothing of the load ends by itself, so that a measurement is not disturbed.
const QUIET: TimeDelta = TimeDelta::days(2);

impl<'a> Case<'a> {
    pub(super) fn draw(
        cx: &Context,
        ground: &Ground,
        (one, item, policy): (&'a Somebody, &'a Offered, &'a PolicyVersion),
        lane: &Lane,
        fate: Fate,
        dice: &mut Dice,
    ) -> Self {
        let minutes = |m: i64| TimeDelta::minutes(m);
        let longest = policy.max_duration.num_minutes();
        let deciding = minutes(dice.between(9, policy.decide_within.num_minutes()));
        let (decided_at, until) = match fate {
            Fate::Held => {
                let lasts = dice.between(QUIET.num_minutes() * 2, longest);
                let left = dice.between(QUIET.num_minutes(), lasts);
                (ground.now - minutes(lasts - left), ground.now + minutes(left))
            }
            Fate::Ended => {
                let ended = ground.now - minutes(dice.between(60, 500 * 24 * 60));
                (ended - minutes(dice.between(24 * 60, longest)), ended)
            }
            Fate::Waiting => (ground.now, ground.now + policy.max_duration),
        };
        let asked_at = match fate {
            Fate::Waiting => ground.now - minutes(dice.between(5, 30 * 60)),
            _ => decided_at - deciding,
        };
        Self {
            one,
            item,
            policy,
            fate,
            lane: lane.id,
            seq: lane.wanted_seq,
            request: cx.id(),
            row: cx.id(),
            correlation: cx.id(),
            asked_at,
            decided_at,
            delivered_at: decided_at + TimeDelta::milliseconds(dice.between(600, 4_000)),
            until,
        }
    }

    const fn is_decided(&self) -> bool {
        !matches!(self.fate, Fate::Waiting)
    }
}

impl History {
    pub(super) fn add(&mut self, cx: &Context, ground: &Ground, case: &Case<'_>, dice: &mut Dice) {
        let requester = case.one.id;
        self.requests.push(Request {
            id: case.request,
            number: 0,
            requester,
            requestee: requester,
            reason: reason("*", dice),
            channel: "web".to_owned(),
            correlation: case.correlation,
            submitted_at: case.asked_at,
        });
        let is_decided = case.is_decided();
        self.items.push(PastItem {
            id: case.row,
            request: case.request,
            item_version: case.item.version,
            policy_version: case.policy.id,
            state: if is_decided {
                DecisionState::Approved
            } else {
                DecisionState::AwaitingApproval
            },
            duration: case.until - case.decided_at,
            decided_at: is_decided.then_some(case.decided_at),
            deciding: is_decided.then(|| case.decided_at - case.asked_at),
            machine: is_decided.then(|| case.delivered_at - case.decided_at),
            delivered_at: is_decided.then_some(case.delivered_at),
        });
        let asked = Event::new(AuditAction::RequestSubmitted, "request", case.request);
        self.record(cx, case, format!("person:{requester}"), asked, case.asked_at);
        self.decide(cx, ground, case, dice);
        if is_decided {
            self.give(cx, ground, case);
        }
    }

    /// The plan as it was frozen, with everybody who was asked.
    fn decide(&mut self, cx: &Context, ground: &Ground, case: &Case<'_>, dice: &mut Dice) {
        let count = case.policy.stages.len();
        let done = if case.is_decided() { count } else { dice.below(count) };
        let parts = i32::try_from(count).unwrap_or(1).max(1);
        let part = (case.decided_at - case.asked_at) / parts;
        let mut opened_at = case.asked_at;
        for (number, (position, policy)) in (0_i16..).zip(&case.policy.stages).enumerate() {
            let people = ground.people(case.one, case.item, policy);
            let Some((resolution, approvers)) = approval::resolve(policy, &people) else {
                continue;
            };
            let state = match number.cmp(&done) {
                std::cmp::Ordering::Less => StageState::Satisfied,
                std::cmp::Ordering::Equal => StageState::Open,
                std::cmp::Ordering::Greater => StageState::Waiting,
            };
            // Those who wait have not waited long at the stage that is open.
            let closed_at = opened_at + if case.is_decided() { part } else { part / 2 };
            let stage = Stage {
                id: cx.id(),
                item: case.row,
                position,
                rule: policy.rule,
                mode: policy.mode,
                group: policy.group,
                state,
                resolution: resolution.as_str().to_owned(),
                opened_at: (state != StageState::Waiting).then_some(opened_at),
                closed_at: (state == StageState::Satisfied).then_some(closed_at),
            };
            for (place, approver) in approvers.into_iter().enumerate() {
                let task = task(cx, case, &stage, approver, place == 0);
                if task.state == TaskState::Approved {
                    let event = Event::new(AuditAction::TaskApproved, "task", task.id);
                    self.record(cx, case, format!("person:{approver}"), event, closed_at);
                }
                if let Some(due_at) = task.due_at.filter(|due| *due > ground.now)
                    && state == StageState::Open
                {
                    let object = task.id.0;
                    self.timers.push(NewTimer {
                        id: cx.id(),
                        kind: TimerKind::TaskDue,
                        object,
                        due_at,
                    });
                }
                self.tasks.push(task);
            }
            self.stages.push(stage);
            opened_at = closed_at;
        }
    }

    /// The assignment, its demand as the target has it, and the work that made it so.
    fn give(&mut self, cx: &Context, ground: &Ground, case: &Case<'_>) {
        let is_held = case.fate == Fate::Held;
        let assignment = Assignment {
            id: cx.id::<AssignmentId>(),
            subject: case.one.id,
            item_version: case.item.version,
            origin: AssignmentOrigin::Request,
            request_item: Some(case.row),
            state: if is_held { AssignmentState::Active } else { AssignmentState::Ended },
            from: case.decided_at,
            until: case.until,
            end_reason: (!is_held).then_some(EndReason::Expired),
            ended_at: (!is_held).then_some(case.until),
        };
        let changed_at = if is_held { case.decided_at } else { case.until };
        let verified_at = changed_at + (case.delivered_at - case.decided_at);
        let demand = Demand {
            id: cx.id(),
            lane: case.lane,
            entitlement: case.item.entitlement,
            scope: String::new(),
            direction: if is_held { Direction::Grant } else { Direction::Revoke },
            realisation: Realisation::Verified,
            wanted_seq: case.seq,
        };
        let made = Event::new(AuditAction::AssignmentCreated, "assignment", assignment.id);
        self.record(cx, case, "engine".to_owned(), made, case.decided_at);
        let seen = Event::new(AuditAction::DemandVerified, "demand", demand.id);
        self.record(cx, case, "engine".to_owned(), seen, verified_at);
        if is_held {
            let (kind, object) = (TimerKind::AssignmentEnd, assignment.id.0);
            self.timers.push(NewTimer { id: cx.id(), kind, object, due_at: case.until });
        } else {
            let ended = Event::new(AuditAction::AssignmentEnded, "assignment", assignment.id);
            self.record(cx, case, "engine".to_owned(), ended, case.until);
        }
        self.demands.push(PastDemand {
            demand,
            changed_at,
            verified_at: Some(verified_at),
            evidence: Some("taken over with the standard load".to_owned()),
            assignments: vec![assignment.id],
        });
        self.assignments.push(assignment);
        self.jobs.push(PastJob {
            id: cx.id(),
            attempt: cx.id(),
            lane: case.lane,
            connector: ground.connector,
            correlation: case.correlation,
            generation: 1,
            enqueued_at: changed_at,
            finished_at: verified_at,
        });
    }

    fn record(
        &mut self,
        cx: &Context,
        case: &Case<'_>,
        actor: String,
        event: Event,
        at: DateTime<Utc>,
    ) {
        let cause =
            Cause { actor, correlation: case.correlation, token: None, policy_version: None };
        let event = event.about(case.one.id).by(cx, &cause);
        self.events.push(AuditEvent { occurred_at: at, ..event });
    }
}

/// One approver's part in a stage: the first who is asked decides.
fn task(
    cx: &Context,
    case: &Case<'_>,
    stage: &Stage,
    approver: usher_vocabulary::SubjectId,
    is_first: bool,
) -> Task {
    let state = match stage.state {
        StageState::Satisfied if is_first => TaskState::Approved,
        StageState::Satisfied => TaskState::Void,
        _ => TaskState::Open,
    };
    let elapsed = stage.opened_at.zip(stage.closed_at).map(|(opened, closed)| closed - opened);
    Task {
        id: cx.id(),
        stage: stage.id,
        item: case.row,
        approver,
        approver_name: String::new(),
        state,
        version: if stage.state == StageState::Waiting { 1 } else { 2 },
        opened_at: stage.opened_at,
        calendar_version: case.policy.calendar_version,
        due_at: stage.opened_at.map(|opened| opened + case.policy.decide_within),
        clock: TaskClock {
            elapsed: elapsed.unwrap_or_default(),
            running_since: stage.opened_at.filter(|_| state == TaskState::Open),
        },
        decided_at: stage.closed_at.filter(|_| state == TaskState::Approved),
        decision_reason: None,
        nudged_at: None,
    }
}
