//! Deciding: the inbox, one card, and the same decision for several people.

mod card;
mod decision;
mod facts;
mod group;
mod group_result;
mod keys;
mod list;
mod page;

use axum::Router;
use axum::routing::{get, post};

use crate::AppState;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/tasks", get(page::list))
        .route("/tasks/{id}", get(page::card))
        .route("/tasks/{id}/decision", post(decision::decide))
        .route("/tasks/group/{catalogue_item}", get(group::page).post(group::decide))
}
