//! `GET /sign-in/oidc/{door}/callback`: the browser comes back, with an answer or without.

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use tower_sessions::Session;
use usher_app::{
    AppState, Failure, Posted, SignInProblem, Visit, WebError, enter, own_path, sign_in_problem,
};
use usher_oidc::{Answer, Claims};
use usher_operations::sign_in::identity::{self, Asserted, Entered, Refusal};
use usher_vocabulary::SignInMethod;

use super::start::{problem, tell};
use super::{Doors, pending};

pub(super) async fn back(
    State(state): State<AppState>,
    Extension(doors): Extension<Doors>,
    Path(door): Path<usize>,
    RawQuery(query): RawQuery,
    visit: Visit,
    session: Session,
) -> Result<Response, WebError> {
    let provider = doors.provider(door).ok_or(WebError(Failure::NotFound))?;
    let query = Posted::parse(query.unwrap_or_default().as_bytes());
    let now = state.cx.now();
    let Some(pending) = pending::take(&session, query.text("state"), now).await? else {
        return Ok(sign_in_problem(&visit, SignInProblem::NotCurrent, "/"));
    };
    let refuse = |problem| Ok(sign_in_problem(&visit, problem, &pending.back));
    let said = query.text("error");
    if !said.is_empty() {
        return refuse(declined(said, provider.issuer()));
    }
    if query.text("code").is_empty() {
        return refuse(SignInProblem::NotBelieved);
    }
    let answer = Answer { code: query.text("code"), issuer: query.all("iss").next() };
    let claims = match provider.finish(&pending.attempt, answer, now).await {
        Ok(claims) => claims,
        Err(error) => {
            tell(&error, provider.issuer());
            return refuse(problem(&error));
        }
    };
    match identity::enter(&state.cx, &asserted(claims), visit.correlation).await? {
        Entered::In(person) => {
            enter(&state.cx, &session, person, SignInMethod::Oidc).await?;
            Ok(Redirect::to(own_path(&pending.back)).into_response())
        }
        Entered::Refused(refusal) => refuse(refused(refusal)),
    }
}

/// The issuer answered with an error (OpenID Connect Core 1.0, section 3.1.2.6). Its text is not shown:
/// anybody can write it into a link.
fn declined(said: &str, issuer: &str) -> SignInProblem {
    let code: String =
        said.chars().filter(|c| c.is_ascii_lowercase() || *c == '_').take(40).collect();
    tracing::warn!(code, issuer, "the issuer answered with an error");
    match code.as_str() {
        "access_denied"
        | "login_required"
        | "interaction_required"
        | "consent_required"
        | "account_selection_required" => SignInProblem::Declined,
        "temporarily_unavailable" | "server_error" => SignInProblem::Unreachable,
        _ => SignInProblem::Misconfigured,
    }
}

fn asserted(claims: Claims) -> Asserted {
    let Claims { issuer, subject, email, is_email_verified } = claims;
    Asserted { issuer, subject, email, is_email_verified }
}

const fn refused(refusal: Refusal) -> SignInProblem {
    match refusal {
        Refusal::NoAddress => SignInProblem::NoAddress,
        Refusal::NotVerified => SignInProblem::NotVerified,
        Refusal::Unknown => SignInProblem::Unknown,
        Refusal::NotActive => SignInProblem::NotActive,
        Refusal::LinkedToAnother => SignInProblem::LinkedToAnother,
    }
}
