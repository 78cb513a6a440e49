//! The frozen approval plan of an item: stages and tasks.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::types::Uuid;
use usher_domain::calendar::TaskClock;
use usher_vocabulary::{
    ApproverRule, CalendarVersionId, GroupId, RequestId, RequestItemId, StageId, StageMode,
    StageState, SubjectId, TaskId, TaskState,
};

use crate::{Conn, Result, Tx, one, word};

/// A stage as stored.
#[derive(Debug, Clone)]
pub struct Stage {
    pub id: StageId,
    pub item: RequestItemId,
    pub position: i16,
    pub rule: ApproverRule,
    pub mode: StageMode,
    pub group: Option<GroupId>,
    pub state: StageState,
    pub resolution: String,
    pub opened_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
}

/// A task as stored.
#[derive(Debug, Clone)]
pub struct Task {
    pub id: TaskId,
    pub stage: StageId,
    pub item: RequestItemId,
    pub approver: SubjectId,
    pub approver_name: String,
    pub state: TaskState,
    pub version: i64,
    pub opened_at: Option<DateTime<Utc>>,
    pub calendar_version: CalendarVersionId,
    pub due_at: Option<DateTime<Utc>>,
    pub clock: TaskClock,
    pub decided_at: Option<DateTime<Utc>>,
    pub decision_reason: Option<String>,
    pub nudged_at: Option<DateTime<Utc>>,
}

/// # Errors
/// The database failed.
pub async fn insert_stage(tx: &mut Tx, stage: &Stage) -> Result<()> {
    sqlx::query!(
        "insert into approval_stage (id, request_item_id, position, rule, mode, group_id, state, resolution, opened_at, closed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        stage.id.0,
        stage.item.0,
        stage.position,
        stage.rule.as_str(),
        stage.mode.as_str(),
        stage.group.map(|g| g.0),
        stage.state.as_str(),
        stage.resolution,
        stage.opened_at,
        stage.closed_at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// # Errors
/// The database failed.
pub async fn insert(tx: &mut Tx, task: &Task) -> Result<()> {
    sqlx::query!(
        "insert into approval_task (id, stage_id, request_item_id, approver_id, state, opened_at, calendar_version_id,
                                    due_at, elapsed_ms, running_since_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        task.id.0,
        task.stage.0,
        task.item.0,
        task.approver.0,
        task.state.as_str(),
        task.opened_at,
        task.calendar_version.0,
        task.due_at,
        task.clock.elapsed.num_milliseconds(),
        task.clock.running_since,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Stages of items, in order.
///
/// # Errors
/// The database failed.
pub async fn stages(conn: &mut Conn, items: &[RequestItemId]) -> Result<Vec<Stage>> {
    let ids: Vec<Uuid> = items.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        "select id, request_item_id, position, rule, mode, group_id, state, resolution, opened_at, closed_at
         from approval_stage
         where request_item_id = any($1)
         order by request_item_id, position",
        &ids,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Stage {
                id: row.id.into(),
                item: row.request_item_id.into(),
                position: row.position,
                rule: word(&row.rule)?,
                mode: word(&row.mode)?,
                group: row.group_id.map(Into::into),
                state: word(&row.state)?,
                resolution: row.resolution,
                opened_at: row.opened_at,
                closed_at: row.closed_at,
            })
        })
        .collect()
}

/// Tasks of items, by stage and approver's name.
///
/// # Errors
/// The database failed.
pub async fn of_items(conn: &mut Conn, items: &[RequestItemId]) -> Result<Vec<Task>> {
    let ids: Vec<Uuid> = items.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        "select t.id, t.stage_id, t.request_item_id, t.approver_id, p.display_name, t.state, t.version, t.opened_at,
                t.calendar_version_id, t.due_at, t.elapsed_ms, t.running_since_at, t.decided_at, t.decision_reason,
                t.nudged_at
         from approval_task t
         join approval_stage s on s.id = t.stage_id
         join person p on p.subject_id = t.approver_id
         where t.request_item_id = any((select $1::uuid[])::uuid[])
         order by t.request_item_id, s.position, p.display_name, t.id",
        &ids,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Task {
                id: row.id.into(),
                stage: row.stage_id.into(),
                item: row.request_item_id.into(),
                approver: row.approver_id.into(),
                approver_name: row.display_name,
                state: word(&row.state)?,
                version: row.version,
                opened_at: row.opened_at,
                calendar_version: row.calendar_version_id.into(),
                due_at: row.due_at,
                clock: TaskClock {
                    elapsed: TimeDelta::milliseconds(row.elapsed_ms),
                    running_since: row.running_since_at,
                },
                decided_at: row.decided_at,
                decision_reason: row.decision_reason,
                nudged_at: row.nudged_at,
            })
        })
        .collect()
}

/// The item that a task belongs to.
///
/// # Errors
/// The database failed.
pub async fn item_of(conn: &mut Conn, task: TaskId) -> Result<Option<(RequestItemId, RequestId)>> {
    let row = sqlx::query!(
        "select i.id, i.request_id from approval_task t join request_item i on i.id = t.request_item_id where t.id = $1",
        task.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.id.into(), row.request_id.into())))
}

