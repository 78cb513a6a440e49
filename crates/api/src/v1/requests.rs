//! Asking for access.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use usher_operations::request::{
    self, RequestRow, RequestView, RowItem, Submit, SubmitError, WithdrawError,
};
use usher_vocabulary::RequestId;
use usher_vocabulary::uuid::Uuid;
use utoipa::{IntoParams, ToSchema};

use super::request_item::{self, RequestItem};
use crate::body::{Body, Named, Object, Once};
use crate::client::Client;
use crate::duration::{DurationFault, parse_duration};
use crate::list::{List, Paging, Params};
use crate::problem::FieldProblem;
use crate::{Api, Problem, ROOT};

/// A request in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RequestSummary {
    id: Uuid,
    /// What people call it by: R-20427 is 20427.
    number: i64,
    requester: String,
    requestee: String,
    submitted_at: DateTime<Utc>,
    items: Vec<ItemSummary>,
}

/// An item of a request in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemSummary {
    name: String,
    application: String,
    state: String,
    words: String,
    words_key: String,
    waits_for: Vec<String>,
    due_at: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
}

/// Which requests.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Only those that still wait for somebody or something.
    #[serde(default)]
    open: bool,
}

/// Requests that the person sent or that are about them, the newest first.
#[utoipa::path(get, operation_id = "list_requests", path = "/requests", tag = "requests", params(Which, Paging), security(("bearer" = [])),
    responses((status = 200, description = "Found.", body = List<RequestSummary>,
        links(
            ("show_request" = (operation_id = "show_request", parameters(("id" = "$response.body#/items/0/id")))),
            ("withdraw_request" = (operation_id = "withdraw_request", parameters(("id" = "$response.body#/items/0/id"))))))))]
pub(crate) async fn list(
    State(api): State<Api>,
    Client(caller): Client,
    Params(which): Params<Which>,
    Params(paging): Params<Paging>,
) -> Result<Json<List<RequestSummary>>, Problem> {
    let limit = paging.limit()?;
    let page = request::list(&api.cx, &caller, which.open, paging.cursor.as_deref(), limit)
        .await
        .map_err(|fault| paging.explain(fault))?;
    Ok(Json(List::of(page, |row| summary(&api, row))))
}

fn summary(api: &Api, row: RequestRow) -> RequestSummary {
    let item = |item: RowItem| ItemSummary {
        name: item.name,
        application: item.application,
        state: item.state.to_string(),
        words: (api.words)(item.words.key()),
        words_key: item.words.key().to_owned(),
        waits_for: item.waits_for,
        due_at: item.due_at,
        until: item.until,
    };
    RequestSummary {
        id: row.id.0,
        number: row.number,
        requester: row.requester,
        requestee: row.requestee,
        submitted_at: row.submitted_at,
        items: row.items.into_iter().map(item).collect(),
    }
}

/// A request with everything about it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Request {
    id: Uuid,
    number: i64,
    requester: String,
    requestee: String,
    requestee_id: Uuid,
    reason: String,
    submitted_at: DateTime<Utc>,
    /// The one id from the click to the connector call.
    trace_id: Uuid,
    may_withdraw: bool,
    items: Vec<RequestItem>,
}

fn whole(api: &Api, view: &RequestView) -> Request {
    Request {
        id: view.id.0,
        number: view.number,
        requester: view.requester.clone(),
        requestee: view.requestee.clone(),
        requestee_id: view.requestee_id.0,
        reason: view.reason.clone(),
        submitted_at: view.submitted_at,
        trace_id: view.correlation.0,
        may_withdraw: view.may_withdraw,
        items: view.items.iter().map(|item| request_item::item(api, view, item)).collect(),
    }
}

/// One request.
#[utoipa::path(get, operation_id = "show_request", path = "/requests/{id}", tag = "requests", params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 200, description = "Found.", body = Request)))]
pub(crate) async fn show(
    State(api): State<Api>,
    Client(caller): Client,
    Named(id): Named<RequestId>,
) -> Result<Json<Request>, Problem> {
    let view = request::show(&api.cx, &caller, id).await?;
    Ok(Json(whole(&api, &view)))
}

