//! Giving access back before it ends.

use usher_authorization::Resource;
use usher_store::{assignment, timer};
use usher_vocabulary::{Action, AssignmentId, AssignmentState, EndReason, TimerKind};

use super::settle::{ended_event, settle};
use crate::once::{self, Begun};
use crate::{Caller, Context, Fault, Key};

/// Why nothing was given back.
#[derive(Debug, thiserror::Error)]
pub enum GiveBackError {
    #[error("it has ended already")]
    Ended,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<usher_store::StoreError> for GiveBackError {
    fn from(error: usher_store::StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Ends an assignment now; the removal is sent at once and verified.
///
/// # Errors
/// It is somebody else's, has ended, or does not exist.
pub async fn give_back(
    cx: &Context,
    caller: &Caller,
    id: AssignmentId,
    key: Option<&Key>,
) -> Result<(), GiveBackError> {
    let mut tx = cx.store.begin().await?;
    let held = assignment::get(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    let resource = Resource::Subject { id: held.subject, managers: Vec::new() };
    // Somebody else's access is not even confirmed to exist.
    cx.authorize(caller, Action::GiveBackAccess, &resource).map_err(|_| Fault::NotFound)?;
    let once = match once::begin::<()>(&mut tx, caller, "access.give_back", key, &id).await? {
        Begun::First(once) => once,
        Begun::Again(()) => return Ok(()),
    };
    assignment::lock_subject(&mut tx, held.subject).await?;
    let held = assignment::get(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    if held.state == AssignmentState::Ended {
        return Err(GiveBackError::Ended);
    }
    let (now, cause) = (cx.now(), caller.cause());
    assignment::end(&mut tx, id, EndReason::Returned, now).await?;
    timer::cancel(&mut tx, TimerKind::AssignmentEnd, id.0, now).await?;
    timer::cancel(&mut tx, TimerKind::AssignmentStart, id.0, now).await?;
    let mut events = vec![ended_event(id, held.subject, EndReason::Returned).by(cx, &cause)];
    settle(cx, &mut tx, held.subject, &[id], &cause, &mut events).await?;
    once::finish(cx, &mut tx, once, &()).await?;
    tx.commit(events).await?;
    Ok(())
}
