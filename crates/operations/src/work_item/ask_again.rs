//! Asking once more for what somebody said cannot be done.

use usher_store::{StoreError, demand, job, work_item};
use usher_vocabulary::{
    Action, AuditAction, Direction, Priority, Realisation, WorkItemId, WorkItemState,
};

use super::close::resolve_findings;
use super::resource;
use crate::once::{self, Begun};
use crate::{Caller, Context, Event, Fault, Key};

/// Why nobody is asked again.
#[derive(Debug, thiserror::Error)]
pub enum AskAgainError {
    /// It was not given up, is wanted no more, or somebody is asked already.
    #[error("only what cannot be done and is wanted still can be asked for again")]
    NotGivenUp,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for AskAgainError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Puts the demand back to its beginning; the engine opens a new item.
///
/// # Errors
/// The item is not the caller's, about the caller's own access, or not given up.
pub async fn ask_again(
    cx: &Context,
    caller: &Caller,
    id: WorkItemId,
    key: Option<&Key>,
) -> Result<(), AskAgainError> {
    let mut tx = cx.store.begin().await?;
    let item = work_item::get(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    let resource = resource(&mut tx, &item).await?;
    cx.authorize(caller, Action::ViewWorkItem, &resource).map_err(|_| Fault::NotFound)?;
    cx.authorize(caller, Action::CloseWorkItem, &resource)?;
    let once = match once::begin::<()>(&mut tx, caller, "work_item.ask_again", key, &id).await? {
        Begun::First(once) => once,
        Begun::Again(()) => return Ok(()),
    };
    let (lane, connector) =
        demand::lock_known_lane(&mut tx, item.lane).await?.ok_or(Fault::NotFound)?;
    let (now, cause) = (cx.now(), caller.cause());
    let wish = demand::of_lane(&mut tx, item.lane).await?.into_iter().find(|d| {
        d.id == item.demand
            && d.direction == item.direction
            && d.realisation == Realisation::FailedDead
    });
    let wish = wish.filter(|_| item.state == WorkItemState::Cannot);
    let wish = wish.ok_or(AskAgainError::NotGivenUp)?;
    let fresh = Realisation::NotStarted;
    demand::realise(&mut tx, wish.id, wish.wanted_seq, fresh, None, now).await?;
    let priority = match wish.direction {
        Direction::Grant => Priority::Grant,
        Direction::Revoke => Priority::Revoke,
    };
    job::enqueue_lane(&mut tx, cx.id(), lane.id, connector, priority, caller.correlation, now)
        .await?;
    let event = Event::new(AuditAction::WorkItemAskedAgain, "work_item", id).about(item.subject);
    let mut events = vec![event.by(cx, &cause)];
    resolve_findings(cx, &mut tx, &item, &cause, &mut events).await?;
    once::finish(cx, &mut tx, once, &()).await?;
    tx.commit(events).await?;
    Ok(())
}
