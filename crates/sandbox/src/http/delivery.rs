//! What goes back over the wire.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_TYPE, ETAG, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::scim::{Answer, ScimError, etag};

const SCIM_JSON: HeaderValue = HeaderValue::from_static("application/scim+json");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// Where the redirect fault points: a place to which no client should follow.
const REDIRECT_TO: HeaderValue = HeaderValue::from_static("http://169.254.169.254/latest/");

/// An answer and the way in which it is spoilt.
#[derive(Debug)]
pub(super) enum Delivery {
    Plain {
        answer: Box<Answer>,
        retry_after_s: Option<u64>,
    },
    /// 504 after the delay.
    Withheld(Duration),
    /// A page where JSON is expected.
    Html,
    /// The first half of the body.
    Truncated(Answer),
    Endless,
    Redirect,
}

impl Delivery {
    pub(super) fn plain(answer: Answer, retry_after_s: Option<u64>) -> Self {
        Self::Plain { answer: Box::new(answer), retry_after_s }
    }

    pub(super) fn status(&self) -> u16 {
        match self {
            Self::Plain { answer, .. } => answer.status,
            Self::Truncated(answer) => answer.status,
            Self::Withheld(_) => 504,
            Self::Html | Self::Endless => 200,
            Self::Redirect => 302,
        }
    }
}

impl IntoResponse for Delivery {
    fn into_response(self) -> Response {
        match self {
            Self::Plain { answer, retry_after_s } => plain(*answer, retry_after_s),
            Self::Withheld(_) => plain(ScimError::new(504, "took too long").into(), None),
            Self::Html => {
                let page = "<!doctype html><title>Welcome</title><p>Please accept our terms.";
                ([(CONTENT_TYPE, HTML)], page).into_response()
            }
            Self::Truncated(answer) => {
                let status = status_code(answer.status);
                let text = answer.body.map(|body| body.to_string()).unwrap_or_default();
                let half = text.into_bytes();
                let half = half[..half.len() / 2].to_vec();
                (status, [(CONTENT_TYPE, SCIM_JSON)], half).into_response()
            }
            Self::Endless => {
                let chunk = Bytes::from_static(&[b' '; 8192]);
                let chunks =
                    futures::stream::repeat_with(move || Ok::<_, Infallible>(chunk.clone()));
                ([(CONTENT_TYPE, SCIM_JSON)], Body::from_stream(chunks)).into_response()
            }
            Self::Redirect => (StatusCode::FOUND, [(LOCATION, REDIRECT_TO)]).into_response(),
        }
    }
}

fn plain(answer: Answer, retry_after_s: Option<u64>) -> Response {
    let mut headers = HeaderMap::new();
    if let Some(version) = answer.version
        && let Ok(tag) = HeaderValue::from_str(&etag(version))
    {
        headers.insert(ETAG, tag);
    }
    if let Some(seconds) = retry_after_s {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if answer.status == 401 {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    let status = status_code(answer.status);
    let Some(body) = answer.body else {
        return (status, headers).into_response();
    };
    headers.insert(CONTENT_TYPE, SCIM_JSON);
    let location = body["meta"]["location"].as_str().filter(|_| answer.status == 201);
    if let Some(Ok(location)) = location.map(HeaderValue::from_str) {
        headers.insert(LOCATION, location);
    }
    (status, headers, body.to_string()).into_response()
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
