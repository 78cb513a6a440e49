//! Watching the engine: the finding of the day, jobs, and what each try did.

mod incidents;
mod job;
mod job_words;
mod jobs;
mod overview;

use axum::Router;
use axum::routing::{get, post};

use crate::AppState;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/operations", get(overview::page))
        .route("/operations/jobs", get(jobs::page))
        .route("/operations/jobs/{id}", get(job::page))
        .route("/operations/jobs/{id}/retry", post(job::retry))
}
