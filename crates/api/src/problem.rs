//! Failures as `application/problem+json` (RFC 9457) with a stable code.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use usher_operations::authorization::Denial;
use usher_operations::{Fault, FieldFault};
use utoipa::ToSchema;

use crate::LARGEST_BODY;

/// What went wrong, for a program (`code`) and for a person (`detail`).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// `urn:usher:problem:` and the code.
    #[serde(rename = "type")]
    kind: Box<str>,
    /// The code in words.
    title: Box<str>,
    status: u16,
    /// Stable within v1.
    code: &'static str,
    /// What happened, what is saved and what to do.
    detail: Box<str>,
    /// One entry per value that cannot be taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
}

/// A value that cannot be taken.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Path of the value, for example `items[0].duration`.
    field: String,
    /// Stable within v1.
    code: String,
    detail: String,
}

impl FieldProblem {
    pub(crate) fn new(field: &str, code: &str, detail: &str) -> Self {
        Self { field: field.to_owned(), code: code.to_owned(), detail: detail.to_owned() }
    }
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<Box<str>>) -> Self {
        Self {
            kind: format!("urn:usher:problem:{code}").into(),
            title: code.replace('_', " ").into(),
            status: status.as_u16(),
            code,
            detail: detail.into(),
            errors: Vec::new(),
        }
    }

    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "There is no such thing, or it is not yours to see.",
        )
    }

    pub(crate) fn too_large() -> Self {
        let detail = format!("A body has at most {LARGEST_BODY} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
    }

    pub(crate) fn conflict(code: &'static str, detail: &str) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    pub(crate) fn unauthorized(code: &'static str, detail: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, detail)
    }

    pub(crate) fn bad_request(code: &'static str, detail: impl Into<Box<str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// Values that cannot be taken; nothing was saved.
    pub(crate) fn values(errors: Vec<FieldProblem>) -> Self {
        let detail = "Nothing was saved. Correct what `errors` names and send it again.";
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "values_refused", detail) }
    }

    pub(crate) fn fields(faults: &[FieldFault]) -> Self {
        Self::values(
            faults
                .iter()
                .map(|fault| FieldProblem::new(&fault.field, fault.code, &words(fault)))
                .collect(),
        )
    }
}

/// What a parser says, without all of what it was given: an answer is no longer than its question.
pub(crate) fn shortened(text: &str) -> String {
    const BEGINNING: usize = 200;
    const END: usize = 100;
    let length = text.chars().count();
    if length <= BEGINNING + END {
        return text.to_owned();
    }
    let beginning: String = text.chars().take(BEGINNING).collect();
    // Where it is stands at the end.
    let end: String = text.chars().skip(length - END).collect();
    format!("{beginning} \u{2026} {end}")
}

/// The words of a refused value. The pages have their own, beside the field.
fn words(fault: &FieldFault) -> String {
    let arg = |name: &str| {
        fault.args.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value.as_str())
    };
    match fault.code {
        "choose_one" => "Name at least one item.".to_owned(),
        "too_many" => format!("Ask for at most {} items at once.", arg("max")),
        "unknown_item" => "There is no such item in the catalogue.".to_owned(),
        "twice" => format!("{} is named twice.", arg("item")),
        "not_requestable" => format!("{} cannot be requested.", arg("item")),
        "pending" => format!("{} is asked for already.", arg("item")),
        "held" => format!("{} is held already, and it is too early to extend it.", arg("item")),
        "nobody_can_decide" => format!("Nobody may decide on {} for this person.", arg("item")),
        "too_long" => {
            format!("{} is given for at most {} seconds.", arg("item"), arg("max_seconds"))
        }
        "too_short" => "The shortest duration is one minute.".to_owned(),
        "starts_in_past" => "The start lies in the past.".to_owned(),
        "starts_too_late" => "The start lies more than a year ahead.".to_owned(),
        "after_last_day" => "The work relationship ends before that day.".to_owned(),
        "reason_empty" => "Say what it is needed for.".to_owned(),
        "deny_reason_empty" => "Say why it is denied.".to_owned(),
        "question_empty" => "Write the question.".to_owned(),
        "reason_too_long" => format!("Use at most {} characters.", arg("max")),
        "reason_unprintable" => "The text has characters that cannot be kept.".to_owned(),
        _ => "This value cannot be taken.".to_owned(),
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Denied(denial) => denied(denial),
            Fault::NotFound => Self::not_found(),
            Fault::KeyReused => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "This Idempotency-Key was used for another request. Nothing was done: take a new key.",
            ),
            Fault::Stale => Self::conflict(
                "changed_meanwhile",
                "It was changed since it was read. Read it again, then decide.",
            ),
            Fault::Unkeepable => Self::bad_request(
                "value_unkeepable",
                "A value has characters or a time that cannot be kept. Nothing was saved.",
            ),
            Fault::Store(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a request to the API failed"
                );
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "try_again",
                    "It could not be done now. Whether it was saved is not known: send it again with the same \
                     Idempotency-Key, and it is done once.",
                )
            }
        }
    }
}

fn denied(denial: Denial) -> Problem {
    let forbidden = |code, detail| Problem::new(StatusCode::FORBIDDEN, code, detail);
    match denial {
        Denial::NotSignedIn => Problem::unauthorized(
            "token_missing",
            "Send a token: `Authorization: Bearer usher_...`.",
        ),
        Denial::NotActive => {
            forbidden("not_active", "The person of this token is locked or has left.")
        }
        Denial::TokenScope => {
            forbidden("token_scope", "The scope of this token does not cover this.")
        }
        Denial::OwnAccess => {
            forbidden("own_access", "Nobody decides on what they asked for or would get.")
        }
        Denial::ReadOnly => {
            forbidden("read_only", "Auditors read; they change nothing that is not their own.")
        }
        Denial::NoPolicy => forbidden("forbidden", "The person of this token may not do this."),
        Denial::Error => {
            tracing::error!("a question to the authorizer made no sense");
            forbidden("forbidden", "The person of this token may not do this.")
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"usher\""),
            );
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}
