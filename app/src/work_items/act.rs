//! Saying that it is done or cannot be done, and asking again.

use axum::http::StatusCode;
use axum::response::Response;
use usher_operations::work_item::{self, AskAgainError, Close, CloseError, Word};
use usher_vocabulary::WorkItemId;

use super::page::{self, Draft};
use crate::address::Named;
use crate::{Failure, Flash, Posted, Visitor, WebError};

/// `POST /work-items/{id}/close`: somebody's word.
pub(super) async fn close(
    visitor: Visitor,
    Named(id): Named<WorkItemId>,
    posted: Posted,
) -> Result<Response, WebError> {
    let input =
        Close { work_item: id, word: word(&posted)?, evidence: posted.text("evidence").to_owned() };
    let key = posted.key();
    match work_item::close(visitor.cx(), &visitor.caller, &input, key.as_ref()).await {
        Ok(()) => {
            let flash = match input.word {
                Word::Done => Flash::done("work-said-done", []),
                Word::Cannot => Flash::waiting("work-said-cannot", []),
            };
            visitor.go("/work-items", flash).await
        }
        Err(CloseError::Fields(faults)) => {
            let draft = Draft { evidence: input.evidence, errors: faults.into(), is_stale: false };
            page::show(visitor, id, draft, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(CloseError::NotOpen) => {
            let draft = Draft { evidence: input.evidence, is_stale: true, ..Draft::default() };
            page::show(visitor, id, draft, StatusCode::CONFLICT).await
        }
        Err(CloseError::Fault(fault)) => Err(fault.into()),
    }
}

/// `POST /work-items/{id}/ask-again`: a new item, for whoever can.
pub(super) async fn ask_again(
    visitor: Visitor,
    Named(id): Named<WorkItemId>,
    posted: Posted,
) -> Result<Response, WebError> {
    let key = posted.key();
    match work_item::ask_again(visitor.cx(), &visitor.caller, id, key.as_ref()).await {
        Ok(()) => visitor.go("/work-items", Flash::done("work-asked-again", [])).await,
        Err(AskAgainError::NotGivenUp) => {
            let flash = Flash::failed("work-not-given-up", []);
            visitor.go(&format!("/work-items/{id}"), flash).await
        }
        Err(AskAgainError::Fault(fault)) => Err(fault.into()),
    }
}

/// The word of the button that was pressed.
fn word(posted: &Posted) -> Result<Word, WebError> {
    match posted.text("word") {
        "done" => Ok(Word::Done),
        "cannot" => Ok(Word::Cannot),
        _ => Err(WebError(Failure::Invalid)),
    }
}
