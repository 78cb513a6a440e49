//! The approval of items as pages show it.

use chrono::{DateTime, Utc};
use sqlx::types::Uuid;
use usher_vocabulary::{
    ApproverRule, RequestItemId, StageMode, StageState, SubjectId, TaskId, TaskState,
};

use crate::person::{self, Brief};
use crate::request::Request;
use crate::{Conn, Result, word};

/// One person's part in a stage.
#[derive(Debug, Clone)]
pub struct Task {
    pub id: TaskId,
    pub approver: SubjectId,
    pub approver_name: String,
    pub state: TaskState,
    pub version: i64,
    pub opened_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub decided_at: Option<DateTime<Utc>>,
    pub reason: Option<String>,
    pub nudged_at: Option<DateTime<Utc>>,
}

/// A stage with its tasks by approver's name.
#[derive(Debug, Clone)]
pub struct Stage {
    pub item: RequestItemId,
    pub rule: ApproverRule,
    pub mode: StageMode,
    pub state: StageState,
    pub resolution: String,
    pub opened_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub tasks: Vec<Task>,
}

/// Stages of items, in order.
///
/// # Errors
/// The database failed.
pub async fn stages(conn: &mut Conn, items: &[RequestItemId]) -> Result<Vec<Stage>> {
    let ids: Vec<Uuid> = items.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select s.id, s.request_item_id, s.rule, s.mode, s.state, s.resolution, s.opened_at, s.closed_at,
                t.id as "task_id?", t.approver_id as "approver_id?", p.display_name as "approver_name?",
                t.state as "task_state?", t.version as "version?", t.opened_at as task_opened_at, t.due_at,
                t.decided_at, t.decision_reason, t.nudged_at
         from approval_stage s
         left join approval_task t on t.stage_id = s.id
         left join person p on p.subject_id = t.approver_id
         where s.request_item_id = any((select $1::uuid[])::uuid[])
         order by s.request_item_id, s.position, p.display_name, t.id"#,
        &ids,
    )
    .fetch_all(conn)
    .await?;
    let mut stages: Vec<(Uuid, Stage)> = Vec::new();
    for row in rows {
        if stages.last().is_none_or(|(id, _)| *id != row.id) {
            let stage = Stage {
                item: row.request_item_id.into(),
                rule: word(&row.rule)?,
                mode: word(&row.mode)?,
                state: word(&row.state)?,
                resolution: row.resolution,
                opened_at: row.opened_at,
                closed_at: row.closed_at,
                tasks: Vec::new(),
            };
            stages.push((row.id, stage));
        }
        let task = (row.task_id, row.approver_id, row.approver_name, row.task_state, row.version);
        let (Some(id), Some(approver), Some(approver_name), Some(state), Some(version)) = task
        else {
            continue;
        };
        if let Some((_, stage)) = stages.last_mut() {
            stage.tasks.push(Task {
                id: id.into(),
                approver: approver.into(),
                approver_name,
                state: word(&state)?,
                version,
                opened_at: row.task_opened_at,
                due_at: row.due_at,
                decided_at: row.decided_at,
                reason: row.decision_reason,
                nudged_at: row.nudged_at,
            });
        }
    }
    Ok(stages.into_iter().map(|(_, stage)| stage).collect())
}

/// Whom a task asks, and about what.
#[derive(Debug, Clone)]
pub struct Asked {
    pub approver: SubjectId,
    pub item: RequestItemId,
    pub request: Request,
    pub requester_name: String,
    pub requestee: Brief,
}

/// # Errors
/// The database failed.
pub async fn asked(conn: &mut Conn, task: TaskId) -> Result<Option<Asked>> {
    let row = sqlx::query!(
        r#"select t.approver_id, t.request_item_id, r.id as request_id, r.number, r.requester_id, r.requestee_id, r.reason,
                r.channel, r.correlation_id, r.submitted_at, s.display_name as requester_name,
                p.subject_id, p.display_name, p.given_name, p.family_name, p.email, p.user_name,
                p.state, p.locked_at, p.title, p.unit, p.location, p.time_zone, p.kind, p.manager_id, p.starts_at, p.ends_at
         from approval_task t
         join request_item i on i.id = t.request_item_id
         join request r on r.id = i.request_id
         join person s on s.subject_id = r.requester_id
         join person_primary p on p.subject_id = r.requestee_id
         where t.id = $1"#,
        task.0,
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let requestee = person::Row {
        subject_id: row.subject_id,
        display_name: row.display_name,
        given_name: row.given_name,
        family_name: row.family_name,
        email: row.email,
        user_name: row.user_name,
        state: row.state,
        locked_at: row.locked_at,
        title: row.title,
        unit: row.unit,
        location: row.location,
        time_zone: row.time_zone,
        kind: row.kind,
        manager_id: row.manager_id,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
    };
    Ok(Some(Asked {
        approver: row.approver_id.into(),
        item: row.request_item_id.into(),
        request: Request {
            id: row.request_id.into(),
            number: row.number,
            requester: row.requester_id.into(),
            requestee: row.requestee_id.into(),
            reason: row.reason,
            channel: row.channel,
            correlation: row.correlation_id.into(),
            submitted_at: row.submitted_at,
        },
        requester_name: row.requester_name,
        requestee: Brief::try_from(requestee)?,
    }))
}
