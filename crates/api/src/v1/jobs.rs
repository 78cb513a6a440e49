//! Work of the engine.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use usher_operations::engine::{self, JobRow, RetryError};
use usher_vocabulary::uuid::Uuid;
use usher_vocabulary::{JobId, JobState};
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::{IntoParams, ToSchema};

use crate::body::{Named, Once};
use crate::client::Client;
use crate::list::{List, Paging, Params};
use crate::{Api, Problem};

/// A job.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Job {
    id: Uuid,
    kind: String,
    /// `queued`, `running`, `retry_wait`, `done`, `dead_letter` or `superseded`.
    state: String,
    target: Option<String>,
    connector: String,
    subject: Option<String>,
    attempts: i32,
    max_attempts: i32,
    enqueued_at: DateTime<Utc>,
    run_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    last_outcome: Option<String>,
    last_error: Option<String>,
    trace_id: Uuid,
}

fn job(row: JobRow) -> Job {
    Job {
        id: row.id.0,
        kind: row.kind.to_string(),
        state: row.state.to_string(),
        target: row.target_name,
        connector: row.connector_name,
        subject: row.subject_name,
        attempts: row.attempts,
        max_attempts: row.max_attempts,
        enqueued_at: row.enqueued_at,
        run_at: row.run_at,
        finished_at: row.finished_at,
        last_outcome: row.last_outcome,
        last_error: row.last_error,
        trace_id: row.correlation.0,
    }
}

/// The words of the closed list.
fn job_states() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("Only those in this state."))
        .enum_values(Some(JobState::ALL.iter().map(|state| state.as_str())))
        .build()
}

/// Which jobs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Only those in this state.
    #[param(schema_with = job_states)]
    state: Option<String>,
}

/// Jobs, the newest first.
#[utoipa::path(get, operation_id = "list_jobs", path = "/jobs", tag = "jobs", params(Which, Paging), security(("bearer" = [])),
    responses((status = 200, description = "Found.", body = List<Job>,
        links(("retry_job" = (operation_id = "retry_job", parameters(("id" = "$response.body#/items/0/id"))))))))]
pub(crate) async fn list(
    State(api): State<Api>,
    Client(caller): Client,
    Params(which): Params<Which>,
    Params(paging): Params<Paging>,
) -> Result<Json<List<Job>>, Problem> {
    let limit = paging.limit()?;
    let state: Option<JobState> =
        which.state.as_deref().map(str::parse).transpose().map_err(|_| {
            let words: Vec<&str> = JobState::ALL.iter().map(|state| state.as_str()).collect();
            Problem::bad_request(
                "query_invalid",
                format!("`state` is one of {}.", words.join(", ")),
            )
        })?;
    let page = engine::jobs(&api.cx, &caller, state, paging.cursor.as_deref(), limit)
        .await
        .map_err(|fault| paging.explain(fault))?;
    Ok(Json(List::of(page, job)))
}

/// Gives a dead letter fresh tries; nobody has to approve anything again.
#[utoipa::path(post, operation_id = "retry_job", path = "/jobs/{id}/retry", tag = "jobs", security(("bearer" = [])),
    params(("id" = Uuid, Path), Once),
    responses((status = 204, description = "It is done.")))]
pub(crate) async fn retry(
    State(api): State<Api>,
    Client(caller): Client,
    Named(id): Named<JobId>,
    Once(key): Once,
) -> Result<StatusCode, Problem> {
    engine::retry(&api.cx, &caller, id, key.as_ref()).await.map_err(|error| match error {
        RetryError::NotDead => {
            Problem::conflict("not_a_dead_letter", "Only a dead letter can be tried again.")
        }
        RetryError::Fault(fault) => fault.into(),
    })?;
    Ok(StatusCode::NO_CONTENT)
}
