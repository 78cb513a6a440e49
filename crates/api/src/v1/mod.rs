//! Version 1, one file per noun.

pub(crate) mod access;
pub(crate) mod applications;
pub(crate) mod audit_events;
pub(crate) mod catalogue;
pub(crate) mod jobs;
pub(crate) mod people;
pub(crate) mod request_item;
pub(crate) mod requests;
pub(crate) mod tasks;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Api;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(people::list))
        .routes(routes!(applications::list))
        .routes(routes!(catalogue::list))
        .routes(routes!(requests::list, requests::submit))
        .routes(routes!(requests::show))
        .routes(routes!(requests::withdraw))
        .routes(routes!(tasks::list))
        .routes(routes!(tasks::decide))
        .routes(routes!(access::list))
        .routes(routes!(access::give_back))
        .routes(routes!(jobs::list))
        .routes(routes!(jobs::retry))
        .routes(routes!(audit_events::list))
}
