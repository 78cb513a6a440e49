//! Where a person stands follows their work relationships. With the last one everything ends: access,
//! open requests, sessions and tokens, in one transaction.

use chrono::{DateTime, TimeDelta, Utc};
use usher_domain::person::state;
use usher_store::{
    AuditEvent, StoreError, Tx, assignment, job, person, request, session, standing, timer,
};
use usher_vocabulary::{
    AuditAction, DecisionState, EndReason, PersonState, Priority, SubjectId, TimerKind,
    WorkRelationshipId,
};

use crate::assignment::{ended_event, settle};
use crate::task::plan;
use crate::{Cause, Context, Event};

/// When a relationship begins and ends.
#[derive(Debug, Clone, Copy)]
pub struct Term {
    pub relationship: WorkRelationshipId,
    pub starts_at: DateTime<Utc>,
    /// First instant after it.
    pub ends_at: Option<DateTime<Utc>>,
}

/// Sets the timers of relationships that begin or end later, and takes back those of others.
///
/// # Errors
/// The database failed.
pub async fn watch(cx: &Context, tx: &mut Tx, terms: &[Term]) -> Result<(), StoreError> {
    let now = cx.now();
    let due = |term: &Term, at: Option<DateTime<Utc>>| standing::Due {
        id: cx.id(),
        relationship: term.relationship,
        due_at: at.filter(|at| *at > now),
    };
    let starts: Vec<_> = terms.iter().map(|t| due(t, Some(t.starts_at))).collect();
    let ends: Vec<_> = terms.iter().map(|t| due(t, t.ends_at)).collect();
    standing::set_timers(tx, TimerKind::RelationshipStart, &starts, now).await?;
    standing::set_timers(tx, TimerKind::RelationshipEnd, &ends, now).await
}

/// A relationship begins or ends at this instant.
///
/// # Errors
/// The database failed.
pub async fn follow_due(
    cx: &Context,
    tx: &mut Tx,
    relationship: WorkRelationshipId,
    cause: &Cause,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    match standing::person_of(tx, relationship).await? {
        Some(person) => follow(cx, tx, person, cause, events).await,
        None => Ok(()),
    }
}

/// Makes the state of a person follow their relationships; calling it again changes nothing.
///
/// # Errors
/// The database failed.
pub async fn follow(
    cx: &Context,
    tx: &mut Tx,
    id: SubjectId,
    cause: &Cause,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    let Some((_, before)) = person::lock(tx, &[id]).await?.pop() else { return Ok(()) };
    let facts = person::relationships(tx, id).await?;
    let Some(next) = next_state(before, state(&facts, cx.now())) else { return Ok(()) };
    person::set_state(tx, id, next, cx.now()).await?;
    let event = Event::new(AuditAction::PersonChanged, "person", id)
        .about(id)
        .detail("from", before.as_str())
        .detail("state", next.as_str());
    events.push(event.by(cx, cause));
    if next == PersonState::Terminated {
        leave(cx, tx, id, cause, events).await?;
    }
    Ok(())
}

/// The state that follows; `None` when nothing changes. Who is archived or erased stays so until there
/// is work again.
pub(crate) fn next_state(before: PersonState, derived: PersonState) -> Option<PersonState> {
    let is_gone = matches!(before, PersonState::Archived | PersonState::Erased);
    let stays = before == derived || (is_gone && derived == PersonState::Terminated);
    (!stays).then_some(derived)
}

/// Ends everything of somebody who has left.
pub(crate) async fn leave(
    cx: &Context,
    tx: &mut Tx,
    id: SubjectId,
    cause: &Cause,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    // Deciding locks the item before the subject: the same order here.
    expire_requests(cx, tx, id, cause, events).await?;
    end_access(cx, tx, id, cause, events).await?;
    let sessions = session::delete_of(tx, id).await?;
    if sessions > 0 {
        let event = Event::new(AuditAction::SignedOutEverywhere, "person", id)
            .about(id)
            .detail("sessions", sessions);
        events.push(event.by(cx, cause));
    }
    for token in standing::revoke_tokens(tx, id, cx.now()).await? {
        let event = Event::new(AuditAction::TokenRevoked, "token", token).about(id);
        events.push(event.by(cx, cause));
    }
    Ok(())
}

async fn end_access(
    cx: &Context,
    tx: &mut Tx,
    id: SubjectId,
    cause: &Cause,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    let now = cx.now();
    assignment::lock_subject(tx, id).await?;
    let mut ended = Vec::new();
    for held in assignment::unended(tx, id).await? {
        assignment::end(tx, held.id, EndReason::Left, now).await?;
        timer::cancel(tx, TimerKind::AssignmentEnd, held.id.0, now).await?;
        timer::cancel(tx, TimerKind::AssignmentStart, held.id.0, now).await?;
        events.push(ended_event(held.id, id, EndReason::Left).by(cx, cause));
        ended.push(held.id);
    }
    settle(cx, tx, id, &ended, cause, events).await?;
    // Leaving raises every account of the person (domain.md, section 0): also those that nothing is wanted
    // on any more are read once again.
    for (lane, connector) in standing::raise_lanes(tx, id).await? {
        job::enqueue_lane(tx, cx.id(), lane, connector, Priority::Revoke, cause.correlation, now)
            .await?;
    }
    Ok(())
}

/// What was asked for them waits for nobody any more.
async fn expire_requests(
    cx: &Context,
    tx: &mut Tx,
    id: SubjectId,
    cause: &Cause,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    let now = cx.now();
    for (asked, item) in standing::undecided(tx, id).await? {
        let Some(asked) = request::get(tx, asked).await? else { continue };
        let Some(mut loaded) = plan::load(tx, &asked, item).await? else { continue };
        if loaded.item.state != DecisionState::AwaitingApproval {
            continue;
        }
        loaded.plan.void();
        let row = loaded.item.clone();
        plan::save(cx, tx, loaded, None, cause, events).await?;
        let deciding: TimeDelta = now - asked.submitted_at;
        request::close_item(tx, item, DecisionState::Expired, deciding, now).await?;
        let event = Event::new(AuditAction::RequestItemExpired, "request_item", item).about(id);
        events.push(event.by(cx, cause));
        plan::tell_requester(cx, tx, &asked, &row, "item_expired", cause).await?;
    }
    Ok(())
}
