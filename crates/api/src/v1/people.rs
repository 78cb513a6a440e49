//! People, as the directory shows them.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use usher_operations::people::{self, Brief};
use usher_vocabulary::uuid::Uuid;
use utoipa::{IntoParams, ToSchema};

use crate::client::Client;
use crate::list::{List, Paging, Params, looked_for};
use crate::{Api, Problem};

/// Somebody.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Person {
    id: Uuid,
    display_name: String,
    user_name: String,
    email: Option<String>,
    /// Derived from the work relationships, for example `active` or `notice`.
    state: String,
    is_locked: bool,
    title: Option<String>,
    unit: Option<String>,
    location: Option<String>,
    time_zone: Option<String>,
    manager: Option<Uuid>,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
}

fn person(brief: Brief) -> Person {
    Person {
        id: brief.id.0,
        display_name: brief.display_name,
        user_name: brief.user_name,
        email: brief.email,
        state: brief.state.to_string(),
        is_locked: brief.is_locked,
        title: brief.title,
        unit: brief.unit,
        location: brief.location,
        time_zone: brief.time_zone,
        manager: brief.manager.map(|id| id.0),
        starts_at: brief.starts_at,
        ends_at: brief.ends_at,
    }
}

/// What to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// Part of a name, address, title or unit.
    #[param(max_length = 200)]
    q: Option<String>,
}

/// People by name.
#[utoipa::path(get, operation_id = "list_people", path = "/people", tag = "people", params(Search, Paging), security(("bearer" = [])),
    responses((status = 200, description = "Found.", body = List<Person>)))]
pub(crate) async fn list(
    State(api): State<Api>,
    Client(caller): Client,
    Params(search): Params<Search>,
    Params(paging): Params<Paging>,
) -> Result<Json<List<Person>>, Problem> {
    let limit = paging.limit()?;
    let text = looked_for("q", search.q)?;
    let page = people::list(&api.cx, &caller, text, paging.cursor.as_deref(), limit)
        .await
        .map_err(|fault| paging.explain(fault))?;
    Ok(Json(List::of(page, person)))
}
