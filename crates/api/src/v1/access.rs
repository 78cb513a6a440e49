//! What somebody holds.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use usher_operations::assignment::{self, AccessRow, GiveBackError};
use usher_vocabulary::AssignmentId;
use usher_vocabulary::uuid::Uuid;
use utoipa::{IntoParams, ToSchema};

use super::request_item::{self, Line};
use crate::body::{Named, Once};
use crate::client::Client;
use crate::list::{List, Params};
use crate::{Api, Problem};

/// Something that somebody holds, held lately or will hold.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Access {
    id: Uuid,
    catalogue_item: Uuid,
    name: String,
    application: String,
    effect: String,
    risk: String,
    /// What should be: `scheduled`, `active`, `ended`...
    desired: String,
    words: String,
    words_key: String,
    from: DateTime<Utc>,
    /// First instant without it.
    until: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    request: Option<Uuid>,
    reason: Option<String>,
    approved_by: Vec<String>,
    policy: String,
    policy_version: i32,
    may_give_back: bool,
    may_extend: bool,
    lines: Vec<Line>,
}

fn access(api: &Api, row: &AccessRow) -> Access {
    Access {
        id: row.id.0,
        catalogue_item: row.catalogue_item.0,
        name: row.name.clone(),
        application: row.application.clone(),
        effect: row.effect.clone(),
        risk: row.risk.to_string(),
        desired: row.state.to_string(),
        words: (api.words)(row.words.key()),
        words_key: row.words.key().to_owned(),
        from: row.from,
        until: row.until,
        ended_at: row.ended_at,
        request: row.request.map(|id| id.0),
        reason: row.reason.clone(),
        approved_by: row.approved_by.clone(),
        policy: row.policy.clone(),
        policy_version: row.policy_version,
        may_give_back: row.may_give_back,
        may_extend: row.may_extend,
        lines: row.lines.iter().map(request_item::line).collect(),
    }
}

/// Whose.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Whose {
    /// Id of a person whose access the caller may see; the caller's own unless told.
    person: Option<Uuid>,
}

/// What the person holds; the list is always whole.
#[utoipa::path(get, operation_id = "list_access", path = "/access", tag = "access", params(Whose), security(("bearer" = [])),
    responses((status = 200, description = "Found.", body = List<Access>,
        links(("give_back_access" = (operation_id = "give_back_access", parameters(("id" = "$response.body#/items/0/id"))))))))]
pub(crate) async fn list(
    State(api): State<Api>,
    Client(caller): Client,
    Params(whose): Params<Whose>,
) -> Result<Json<List<Access>>, Problem> {
    let rows = assignment::list(&api.cx, &caller, whose.person.map(Into::into)).await?;
    Ok(Json(List::whole(rows, |row| access(&api, &row))))
}

/// Ends an access of one's own now; its removal is sent at once and verified.
#[utoipa::path(post, operation_id = "give_back_access", path = "/access/{id}/give-back", tag = "access", security(("bearer" = [])),
    params(("id" = Uuid, Path), Once),
    responses((status = 204, description = "It is done.")))]
pub(crate) async fn give_back(
    State(api): State<Api>,
    Client(caller): Client,
    Named(id): Named<AssignmentId>,
    Once(key): Once,
) -> Result<StatusCode, Problem> {
    assignment::give_back(&api.cx, &caller, id, key.as_ref()).await.map_err(
        |error| match error {
            GiveBackError::Ended => Problem::conflict("ended", "It has ended already."),
            GiveBackError::Fault(fault) => fault.into(),
        },
    )?;
    Ok(StatusCode::NO_CONTENT)
}
