//! Everything that an approver needs beside the decision.

use usher_authorization::Resource;
use usher_store::{person, request, task};
use usher_vocabulary::{Action, StageState, TaskId, TaskState};

use crate::assignment::{AccessRow, view_of};
use crate::request::ItemView;
use crate::{Caller, Context, Fault};

/// One task with its request.
#[derive(Debug, Clone)]
pub struct TaskDetail {
    pub id: TaskId,
    pub version: i64,
    pub state: TaskState,
    pub is_open: bool,
    pub number: i64,
    pub request: request::Request,
    pub item: ItemView,
    pub requestee: person::Brief,
    pub requester_name: String,
    /// The requestee reports to the caller.
    pub is_report: bool,
    pub due_at: Option<chrono::DateTime<chrono::Utc>>,
    pub is_overdue: bool,
    pub opened_at: Option<chrono::DateTime<chrono::Utc>>,
    /// What the requestee holds in the same application.
    pub held: Vec<AccessRow>,
    pub may_decide: bool,
}

/// # Errors
/// There is no such task, or it is somebody else's: the answer is the same.
pub async fn show(cx: &Context, caller: &Caller, id: TaskId) -> Result<TaskDetail, Fault> {
    let mut conn = cx.store.conn().await?;
    let (item, request) = task::item_of(&mut conn, id).await?.ok_or(Fault::NotFound)?;
    let request = request::get(&mut conn, request).await?.ok_or(Fault::NotFound)?;
    let row = task::of_items(&mut conn, &[item])
        .await?
        .into_iter()
        .find(|t| t.id == id)
        .ok_or(Fault::NotFound)?;
    let resource = Resource::Task {
        id: id.0,
        approver: row.approver,
        requester: request.requester,
        requestee: request.requestee,
    };
    cx.authorize(caller, Action::ViewTask, &resource).map_err(|_| Fault::NotFound)?;
    let items = request::items(&mut conn, &[request.id]).await?;
    let items: Vec<_> = items.into_iter().filter(|i| i.id == item).collect();
    let item =
        crate::request::item_views(cx, &mut conn, &items).await?.pop().ok_or(Fault::NotFound)?;
    let people = person::briefs(&mut conn, &[request.requester, request.requestee]).await?;
    let requestee =
        people.iter().find(|p| p.id == request.requestee).cloned().ok_or(Fault::NotFound)?;
    let requester_name = people
        .iter()
        .find(|p| p.id == request.requester)
        .map(|p| p.display_name.clone())
        .unwrap_or_default();
    let mut held = view_of(cx, &mut conn, request.requestee, false).await?;
    held.retain(|h| h.application == item.application && h.ended_at.is_none());
    let stage_is_open = item
        .stages
        .iter()
        .any(|s| s.state == StageState::Open && s.tasks.iter().any(|t| t.id == id));
    let is_open = stage_is_open && matches!(row.state, TaskState::Open | TaskState::Returned);
    Ok(TaskDetail {
        id,
        version: row.version,
        state: row.state,
        is_open,
        number: request.number,
        is_report: requestee.manager == caller.principal.id,
        requestee,
        requester_name,
        due_at: row.due_at,
        is_overdue: row.state == TaskState::Open && row.due_at.is_some_and(|due| due < cx.now()),
        opened_at: row.opened_at,
        held,
        may_decide: is_open && cx.may(caller, Action::DecideTask, &resource),
        request,
        item,
    })
}
