//! `GET /sign-in/oidc/{door}`: sends the browser to the identity provider.

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use tower_sessions::Session;
use usher_app::{
    AppState, Failure, Posted, SignInProblem, Visit, WebError, own_path, sign_in_problem,
};
use usher_oidc::{OidcError, SEED};

use super::Doors;
use super::pending::{self, Pending};

pub(super) async fn start(
    State(state): State<AppState>,
    Extension(doors): Extension<Doors>,
    Path(door): Path<usize>,
    RawQuery(query): RawQuery,
    visit: Visit,
    session: Session,
) -> Result<Response, WebError> {
    let provider = doors.provider(door).ok_or(WebError(Failure::NotFound))?;
    let query = Posted::parse(query.unwrap_or_default().as_bytes());
    let back = own_path(query.text("return_to")).to_owned();
    let mut seed = [0; SEED];
    state.cx.random.fill(&mut seed);
    let now = state.cx.now();
    let begun = match provider.begin(&seed, now).await {
        Ok(begun) => begun,
        Err(error) => {
            tell(&error, provider.issuer());
            return Ok(sign_in_problem(&visit, problem(&error), &back));
        }
    };
    pending::keep(&session, Pending { attempt: begun.attempt, back, begun_at: now }).await?;
    Ok(Redirect::to(begun.address.as_str()).into_response())
}

/// Notes the cause for whoever runs this; the person reads a page.
pub(super) fn tell(error: &OidcError, issuer: &str) {
    tracing::warn!(error = error as &dyn std::error::Error, issuer, "a sign-in failed");
}

/// What a person is told about a cause.
pub(super) fn problem(error: &OidcError) -> SignInProblem {
    match error {
        OidcError::Unreachable(_) => SignInProblem::Unreachable,
        OidcError::Description(_)
        | OidcError::Missing(_)
        | OidcError::ClientRefused { .. }
        | OidcError::TokenAnswer(_)
        | OidcError::UserInfo(_)
        | OidcError::NoIdToken => SignInProblem::Misconfigured,
        OidcError::CodeRefused => SignInProblem::NotCurrent,
        OidcError::OtherIssuer
        | OidcError::IdToken(_)
        | OidcError::OtherClient
        | OidcError::OtherAccessToken => SignInProblem::NotBelieved,
    }
}
