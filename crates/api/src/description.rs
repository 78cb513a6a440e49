//! The description of the API (OpenAPI 3.1), made from the handlers.

use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, Content, OpenApi, Ref, RefOr};
use utoipa::{PartialSchema as _, ToSchema as _};
use utoipa_axum::router::OpenApiRouter;

use crate::{Api, Problem, ROOT, v1};

/// Name of the answer that every operation gives when it cannot do what it is asked.
const FAILURE: &str = "Failure";

/// The description of the API.
pub fn document() -> OpenApi {
    let routes: OpenApiRouter<Api> = OpenApiRouter::new().nest(ROOT, v1::routes());
    let (_, mut document) = routes.split_for_parts();
    document.info.title = "Usher".to_owned();
    document.info.version = "1".to_owned();
    document.info.description = Some(
        "Ask for access, decide, look after what is held. Version 1 only grows: ignore fields that you do not know."
            .to_owned(),
    );
    document.info.license = None;
    document.info.contact = None;
    let components = document.components.get_or_insert_default();
    describe_token(components);
    describe_failure(components);
    for operation in document.paths.paths.values_mut().flat_map(operations) {
        for statuses in ["4XX", "5XX"] {
            let failure = RefOr::Ref(Ref::from_response_name(FAILURE));
            operation.responses.responses.insert(statuses.to_owned(), failure);
        }
    }
    document
}

fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut path.get, &mut path.post, &mut path.put, &mut path.patch, &mut path.delete]
        .into_iter()
        .filter_map(Option::as_mut)
}

fn describe_token(components: &mut Components) {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "A token made with `usher token create --as EMAIL --scope SCOPE`. Every token reads what its person may \
             see; `request`, `decide` and `admin` each add their own operations, and none includes another.",
        ))
        .build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
}

/// Once for all operations, so that none can forget it.
fn describe_failure(components: &mut Components) {
    let mut schemas = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    components.schemas.extend(schemas);
    let problem = Ref::from_schema_name(Problem::name());
    let failure: Response = ResponseBuilder::new()
        .description(
            "Nothing was done, and why. A 503 may have been done: send it again with its key.",
        )
        .content("application/problem+json", Content::new(Some(problem)))
        .build();
    components.responses.insert(FAILURE.to_owned(), failure.into());
}
