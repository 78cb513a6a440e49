//! The record: who did what, when, to whom, and how it went.

mod entry;
mod page;
mod sentence;

use axum::Router;
use axum::routing::get;

use crate::AppState;

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/audit", get(page::page))
}
