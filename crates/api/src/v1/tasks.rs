//! Deciding.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use usher_operations::task::{self, Decide, DecideError, InboxRow};
use usher_vocabulary::uuid::Uuid;
use usher_vocabulary::{Decision, TaskId};
use utoipa::ToSchema;

use crate::body::{Body, Named, Once, Seen};
use crate::client::Client;
use crate::duration::write_duration;
use crate::list::{List, Paging, Params};
use crate::{Api, Problem};

/// What waits for the person of the token.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Task {
    id: Uuid,
    request: Uuid,
    number: i64,
    item: TaskItem,
    /// Give it as `If-Match`, so that nothing is decided that has changed.
    version: i64,
    /// Null while a question waits for its answer.
    due_at: Option<DateTime<Utc>>,
    is_overdue: bool,
    waits_for_answer: bool,
    opened_at: DateTime<Utc>,
    requester: String,
    requestee: String,
    requestee_id: Uuid,
    reason: String,
}

/// What is asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TaskItem {
    id: Uuid,
    catalogue_item: Uuid,
    name: String,
    application: String,
    risk: String,
    duration: String,
}

fn shape(row: InboxRow) -> Task {
    Task {
        id: row.id.0,
        request: row.request.0,
        number: row.number,
        item: TaskItem {
            id: row.item.0,
            catalogue_item: row.catalogue_item.0,
            name: row.name,
            application: row.application,
            risk: row.risk.to_string(),
            duration: write_duration(row.duration.num_seconds()),
        },
        version: row.version,
        due_at: row.due_at,
        is_overdue: row.is_overdue,
        waits_for_answer: row.waits_for_answer,
        opened_at: row.opened_at,
        requester: row.requester,
        requestee: row.requestee,
        requestee_id: row.requestee_id.0,
        reason: row.reason,
    }
}

/// What waits for a decision, by due time.
#[utoipa::path(get, operation_id = "list_tasks", path = "/tasks", tag = "tasks", params(Paging), security(("bearer" = [])),
    responses((status = 200, description = "Found.", body = List<Task>,
        links(("decide_task" = (operation_id = "decide_task", parameters(("id" = "$response.body#/items/0/id"))))))))]
pub(crate) async fn list(
    State(api): State<Api>,
    Client(caller): Client,
    Params(paging): Params<Paging>,
) -> Result<Json<List<Task>>, Problem> {
    let limit = paging.limit()?;
    let page = task::inbox_page(&api.cx, &caller, paging.cursor.as_deref(), limit)
        .await
        .map_err(|fault| paging.explain(fault))?;
    Ok(Json(List::of(page, shape)))
}

/// A decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDecision {
    #[schema(value_type = DecisionWord)]
    #[serde(deserialize_with = "word")]
    decision: Decision,
    /// Needed to deny and to ask.
    #[schema(max_length = 2000)]
    #[serde(default)]
    reason: Option<String>,
}

/// A word, and none of the other shapes that serde takes for one, such as `{"approve": null}`.
fn word<'de, D: Deserializer<'de>>(from: D) -> Result<Decision, D::Error> {
    String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
}

/// `approve`, `deny` (say why) or `ask` (put a question to the requester; the clock stops).
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(
    dead_code,
    reason = "describes the words of the closed list in the document, is never made"
)]
pub(crate) enum DecisionWord {
    Approve,
    Deny,
    Ask,
}

/// What was decided.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Decided {
    request: Uuid,
    number: i64,
    item: String,
    decision: String,
}

/// Decides a task. 409 when somebody decided meanwhile or the task is not the version of `If-Match`.
#[utoipa::path(post, operation_id = "decide_task", path = "/tasks/{id}/decision", tag = "tasks", request_body = NewDecision, security(("bearer" = [])),
    params(("id" = Uuid, Path), Once, Seen),
    responses((status = 200, description = "Decided.", body = Decided)))]
pub(crate) async fn decide(
    State(api): State<Api>,
    Client(caller): Client,
    Named(id): Named<TaskId>,
    Once(key): Once,
    Seen(version): Seen,
    Body(new): Body<NewDecision>,
) -> Result<Json<Decided>, Problem> {
    let input = Decide {
        task: id,
        decision: new.decision,
        reason: new.reason.unwrap_or_default(),
        version,
    };
    let decided =
        task::decide(&api.cx, &caller, &input, key.as_ref()).await.map_err(
            |error| match error {
                DecideError::Fields(faults) => Problem::fields(&faults),
                DecideError::NotOpen => Problem::conflict(
                    "task_not_open",
                    "It was decided or withdrawn meanwhile. Nothing was done.",
                ),
                DecideError::Fault(fault) => fault.into(),
            },
        )?;
    Ok(Json(Decided {
        request: decided.request.0,
        number: decided.number,
        item: decided.item,
        decision: decided.decision.to_string(),
    }))
}
