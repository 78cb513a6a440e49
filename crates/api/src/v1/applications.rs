//! Applications.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use usher_operations::connector::{self, Application as View};
use usher_vocabulary::uuid::Uuid;
use utoipa::ToSchema;

use crate::client::Client;
use crate::list::List;
use crate::{Api, Problem};

/// What people ask for access to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Application {
    id: Uuid,
    name: String,
    purpose: String,
    criticality: String,
    owners: Vec<Owner>,
    item_count: i64,
    target_count: i64,
}

/// Who answers for it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Owner {
    id: Uuid,
    name: String,
}

fn application(view: View) -> Application {
    let owners = view.owners.into_iter().zip(view.owner_names);
    Application {
        id: view.id.0,
        name: view.name,
        purpose: view.purpose,
        criticality: view.criticality,
        owners: owners.map(|(id, name)| Owner { id: id.0, name }).collect(),
        item_count: view.item_count,
        target_count: view.target_count,
    }
}

/// All applications by name; the list is always whole.
#[utoipa::path(get, operation_id = "list_applications", path = "/applications", tag = "applications", security(("bearer" = [])),
    responses((status = 200, description = "Found.", body = List<Application>)))]
pub(crate) async fn list(
    State(api): State<Api>,
    Client(caller): Client,
) -> Result<Json<List<Application>>, Problem> {
    let found = connector::applications(&api.cx, &caller).await?;
    Ok(Json(List::whole(found, application)))
}
