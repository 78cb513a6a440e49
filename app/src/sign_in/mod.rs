//! Coming in, going out, and how the pages look.

mod demo;
mod page;
mod preferences;
mod session;

use axum::Router;
use axum::routing::{get, post};

use crate::AppState;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/sign-in", get(page::page))
        .route("/sign-in/demo", post(demo::sign_in))
        .route("/sign-out", post(session::sign_out))
        .route("/sign-out-everywhere", post(session::sign_out_everywhere))
        .route("/preferences", post(preferences::keep))
}
