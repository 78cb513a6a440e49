//! The frozen approval plan between its rows and the rules: load, change, write back.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use usher_domain::approval::{Plan, Stage, Task, Verdict};
use usher_domain::calendar::TaskClock;
use usher_store::policy::PolicyVersion;
use usher_store::{AuditEvent, StoreError, Tx, notification, policy, request, task, timer};
use usher_vocabulary::{AuditAction, RequestItemId, StageState, SubjectId, TaskState, TimerKind};

use crate::request::CheckedItem;
use crate::{Cause, Context, Event};

/// A plan with its rows; the item is locked.
pub(crate) struct Loaded {
    pub(crate) request: request::Request,
    pub(crate) item: request::Item,
    pub(crate) policy: PolicyVersion,
    pub(crate) plan: Plan,
    stages: Vec<task::Stage>,
    tasks: Vec<task::Task>,
}

/// Freezes the plan of a new item and opens its first stage.
pub(crate) async fn create(
    cx: &Context,
    tx: &mut Tx,
    request: &request::Request,
    item: RequestItemId,
    checked: &CheckedItem,
    cause: &Cause,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    for (position, resolved) in (0_i16..).zip(&checked.stages) {
        let stage = task::Stage {
            id: cx.id(),
            item,
            position,
            rule: resolved.policy.rule,
            mode: resolved.policy.mode,
            group: resolved.policy.group,
            state: StageState::Waiting,
            resolution: resolved.resolution.as_str().to_owned(),
            opened_at: None,
            closed_at: None,
        };
        task::insert_stage(tx, &stage).await?;
        for approver in &resolved.approvers {
            let fresh = task::Task {
                id: cx.id(),
                stage: stage.id,
                item,
                approver: *approver,
                approver_name: String::new(),
                state: TaskState::Open,
                version: 1,
                opened_at: None,
                calendar_version: checked.policy.calendar_version,
                due_at: None,
                clock: TaskClock { elapsed: TimeDelta::zero(), running_since: None },
                decided_at: None,
                decision_reason: None,
                nudged_at: None,
            };
            task::insert(tx, &fresh).await?;
        }
    }
    if let Some(mut loaded) = load(tx, request, item).await? {
        let (opened, _) = loaded.plan.clone().open();
        loaded.plan = opened;
        save(cx, tx, loaded, None, cause, events).await?;
    }
    Ok(())
}

/// Loads and locks. `None` when there is no such item.
pub(crate) async fn load(
    tx: &mut Tx,
    request: &request::Request,
    item: RequestItemId,
) -> Result<Option<Loaded>, StoreError> {
    let Some(item) = request::lock_item(tx, item).await? else { return Ok(None) };
    let Some(policy) = policy::versions(tx, &[item.policy_version]).await?.pop() else {
        return Ok(None);
    };
    let stages = task::stages(tx, &[item.id]).await?;
    let tasks = task::of_items(tx, &[item.id]).await?;
    let plan = Plan {
        requester: request.requester,
        requestee: request.requestee,
        stages: stages
            .iter()
            .map(|stage| Stage {
                id: stage.id,
                mode: stage.mode,
                state: stage.state,
                tasks: tasks
                    .iter()
                    .filter(|t| t.stage == stage.id)
                    .map(|t| Task { id: t.id, approver: t.approver, state: t.state })
                    .collect(),
            })
            .collect(),
    };
    Ok(Some(Loaded { request: request.clone(), item, policy, plan, stages, tasks }))
}

/// The answer that one task was given.
pub(crate) struct Answered<'a> {
    pub(crate) task: usher_vocabulary::TaskId,
    pub(crate) reason: &'a str,
}

