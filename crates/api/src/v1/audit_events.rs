//! The record.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Datelike as _, Utc};
use serde::{Deserialize, Serialize};
use usher_operations::record::{self, Row};
use usher_vocabulary::uuid::Uuid;
use utoipa::{IntoParams, ToSchema};

use crate::client::Client;
use crate::list::{List, Paging, Params, looked_for};
use crate::{Api, Problem};

/// One entry; it never changes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditEvent {
    id: Uuid,
    occurred_at: DateTime<Utc>,
    /// For example `request.submitted`.
    action: String,
    /// `person:ID`, `operator:NAME` or `engine`.
    actor: String,
    actor_name: Option<String>,
    subject_name: Option<String>,
    object_type: String,
    object_id: Option<Uuid>,
    trace_id: Uuid,
    outcome: String,
    /// Canonical JSON without personal data.
    payload: serde_json::Value,
}

fn entry(row: Row) -> AuditEvent {
    AuditEvent {
        id: row.id.0,
        occurred_at: row.occurred_at,
        action: row.action,
        actor: row.actor,
        actor_name: row.actor_name,
        subject_name: row.subject_name,
        object_type: row.object_type,
        object_id: row.object_id,
        trace_id: row.correlation.0,
        outcome: row.outcome,
        payload: serde_json::from_str(&row.payload)
            .unwrap_or(serde_json::Value::String(row.payload)),
    }
}

/// What to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// Beginning of the action, such as `request.`.
    #[param(max_length = 200)]
    action: Option<String>,
    /// Part of a name.
    #[param(max_length = 200)]
    person: Option<String>,
    trace_id: Option<Uuid>,
    object: Option<Uuid>,
    /// Not before this time.
    from: Option<DateTime<Utc>>,
    /// Before this time.
    until: Option<DateTime<Utc>>,
}

/// A time that RFC 3339 can write: its years have four digits, which an offset may carry over their edge by one.
fn instant(name: &str, at: Option<DateTime<Utc>>) -> Result<Option<DateTime<Utc>>, Problem> {
    match at {
        Some(at) if !(-1..=10_000).contains(&at.year()) => Err(Problem::bad_request(
            "query_invalid",
            format!("`{name}` is a time such as 2026-01-31T09:00:00Z."),
        )),
        at => Ok(at),
    }
}

/// Entries, the newest first.
#[utoipa::path(get, operation_id = "list_audit_events", path = "/audit-events", tag = "audit", params(Search, Paging), security(("bearer" = [])),
    responses((status = 200, description = "Found.", body = List<AuditEvent>)))]
pub(crate) async fn list(
    State(api): State<Api>,
    Client(caller): Client,
    Params(search): Params<Search>,
    Params(paging): Params<Paging>,
) -> Result<Json<List<AuditEvent>>, Problem> {
    let limit = paging.limit()?;
    let search = record::Search {
        action: looked_for("action", search.action)?,
        person: looked_for("person", search.person)?,
        correlation: search.trace_id.map(Into::into),
        object: search.object,
        from: instant("from", search.from)?,
        until: instant("until", search.until)?,
    };
    let page = record::list(&api.cx, &caller, search, paging.cursor.as_deref(), limit)
        .await
        .map_err(|fault| paging.explain(fault))?;
    Ok(Json(List::of(page, entry)))
}
