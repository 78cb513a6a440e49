//! What waits for hands, and what became of it.

use usher_authorization::Resource;
use usher_store::work_item::{self, Filter, Item};
use usher_vocabulary::{Action, SubjectId};

use crate::catalogue::{parse_time_cursor, time_cursor};
use crate::request::Page;
use crate::{Caller, Context, Fault};

/// Whose items the caller may see: all, or those of the applications they own.
fn scope(cx: &Context, caller: &Caller) -> Result<Option<SubjectId>, Fault> {
    if cx.may(caller, Action::ViewWorkItem, &Resource::System) {
        return Ok(None);
    }
    caller.person().map(Some)
}

/// One page: open items by due time, or closed ones, the newest first. `cursor` comes from the page before.
///
/// # Errors
/// The caller is not signed in, or the cursor is none of ours.
pub async fn list(
    cx: &Context,
    caller: &Caller,
    is_open: bool,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<Item>, Fault> {
    cx.authorize(caller, Action::ViewApplications, &Resource::Directory)?;
    let owner = scope(cx, caller)?;
    let after = cursor.map(|c| parse_time_cursor(c).ok_or(Fault::NotFound)).transpose()?;
    let filter =
        Filter { owner, is_open, after: after.map(|(at, id)| (at, id.into())), limit: limit + 1 };
    let mut conn = cx.store.conn().await?;
    let mut items = work_item::list(&mut conn, &filter).await?;
    let size = usize::try_from(limit).unwrap_or(0);
    let place = |item: &Item| {
        let at = if is_open { item.due_at } else { item.closed_at.unwrap_or(item.due_at) };
        time_cursor(at, item.id.0)
    };
    let next = (items.len() > size).then(|| items.get(size.saturating_sub(1)).map(place)).flatten();
    items.truncate(size);
    Ok(Page { items, next })
}
