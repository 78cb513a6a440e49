#![doc = include_str!("../README.md")]

mod body;
mod client;
mod description;
mod duration;
mod list;
mod problem;
mod v1;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use usher_operations::Context;

pub use description::document;
pub use duration::{DurationFault, parse_duration, write_duration};
pub use problem::{FieldProblem, Problem};

/// Where the API begins.
pub const ROOT: &str = "/api/v1";

/// Bytes of a body at most.
pub const LARGEST_BODY: usize = 256 * 1024;

/// What every handler is given.
#[derive(Debug, Clone)]
pub struct Api {
    pub cx: Context,
    /// What a person reads for a key such as `you_have_this`.
    pub words: fn(&str) -> String,
}

impl axum::extract::FromRef<Api> for Context {
    fn from_ref(api: &Api) -> Self {
        api.cx.clone()
    }
}

/// Every route, below [`ROOT`]. Request ids and security headers are the server's.
pub fn router(api: Api) -> Router {
    let (routes, _) = v1::routes().split_for_parts();
    let below = Router::new()
        .nest("/v1", routes)
        .route("/v1/openapi.json", axum::routing::get(|| async { axum::Json(document()) }))
        .fallback(|| async {
            Problem::new(StatusCode::NOT_FOUND, "not_found", "There is no such address.")
        })
        .method_not_allowed_fallback(|| async {
            Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "This address does not take this method.",
            )
        });
    Router::new().nest("/api", below).layer(DefaultBodyLimit::max(LARGEST_BODY)).with_state(api)
}
