//! What can be asked for, as it stands for the person of the token.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use usher_operations::catalogue::{self, Row};
use usher_vocabulary::uuid::Uuid;
use utoipa::{IntoParams, ToSchema};

use crate::client::Client;
use crate::duration::write_duration;
use crate::list::{List, Paging, Params, looked_for};
use crate::{Api, Problem};

/// A row of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CatalogueItem {
    id: Uuid,
    name: String,
    /// What it lets somebody do, in one sentence.
    effect: String,
    application: String,
    requestable: bool,
    /// The person of the token holds it.
    held: bool,
    /// Longest time that the policy allows, such as `P90D`.
    max_duration: String,
    /// `low`, `medium` or `high`.
    risk: String,
}

fn item(row: Row) -> CatalogueItem {
    CatalogueItem {
        id: row.item.id.0,
        name: row.item.name,
        effect: row.item.effect,
        application: row.item.application,
        requestable: row.is_requestable,
        held: row.is_held,
        max_duration: write_duration(row.max_duration.num_seconds()),
        risk: row.item.risk.to_string(),
    }
}

/// What to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// Part of a name, effect or application.
    #[param(max_length = 200)]
    q: Option<String>,
}

/// The catalogue by application and name.
#[utoipa::path(get, operation_id = "list_catalogue", path = "/catalogue", tag = "catalogue", params(Search, Paging), security(("bearer" = [])),
    responses((status = 200, description = "Found.", body = List<CatalogueItem>)))]
pub(crate) async fn list(
    State(api): State<Api>,
    Client(caller): Client,
    Params(search): Params<Search>,
    Params(paging): Params<Paging>,
) -> Result<Json<List<CatalogueItem>>, Problem> {
    let limit = paging.limit()?;
    let text = looked_for("q", search.q)?;
    let page = catalogue::list(&api.cx, &caller, text, paging.cursor.as_deref(), limit)
        .await
        .map_err(|fault| paging.explain(fault))?;
    Ok(Json(List::of(page, item)))
}
