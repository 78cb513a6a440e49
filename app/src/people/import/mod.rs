//! People from a file: uploaded, compared, applied or released, without a script.

mod difference;
mod said;
mod show;
mod upload;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use usher_operations::import::file::Limits;

pub use said::{import_field_words, import_file_words, import_report_words};

use crate::AppState;

/// The form around the file.
const FORM: usize = 256 * 1024;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/people/import", get(upload::page).post(upload::keep))
        .layer(DefaultBodyLimit::max(Limits::DEFAULT.bytes + FORM))
        .route("/people/import/{id}", get(show::page))
        .route("/people/import/{id}/apply", post(show::apply))
        .route("/people/import/{id}/discard", post(show::discard))
}
