//! Makes the demands of one subject follow its assignments. Start, end, giving back, approval and
//! leaving all end here; calling it again changes nothing.

use std::collections::BTreeMap;

use usher_store::demand::{self, Demand, Lane, Want};
use usher_store::{AuditEvent, StoreError, Tx, assignment, job, timer};
use usher_vocabulary::{
    AssignmentId, AssignmentState, AuditAction, ConnectorInstanceId, Direction, EndReason,
    EntitlementId, Priority, Realisation, SubjectId, TargetId, TimerKind, uuid::Uuid,
};

use crate::{Cause, Context, Event, request};

/// Starts and ends what has fallen due for a subject, then turns the demands that follow. `ended` names
/// assignments that the caller has ended in this transaction.
///
/// The order in which start and end timers fire does not matter: both look at the time, not at each other.
///
/// # Errors
/// The database failed.
pub async fn settle(
    cx: &Context,
    tx: &mut Tx,
    subject: SubjectId,
    ended: &[AssignmentId],
    cause: &Cause,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    assignment::lock_subject(tx, subject).await?;
    let now = cx.now();
    let mut concerned: Vec<AssignmentId> = ended.to_vec();
    let mut has_changed = !ended.is_empty();
    for held in assignment::unended(tx, subject).await? {
        concerned.push(held.id);
        if held.until <= now {
            assignment::end(tx, held.id, EndReason::Expired, now).await?;
            timer::cancel(tx, TimerKind::AssignmentStart, held.id.0, now).await?;
            events.push(ended_event(held.id, subject, EndReason::Expired).by(cx, cause));
            has_changed = true;
        } else if held.state == AssignmentState::Scheduled && held.from <= now {
            assignment::start(tx, held.id).await?;
            events.push(
                Event::new(AuditAction::AssignmentStarted, "assignment", held.id)
                    .about(subject)
                    .by(cx, cause),
            );
            has_changed = true;
        }
    }
    if has_changed {
        turn_demands(cx, tx, subject, &concerned, cause, events).await
    } else {
        Ok(())
    }
}

/// A timer about an assignment fell due.
///
/// # Errors
/// The database failed.
pub async fn settle_due(
    cx: &Context,
    tx: &mut Tx,
    assignment: AssignmentId,
    cause: &Cause,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    match assignment::get(tx, assignment).await? {
        Some(held) => settle(cx, tx, held.subject, &[], cause, events).await,
        None => Ok(()),
    }
}

pub(crate) fn ended_event(id: AssignmentId, subject: SubjectId, reason: EndReason) -> Event {
    Event::new(AuditAction::AssignmentEnded, "assignment", id)
        .about(subject)
        .detail("reason", reason.as_str())
}

async fn turn_demands(
    cx: &Context,
    tx: &mut Tx,
    subject: SubjectId,
    concerned: &[AssignmentId],
    cause: &Cause,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    let mut by_target: BTreeMap<(TargetId, ConnectorInstanceId), Vec<Want>> = BTreeMap::new();
    for want in demand::wants(tx, concerned).await? {
        by_target.entry((want.target, want.connector)).or_default().push(want);
    }
    let mut unturned = Vec::new();
    for ((target, connector), wants) in by_target {
        let mut lane = demand::lock_lane(tx, cx.id(), subject, target).await?;
        let turned = turn_lane(cx, tx, &lane, &wants).await?;
        if turned.is_empty() {
            unturned.extend(wants.iter().any(|want| want.is_active).then_some(lane.id));
            continue;
        }
        let reduces = turned.iter().any(|t| t.direction == Direction::Revoke);
        lane.wanted_seq += 1;
        // Only what takes access away raises the generation (domain.md, section 0).
        lane.generation += i64::from(reduces);
        demand::save_lane(tx, &lane).await?;
        let priority = if reduces { Priority::Revoke } else { Priority::Grant };
        job::enqueue_lane(tx, cx.id(), lane.id, connector, priority, cause.correlation, cx.now())
            .await?;
        events.extend(turned.into_iter().map(|t| t.event(subject, &lane).by(cx, cause)));
    }
    // What was asked for may be true already, for another reason: no job will say so.
    for lane in unturned {
        request::tell_delivered(cx, tx, lane, cause, events).await?;
    }
    Ok(())
}

struct Turned {
    demand: Uuid,
    entitlement: EntitlementId,
    direction: Direction,
}

impl Turned {
    fn event(self, subject: SubjectId, lane: &Lane) -> Event {
        Event::new(AuditAction::DemandChanged, "demand", self.demand)
            .about(subject)
            .detail("direction", self.direction.as_str())
            .detail("entitlement", self.entitlement.to_string())
            .detail("target", lane.target.to_string())
            .detail("generation", lane.generation)
    }
}

async fn turn_lane(
    cx: &Context,
    tx: &mut Tx,
    lane: &Lane,
    wants: &[Want],
) -> Result<Vec<Turned>, StoreError> {
    let (now, seq) = (cx.now(), lane.wanted_seq + 1);
    let existing = demand::of_lane(tx, lane.id).await?;
    let mut by_holding: BTreeMap<(EntitlementId, &str), Vec<&Want>> = BTreeMap::new();
    for want in wants {
        by_holding.entry((want.entitlement, &want.scope)).or_default().push(want);
    }
    let mut turned = Vec::new();
    for ((entitlement, scope), wants) in by_holding {
        let is_wanted = wants.iter().any(|w| w.is_active);
        let direction = if is_wanted { Direction::Grant } else { Direction::Revoke };
        let found = existing.iter().find(|d| d.entitlement == entitlement && d.scope == scope);
        let id = match found {
            Some(demand) => demand.id,
            // Nothing was ever wanted here: nothing is to be taken away.
            None if !is_wanted => continue,
            None => cx.id(),
        };
        match found {
            Some(demand) if demand.direction == direction => {}
            Some(demand) => demand::turn(tx, demand.id, direction, seq, now).await?,
            None => {
                let fresh = Demand {
                    id,
                    lane: lane.id,
                    entitlement,
                    scope: scope.to_owned(),
                    direction,
                    realisation: Realisation::NotStarted,
                    wanted_seq: seq,
                };
                demand::insert(tx, &fresh, now).await?;
            }
        }
        if found.is_none_or(|demand| demand.direction != direction) {
            turned.push(Turned { demand: id.0, entitlement, direction });
        }
        for want in wants.iter().filter(|w| w.is_active) {
            demand::link(tx, id, want.assignment).await?;
        }
    }
    Ok(turned)
}