/// Writes what a decision changed on a stage.
///
/// # Errors
/// The database failed.
pub async fn save_stage(tx: &mut Tx, stage: &Stage) -> Result<()> {
    let done = sqlx::query!(
        "update approval_stage set state = $2, opened_at = $3, closed_at = $4 where id = $1",
        stage.id.0,
        stage.state.as_str(),
        stage.opened_at,
        stage.closed_at,
    )
    .execute(&mut **tx)
    .await?;
    one("approval stage", done.rows_affected())
}

/// Writes what a decision changed on a task; its version rises.
///
/// # Errors
/// The database failed, or somebody else changed the task meanwhile.
pub async fn save(tx: &mut Tx, task: &Task) -> Result<()> {
    let done = sqlx::query!(
        "update approval_task
         set state = $3, version = version + 1, opened_at = $4, due_at = $5, elapsed_ms = $6, running_since_at = $7,
             decided_at = $8, decision_reason = $9, nudged_at = $10
         where id = $1 and version = $2",
        task.id.0,
        task.version,
        task.state.as_str(),
        task.opened_at,
        task.due_at,
        task.clock.elapsed.num_milliseconds(),
        task.clock.running_since,
        task.decided_at,
        task.decision_reason,
        task.nudged_at,
    )
    .execute(&mut **tx)
    .await?;
    one("approval task", done.rows_affected())
}

/// Notes a reminder. The task is as it was: whoever looks at it may still decide what they see.
///
/// # Errors
/// The database failed, or there is no such task.
pub async fn note_nudge(tx: &mut Tx, task: TaskId, now: DateTime<Utc>) -> Result<()> {
    let done = sqlx::query!("update approval_task set nudged_at = $2 where id = $1", task.0, now)
        .execute(&mut **tx)
        .await?;
    one("approval task", done.rows_affected())
}

/// Where a task without a due time stands in the inbox: the last day of the year 9999, after all others.
pub const NEVER_DUE: DateTime<Utc> = match DateTime::from_timestamp(253_402_214_400, 0) {
    Some(at) => at,
    None => DateTime::UNIX_EPOCH,
};

/// A line of somebody's inbox.
#[derive(Debug, Clone)]
pub struct InboxRow {
    pub task: TaskId,
    pub item: RequestItemId,
    pub request: RequestId,
    pub number: i64,
    pub state: TaskState,
    pub version: i64,
    pub due_at: Option<DateTime<Utc>>,
    pub opened_at: DateTime<Utc>,
    pub item_name: String,
    pub application_name: String,
    pub risk: String,
    pub requestee: SubjectId,
    pub requestee_name: String,
    pub requester_name: String,
    pub reason: String,
    pub duration_seconds: i64,
    pub catalogue_item: Uuid,
}

/// What waits for a person, by due time. The place after is due time and id; a task without a due time
/// stands at [`NEVER_DUE`].
///
/// # Errors
/// The database failed.
pub async fn inbox(
    conn: &mut Conn,
    approver: SubjectId,
    after: Option<(DateTime<Utc>, TaskId)>,
    limit: i64,
) -> Result<Vec<InboxRow>> {
    let (after_at, after_id) = after.map_or((None, None), |(at, id)| (Some(at), Some(id.0)));
    let rows = sqlx::query!(
        r#"select t.id, t.request_item_id, i.request_id, r.number, t.state, t.version, t.due_at, t.opened_at as "opened_at!",
                v.name as item_name, a.name as application_name, v.risk, r.requestee_id, pe.display_name as requestee_name,
                pr.display_name as requester_name, r.reason, i.duration_seconds, v.catalogue_item_id
         from approval_task t
         join request_item i on i.id = t.request_item_id
         join request r on r.id = i.request_id
         join catalogue_item_version v on v.id = i.item_version_id
         join catalogue_item c on c.id = v.catalogue_item_id
         join application a on a.id = c.application_id
         join person pe on pe.subject_id = r.requestee_id
         join person pr on pr.subject_id = r.requester_id
         where t.approver_id = $1 and t.state in ('open', 'returned') and t.opened_at is not null
           and (coalesce(t.due_at, '9999-12-31Z'::timestamptz), t.id)
               > (coalesce($2, '-infinity'::timestamptz), coalesce($3::uuid, '00000000-0000-0000-0000-000000000000'))
         order by coalesce(t.due_at, '9999-12-31Z'::timestamptz), t.id
         limit $4"#,
        approver.0,
        after_at,
        after_id,
        limit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(InboxRow {
                task: row.id.into(),
                item: row.request_item_id.into(),
                request: row.request_id.into(),
                number: row.number,
                state: word(&row.state)?,
                version: row.version,
                due_at: row.due_at,
                opened_at: row.opened_at,
                item_name: row.item_name,
                application_name: row.application_name,
                risk: row.risk,
                requestee: row.requestee_id.into(),
                requestee_name: row.requestee_name,
                requester_name: row.requester_name,
                reason: row.reason,
                duration_seconds: row.duration_seconds,
                catalogue_item: row.catalogue_item_id,
            })
        })
        .collect()
}
