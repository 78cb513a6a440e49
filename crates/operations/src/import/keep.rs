//! Uploads that wait: looked at, applied, released, discarded, forgotten.

use chrono::TimeDelta;
use usher_authorization::Resource;
use usher_domain::people_file::FileError;
use usher_store::source::{self, Event as Delivery};
use usher_store::{AuditEvent, StoreError, Tx, timer};
use usher_vocabulary::{
    Action, AuditAction, SourceEventId, SourceEventState, SubjectId, TimerKind,
};

use super::apply::{Decision, Incoming, carry_out, delivery, find_source, summary};
use super::read::{Report, compare};
use super::{ImportError, Options, Outcome};
use crate::once::{self, Begun};
use crate::{Caller, Cause, Context, Event, Fault, Key};

/// How long an upload waits for somebody to apply it.
const KEPT: TimeDelta = TimeDelta::hours(1);

/// A delivery with what it would do while it waits.
#[derive(Debug)]
pub struct Kept {
    pub delivery: Delivery,
    /// `None` when nothing waits any more.
    pub report: Option<Result<Report, FileError>>,
}

/// Says whether the caller may import at all, for whoever must know it before the file has arrived.
///
/// # Errors
/// The caller may not import.
pub fn authorize(cx: &Context, caller: &Caller) -> Result<(), Fault> {
    cx.authorize(caller, Action::ImportPeople, &Resource::System)?;
    Ok(())
}

/// Keeps an upload until somebody decides. Nothing is applied; `None` when there would be nothing to do.
///
/// # Errors
/// The caller may not import, or the file as a whole cannot be read.
pub async fn keep(
    cx: &Context,
    caller: &Caller,
    body: &[u8],
    options: &Options,
) -> Result<Option<SourceEventId>, ImportError> {
    cx.authorize(caller, Action::ImportPeople, &Resource::System)?;
    let mut tx = cx.store.begin().await?;
    let (source, added) = find_source(cx, &mut tx, caller, &options.source).await?;
    let report = compare(cx, &mut tx, Some(&source), body, options, false).await?;
    if report.is_nothing() && report.plan.held.is_empty() && report.plan.faults.is_empty() {
        return Ok(None);
    }
    let mut incoming = delivery(cx, &mut tx, caller, &source, body, options).await?;
    let id = incoming.event.id;
    if !incoming.is_stored {
        incoming.event.summary = summary(&report);
        source::insert_event(&mut tx, &incoming.event, Some(body)).await?;
    }
    if incoming.event.state == SourceEventState::Received {
        let until = cx.now() + KEPT;
        timer::set(&mut tx, cx.id(), TimerKind::ImportForgotten, id.0, until).await?;
    }
    // The upload itself changes nothing yet.
    tx.commit(added.into_iter().collect()).await?;
    Ok(Some(id))
}

/// A delivery; with the difference it would make now, while it waits.
///
/// # Errors
/// The caller may not import, or there is none.
pub async fn show(cx: &Context, caller: &Caller, id: SourceEventId) -> Result<Kept, Fault> {
    cx.authorize(caller, Action::ImportPeople, &Resource::System)?;
    let mut conn = cx.store.conn().await?;
    let delivery = source::event(&mut conn, id).await?.ok_or(Fault::NotFound)?;
    let report = match source::body(&mut conn, id).await? {
        Some(body) => {
            let incoming = Incoming::stored(delivery.clone())?;
            let source = source::by_name(&mut conn, &delivery.source_name).await?;
            let options = incoming.options();
            match compare(cx, &mut conn, source.as_ref(), &body, options, false).await {
                Ok(report) => Some(Ok(report)),
                Err(ImportError::File(error)) => Some(Err(error)),
                Err(ImportError::Fault(fault)) => return Err(fault),
                Err(_) => return Err(Fault::NotFound),
            }
        }
        None => None,
    };
    Ok(Kept { delivery, report })
}

/// Deliveries, the newest first.
///
/// # Errors
/// The caller may not import.
pub async fn list(cx: &Context, caller: &Caller, limit: i64) -> Result<Vec<Delivery>, Fault> {
    cx.authorize(caller, Action::ImportPeople, &Resource::System)?;
    let mut conn = cx.store.conn().await?;
    Ok(source::events(&mut conn, limit).await?)
}

