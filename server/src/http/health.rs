//! Whether the process lives, and whether it can serve.

use axum::extract::State;
use axum::http::StatusCode;
use usher_operations::Context;

pub(crate) async fn live() -> &'static str {
    "live\n"
}

/// Ready when the database answers with the schema of this release.
pub(crate) async fn ready(State(cx): State<Context>) -> (StatusCode, &'static str) {
    match cx.store.check_schema().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
        }
    }
}
