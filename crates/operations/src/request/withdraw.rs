//! Taking a request back while it waits for decisions.

use chrono::TimeDelta;
use usher_store::{StoreError, request};
use usher_vocabulary::{Action, AuditAction, DecisionState, RequestId};

use super::answer::parties;
use crate::once::{self, Begun};
use crate::task::plan;
use crate::{Caller, Context, Event, Fault, Key};

/// Why nothing was withdrawn.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawError {
    #[error("everything in the request is decided already")]
    Decided,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for WithdrawError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Withdraws every item that still waits. What is approved already is given back instead.
///
/// # Errors
/// The caller is not a party of the request, or nothing waits any more.
pub async fn withdraw(
    cx: &Context,
    caller: &Caller,
    id: RequestId,
    key: Option<&Key>,
) -> Result<(), WithdrawError> {
    let mut tx = cx.store.begin().await?;
    let request = request::get(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    cx.authorize(caller, Action::WithdrawRequest, &parties(&request))
        .map_err(|_| Fault::NotFound)?;
    let once = match once::begin::<()>(&mut tx, caller, "request.withdraw", key, &id).await? {
        Begun::First(once) => once,
        Begun::Again(()) => return Ok(()),
    };
    let (now, cause) = (cx.now(), caller.cause());
    let mut events = Vec::new();
    for item in request::items(&mut tx, &[id]).await? {
        let Some(mut loaded) = plan::load(&mut tx, &request, item.id).await? else { continue };
        if loaded.item.state != DecisionState::AwaitingApproval {
            continue;
        }
        loaded.plan.void();
        plan::save(cx, &mut tx, loaded, None, &cause, &mut events).await?;
        let deciding: TimeDelta = now - request.submitted_at;
        request::close_item(&mut tx, item.id, DecisionState::Cancelled, deciding, now).await?;
        events.push(
            Event::new(AuditAction::RequestItemCancelled, "request_item", item.id)
                .about(request.requestee)
                .by(cx, &cause),
        );
    }
    if events.is_empty() {
        return Err(WithdrawError::Decided);
    }
    once::finish(cx, &mut tx, once, &()).await?;
    tx.commit(events).await?;
    Ok(())
}
