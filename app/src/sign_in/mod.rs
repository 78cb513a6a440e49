//! Coming in, going out, and how the pages look.

#[cfg(feature = "demo")]
mod demo;
mod enter;
mod kept;
mod page;
mod preferences;
mod problem;
mod session;

use axum::Router;
use axum::routing::{get, post};

use crate::AppState;

pub use enter::enter;
pub(crate) use kept::{Kept, keep};
pub use problem::{SignInProblem, sign_in_problem};

pub(crate) fn routes() -> Router<AppState> {
    let router = Router::new();
    #[cfg(feature = "demo")]
    let router = router.route("/sign-in/demo", post(demo::sign_in));
    router
        .route("/sign-in", get(page::page))
        .route("/sign-out", post(session::sign_out))
        .route("/sign-out-everywhere", post(session::sign_out_everywhere))
        .route("/preferences", post(preferences::keep))
}
