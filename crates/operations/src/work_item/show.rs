//! One item, for whoever carries it out or looks at it.

use usher_store::demand;
use usher_store::work_item::{self, Item};
use usher_vocabulary::{Action, Realisation, WorkItemId, WorkItemState};

use super::resource;
use crate::{Caller, Context, Fault};

/// One item, and what the caller may do with it.
#[derive(Debug, Clone)]
pub struct Detail {
    pub item: Item,
    pub is_overdue: bool,
    pub may_close: bool,
    /// Somebody said that it cannot be done, and it is wanted still.
    pub may_ask_again: bool,
}

/// # Errors
/// There is no such item, or the caller has nothing to do with it: the answer is the same.
pub async fn show(cx: &Context, caller: &Caller, id: WorkItemId) -> Result<Detail, Fault> {
    let mut conn = cx.store.conn().await?;
    let item = work_item::get(&mut conn, id).await?.ok_or(Fault::NotFound)?;
    let resource = resource(&mut conn, &item).await?;
    cx.authorize(caller, Action::ViewWorkItem, &resource).map_err(|_| Fault::NotFound)?;
    let may_act = cx.may(caller, Action::CloseWorkItem, &resource);
    let is_open = item.state == WorkItemState::Open;
    let given_up = item.state == WorkItemState::Cannot
        && demand::of_lane(&mut conn, item.lane).await?.iter().any(|demand| {
            demand.id == item.demand
                && demand.direction == item.direction
                && demand.realisation == Realisation::FailedDead
        });
    Ok(Detail {
        is_overdue: is_open && item.due_at < cx.now(),
        may_close: is_open && may_act,
        may_ask_again: given_up && may_act,
        item,
    })
}
