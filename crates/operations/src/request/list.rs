//! Requests as lists show them.

use chrono::{DateTime, Utc};
use usher_domain::access::Words;
use usher_store::request::Request;
use usher_store::request_item;
use usher_store::request_list::{self, Named};
use usher_vocabulary::{Action, ItemState, RequestId, StageState, TaskId, TaskState};

use super::show::{CommentView, ItemView, item_views, lines_of, stages_of};
use crate::{Caller, Context, Fault};

/// A page of a list, and where the next one begins.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Nothing, and nothing behind it.
    #[must_use]
    pub const fn empty() -> Self {
        Self { items: Vec::new(), next: None }
    }
}

/// A request in a list.
#[derive(Debug, Clone, serde::Serialize)]
pub struct RequestRow {
    pub id: RequestId,
    pub number: i64,
    pub requester: String,
    pub requestee: String,
    pub is_for_other: bool,
    pub submitted_at: DateTime<Utc>,
    pub items: Vec<RowItem>,
}

/// An item of a request in a list.
#[derive(Debug, Clone, serde::Serialize)]
pub struct RowItem {
    pub name: String,
    pub application: String,
    pub state: ItemState,
    pub words: Words,
    /// Who must decide, while somebody must; not those who wait for an answer themselves.
    pub waits_for: Vec<String>,
    /// What the deciding people want to know before they go on.
    pub questions: Vec<CommentView>,
    pub waits_since: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
}

/// Requests that the caller sent or that are about them, the newest first. `cursor` comes from the page before.
///
/// # Errors
/// The caller is not signed in, or the cursor is none of ours.
pub async fn list(
    cx: &Context,
    caller: &Caller,
    only_open: bool,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page<RequestRow>, Fault> {
    let me = caller.person()?;
    cx.authorize(caller, Action::ViewCatalogue, &usher_authorization::Resource::Directory)?;
    let before = cursor
        .map(|c| crate::catalogue::parse_time_cursor(c).ok_or(Fault::NotFound))
        .transpose()?;
    let mut conn = cx.store.conn().await?;
    let filter = request_list::Filter {
        involving: me,
        only_open,
        before: before.map(|(at, id)| (at, id.into())),
        limit: limit + 1,
    };
    let mut found = request_list::list(&mut conn, &filter).await?;
    let size = usize::try_from(limit).unwrap_or(0);
    let has_more = found.len() > size;
    found.truncate(size);
    let place = |r: &Request| crate::catalogue::time_cursor(r.submitted_at, r.id.0);
    let next = found.last().filter(|_| has_more).map(|last| place(&last.request));
    if found.is_empty() {
        return Ok(Page::empty());
    }
    let ids: Vec<_> = found.iter().map(|r| r.request.id).collect();
    let items = request_item::of_requests(&mut conn, &ids).await?;
    let stages = stages_of(&mut conn, &items).await?;
    let mut lines = lines_of(&mut conn, &items).await?;
    let mut views = item_views(items, stages, &mut lines, cx.now());
    let row = |Named { request, requester_name, requestee_name }| RequestRow {
        id: request.id,
        number: request.number,
        requester: requester_name,
        requestee: requestee_name,
        is_for_other: request.requester != request.requestee,
        submitted_at: request.submitted_at,
        items: views.extract_if(.., |v| v.request == request.id).map(row_item).collect(),
    };
    Ok(Page { items: found.into_iter().map(row).collect(), next })
}

fn row_item(view: ItemView) -> RowItem {
    let open = view.stages.iter().find(|s| s.state == StageState::Open);
    let tasks = |state| {
        open.iter().flat_map(|s| &s.tasks).filter(move |t| t.state == state).collect::<Vec<_>>()
    };
    let waiting = tasks(TaskState::Open);
    let latest_question =
        |task: TaskId| view.comments.iter().rfind(|c| c.is_question && c.task == Some(task));
    let questions =
        tasks(TaskState::Returned).iter().filter_map(|t| latest_question(t.id)).cloned().collect();
    RowItem {
        name: view.name,
        application: view.application,
        state: view.state,
        words: view.words,
        waits_for: waiting.iter().map(|t| t.approver.clone()).collect(),
        questions,
        waits_since: open.and_then(|s| s.opened_at),
        due_at: waiting.iter().filter_map(|t| t.due_at).min(),
        until: view.until,
    }
}
