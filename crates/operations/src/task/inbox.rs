//! What waits for a person, by due time.

use chrono::{DateTime, TimeDelta, Utc};
use usher_authorization::Resource;
use usher_store::task;
use usher_vocabulary::{
    Action, CatalogueItemId, RequestId, RequestItemId, Risk, SubjectId, TaskId, TaskState,
};

use crate::catalogue::{parse_time_cursor, time_cursor};
use crate::request::Page;
use crate::{Caller, Context, Fault};

/// A line of the inbox.
#[derive(Debug, Clone)]
pub struct InboxRow {
    pub id: TaskId,
    pub item: RequestItemId,
    pub request: RequestId,
    pub number: i64,
    pub version: i64,
    pub name: String,
    pub application: String,
    pub risk: Risk,
    pub requestee_id: SubjectId,
    pub requestee: String,
    pub requester: String,
    pub reason: String,
    pub duration: TimeDelta,
    pub opened_at: DateTime<Utc>,
    /// `None` while a question waits for its answer.
    pub due_at: Option<DateTime<Utc>>,
    pub is_overdue: bool,
    pub waits_for_answer: bool,
    pub catalogue_item: CatalogueItemId,
}

/// The inbox.
#[derive(Debug, Clone)]
pub struct Inbox {
    pub rows: Vec<InboxRow>,
    pub has_more: bool,
}

/// Rows of the inbox at most; it is worked off from the top.
const SHOWN: i64 = 200;

/// # Errors
/// The caller is not signed in.
pub async fn inbox(cx: &Context, caller: &Caller) -> Result<Inbox, Fault> {
    let page = inbox_page(cx, caller, None, SHOWN).await?;
    Ok(Inbox { has_more: page.next.is_some(), rows: page.items })
}

/// One page of what waits for the caller. `cursor` comes from the page before.
///
/// # Errors
/// The caller is not signed in, or the cursor is none of ours.
pub async fn inbox_page(
    cx: &Context,
    caller: &Caller,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<InboxRow>, Fault> {
    let me = caller.person()?;
    cx.authorize(caller, Action::ViewCatalogue, &Resource::Directory)?;
    let after = cursor.map(|c| parse_time_cursor(c).ok_or(Fault::NotFound)).transpose()?;
    let after = after.map(|(at, id)| (at, id.into()));
    let mut conn = cx.store.conn().await?;
    let mut found = task::inbox(&mut conn, me, after, limit + 1).await?;
    let size = usize::try_from(limit).unwrap_or(0);
    let has_more = found.len() > size;
    found.truncate(size);
    let last = found.last().filter(|_| has_more);
    let next = last.map(|row| time_cursor(row.due_at.unwrap_or(task::NEVER_DUE), row.task.0));
    let now = cx.now();
    let items = found.into_iter().map(|row| view(row, now)).collect::<Result<_, _>>()?;
    Ok(Page { items, next })
}

fn view(row: task::InboxRow, now: DateTime<Utc>) -> Result<InboxRow, Fault> {
    Ok(InboxRow {
        id: row.task,
        item: row.item,
        request: row.request,
        number: row.number,
        version: row.version,
        name: row.item_name,
        application: row.application_name,
        risk: row.risk.parse().map_err(usher_store::StoreError::from)?,
        requestee_id: row.requestee,
        requestee: row.requestee_name,
        requester: row.requester_name,
        reason: row.reason,
        duration: TimeDelta::seconds(row.duration_seconds),
        opened_at: row.opened_at,
        due_at: row.due_at,
        is_overdue: row.due_at.is_some_and(|due| due < now),
        waits_for_answer: row.state == TaskState::Returned,
        catalogue_item: row.catalogue_item.into(),
    })
}
