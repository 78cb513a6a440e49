//! One request: its items, one timeline each, who is waited for, and how far each target is.

use chrono::{DateTime, TimeDelta, Utc};
use usher_authorization::Resource;
use usher_domain::access::{Words, item_state, words};
use usher_store::request_item::{self, Item};
use usher_store::request_list::{self, Named};
use usher_store::{Conn, StoreError, application, approval, demand, person, request};
use usher_vocabulary::{
    Action, ApproverRule, AssignmentId, AssignmentState, CatalogueItemId, CorrelationId,
    DecisionState, ItemState, RequestId, RequestItemId, Risk, StageMode, StageState, SubjectId,
    TaskId, TaskState,
};

use crate::assignment::{Line, Lines, by_assignment, demand_facts};
use crate::{Caller, Context, Fault};

/// One person's part in a stage.
#[derive(Debug, Clone, serde::Serialize)]
pub struct TaskView {
    pub id: TaskId,
    pub approver_id: SubjectId,
    pub approver: String,
    pub state: TaskState,
    pub due_at: Option<DateTime<Utc>>,
    pub is_overdue: bool,
    pub decided_at: Option<DateTime<Utc>>,
    pub reason: Option<String>,
    pub may_nudge: bool,
}

/// One step of the approval plan.
#[derive(Debug, Clone, serde::Serialize)]
pub struct StageView {
    pub rule: ApproverRule,
    pub resolution: String,
    pub mode: StageMode,
    pub state: StageState,
    pub opened_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub tasks: Vec<TaskView>,
}

/// A question or an answer.
#[derive(Debug, Clone, serde::Serialize)]
pub struct CommentView {
    pub author: String,
    pub is_question: bool,
    pub task: Option<TaskId>,
    pub body: String,
    pub written_at: DateTime<Utc>,
}

/// One item of a request with everything about it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ItemView {
    pub id: RequestItemId,
    pub request: RequestId,
    pub catalogue_item: CatalogueItemId,
    pub name: String,
    pub effect: String,
    pub application: String,
    pub risk: Risk,
    pub state: ItemState,
    /// State of the decision; what was decided never changes afterwards.
    pub decision: DecisionState,
    /// What should be.
    pub desired: Option<AssignmentState>,
    pub words: Words,
    pub policy: String,
    pub policy_version: i32,
    pub asked_seconds: i64,
    pub starts_at: Option<DateTime<Utc>>,
    pub is_extension: bool,
    pub assignment: Option<AssignmentId>,
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub decided_at: Option<DateTime<Utc>>,
    pub delivered_at: Option<DateTime<Utc>>,
    pub deciding_ms: Option<i64>,
    pub machine_ms: Option<i64>,
    pub stages: Vec<StageView>,
    pub comments: Vec<CommentView>,
    pub lines: Vec<Line>,
}

/// One request with everything about it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct RequestView {
    pub id: RequestId,
    pub number: i64,
    pub requester_id: SubjectId,
    pub requester: String,
    pub requestee_id: SubjectId,
    pub requestee: String,
    pub reason: String,
    pub submitted_at: DateTime<Utc>,
    pub correlation: CorrelationId,
    pub items: Vec<ItemView>,
    pub may_withdraw: bool,
    pub may_answer: bool,
}

/// Everything about one request.
///
/// # Errors
/// There is none, or the caller has nothing to do with it: the answer is the same.
pub async fn show(cx: &Context, caller: &Caller, id: RequestId) -> Result<RequestView, Fault> {
    let mut conn = cx.store.conn().await?;
    let Named { request, requester_name, requestee_name } =
        request_list::get(&mut conn, id).await?.ok_or(Fault::NotFound)?;
    let items = request_item::of_requests(&mut conn, &[id]).await?;
    let stages = stages_of(&mut conn, &items).await?;
    let applications: Vec<_> = items.iter().map(|item| item.application).collect();
    let owners = application::owners_of(&mut conn, &applications).await?;
    let resource = Resource::Request {
        id: id.0,
        requester: request.requester,
        requestee: request.requestee,
        managers: person::managers(&mut conn, request.requestee, cx.now()).await?,
        approvers: stages.iter().flat_map(|s| &s.tasks).map(|t| t.approver).collect(),
        owners: owners.into_iter().map(|(_, owner)| owner).collect(),
    };
    cx.authorize(caller, Action::ViewRequest, &resource).map_err(|_| Fault::NotFound)?;
    let is_open = items.iter().any(|i| i.state == DecisionState::AwaitingApproval);
    let mut lines = lines_of(&mut conn, &items).await?;
    Ok(RequestView {
        id,
        number: request.number,
        requester_id: request.requester,
        requester: requester_name,
        requestee_id: request.requestee,
        requestee: requestee_name,
        reason: request.reason,
        submitted_at: request.submitted_at,
        correlation: request.correlation,
        items: item_views(items, stages, &mut lines, cx.now()),
        may_withdraw: is_open && cx.may(caller, Action::WithdrawRequest, &resource),
        may_answer: cx.may(caller, Action::AnswerQuestion, &resource),
    })
}

