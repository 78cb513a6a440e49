//! Firing what has fallen due. Every timer is a transaction of its own.

use std::time::Duration;

use serde_json::json;
use usher_operations::{Caller, Context, Event, assignment, import, standing};
use usher_store::timer::{self, Timer};
use usher_store::{
    AuditEvent, StoreError, Tx, demand, job, notification, person, request, source, task,
};
use usher_vocabulary::{
    AuditAction, CorrelationId, LaneId, Priority, TaskId, TaskState, TimerKind,
};

use crate::worker::Engine;

/// Timers of one round.
const BATCH: i64 = 100;

pub(crate) async fn round(engine: &Engine) -> Result<Duration, StoreError> {
    let fired = fire_due(&engine.cx).await?;
    if fired > 0 {
        return Ok(Duration::ZERO);
    }
    let mut conn = engine.cx.store.conn().await?;
    let next = timer::next_due(&mut conn).await?;
    let until =
        next.and_then(|at| (at - engine.cx.now()).to_std().ok()).unwrap_or(engine.options.poll);
    Ok(until.min(engine.options.poll))
}

/// Fires everything that is due at this instant. Returns how many fired.
///
/// # Errors
/// The database failed; what had fired stays fired.
pub async fn fire_due(cx: &Context) -> Result<usize, StoreError> {
    let mut conn = cx.store.conn().await?;
    let due = timer::due(&mut conn, cx.now(), BATCH).await?;
    drop(conn);
    let mut fired = 0;
    for timer in &due {
        match fire(cx, timer).await {
            Ok(has_fired) => fired += usize::from(has_fired),
            Err(error) if error.is_unavailable() => return Err(error),
            // It waits and is fired in a later round; the others do not wait for it.
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                timer = %timer.id,
                kind = %timer.kind,
                "a timer was left to the next round"
            ),
        }
    }
    Ok(fired)
}

async fn fire(cx: &Context, due: &Timer) -> Result<bool, StoreError> {
    let mut tx = cx.store.begin().await?;
    if !timer::claim(&mut tx, due, cx.now()).await? {
        return Ok(false);
    }
    lock_object(&mut tx, due).await?;
    if !timer::take(&mut tx, due, cx.now()).await? {
        return Ok(false);
    }
    let correlation: CorrelationId = cx.id();
    let cause = Caller::engine(correlation).cause();
    let mut events = Vec::new();
    match due.kind {
        TimerKind::AssignmentStart | TimerKind::AssignmentEnd => {
            assignment::settle_due(cx, &mut tx, due.object.into(), &cause, &mut events).await?;
        }
        TimerKind::TaskDue => {
            overdue(cx, &mut tx, due.object.into(), correlation, &mut events).await?
        }
        TimerKind::VerifyAgain => verify_again(cx, &mut tx, due.object.into(), correlation).await?,
        TimerKind::RelationshipStart | TimerKind::RelationshipEnd => {
            standing::follow_due(cx, &mut tx, due.object.into(), &cause, &mut events).await?;
        }
        TimerKind::ImportForgotten => {
            import::forget(cx, &mut tx, due.object.into(), &cause, &mut events).await?;
        }
    }
    tx.commit(events).await?;
    Ok(true)
}

/// Locks what a timer is about before the timer itself: in the order of everybody who changes the one and
/// then moves or cancels the other.
async fn lock_object(tx: &mut Tx, due: &Timer) -> Result<(), StoreError> {
    match due.kind {
        TimerKind::AssignmentStart | TimerKind::AssignmentEnd => {
            if let Some(held) = usher_store::assignment::get(tx, due.object.into()).await? {
                usher_store::assignment::lock_subject(tx, held.subject).await?;
            }
        }
        TimerKind::TaskDue => {
            if let Some((item, _)) = task::item_of(tx, due.object.into()).await? {
                request::lock_item(tx, item).await?;
            }
        }
        TimerKind::VerifyAgain => {
            demand::lock_known_lane(tx, due.object.into()).await?;
        }
        TimerKind::RelationshipStart | TimerKind::RelationshipEnd => {
            if let Some(person) = usher_store::standing::person_of(tx, due.object.into()).await? {
                person::lock(tx, &[person]).await?;
            }
        }
        TimerKind::ImportForgotten => {
            source::lock_event(tx, due.object.into()).await?;
        }
    }
    Ok(())
}

/// The answer is late: the record knows it, the approver is told once.
async fn overdue(
    cx: &Context,
    tx: &mut Tx,
    id: TaskId,
    correlation: CorrelationId,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    let Some((item, request)) = task::item_of(tx, id).await? else { return Ok(()) };
    let Some(row) = task::of_items(tx, &[item]).await?.into_iter().find(|t| t.id == id) else {
        return Ok(());
    };
    if row.state != TaskState::Open {
        return Ok(());
    }
    let Some(request) = request::get(tx, request).await? else { return Ok(()) };
    let Some(item) = request::items(tx, &[request.id]).await?.into_iter().find(|i| i.id == item)
    else {
        return Ok(());
    };
    let event = Event::new(AuditAction::TaskOverdue, "task", id).about(request.requestee);
    events.push(event.by(cx, &Caller::engine(correlation).cause()));
    let message = notification::NewNotification {
        id: cx.id(),
        recipient: row.approver,
        kind: "task_overdue",
        payload: json!({
            "task": id,
            "request": request.id,
            "number": request.number,
            "item": item.item_name,
            "application": item.application_name,
            "requestee": request.requestee,
            "reason": request.reason,
            "due_at": row.due_at,
        }),
        correlation,
    };
    notification::queue(tx, &message, cx.now()).await
}

/// Calls that were under way when access was taken away have ended by now: look again.
async fn verify_again(
    cx: &Context,
    tx: &mut Tx,
    lane: LaneId,
    correlation: CorrelationId,
) -> Result<(), StoreError> {
    if let Some((lane, connector)) = demand::lock_known_lane(tx, lane).await? {
        job::enqueue_lane(tx, cx.id(), lane.id, connector, Priority::Revoke, correlation, cx.now())
            .await?;
    }
    Ok(())
}
