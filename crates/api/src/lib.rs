#![doc = include_str!("../README.md")]

mod body;
mod client;
mod duration;
mod list;
mod problem;
mod v1;

use axum::Router;
use axum::http::StatusCode;
use usher_operations::Context;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;

pub use duration::{DurationFault, parse_duration, write_duration};
pub use problem::{FieldProblem, Problem};

/// Where the API begins.
pub const ROOT: &str = "/api/v1";

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
    Router::new().nest("/api", below).with_state(api)
}

fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().nest(ROOT, v1::routes())
}

/// The description of the API, made from the handlers.
pub fn document() -> OpenApi {
    let (_, mut document) = routes().split_for_parts();
    document.info.title = "Usher".to_owned();
    document.info.version = "1".to_owned();
    document.info.description = Some(
        "Ask for access, decide, look after what is held. Version 1 only grows: ignore fields that you do not know."
            .to_owned(),
    );
    document.info.license = None;
    document.info.contact = None;
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "A token made with `usher token create --as EMAIL --scope SCOPE`. Every token reads what its person may \
             see; `request`, `decide` and `admin` each add their own operations, and none includes another.",
        ))
        .build();
    document
        .components
        .get_or_insert_default()
        .add_security_scheme("bearer", SecurityScheme::Http(bearer));
    document
}