/// The request that people call by this number, if the caller may see it.
///
/// # Errors
/// There is none, or the caller has nothing to do with it: the answer is the same.
pub async fn find_number(cx: &Context, caller: &Caller, number: i64) -> Result<RequestView, Fault> {
    caller.person()?;
    let id = {
        let mut conn = cx.store.conn().await?;
        request::by_number(&mut conn, number).await?.ok_or(Fault::NotFound)?
    };
    show(cx, caller, id).await
}

/// The approval of items, in one query however many there are.
pub(crate) async fn stages_of(
    conn: &mut Conn,
    items: &[Item],
) -> Result<Vec<approval::Stage>, StoreError> {
    let ids: Vec<_> = items.iter().map(|item| item.id).collect();
    approval::stages(conn, &ids).await
}

/// The lines of what items became; nothing is asked while nothing did.
pub(crate) async fn lines_of(conn: &mut Conn, items: &[Item]) -> Result<Lines, StoreError> {
    let ids: Vec<_> = items.iter().filter_map(|i| i.became.as_ref()).map(|a| a.id).collect();
    match ids.is_empty() {
        true => Ok(Lines::new()),
        false => Ok(by_assignment(demand::lines(conn, &ids).await?)),
    }
}

/// Items with their stages and lines.
pub(crate) fn item_views(
    items: Vec<Item>,
    mut stages: Vec<approval::Stage>,
    lines: &mut Lines,
    now: DateTime<Utc>,
) -> Vec<ItemView> {
    items
        .into_iter()
        .map(|item| {
            let own = stages.extract_if(.., |stage| stage.item == item.id).collect();
            let lines = item.became.as_ref().and_then(|a| lines.remove(&a.id)).unwrap_or_default();
            item_view(item, own, lines, now)
        })
        .collect()
}

fn item_view(
    item: Item,
    stages: Vec<approval::Stage>,
    lines: Vec<Line>,
    now: DateTime<Utc>,
) -> ItemView {
    let became = item.became.as_ref();
    let facts = demand_facts(&lines);
    let state = item_state(item.state, became.map(|a| a.state), &facts);
    ItemView {
        id: item.id,
        request: item.request,
        catalogue_item: item.catalogue_item,
        state,
        decision: item.state,
        desired: became.map(|a| a.state),
        words: words(state, &facts, became.and_then(|a| a.end_reason)),
        assignment: became.map(|a| a.id),
        from: became.map(|a| a.from),
        until: became.map(|a| a.until),
        ended_at: became.and_then(|a| a.ended_at),
        name: item.name,
        effect: item.effect,
        application: item.application_name,
        risk: item.risk,
        policy: item.policy_name,
        policy_version: item.policy_version,
        asked_seconds: item.duration.num_seconds(),
        starts_at: item.starts_at,
        is_extension: item.is_extension,
        decided_at: item.decided_at,
        delivered_at: item.delivered_at,
        deciding_ms: item.deciding.map(|d| d.num_milliseconds()),
        machine_ms: item.machine.map(|d| d.num_milliseconds()),
        stages: stages.into_iter().map(|stage| stage_view(stage, now)).collect(),
        comments: item.comments.into_iter().map(comment_view).collect(),
        lines,
    }
}

fn stage_view(stage: approval::Stage, now: DateTime<Utc>) -> StageView {
    let nudge_pause: TimeDelta = super::nudge::AT_MOST_EVERY;
    let is_open = stage.state == StageState::Open;
    let task = |t: approval::Task| TaskView {
        id: t.id,
        approver_id: t.approver,
        approver: t.approver_name,
        state: t.state,
        due_at: t.due_at,
        is_overdue: t.state == TaskState::Open && t.due_at.is_some_and(|due| due < now),
        decided_at: t.decided_at,
        reason: t.reason,
        may_nudge: is_open
            && t.state == TaskState::Open
            && t.nudged_at.is_none_or(|at| now - at >= nudge_pause),
    };
    StageView {
        rule: stage.rule,
        resolution: stage.resolution,
        mode: stage.mode,
        state: stage.state,
        opened_at: stage.opened_at,
        closed_at: stage.closed_at,
        tasks: stage.tasks.into_iter().map(task).collect(),
    }
}

fn comment_view(comment: request_item::Comment) -> CommentView {
    CommentView {
        author: comment.author,
        is_question: comment.is_question,
        task: comment.task,
        body: comment.body,
        written_at: comment.written_at,
    }
}
