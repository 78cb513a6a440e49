//! `POST /sign-in/demo`: one click, in the demonstration only.

use axum::extract::{FromRequestParts, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use tower_sessions::Session;
use usher_operations::sign_in;
use usher_vocabulary::SignInMethod;

use crate::shell::Failure;
use crate::sign_in::enter;
use crate::web::{correlation, own_path};
use crate::{AppState, Posted, WebError};

pub(super) async fn sign_in(
    State(state): State<AppState>,
    request: Request,
) -> Result<Response, Response> {
    let (mut parts, body) = request.into_parts();
    let session = Session::from_request_parts(&mut parts, &state)
        .await
        .map_err(IntoResponse::into_response)?;
    let correlation = correlation(&parts);
    let posted = <Posted as axum::extract::FromRequest<AppState>>::from_request(
        Request::from_parts(parts, body),
        &state,
    )
    .await?;
    choose(&state, &session, &posted, correlation).await.map_err(IntoResponse::into_response)
}

async fn choose(
    state: &AppState,
    session: &Session,
    posted: &Posted,
    correlation: usher_vocabulary::CorrelationId,
) -> Result<Response, WebError> {
    let email = posted.text("email");
    // Only those who are on the list: the demonstration is no way into anybody else's account.
    let is_offered =
        state.demo.as_ref().is_some_and(|people| people.iter().any(|p| p.email == email));
    if !is_offered {
        return Err(WebError(Failure::NotFound));
    }
    let found = sign_in::by_email(&state.cx, email).await?.ok_or(WebError(Failure::NotFound))?;
    let (caller, _) = sign_in::caller(&state.cx, found.id, SignInMethod::Demo, None, correlation)
        .await?
        .ok_or(WebError(Failure::NotFound))?;
    enter(&state.cx, session, found.id, SignInMethod::Demo).await?;
    sign_in::signed_in(&state.cx, &caller).await?;
    Ok(Redirect::to(own_path(posted.text("return_to"))).into_response())
}
