//! `POST /access/request`.

use axum::http::StatusCode;
use axum::response::Response;
use usher_operations::FieldFault;
use usher_operations::request::{self, SubmitError};

use super::draft::Draft;
use super::form::draw;
use crate::{Flash, FormErrors, Posted, Visitor, WebError};

pub(super) async fn send(visitor: Visitor, posted: Posted) -> Result<Response, WebError> {
    let mut draft = Draft::of(&posted);
    let last_day =
        request::form(visitor.cx(), &visitor.caller, draft.requestee, None, &[]).await?.last_day;
    let Some(input) = draft.submit(visitor.cx().now(), last_day) else {
        return draw(visitor, draft, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    match request::submit(visitor.cx(), &visitor.caller, &input, posted.key().as_ref()).await {
        Ok(sent) => {
            let flash =
                Flash::waiting("request-sent", [("number", sent.number.to_string().into())]);
            visitor.go(&format!("/requests/{}", sent.id), flash).await
        }
        Err(SubmitError::Fields(faults)) => {
            draft.errors = beside_fields(faults);
            draw(visitor, draft, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(SubmitError::Fault(fault)) => Err(fault.into()),
    }
}

/// Faults of single items stand beside the list of items or the duration, and name the item.
fn beside_fields(faults: Vec<FieldFault>) -> FormErrors {
    let moved = faults
        .into_iter()
        .map(|mut fault| {
            if let Some((_, name)) = fault.field.clone().split_once("].") {
                fault.field = if name == "catalogue_item" { "items" } else { name }.to_owned();
            }
            fault
        })
        .collect::<Vec<_>>();
    moved.into()
}
