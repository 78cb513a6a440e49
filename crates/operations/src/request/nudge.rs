//! Reminding whoever a request waits for.

use chrono::TimeDelta;
use usher_store::{StoreError, request, task};
use usher_vocabulary::{Action, AuditAction, StageState, TaskId, TaskState};

use super::answer::parties;
use crate::task::plan;
use crate::{Caller, Context, Event, Fault};

/// One reminder per task in this time.
pub(crate) const AT_MOST_EVERY: TimeDelta = TimeDelta::hours(4);

/// Why nobody was reminded.
#[derive(Debug, thiserror::Error)]
pub enum NudgeError {
    #[error("the task does not wait for its approver")]
    NotWaiting,
    #[error("there was a reminder in the last four hours")]
    TooSoon,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for NudgeError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Sends a reminder to a task's approver.
///
/// # Errors
/// The caller is not a party of the request, the task is closed, or there was a reminder lately.
pub async fn nudge(cx: &Context, caller: &Caller, id: TaskId) -> Result<(), NudgeError> {
    let mut tx = cx.store.begin().await?;
    let (item, request) = task::item_of(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    let request = request::get(&mut tx, request).await?.ok_or(Fault::NotFound)?;
    cx.authorize(caller, Action::NudgeApprover, &parties(&request)).map_err(|_| Fault::NotFound)?;
    let loaded = plan::load(&mut tx, &request, item).await?.ok_or(Fault::NotFound)?;
    let is_open = loaded
        .plan
        .stages
        .iter()
        .any(|s| s.state == StageState::Open && s.tasks.iter().any(|t| t.id == id));
    let row = task::of_items(&mut tx, &[item])
        .await?
        .into_iter()
        .find(|t| t.id == id)
        .ok_or(Fault::NotFound)?;
    if !is_open || row.state != TaskState::Open {
        return Err(NudgeError::NotWaiting);
    }
    let now = cx.now();
    if row.nudged_at.is_some_and(|at| now - at < AT_MOST_EVERY) {
        return Err(NudgeError::TooSoon);
    }
    let cause = caller.cause();
    plan::tell_approver(cx, &mut tx, &loaded, id, "task_nudged", &cause).await?;
    task::note_nudge(&mut tx, id, now).await?;
    let event =
        Event::new(AuditAction::TaskNudged, "task", id).about(request.requestee).by(cx, &cause);
    tx.commit(vec![event]).await?;
    Ok(())
}
