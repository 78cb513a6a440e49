//! From an error of the server, or the lack of an answer, to what the engine must do next.
//!
//! A change is one transaction, so whatever fails before `commit` is sent has not happened. Only a
//! `commit` without an answer is an unknown outcome. Codes: PostgreSQL documentation, appendix A.

use sqlx::postgres::PgDatabaseError;
use usher_connector::{Cause, ConnectorError};

/// The longest text of the target that is passed on, in characters.
const LONGEST_TEXT: usize = 300;

/// Why a statement has no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The server said no.
    #[error("{words} ({code})")]
    Answered { code: String, words: String },
    /// The connection ended without an answer.
    #[error("the connection was lost: {0}")]
    Lost(#[source] std::io::Error),
    /// The server did not answer in time, although it was told to give up before.
    #[error("no answer in time")]
    Silent,
    /// The answer is not what a Postgres server says.
    #[error("the answer cannot be understood")]
    Garbage(#[source] sqlx::Error),
}

impl Fault {
    pub(crate) fn new(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Io(error) => Self::Lost(error),
            sqlx::Error::Database(answer) => {
                let code = answer.code().unwrap_or_default().into_owned();
                let detail = answer.try_downcast_ref::<PgDatabaseError>().and_then(|e| e.detail());
                let words = match detail {
                    Some(detail) => format!("{}: {detail}", answer.message()),
                    None => answer.message().to_owned(),
                };
                Self::Answered { code, words: plain(&words) }
            }
            other => Self::Garbage(other),
        }
    }

    pub(crate) fn code(&self) -> &str {
        match self {
            Self::Answered { code, .. } => code,
            _ => "",
        }
    }
}

pub(crate) fn reject(cause: Cause, why: impl Into<String>) -> ConnectorError {
    ConnectorError::Reject { cause, why: why.into() }
}

pub(crate) fn retry(cause: Cause, why: impl Into<String>) -> ConnectorError {
    ConnectorError::Retry { cause, why: why.into(), after: None }
}

pub(crate) fn invalid(why: impl Into<String>) -> ConnectorError {
    reject(Cause::Invalid, why)
}

/// The verdict on a statement of a read, or of a change before its `commit`: nothing has happened.
pub(crate) fn not_done(what: &str, fault: &Fault) -> ConnectorError {
    let why = format!("{what}: {fault}");
    match fault {
        Fault::Lost(_) | Fault::Silent => retry(Cause::Unreachable, why),
        Fault::Garbage(_) => retry(Cause::Garbage, why),
        Fault::Answered { code, .. } => answered(code, why),
    }
}

/// The verdict on a `commit` that was not confirmed.
pub(crate) fn not_confirmed(what: &str, fault: &Fault) -> ConnectorError {
    let why = format!("{what}: {fault}");
    let cause = match fault {
        Fault::Lost(_) | Fault::Silent => Cause::Unreachable,
        Fault::Garbage(_) => Cause::Garbage,
        // A serialisation or constraint failure at commit rolls the transaction back.
        Fault::Answered { code, .. } if matches!(class(code), "40" | "23" | "25") => {
            return answered(code, why);
        }
        Fault::Answered { .. } => Cause::TargetFailed,
    };
    ConnectorError::Unknown { cause, why }
}

fn answered(code: &str, why: String) -> ConnectorError {
    match code {
        "42501" => reject(Cause::Credential, why),
        // The name was taken between our look and the statement, by a role or by its comment's index entry.
        "42710" | "23505" => ConnectorError::AlreadyExists { why },
        // A standby, or a database that was switched to reading.
        "25006" => reject(Cause::Settings, why),
        // Too many connections, of all or of this role.
        "53300" | "53400" => retry(Cause::Throttled, why),
        // It starts, stops or cut this session off.
        "57P01" | "57P02" | "57P03" | "57P05" => retry(Cause::Unreachable, why),
        "3D000" | "57P04" => reject(Cause::Settings, why),
        _ => match class(code) {
            "28" => reject(Cause::Credential, why),
            "08" => retry(Cause::Unreachable, why),
            // Short of something, in the way of somebody, cancelled, or broken inside: for example
            // "tuple concurrently updated", which two changes of one role at once give.
            "40" | "53" | "55" | "57" | "58" | "XX" | "F0" => retry(Cause::TargetFailed, why),
            "0A" => reject(Cause::Settings, why),
            _ => invalid(why),
        },
    }
}

fn class(code: &str) -> &str {
    code.get(..2).unwrap_or_default()
}

/// A text of the target, short and on one line: it ends on a page and in a log.
fn plain(text: &str) -> String {
    let shown = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    shown.take(LONGEST_TEXT).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(code: &str) -> Fault {
        Fault::Answered { code: code.to_owned(), words: "no".to_owned() }
    }

    fn before(code: &str) -> (&'static str, Option<Cause>) {
        kind(not_done("create role", &fault(code)))
    }

    fn kind(error: ConnectorError) -> (&'static str, Option<Cause>) {
        match error {
            ConnectorError::Retry { cause, .. } => ("retry", Some(cause)),
            ConnectorError::Reject { cause, .. } => ("reject", Some(cause)),
            ConnectorError::Unknown { cause, .. } => ("unknown", Some(cause)),
            ConnectorError::AlreadyExists { .. } => ("exists", None),
        }
    }

    #[test]
    fn codes_decide() {
        for (code, expected) in [
            ("42501", ("reject", Some(Cause::Credential))),
            ("28P01", ("reject", Some(Cause::Credential))),
            ("28000", ("reject", Some(Cause::Credential))),
            ("42710", ("exists", None)),
            ("53300", ("retry", Some(Cause::Throttled))),
            ("53100", ("retry", Some(Cause::TargetFailed))),
            ("57P03", ("retry", Some(Cause::Unreachable))),
            ("57014", ("retry", Some(Cause::TargetFailed))),
            ("XX000", ("retry", Some(Cause::TargetFailed))),
            ("40P01", ("retry", Some(Cause::TargetFailed))),
            ("25006", ("reject", Some(Cause::Settings))),
            ("3D000", ("reject", Some(Cause::Settings))),
            ("42939", ("reject", Some(Cause::Invalid))),
            ("2BP01", ("reject", Some(Cause::Invalid))),
            ("22P05", ("reject", Some(Cause::Invalid))),
            ("", ("reject", Some(Cause::Invalid))),
        ] {
            assert_eq!(before(code), expected, "{code}");
        }
    }

    #[test]
    fn only_a_commit_without_an_answer_is_unknown() {
        let lost = Fault::Lost(std::io::ErrorKind::UnexpectedEof.into());
        assert_eq!(kind(not_done("begin", &lost)), ("retry", Some(Cause::Unreachable)));
        let expected = ("unknown", Some(Cause::Unreachable));
        assert_eq!(kind(not_confirmed("commit", &lost)), expected);
        assert_eq!(kind(not_confirmed("commit", &Fault::Silent)), expected);
        let cut_off = not_confirmed("commit", &fault("57P01"));
        assert_eq!(kind(cut_off), ("unknown", Some(Cause::TargetFailed)));
        let rolled_back = not_confirmed("commit", &fault("40001"));
        assert_eq!(kind(rolled_back), ("retry", Some(Cause::TargetFailed)));
    }
}
