//! Applications that people ask for, and the connectors that reach their systems.

mod applications;
mod connector;
mod connectors;

use axum::Router;
use axum::routing::{get, post};

pub(crate) use connectors::health;

use crate::AppState;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/applications", get(applications::page))
        .route("/connectors", get(connectors::page))
        .route("/connectors/{id}", get(connector::page))
        .route("/connectors/{id}/test", post(connector::test))
}
