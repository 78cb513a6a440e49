//! Who asks: the person behind a bearer token (RFC 6750), as they stand at this moment.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use usher_operations::{Caller, sign_in, token};
use usher_vocabulary::{CorrelationId, SignInMethod};

use crate::body::only;
use crate::{Api, Problem};

/// A caller with a usable token. A cookie never opens the API, so that no other site can use it.
pub(crate) struct Client(pub(crate) Caller);

impl FromRequestParts<Api> for Client {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let cx = &api.cx;
        let text = bearer(parts).ok_or_else(|| {
            Problem::unauthorized(
                "token_missing",
                "Send a token: `Authorization: Bearer usher_...`.",
            )
        })?;
        let refused = || {
            Problem::unauthorized(
                "token_refused",
                "This token is unknown, has expired or was revoked.",
            )
        };
        let (id, person, scope) = token::recognise(cx, text).await?.ok_or_else(refused)?;
        let correlation =
            parts.extensions.get::<CorrelationId>().copied().unwrap_or_else(|| cx.id());
        let (caller, _) =
            sign_in::caller(cx, person, SignInMethod::Token, Some((id, scope)), correlation)
                .await?
                .ok_or_else(refused)?;
        Ok(Self(caller))
    }
}

fn bearer(parts: &Parts) -> Option<&str> {
    // Of two, a proxy before us may have looked at the other one.
    let value = only(&parts.headers, &header::AUTHORIZATION).ok()??;
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
