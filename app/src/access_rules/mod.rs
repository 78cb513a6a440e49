//! What people may do beyond the built-in rules: the text, its history, and the words it is written in.

mod actions;
mod change;
mod difference;
mod help;
mod history;
mod page;

use axum::Router;
use axum::routing::get;

use crate::AppState;

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/access-rules", get(page::page).post(change::change))
}
