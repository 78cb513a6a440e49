//! `POST /tasks/{id}/decision`: one decision.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use usher_operations::task::{self, Decide, DecideError, Decided};
use usher_operations::{Fault, FieldFault};
use usher_vocabulary::{Decision, TaskId};

use super::card::Draft;
use super::page;
use crate::{Failure, Flash, FormErrors, Posted, Visitor, WebError, status};

/// Decides, and goes on with the next task that waits.
pub(super) async fn decide(
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, WebError> {
    let id: TaskId = id.parse().map_err(|_| WebError(Failure::NotFound))?;
    let input = Decide {
        task: id,
        decision: decision(&posted)?,
        reason: posted.text("reason").to_owned(),
        version: posted.text("version").parse().ok(),
    };
    let key = posted.key();
    match task::decide(visitor.cx(), &visitor.caller, &input, key.as_ref()).await {
        Ok(decided) => {
            let next = next(&visitor).await?;
            visitor.go(&next, flash(decided)).await
        }
        Err(DecideError::Fields(faults)) => {
            let draft = Draft { reason: input.reason, errors: errors(faults), is_stale: false };
            page::show(visitor, id, draft, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(DecideError::NotOpen) => {
            let draft = Draft { reason: input.reason, ..Draft::default() };
            page::show(visitor, id, draft, StatusCode::CONFLICT).await
        }
        Err(DecideError::Fault(Fault::Stale)) => {
            let draft = Draft { reason: input.reason, is_stale: true, ..Draft::default() };
            page::show(visitor, id, draft, StatusCode::CONFLICT).await
        }
        Err(DecideError::Fault(fault)) => Err(fault.into()),
    }
}

/// The decision of the button that was pressed.
pub(super) fn decision(posted: &Posted) -> Result<Decision, WebError> {
    posted.text("decision").parse().map_err(|_| WebError(Failure::Invalid))
}

/// Faults of an operation as faults of the form.
pub(super) fn errors(faults: Vec<FieldFault>) -> FormErrors {
    faults.into()
}

async fn next(visitor: &Visitor) -> Result<String, WebError> {
    let inbox = task::inbox(visitor.cx(), &visitor.caller).await?;
    let open = inbox.rows.iter().find(|row| !row.waits_for_answer);
    Ok(open.map_or_else(|| "/tasks".to_owned(), |row| format!("/tasks/{}", row.id)))
}

fn flash(decided: Decided) -> Flash {
    let number = status::request_number(decided.number);
    let args = [("item", decided.item.into()), ("number", number.into())];
    match decided.decision {
        Decision::Approve => Flash::done("tasks-approved", args),
        Decision::Deny => Flash::done("tasks-denied", args),
        Decision::Ask => Flash::waiting("tasks-asked", args),
    }
}
