//! One request: its items, one timeline each, who is waited for, and how far each target is.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use usher_authorization::Resource;
use usher_domain::access::{Words, item_state, words};
use usher_store::{Conn, assignment, demand, person, policy, request, task};
use usher_vocabulary::{
    Action, ApproverRule, AssignmentId, AssignmentState, CatalogueItemId, CorrelationId,
    DecisionState, ItemState, RequestId, RequestItemId, Risk, StageMode, StageState, SubjectId,
    TaskId, TaskState,
};

use crate::assignment::{Line, demand_facts, line};
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
    let request = request::get(&mut conn, id).await?.ok_or(Fault::NotFound)?;
    let items = request::items(&mut conn, &[id]).await?;
    let views = item_views(cx, &mut conn, &items).await?;
    let mut owners = Vec::new();
    for item in &items {
        owners.extend(usher_store::application::owners(&mut conn, item.application).await?);
    }
    let resource = Resource::Request {
        id: id.0,
        requester: request.requester,
        requestee: request.requestee,
        managers: person::managers(&mut conn, request.requestee, cx.now()).await?,
        approvers: views
            .iter()
            .flat_map(|v| &v.stages)
            .flat_map(|s| &s.tasks)
            .map(|t| t.approver_id)
            .collect(),
        owners,
    };
    cx.authorize(caller, Action::ViewRequest, &resource).map_err(|_| Fault::NotFound)?;
    let names: HashMap<_, _> = person::briefs(&mut conn, &[request.requester, request.requestee])
        .await?
        .into_iter()
        .map(|p| (p.id, p.display_name))
        .collect();
    let name = |id: SubjectId| names.get(&id).cloned().unwrap_or_default();
    let is_open = items.iter().any(|i| i.state == DecisionState::AwaitingApproval);
    Ok(RequestView {
        id,
        number: request.number,
        requester_id: request.requester,
        requester: name(request.requester),
        requestee_id: request.requestee,
        requestee: name(request.requestee),
        reason: request.reason,
        submitted_at: request.submitted_at,
        correlation: request.correlation,
        items: views,
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

/// Items with stages, comments and lines; a fixed number of queries however many there are.
pub(crate) async fn item_views(
    cx: &Context,
    conn: &mut Conn,
    items: &[request::Item],
) -> Result<Vec<ItemView>, Fault> {
    let now = cx.now();
    let ids: Vec<_> = items.iter().map(|i| i.id).collect();
    let mut stages = task::stages(conn, &ids).await?;
    let tasks = task::of_items(conn, &ids).await?;
    let mut comments = request::comments(conn, &ids).await?;
    let assignments = assignment::of_request_items(conn, &ids).await?;
    let assigned: Vec<_> = assignments.iter().map(|a| a.id).collect();
    let mut lines = demand::lines(conn, &assigned).await?;
    let versions: Vec<_> = items.iter().map(|i| i.policy_version).collect();
    let policies: HashMap<_, _> =
        policy::versions(conn, &versions).await?.into_iter().map(|p| (p.id, p)).collect();
    Ok(items
        .iter()
        .map(|item| {
            let held = assignments.iter().find(|a| a.request_item == Some(item.id));
            let lines: Vec<Line> = lines
                .extract_if(.., |l| held.is_some_and(|a| l.assignment == a.id))
                .map(line)
                .collect();
            let facts = demand_facts(&lines);
            let state = item_state(item.state, held.map(|a| a.state), &facts);
            let policy = policies.get(&item.policy_version);
            ItemView {
                id: item.id,
                request: item.request,
                catalogue_item: item.item,
                name: item.item_name.clone(),
                effect: item.item_effect.clone(),
                application: item.application_name.clone(),
                risk: item.risk,
                state,
                decision: item.state,
                desired: held.map(|a| a.state),
                words: words(state, &facts, held.and_then(|a| a.end_reason)),
                policy: policy.map(|p| p.name.clone()).unwrap_or_default(),
                policy_version: policy.map_or(0, |p| p.version),
                asked_seconds: item.duration.num_seconds(),
                starts_at: item.starts_at,
                is_extension: item.extends.is_some(),
                assignment: held.map(|a| a.id),
                from: held.map(|a| a.from),
                until: held.map(|a| a.until),
                ended_at: held.and_then(|a| a.ended_at),
                decided_at: item.decided_at,
                delivered_at: item.delivered_at,
                deciding_ms: item.deciding.map(|d| d.num_milliseconds()),
                machine_ms: item.machine.map(|d| d.num_milliseconds()),
                stages: stages
                    .extract_if(.., |s| s.item == item.id)
                    .map(|stage| stage_view(stage, &tasks, now))
                    .collect(),
                comments: comments
                    .extract_if(.., |c| c.item == item.id)
                    .map(comment_view)
                    .collect(),
                lines,
            }
        })
        .collect())
}

fn stage_view(stage: task::Stage, tasks: &[task::Task], now: DateTime<Utc>) -> StageView {
    let nudge_pause: TimeDelta = super::nudge::AT_MOST_EVERY;
    StageView {
        rule: stage.rule,
        resolution: stage.resolution,
        mode: stage.mode,
        state: stage.state,
        opened_at: stage.opened_at,
        closed_at: stage.closed_at,
        tasks: tasks
            .iter()
            .filter(|t| t.stage == stage.id)
            .map(|t| TaskView {
                id: t.id,
                approver_id: t.approver,
                approver: t.approver_name.clone(),
                state: t.state,
                due_at: t.due_at,
                is_overdue: t.state == TaskState::Open && t.due_at.is_some_and(|due| due < now),
                decided_at: t.decided_at,
                reason: t.decision_reason.clone(),
                may_nudge: stage.state == StageState::Open
                    && t.state == TaskState::Open
                    && t.nudged_at.is_none_or(|at| now - at >= nudge_pause),
            })
            .collect(),
    }
}

fn comment_view(comment: request::Comment) -> CommentView {
    CommentView {
        author: comment.author_name,
        is_question: comment.is_question,
        task: comment.task.map(Into::into),
        body: comment.body,
        written_at: comment.written_at,
    }
}
