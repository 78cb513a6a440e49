//! What a request carries: JSON body, key, version, id in the path.

use std::fmt;
use std::marker::PhantomData;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use usher_operations::Key;
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::problem::{FieldProblem, shortened};
use crate::{Api, LARGEST_BODY, Problem};

/// A JSON body.
pub(crate) struct Body<T>(pub(crate) T);

/// A JSON object. Serde alone takes an array as well and gives its values to the fields in their order, which the
/// description does not allow and nobody means.
#[derive(Debug)]
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct OfMap<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for OfMap<T> {
            type Value = Object<T>;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        from.deserialize_map(OfMap(PhantomData))
    }
}

/// The length that a request says its body has.
fn said_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

impl<T: DeserializeOwned> FromRequest<Api> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        if said_length(request.headers()).is_some_and(|length| length > LARGEST_BODY) {
            return Err(Problem::too_large());
        }
        match Json::<Object<T>>::from_request(request, api).await {
            Ok(Json(Object(body))) => Ok(Self(body)),
            Err(JsonRejection::JsonDataError(error)) => {
                Err(Problem::values(vec![FieldProblem::new(
                    "body",
                    "wrong_shape",
                    &shortened(&error.body_text()),
                )]))
            }
            Err(JsonRejection::MissingJsonContentType(_)) => Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not_json",
                "Send JSON with `Content-Type: application/json`.",
            )),
            Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Problem::too_large())
            }
            Err(error) => {
                Err(Problem::new(error.status(), "not_json", shortened(&error.body_text())))
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
        let refused = || {
            Problem::bad_request(
                "idempotency_key_invalid",
                "There is one Idempotency-Key, of 1 to 200 printable ASCII characters and no space.",
            )
        };
        let Some(value) = only(&parts.headers, &IDEMPOTENCY_KEY).map_err(|_| refused())? else {
            return Ok(Self(None));
        };
        let key = value.to_str().ok().and_then(Key::parse).ok_or_else(refused)?;
        Ok(Self(Some(key)))
    }
}

impl IntoParams for Once {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let says = "Sending again with the same key within 24 hours answers the same and does nothing again.";
        vec![described("Idempotency-Key", says, "^[!-~]{1,200}$")]
    }
}

static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A header is there more than once, so that nobody can say which one is meant.
pub(crate) struct SaidTwice;

/// The value of a header that may be there once.
pub(crate) fn only<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'a HeaderValue>, SaidTwice> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (_, Some(_)) => Err(SaidTwice),
        (value, None) => Ok(value),
    }
}

/// A header as the description of the API shows it.
fn described(name: &str, says: &str, pattern: &str) -> Parameter {
    let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern)).build();
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(says))
        .schema(Some(text))
        .build()
}

/// The version that a client saw, from `If-Match: "3"` (RFC 9110, section 13.1.1).
pub(crate) struct Seen(pub(crate) Option<i64>);

impl FromRequestParts<Api> for Seen {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Problem> {
        let refused = || {
            Problem::bad_request(
                "if_match_invalid",
                "If-Match carries the `version` of the task, such as \"1\".",
            )
        };
        let Some(value) = only(&parts.headers, &header::IF_MATCH).map_err(|_| refused())? else {
            return Ok(Self(None));
        };
        let text = value.to_str().map_err(|_| refused())?.trim();
        if text == "*" {
            return Ok(Self(None));
        }
        version(text).map(|version| Self(Some(version))).ok_or_else(refused)
    }
}

/// `"3"`, `W/"3"` or `3`: not every client writes the quotation marks.
fn version(text: &str) -> Option<i64> {
    let quoted = text.strip_prefix("W/").unwrap_or(text).strip_prefix('"');
    let digits = match quoted {
        Some(rest) => rest.strip_suffix('"')?,
        None => text,
    };
    let is_number = (1..=18).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

impl IntoParams for Seen {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let says = "`version` of the task as it was read: 409 when it is another by now.";
        let pattern = r#"^(\*|(W/)?"[0-9]{1,18}"|[0-9]{1,18})$"#;
        vec![described("If-Match", says, pattern)]
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