/// Writes what the rules changed: stages, tasks, clocks, timers, messages.
pub(crate) async fn save(
    cx: &Context,
    tx: &mut Tx,
    loaded: Loaded,
    answered: Option<Answered<'_>>,
    cause: &Cause,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    let now = cx.now();
    for (row, stage) in loaded.stages.iter().zip(&loaded.plan.stages) {
        if row.state != stage.state {
            let mut row = row.clone();
            row.state = stage.state;
            if stage.state == StageState::Open {
                row.opened_at = Some(now);
            } else {
                row.closed_at = Some(now);
            }
            task::save_stage(tx, &row).await?;
        }
        let opens = row.state == StageState::Waiting && stage.state == StageState::Open;
        for changed in &stage.tasks {
            let Some(before) = loaded.tasks.iter().find(|t| t.id == changed.id) else { continue };
            if opens && changed.state == TaskState::Open {
                open_task(cx, tx, &loaded, before, cause, events).await?;
            } else if before.state != changed.state {
                let reason = answered.as_ref().filter(|a| a.task == changed.id).map(|a| a.reason);
                change_task(cx, tx, &loaded.policy, before, changed.state, reason).await?;
            }
        }
    }
    Ok(())
}

async fn open_task(
    cx: &Context,
    tx: &mut Tx,
    loaded: &Loaded,
    before: &task::Task,
    cause: &Cause,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    let now = cx.now();
    let clock = TaskClock::started(now);
    let due_at = clock.due(&loaded.policy.calendar, loaded.policy.decide_within);
    task::save(tx, &task::Task { opened_at: Some(now), clock, due_at, ..before.clone() }).await?;
    if let Some(due_at) = due_at {
        timer::set(tx, cx.id(), TimerKind::TaskDue, before.id.0, due_at).await?;
    }
    notify_task(cx, tx, loaded, before, "task_opened", due_at, cause).await?;
    let event = Event::new(AuditAction::TaskOpened, "task", before.id)
        .about(loaded.request.requestee)
        .detail("approver", before.approver.to_string())
        .detail("item", loaded.item.id.to_string())
        .detail("due_at", due_at.map(|at| at.to_rfc3339()));
    events.push(event.by(cx, cause));
    Ok(())
}

async fn notify_task(
    cx: &Context,
    tx: &mut Tx,
    loaded: &Loaded,
    row: &task::Task,
    kind: &'static str,
    due_at: Option<DateTime<Utc>>,
    cause: &Cause,
) -> Result<(), StoreError> {
    let message = notification::NewNotification {
        id: cx.id(),
        recipient: row.approver,
        kind,
        payload: json!({
            "task": row.id,
            "request": loaded.request.id,
            "number": loaded.request.number,
            "item": loaded.item.item_name,
            "application": loaded.item.application_name,
            "requestee": loaded.request.requestee,
            "reason": loaded.request.reason,
            "due_at": due_at,
        }),
        correlation: cause.correlation,
    };
    notification::queue(tx, &message, cx.now()).await
}

/// Tells the approver of one task.
pub(crate) async fn tell_approver(
    cx: &Context,
    tx: &mut Tx,
    loaded: &Loaded,
    id: usher_vocabulary::TaskId,
    kind: &'static str,
    cause: &Cause,
) -> Result<(), StoreError> {
    match loaded.tasks.iter().find(|t| t.id == id) {
        Some(row) => notify_task(cx, tx, loaded, row, kind, row.due_at, cause).await,
        None => Ok(()),
    }
}

async fn change_task(
    cx: &Context,
    tx: &mut Tx,
    policy: &PolicyVersion,
    before: &task::Task,
    state: TaskState,
    reason: Option<&str>,
) -> Result<(), StoreError> {
    let now = cx.now();
    let mut row = before.clone();
    row.state = state;
    match state {
        TaskState::Open => row.clock = row.clock.resumed(now),
        _ => row.clock = row.clock.paused(&policy.calendar, now),
    }
    match row.clock.due(&policy.calendar, policy.decide_within) {
        Some(due_at) => {
            row.due_at = Some(due_at);
            timer::set(tx, cx.id(), TimerKind::TaskDue, row.id.0, due_at).await?;
        }
        // A clock that stands still is not overdue; a closed task keeps the due time it was measured by.
        None => {
            if state == TaskState::Returned {
                row.due_at = None;
            }
            timer::cancel(tx, TimerKind::TaskDue, row.id.0, now).await?;
        }
    }
    if matches!(state, TaskState::Approved | TaskState::Denied) {
        row.decided_at = Some(now);
        row.decision_reason = reason.filter(|r| !r.is_empty()).map(str::to_owned);
    }
    task::save(tx, &row).await
}

