//! From an answer, or the lack of one, to what the engine must do next.
//!
//! A read changes nothing, so a failed read may be repeated. A change that may have arrived is an
//! unknown outcome, and only a read can settle it.

use serde_json::Value;
use usher_connector::{Cause, ConnectorError};

use crate::http::{Answer, NoAnswer};

/// The longest text of the target that is passed on, in characters.
const LONGEST_DETAIL: usize = 200;

pub(crate) fn reject(cause: Cause, why: impl Into<String>) -> ConnectorError {
    ConnectorError::Reject { cause, why: why.into() }
}

pub(crate) fn retry(cause: Cause, why: impl Into<String>) -> ConnectorError {
    ConnectorError::Retry { cause, why: why.into(), after: None }
}

pub(crate) fn unknown(cause: Cause, why: impl Into<String>) -> ConnectorError {
    ConnectorError::Unknown { cause, why: why.into() }
}

/// An answer to a read that cannot be true or cannot be understood.
pub(crate) fn garbage(why: impl Into<String>) -> ConnectorError {
    retry(Cause::Garbage, why)
}

/// The verdict on a read without an answer.
pub(crate) fn read_lost(what: &str, no_answer: NoAnswer) -> ConnectorError {
    match no_answer {
        NoAnswer::Refused(why) => reject(Cause::Settings, format!("{what}: {why}")),
        NoAnswer::NotSent(why) | NoAnswer::Lost(why) => {
            retry(Cause::Unreachable, format!("{what}: {why}"))
        }
        NoAnswer::TooLarge => garbage(format!("{what}: the answer is too large")),
    }
}

/// The verdict on a change without an answer.
pub(crate) fn change_lost(what: &str, no_answer: NoAnswer) -> ConnectorError {
    match no_answer {
        NoAnswer::Lost(why) => unknown(Cause::Unreachable, format!("{what}: {why}")),
        NoAnswer::TooLarge => unknown(Cause::Garbage, format!("{what}: the answer is too large")),
        other => read_lost(what, other),
    }
}

/// The verdict on a read that was answered with anything but success.
pub(crate) fn read_failed(what: &str, answer: &Answer) -> ConnectorError {
    let why = words(what, answer);
    match answer.status {
        501 => reject(Cause::Settings, why),
        500..=599 if answer.status != 503 => retry(Cause::TargetFailed, why),
        503 => ConnectorError::Retry { cause: Cause::TargetFailed, why, after: answer.retry_after },
        _ => either_failed(answer, why),
    }
}

/// The verdict on a change that was answered with anything but success.
pub(crate) fn change_failed(what: &str, answer: &Answer) -> ConnectorError {
    let why = words(what, answer);
    match answer.status {
        501 => reject(Cause::Settings, why),
        // A target that names a time has turned the request away; any other failure may have
        // struck after the change was kept.
        503 if answer.retry_after.is_some() => {
            ConnectorError::Retry { cause: Cause::TargetFailed, why, after: answer.retry_after }
        }
        408 | 500..=599 => unknown(Cause::TargetFailed, why),
        _ => either_failed(answer, why),
    }
}

fn either_failed(answer: &Answer, why: String) -> ConnectorError {
    match answer.status {
        401 | 403 => reject(Cause::Credential, why),
        408 => retry(Cause::TargetFailed, why),
        // Somebody else changed the resource between the target's own steps.
        409 | 412 => retry(Cause::TargetFailed, why),
        429 => ConnectorError::Retry { cause: Cause::Throttled, why, after: answer.retry_after },
        300..=399 => reject(Cause::Settings, format!("{why}; redirects are not followed")),
        404 | 405 => reject(Cause::Settings, format!("{why}; is this the SCIM base address?")),
        400..=499 => reject(Cause::Invalid, why),
        _ => unknown(Cause::Garbage, why),
    }
}

/// `POST /Users 400 invalidValue: userName is needed`.
pub(crate) fn words(what: &str, answer: &Answer) -> String {
    let error = answer.json().unwrap_or(Value::Null);
    let kind = error["scimType"].as_str().map(plain);
    let detail = error["detail"].as_str().map(plain);
    let mut words = format!("{what} {}", answer.status);
    for part in [kind, detail].into_iter().flatten().filter(|part| !part.is_empty()) {
        words.push_str(": ");
        words.push_str(&part);
    }
    words
}

/// `scimType` of an error answer.
pub(crate) fn scim_type(answer: &Answer) -> Option<String> {
    Some(answer.json()?.get("scimType")?.as_str()?.to_owned())
}

/// A text of the target, short and on one line: it ends on a page and in a log.
fn plain(text: &str) -> String {
    let shown = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    shown.take(LONGEST_DETAIL).collect::<String>().trim().to_owned()
}
