//! `POST /access-rules`: checking a text, or putting it in force. Nothing that was typed is ever lost.

use axum::http::StatusCode;
use axum::response::Response;
use usher_operations::access_rules::{self, PutError, PutInForce};

use super::page::{self, Draft, Outcome};
use crate::{Failure, Flash, FormErrors, Posted, Visitor, WebError};

pub(super) async fn change(visitor: Visitor, posted: Posted) -> Result<Response, WebError> {
    match posted.text("act") {
        "put" => put(visitor, &posted).await,
        // Without a word it is the one that changes nothing.
        _ => check(visitor, &posted).await,
    }
}

async fn check(visitor: Visitor, posted: &Posted) -> Result<Response, WebError> {
    let mut draft = Draft::of(posted);
    let faults = access_rules::check(visitor.cx(), &visitor.caller, &draft.text)?;
    let status = match faults.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    draft.outcome = match faults.is_empty() {
        true => Outcome::Good,
        false => Outcome::Faults(faults.into()),
    };
    page::show(visitor, draft, None, status).await
}

async fn put(visitor: Visitor, posted: &Posted) -> Result<Response, WebError> {
    let mut draft = Draft::of(posted);
    let Some(version) = draft.version else { return Err(WebError(Failure::Invalid)) };
    let input = PutInForce {
        text: draft.text.clone(),
        reason: draft.reason.clone(),
        version,
        restores: draft.restores,
    };
    let key = posted.key();
    match access_rules::put_in_force(visitor.cx(), &visitor.caller, &input, key.as_ref()).await {
        Ok(number) => {
            let flash = Flash::done("access-rules-now", [("number", number.to_string().into())]);
            visitor.go("/access-rules", flash).await
        }
        Err(PutError::Fields(faults)) => {
            draft.outcome = Outcome::Faults(FormErrors::from(faults));
            page::show(visitor, draft, None, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(PutError::Stale) => {
            draft.outcome = Outcome::Stale;
            page::show(visitor, draft, None, StatusCode::CONFLICT).await
        }
        Err(PutError::Fault(fault)) => Err(fault.into()),
    }
}
