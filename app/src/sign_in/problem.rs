//! What a person reads when they could not be signed in: what happened, and what they can do.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;
use usher_ui::{ButtonKind, Fact, Facts, LinkButton};

use crate::shell::{Gate, gate};
use crate::web::{Visit, sign_in_path};
use crate::words::t;

/// Why nobody was signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInProblem {
    /// The identity provider does not answer.
    Unreachable,
    /// The identity provider and we do not agree on who we are.
    Misconfigured,
    /// They said no at the identity provider.
    Declined,
    /// The answer belongs to no sign-in that this browser began and that is still open.
    NotCurrent,
    /// The answer cannot be believed.
    NotBelieved,
    /// The identity provider gives no address.
    NoAddress,
    /// The identity provider does not vouch for the address.
    NotVerified,
    /// Nobody of ours has the address.
    Unknown,
    /// The person may not sign in now.
    NotActive,
    /// The person signs in with another account.
    LinkedToAnother,
}

impl SignInProblem {
    fn status(self) -> StatusCode {
        match self {
            Self::Unreachable | Self::Misconfigured => StatusCode::BAD_GATEWAY,
            Self::Declined | Self::NotCurrent | Self::NotBelieved => StatusCode::BAD_REQUEST,
            _ => StatusCode::FORBIDDEN,
        }
    }

    /// What happened, and what can be done.
    fn words(self) -> [String; 2] {
        match self {
            Self::Unreachable => [t("sign-in-unreachable"), t("sign-in-unreachable-do")],
            Self::Misconfigured => [t("sign-in-misconfigured"), t("sign-in-misconfigured-do")],
            Self::Declined => [t("sign-in-declined"), t("sign-in-declined-do")],
            Self::NotCurrent => [t("sign-in-not-current"), t("sign-in-not-current-do")],
            Self::NotBelieved => [t("sign-in-not-believed"), t("sign-in-not-believed-do")],
            Self::NoAddress => [t("sign-in-no-address"), t("sign-in-no-address-do")],
            Self::NotVerified => [t("sign-in-not-verified"), t("sign-in-not-verified-do")],
            Self::Unknown => [t("sign-in-unknown"), t("sign-in-unknown-do")],
            Self::NotActive => [t("sign-in-not-active"), t("sign-in-not-active-do")],
            Self::LinkedToAnother => [t("sign-in-linked"), t("sign-in-linked-do")],
        }
    }
}

/// The page of a problem. `back` is the path that was first asked for.
pub fn sign_in_problem(visit: &Visit, problem: SignInProblem, back: &str) -> Response {
    let [happened, todo] = problem.words();
    let title = t("sign-in-problem");
    let frame = Gate { title: title.clone(), look: visit.look, foot: String::new() };
    let again = sign_in_path(back);
    let support_id = visit.correlation.to_string();
    let body = move || {
        view! {
            <h1>{title}</h1>
            <p class="lede">{happened}</p>
            <Facts>
                <Fact term=t("error-do")>{todo}</Fact>
                <Fact term=t("error-support-id")>
                    <code>{support_id}</code>
                </Fact>
            </Facts>
            <div class="acts">
                <LinkButton href=again kind=ButtonKind::Go>
                    {t("sign-in-again")}
                </LinkButton>
            </div>
        }
    };
    let mut response = (problem.status(), Html(gate(frame, body, None))).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