/// Applies or releases an upload that waits.
///
/// # Errors
/// It does not wait any more, it would do something else than the caller saw, or rows are wrong and not
/// left out.
pub async fn decide(
    cx: &Context,
    caller: &Caller,
    id: SourceEventId,
    decision: &Decision,
    key: Option<&Key>,
) -> Result<Outcome, ImportError> {
    cx.authorize(caller, Action::ImportPeople, &Resource::System)?;
    let mut tx = cx.store.begin().await?;
    let input = (id, decision);
    let begun = once::begin::<Outcome>(&mut tx, caller, "people.import", key, &input).await?;
    let once = match begun {
        Begun::First(once) => once,
        Begun::Again(outcome) => return Ok(outcome),
    };
    let event = waiting(&mut tx, id).await?;
    let source = source::by_name(&mut tx, &event.source_name).await?.ok_or(Fault::NotFound)?;
    let body = source::body(&mut tx, id).await?.ok_or(ImportError::Gone)?;
    let incoming = Incoming::stored(event)?;
    let (done, events) =
        carry_out(cx, &mut tx, caller, &source, &incoming, &body, decision).await?;
    if done.outcome == Outcome::Nothing {
        // Somebody else wrote the same meanwhile: this upload has had its effect.
        let event = Delivery {
            state: SourceEventState::Applied,
            summary: summary(&done.report),
            decided_by: caller.principal.id,
            decided_at: Some(cx.now()),
            ..incoming.event.clone()
        };
        source::save_event(&mut tx, &event, false).await?;
        timer::cancel(&mut tx, TimerKind::ImportForgotten, id.0, cx.now()).await?;
    }
    once::finish(cx, &mut tx, once, &done.outcome).await?;
    tx.commit(events).await?;
    Ok(done.outcome)
}

/// Throws an upload away.
///
/// # Errors
/// It does not wait any more.
pub async fn discard(
    cx: &Context,
    caller: &Caller,
    id: SourceEventId,
    key: Option<&Key>,
) -> Result<(), ImportError> {
    cx.authorize(caller, Action::ImportPeople, &Resource::System)?;
    let mut tx = cx.store.begin().await?;
    let once = match once::begin::<()>(&mut tx, caller, "people.import.discard", key, &id).await? {
        Begun::First(once) => once,
        Begun::Again(()) => return Ok(()),
    };
    let event = waiting(&mut tx, id).await?;
    timer::cancel(&mut tx, TimerKind::ImportForgotten, id.0, cx.now()).await?;
    let dropped = dropped(cx, event, caller.principal.id);
    source::save_event(&mut tx, &dropped, false).await?;
    once::finish(cx, &mut tx, once, &()).await?;
    let entry = drop_entry(AuditAction::ImportDiscarded, &dropped);
    tx.commit(vec![entry.by(cx, &caller.cause())]).await?;
    Ok(())
}

/// Locks a delivery that waits.
async fn waiting(tx: &mut Tx, id: SourceEventId) -> Result<Delivery, ImportError> {
    let event = source::lock_event(tx, id).await?.ok_or(Fault::NotFound)?;
    if is_waiting(&event) { Ok(event) } else { Err(ImportError::Gone) }
}

/// The time of an upload is over: it is not kept any longer.
///
/// # Errors
/// The database failed.
pub async fn forget(
    cx: &Context,
    tx: &mut Tx,
    id: SourceEventId,
    cause: &Cause,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    let Some(event) = source::lock_event(tx, id).await? else { return Ok(()) };
    if !is_waiting(&event) {
        return Ok(());
    }
    let dropped = dropped(cx, event, None);
    events.push(drop_entry(AuditAction::ImportForgotten, &dropped).by(cx, cause));
    source::save_event(tx, &dropped, false).await
}

const fn is_waiting(event: &Delivery) -> bool {
    matches!(event.state, SourceEventState::Received | SourceEventState::Held)
}

/// A delivery that waits no more. A file that was applied but for some rows stays applied, by whoever
/// applied it: only those rows are dropped.
fn dropped(cx: &Context, event: Delivery, by: Option<SubjectId>) -> Delivery {
    if event.state == SourceEventState::Held && event.decided_at.is_some() {
        return Delivery { state: SourceEventState::Applied, ..event };
    }
    Delivery {
        state: SourceEventState::Rejected,
        decided_by: by,
        decided_at: Some(cx.now()),
        ..event
    }
}

/// The record of it; its outcome says what the delivery is from then on.
fn drop_entry(action: AuditAction, dropped: &Delivery) -> Event {
    Event::new(action, "source_event", dropped.id)
        .detail("source", dropped.source.to_string())
        .detail("state", dropped.state.as_str())
}
