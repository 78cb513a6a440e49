//! Where a request stands, from asking to checked.

mod act;
mod facts;
mod list;
mod page;
mod steps;
mod systems;
mod waiting;

use axum::Router;
use axum::routing::{get, post};

use crate::AppState;

pub(crate) use list::line;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/requests", get(list::page))
        .route("/requests/{id}", get(page::page))
        .route("/requests/{id}/withdraw", get(act::ask_withdraw).post(act::withdraw))
        .route("/requests/tasks/{task}/answer", post(act::answer))
        .route("/requests/tasks/{task}/nudge", post(act::nudge))
}
