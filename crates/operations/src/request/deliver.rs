//! Telling whoever asked that everything of an item is there.

use serde_json::json;
use usher_store::{AuditEvent, StoreError, Tx, notification, request};
use usher_vocabulary::{AuditAction, LaneId};

use crate::{Cause, Context, Event};

/// Notes which items are delivered now that the demands of a lane are as they should be, and queues a
/// message for each. An item that was delivered before is not delivered again.
///
/// # Errors
/// The database failed.
pub async fn tell_delivered(
    cx: &Context,
    tx: &mut Tx,
    lane: LaneId,
    cause: &Cause,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    for delivered in request::mark_delivered(tx, lane.0, cx.now()).await? {
        let event = Event::new(AuditAction::RequestItemDelivered, "request_item", delivered.item)
            .about(delivered.requestee)
            .detail("machine_ms", delivered.machine.map(|time| time.num_milliseconds()));
        events.push(event.by(cx, cause));
        let message = notification::NewNotification {
            id: cx.id(),
            recipient: delivered.requester,
            kind: "item_delivered",
            payload: json!({
                "request": delivered.request,
                "number": delivered.number,
                "item": delivered.item_name,
                "application": delivered.application_name,
            }),
            correlation: delivered.correlation,
        };
        notification::queue(tx, &message, cx.now()).await?;
    }
    Ok(())
}
