//! Everything that an approver needs beside the decision.

use usher_authorization::Resource;
use usher_store::{Conn, approval, assignment, demand, person, request, request_item};
use usher_vocabulary::{Action, StageState, SubjectId, TaskId, TaskState};

use crate::assignment::{AccessRow, Lines, by_assignment, held_since, row};
use crate::request::{ItemView, item_views, stages_of};
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
    let asked = approval::asked(&mut conn, id).await?.ok_or(Fault::NotFound)?;
    let resource = Resource::Task {
        id: id.0,
        approver: asked.approver,
        requester: asked.request.requester,
        requestee: asked.request.requestee,
    };
    cx.authorize(caller, Action::ViewTask, &resource).map_err(|_| Fault::NotFound)?;
    let item = request_item::get(&mut conn, asked.item).await?.ok_or(Fault::NotFound)?;
    let items = [item];
    let stages = stages_of(&mut conn, &items).await?;
    let (stage_state, task) = stages
        .iter()
        .find_map(|s| Some((s.state, s.tasks.iter().find(|t| t.id == id)?.clone())))
        .ok_or(Fault::NotFound)?;
    let is_open = stage_state == StageState::Open
        && matches!(task.state, TaskState::Open | TaskState::Returned);
    let (held, mut lines) = held_beside(cx, &mut conn, asked.request.requestee, &items).await?;
    let item = item_views(items.into(), stages, &mut lines, cx.now()).pop();
    Ok(TaskDetail {
        id,
        version: task.version,
        state: task.state,
        is_open,
        number: asked.request.number,
        is_report: asked.requestee.manager == caller.principal.id,
        requestee: asked.requestee,
        requester_name: asked.requester_name,
        due_at: task.due_at,
        is_overdue: task.state == TaskState::Open && task.due_at.is_some_and(|due| due < cx.now()),
        opened_at: task.opened_at,
        held,
        may_decide: is_open && cx.may(caller, Action::DecideTask, &resource),
        request: asked.request,
        item: item.ok_or(Fault::NotFound)?,
    })
}

/// What somebody holds in the application of an item, and the lines of that and of the item, in one query.
async fn held_beside(
    cx: &Context,
    conn: &mut Conn,
    subject: SubjectId,
    items: &[request_item::Item; 1],
) -> Result<(Vec<AccessRow>, Lines), Fault> {
    let [item] = items;
    let mut held = assignment::held(conn, &[subject], held_since(cx)).await?;
    held.retain(|h| h.application_name == item.application_name && h.assignment.ended_at.is_none());
    let ids = held.iter().map(|h| h.assignment.id);
    let ids: Vec<_> = ids.chain(item.became.as_ref().map(|a| a.id)).collect();
    let lines = match ids.is_empty() {
        true => Lines::new(),
        false => by_assignment(demand::lines(conn, &ids).await?),
    };
    let mut for_rows = lines.clone();
    let rows = held.into_iter().map(|h| row(cx, h, &mut for_rows, false)).collect::<Result<_, _>>();
    Ok((rows?, lines))
}