/// What a verdict means for the item: closed, assigned and settled, or nothing yet.
pub(crate) async fn conclude(
    cx: &Context,
    tx: &mut Tx,
    request: &request::Request,
    item: &request::Item,
    verdict: Verdict,
    cause: &Cause,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    use usher_vocabulary::DecisionState;
    let now = cx.now();
    let deciding = now - request.submitted_at;
    let (state, action, kind) = match verdict {
        Verdict::Open => return Ok(()),
        Verdict::Denied => (DecisionState::Denied, AuditAction::RequestItemDenied, "item_denied"),
        Verdict::Approved if grant(cx, tx, request, item, cause, events).await? => {
            (DecisionState::Approved, AuditAction::RequestItemApproved, "item_approved")
        }
        // The work relationship ended while people decided: nothing is left to give.
        Verdict::Approved => {
            (DecisionState::Expired, AuditAction::RequestItemExpired, "item_expired")
        }
    };
    request::close_item(tx, item.id, state, deciding, now).await?;
    events.push(Event::new(action, "request_item", item.id).about(request.requestee).by(cx, cause));
    tell_requester(cx, tx, request, item, kind, cause).await
}

/// Tells the requester, and the requestee when that is somebody else.
pub(crate) async fn tell_requester(
    cx: &Context,
    tx: &mut Tx,
    request: &request::Request,
    item: &request::Item,
    kind: &'static str,
    cause: &Cause,
) -> Result<(), StoreError> {
    let mut recipients: Vec<SubjectId> = vec![request.requester];
    if request.requestee != request.requester {
        recipients.push(request.requestee);
    }
    for recipient in recipients {
        let message = notification::NewNotification {
            id: cx.id(),
            recipient,
            kind,
            payload: json!({
                "request": request.id,
                "number": request.number,
                "item": item.item_name,
                "application": item.application_name,
            }),
            correlation: cause.correlation,
        };
        notification::queue(tx, &message, cx.now()).await?;
    }
    Ok(())
}

/// Makes the assignment and settles it. `false` when nothing of its time is left.
async fn grant(
    cx: &Context,
    tx: &mut Tx,
    request: &request::Request,
    item: &request::Item,
    cause: &Cause,
    events: &mut Vec<AuditEvent>,
) -> Result<bool, StoreError> {
    use usher_domain::{person::last_instant, request::validity};
    use usher_store::{assignment, person};
    use usher_vocabulary::{AssignmentOrigin, AssignmentState};
    let now = cx.now();
    assignment::lock_subject(tx, request.requestee).await?;
    let last_day = last_instant(&person::relationships(tx, request.requestee).await?);
    let followed = match item.extends {
        Some(id) => assignment::get(tx, id)
            .await?
            .filter(|a| a.state != AssignmentState::Ended)
            .map(|a| a.until),
        None => None,
    };
    let starts_at = followed.or(item.starts_at);
    let Some((from, until)) = validity(now, starts_at, item.duration, last_day) else {
        return Ok(false);
    };
    let fresh = assignment::Assignment {
        id: cx.id(),
        subject: request.requestee,
        item_version: item.item_version,
        origin: AssignmentOrigin::Request,
        request_item: Some(item.id),
        state: AssignmentState::Scheduled,
        from,
        until,
        end_reason: None,
        ended_at: None,
    };
    assignment::insert(tx, &fresh, now).await?;
    if from > now {
        timer::set(tx, cx.id(), TimerKind::AssignmentStart, fresh.id.0, from).await?;
    }
    timer::set(tx, cx.id(), TimerKind::AssignmentEnd, fresh.id.0, until).await?;
    let event = Event::new(AuditAction::AssignmentCreated, "assignment", fresh.id)
        .about(request.requestee)
        .detail("item_version", item.item_version.to_string())
        .detail("policy_version", item.policy_version.to_string())
        .detail("from", from.to_rfc3339())
        .detail("until", until.to_rfc3339())
        .detail("request_item", item.id.to_string());
    events.push(event.by(cx, cause));
    crate::assignment::settle(cx, tx, request.requestee, &[], cause, events).await?;
    Ok(true)
}
