//! The browser's side: pages, their frame and their words. It knows how things look, and asks
//! `usher-operations` what is true.

mod access;
mod access_rules;
mod address;
mod audit;
mod failures;
mod form;
mod frame_numbers;
mod home;
mod operations;
mod people;
mod requests;
mod search;
mod shell;
mod sign_in;
mod status;
mod systems;
mod tasks;
mod web;
mod when;
mod words;
mod work_items;

use axum::{Router, middleware};

pub use failures::WebError;
pub use form::*;
pub use people::{
    import_field_words, import_file_words, import_obstacle_words, import_report_words,
};
pub use shell::*;
pub use sign_in::{SignInProblem, enter, sign_in_problem};
pub use status::status_words;
pub use web::*;
pub use words::*;

/// Every page. Sessions, security headers and request ids are the server's.
pub fn router(state: AppState) -> Router {
    draw_failures(pages(state, Router::new()))
}

/// Every page, and routes of the server's own that answer with pages. Their failures have no page yet: they get it
/// from [`draw_failures`], outside the sessions, because writing a session can fail too.
pub fn pages(state: AppState, more: Router<AppState>) -> Router {
    Router::new()
        .merge(more)
        .merge(home::routes())
        .merge(access::routes())
        .merge(requests::routes())
        .merge(tasks::routes())
        .merge(work_items::routes())
        .merge(operations::routes())
        .merge(people::routes())
        .merge(audit::routes())
        .merge(search::routes())
        .merge(systems::routes())
        .merge(access_rules::routes())
        .merge(sign_in::routes())
        .fallback(|| async { WebError(Failure::NotFound) })
        .layer(middleware::from_fn_with_state(state.clone(), sign_in::keep))
        .with_state(state)
}

/// Draws the page of every failure of the routes so far, their sessions included.
pub fn draw_failures(pages: Router) -> Router {
    pages.layer(middleware::from_fn(failures::draw_failures))
}
