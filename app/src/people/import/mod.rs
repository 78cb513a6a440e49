//! People from a file: uploaded, compared, applied or released, without a script.

mod difference;
mod forms;
mod said;
mod show;
mod upload;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use usher_operations::import::file::Limits;

pub use said::{import_field_words, import_file_words, import_obstacle_words, import_report_words};

use crate::AppState;

/// Bytes of an upload that are read at all: a file beyond its own limit is read past, so that it gets an
/// answer and nothing typed beside it is lost.
const UPLOAD: usize = 4 * Limits::DEFAULT.bytes;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/people/import", get(upload::page).post(upload::keep))
        .layer(DefaultBodyLimit::max(UPLOAD))
        .route("/people/import/{id}", get(show::page))
        .route("/people/import/{id}/apply", post(show::apply))
        .route("/people/import/{id}/discard", post(show::discard))
}
