//! Work by hand: what a person carries out on a system that no machine can reach, and their word for it.

mod act;
mod facts;
mod list;
mod page;
mod said;

use axum::Router;
use axum::routing::{get, post};

use crate::AppState;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/work-items", get(list::page))
        .route("/work-items/{id}", get(page::page))
        .route("/work-items/{id}/close", post(act::close))
        .route("/work-items/{id}/ask-again", post(act::ask_again))
}
