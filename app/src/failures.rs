//! How a failure becomes a page of its own, and what was sent is not lost by it.

use axum::body::{Body, HttpBody as _, to_bytes};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use usher_operations::Fault;
use usher_operations::authorization::Denial;

use crate::shell::{Again, Failure, failure};
use crate::web::{Posted, correlation, look};

/// A failure that becomes a page of its own.
#[derive(Debug, Clone, Copy)]
pub struct WebError(pub Failure);

impl WebError {
    /// The session could not be read or written.
    pub fn session(error: tower_sessions::session::Error) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "the session store failed");
        Self(Failure::Unavailable)
    }
}

impl From<Fault> for WebError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::NotFound => Self(Failure::NotFound),
            Fault::Denied(Denial::Error) => Self(Failure::Broken { maybe_saved: false }),
            Fault::Denied(_) => Self(Failure::Forbidden),
            Fault::KeyReused | Fault::Stale | Fault::Unkeepable => Self(Failure::Invalid),
            Fault::Store(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the store failed");
                if error.is_unavailable() {
                    Self(Failure::Unavailable)
                } else {
                    Self(Failure::Broken { maybe_saved: false })
                }
            }
        }
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let mut response = status_of(self.0).into_response();
        response.extensions_mut().insert(self.0);
        response
    }
}

fn status_of(kind: Failure) -> StatusCode {
    StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// What a page of its own is due for. Sessions that could not be written after the answer was ready put an empty
/// 500 in its place, which nobody else does.
fn kind_of(response: &Response) -> Option<Failure> {
    let is_unsaved = response.status() == StatusCode::INTERNAL_SERVER_ERROR
        && !response.headers().contains_key(header::CONTENT_TYPE);
    let known = response.extensions().get::<Failure>().copied();
    known.or_else(|| is_unsaved.then_some(Failure::Unavailable))
}

/// A form of more bytes is not given back in the page that says that it could not be taken.
const LONGEST_FORM: usize = 64 * 1024;

/// Draws the failures that handlers answered with: only here look, support id and what was sent are at
/// hand.
pub(crate) async fn draw_failures(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let (look, support_id) = (look(&parts.headers), correlation(&parts).to_string());
    let is_change = parts.method != Method::GET;
    let (body, again) = match keep(&parts, body).await {
        Ok(kept) => kept,
        Err(error) => return error.into_response(),
    };
    let response = next.run(Request::from_parts(parts, body)).await;
    let Some(kind) = kind_of(&response) else { return response };
    let kind = match kind {
        Failure::Broken { .. } => Failure::Broken { maybe_saved: is_change },
        other => other,
    };
    let again = again.filter(|_| kind == Failure::Unavailable);
    let page = Html(failure(kind, look, support_id, again));
    let mut drawn = (status_of(kind), page).into_response();
    let headers = drawn.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if kind == Failure::Unavailable {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    drawn
}

/// What could be asked again when nothing can be answered now: the page, or the form with its fields. A
/// file is too much to be given back.
async fn keep(parts: &Parts, body: Body) -> Result<(Body, Option<Again>), WebError> {
    let action = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    if parts.method == Method::GET {
        return Ok((body, Some(Again { action, fields: None })));
    }
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_form = kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    if !is_form || body.size_hint().exact().is_none_or(|length| length > LONGEST_FORM as u64) {
        return Ok((body, None));
    }
    let bytes = to_bytes(body, LONGEST_FORM).await.map_err(|_| WebError(Failure::Invalid))?;
    let fields = Posted::parse(&bytes).into_fields();
    Ok((Body::from(bytes), Some(Again { action, fields: Some(fields) })))
}
