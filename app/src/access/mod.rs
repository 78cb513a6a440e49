//! What somebody holds, and asking for more.

mod draft;
mod form;
mod give_back;
mod items;
mod list;
mod path;
mod send;

use axum::Router;
use axum::routing::get;

use crate::AppState;

pub(crate) use list::acts;
pub(crate) use path::resolution;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/access", get(list::page))
        .route("/access/request", get(form::page).post(send::send))
        .route("/access/{id}/give-back", get(give_back::ask).post(give_back::give_back))
}
