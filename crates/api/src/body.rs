//! What a request carries: JSON body, key, version, id in the path.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;
use usher_operations::Key;

use crate::problem::FieldProblem;
use crate::{Api, Problem};

/// A JSON body.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Api> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        match Json::<T>::from_request(request, api).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(JsonRejection::JsonDataError(error)) => {
                Err(Problem::values(vec![FieldProblem::new(
                    "body",
                    "wrong_shape",
                    &error.body_text(),
                )]))
            }
            Err(JsonRejection::MissingJsonContentType(_)) => Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not_json",
                "Send JSON with `Content-Type: application/json`.",
            )),
            Err(error) => {
                let code = if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                    "too_large"
                } else {
                    "not_json"
                };
                Err(Problem::new(error.status(), code, error.body_text()))
            }
        }
    }
}

/// The `Idempotency-Key` of a request: with it, sending again does nothing again, for 24 hours
/// (`usher_operations::once::KEPT`).
pub(crate) struct Once(pub(crate) Option<Key>);

impl FromRequestParts<Api> for Once {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(Self(None)) };
        let key = value.to_str().ok().and_then(Key::parse).ok_or_else(|| {
            Problem::bad_request(
                "idempotency_key_invalid",
                "An Idempotency-Key has 1 to 200 printable ASCII characters and no space.",
            )
        })?;
        Ok(Self(Some(key)))
    }
}

/// The version that a client saw, from `If-Match: "3"` (RFC 9110, section 13.1.1).
pub(crate) struct Seen(pub(crate) Option<i64>);

impl FromRequestParts<Api> for Seen {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        let version = text.trim_start_matches("W/").trim_matches('"').parse().map_err(|_| {
            Problem::bad_request(
                "if_match_invalid",
                "If-Match carries the `version` of the task, such as \"1\".",
            )
        })?;
        Ok(Self(Some(version)))
    }
}

/// An id in the path. A text that is none names nothing.
pub(crate) struct Named<T>(pub(crate) T);

impl<T: std::str::FromStr> FromRequestParts<Api> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, api)
            .await
            .map_err(|_| Problem::not_found())?;
        text.parse().map(Self).map_err(|_| Problem::not_found())
    }
}
