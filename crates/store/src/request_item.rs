//! Items of requests with everything that a page says about them beside approval and lines.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use sqlx::types::{Json, Uuid};
use usher_vocabulary::{
    ApplicationId, AssignmentId, AssignmentState, CatalogueItemId, DecisionState, EndReason,
    RequestId, RequestItemId, Risk, TaskId,
};

use crate::{Conn, Result, word};

/// A question of an approver, or its answer.
#[derive(Debug, Clone, Deserialize)]
pub struct Comment {
    pub author: String,
    pub is_question: bool,
    pub task: Option<TaskId>,
    pub body: String,
    pub written_at: DateTime<Utc>,
}

/// The assignment that an item became.
#[derive(Debug, Clone)]
pub struct Became {
    pub id: AssignmentId,
    pub state: AssignmentState,
    pub from: DateTime<Utc>,
    /// First instant without it.
    pub until: DateTime<Utc>,
    pub end_reason: Option<EndReason>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Item {
    pub id: RequestItemId,
    pub request: RequestId,
    pub catalogue_item: CatalogueItemId,
    pub name: String,
    pub effect: String,
    pub risk: Risk,
    pub application: ApplicationId,
    pub application_name: String,
    pub policy_name: String,
    pub policy_version: i32,
    pub state: DecisionState,
    pub starts_at: Option<DateTime<Utc>>,
    pub duration: TimeDelta,
    pub is_extension: bool,
    pub decided_at: Option<DateTime<Utc>>,
    pub deciding: Option<TimeDelta>,
    pub machine: Option<TimeDelta>,
    pub delivered_at: Option<DateTime<Utc>>,
    pub became: Option<Became>,
    /// The oldest first.
    pub comments: Vec<Comment>,
}

struct Row {
    id: Uuid,
    request_id: Uuid,
    catalogue_item_id: Uuid,
    name: String,
    effect: String,
    risk: String,
    application_id: Uuid,
    application_name: String,
    policy_name: String,
    policy_version: i32,
    state: String,
    starts_at: Option<DateTime<Utc>>,
    duration_seconds: i64,
    is_extension: bool,
    decided_at: Option<DateTime<Utc>>,
    deciding_ms: Option<i64>,
    machine_ms: Option<i64>,
    delivered_at: Option<DateTime<Utc>>,
    assignment_id: Option<Uuid>,
    assignment_state: Option<String>,
    from_at: Option<DateTime<Utc>>,
    until_at: Option<DateTime<Utc>>,
    end_reason: Option<String>,
    ended_at: Option<DateTime<Utc>>,
    comments: Json<Vec<Comment>>,
}

impl TryFrom<Row> for Item {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let became =
            match (row.assignment_id, row.assignment_state.as_deref(), row.from_at, row.until_at) {
                (Some(id), Some(state), Some(from), Some(until)) => Some(Became {
                    id: id.into(),
                    state: word(state)?,
                    from,
                    until,
                    end_reason: row.end_reason.as_deref().map(word).transpose()?,
                    ended_at: row.ended_at,
                }),
                _ => None,
            };
        Ok(Self {
            id: row.id.into(),
            request: row.request_id.into(),
            catalogue_item: row.catalogue_item_id.into(),
            name: row.name,
            effect: row.effect,
            risk: word(&row.risk)?,
            application: row.application_id.into(),
            application_name: row.application_name,
            policy_name: row.policy_name,
            policy_version: row.policy_version,
            state: word(&row.state)?,
            starts_at: row.starts_at,
            duration: TimeDelta::seconds(row.duration_seconds),
            is_extension: row.is_extension,
            decided_at: row.decided_at,
            deciding: row.deciding_ms.map(TimeDelta::milliseconds),
            machine: row.machine_ms.map(TimeDelta::milliseconds),
            delivered_at: row.delivered_at,
            became,
            comments: row.comments.0,
        })
    }
}

/// Items of requests, in their order.
///
/// # Errors
/// The database failed.
pub async fn of_requests(conn: &mut Conn, requests: &[RequestId]) -> Result<Vec<Item>> {
    let ids: Vec<Uuid> = requests.iter().map(|id| id.0).collect();
    sqlx::query_as!(
        Row,
        r#"select id as "id!", request_id as "request_id!", catalogue_item_id as "catalogue_item_id!",
                name as "name!", effect as "effect!", risk as "risk!", application_id as "application_id!",
                application_name as "application_name!", policy_name as "policy_name!",
                policy_version as "policy_version!", state as "state!", starts_at,
                duration_seconds as "duration_seconds!", is_extension as "is_extension!", decided_at, deciding_ms,
                machine_ms, delivered_at, assignment_id, assignment_state, from_at, until_at, end_reason, ended_at,
                comments as "comments!: Json<Vec<Comment>>"
         from request_item_shown
         where request_id = any($1)
         order by request_id, position"#,
        &ids,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Item::try_from)
    .collect()
}

/// One item.
///
/// # Errors
/// The database failed.
pub async fn get(conn: &mut Conn, id: RequestItemId) -> Result<Option<Item>> {
    sqlx::query_as!(
        Row,
        r#"select id as "id!", request_id as "request_id!", catalogue_item_id as "catalogue_item_id!",
                name as "name!", effect as "effect!", risk as "risk!", application_id as "application_id!",
                application_name as "application_name!", policy_name as "policy_name!",
                policy_version as "policy_version!", state as "state!", starts_at,
                duration_seconds as "duration_seconds!", is_extension as "is_extension!", decided_at, deciding_ms,
                machine_ms, delivered_at, assignment_id, assignment_state, from_at, until_at, end_reason, ended_at,
                comments as "comments!: Json<Vec<Comment>>"
         from request_item_shown
         where id = $1"#,
        id.0,
    )
    .fetch_optional(conn)
    .await?
    .map(Item::try_from)
    .transpose()
}
