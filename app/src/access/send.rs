//! `POST /access/request`.

use axum::http::StatusCode;
use axum::response::Response;
use chrono::TimeDelta;
use usher_operations::FieldFault;
use usher_operations::request::{self, SubmitError};

use super::draft::Draft;
use super::form::draw;
use crate::{Flash, Posted, Visitor, WebError, when};

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
            draft.refuse(beside_fields(faults));
            draw(visitor, draft, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(SubmitError::Fault(fault)) => Err(fault.into()),
    }
}

/// Faults of single items stand beside the list of items or the duration, and name the item; what
/// is the same for all of them is said once.
fn beside_fields(faults: Vec<FieldFault>) -> Vec<FieldFault> {
    let mut beside: Vec<FieldFault> = Vec::new();
    for mut fault in faults {
        if let Some((_, name)) = fault.field.clone().split_once("].") {
            fault.field = if name == "catalogue_item" { "items" } else { name }.to_owned();
        }
        let most = fault.args.iter().find(|(name, _)| *name == "max_seconds");
        if let Some(most) = most.and_then(|(_, text)| text.parse().ok()).map(TimeDelta::seconds) {
            fault = fault.with("words", when::duration(most));
        }
        let names_item = fault.field == "items" || fault.code == "too_long";
        let is_said = |said: &FieldFault| said.field == fault.field && said.code == fault.code;
        if names_item || !beside.iter().any(is_said) {
            beside.push(fault);
        }
    }
    beside
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FormErrors;

    #[test]
    fn faults_of_items_move_to_fields_of_the_form() {
        let fault = |field: &str, code| {
            FieldFault::new(field, code).with("item", "Cash").with("max_seconds", 604_800)
        };
        let faults = beside_fields(vec![
            fault("items[0].catalogue_item", "pending"),
            fault("items[1].duration", "too_long"),
            fault("items[2].duration", "too_long"),
            fault("items[0].starts_at", "starts_in_past"),
            fault("items[1].starts_at", "starts_in_past"),
        ]);
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["items", "duration", "duration", "starts_at"]);
        let words = FormErrors::from(faults).of("duration").get();
        assert_eq!(words.as_deref(), Some("Cash is given for at most 7 days."));
    }
}