/// A request to be sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRequest {
    /// Id of a person; null asks for oneself.
    #[serde(default, rename = "for")]
    requestee: Option<Uuid>,
    /// 1 to 20.
    #[schema(value_type = Vec<NewItem>, min_items = 1, max_items = 20)]
    items: Vec<Object<NewItem>>,
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

/// One thing to ask for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewItem {
    catalogue_item: Uuid,
    /// Null begins when it is approved.
    #[serde(default)]
    starts_at: Option<DateTime<Utc>>,
    /// Weeks, days, hours, minutes and seconds, such as `P7D` or `PT2M`; null takes the longest that the policy
    /// allows.
    #[schema(pattern = "^P([0-9]+W)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+S)?)?$")]
    #[serde(default)]
    duration: Option<String>,
}

/// What was sent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Sent {
    id: Uuid,
    number: i64,
}

/// Sends a request. With an Idempotency-Key, sending it again within 24 hours answers the same and sends nothing.
#[utoipa::path(post, operation_id = "submit_request", path = "/requests", tag = "requests", request_body = NewRequest, security(("bearer" = [])),
    params(Once),
    responses((status = 201, description = "Sent.", body = Sent, headers(("Location" = String, description = "Address of the request.")),
        links(
            ("show_request" = (operation_id = "show_request", parameters(("id" = "$response.body#/id")))),
            ("withdraw_request" = (operation_id = "withdraw_request", parameters(("id" = "$response.body#/id"))))))))]
pub(crate) async fn submit(
    State(api): State<Api>,
    Client(caller): Client,
    Once(key): Once,
    Body(new): Body<NewRequest>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<Sent>), Problem> {
    let input = Submit {
        requestee: new.requestee.map(Into::into),
        items: items(new.items)?,
        reason: new.reason,
        channel: "api",
    };
    let sent =
        request::submit(&api.cx, &caller, &input, key.as_ref()).await.map_err(
            |error| match error {
                SubmitError::Fields(faults) => Problem::fields(&faults),
                SubmitError::Fault(fault) => fault.into(),
            },
        )?;
    let location = [(header::LOCATION, format!("{ROOT}/requests/{}", sent.id))];
    Ok((StatusCode::CREATED, location, Json(Sent { id: sent.id.0, number: sent.number })))
}

fn items(new: Vec<Object<NewItem>>) -> Result<Vec<request::Item>, Problem> {
    let mut faults = Vec::new();
    let mut items = Vec::with_capacity(new.len());
    for (index, Object(item)) in new.into_iter().enumerate() {
        let duration_seconds = match item.duration.as_deref().map(parse_duration).transpose() {
            Ok(seconds) => seconds,
            Err(fault) => {
                let (code, detail) = match fault {
                    DurationFault::NotADuration => {
                        ("not_a_duration", "Write a duration such as P7D, PT12H or PT2M.")
                    }
                    DurationFault::NoFixedLength => {
                        ("no_fixed_length", "Years and months have no fixed length: write days.")
                    }
                };
                faults.push(FieldProblem::new(&format!("items[{index}].duration"), code, detail));
                continue;
            }
        };
        items.push(request::Item {
            catalogue_item: item.catalogue_item.into(),
            starts_at: item.starts_at,
            duration_seconds,
        });
    }
    if faults.is_empty() { Ok(items) } else { Err(Problem::values(faults)) }
}

/// Takes back every item that still waits for a decision.
#[utoipa::path(post, operation_id = "withdraw_request", path = "/requests/{id}/withdraw", tag = "requests", security(("bearer" = [])),
    params(("id" = Uuid, Path), Once),
    responses((status = 204, description = "It is done.")))]
pub(crate) async fn withdraw(
    State(api): State<Api>,
    Client(caller): Client,
    Named(id): Named<RequestId>,
    Once(key): Once,
) -> Result<StatusCode, Problem> {
    request::withdraw(&api.cx, &caller, id, key.as_ref()).await.map_err(|error| match error {
        WithdrawError::Decided => Problem::conflict(
            "nothing_waits",
            "Everything in this request is decided: give back what was approved.",
        ),
        WithdrawError::Fault(fault) => fault.into(),
    })?;
    Ok(StatusCode::NO_CONTENT)
}
