//! What a failed call says about its connector: class, health, a pause.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use usher_connector::{Cause, ConnectorError};
use usher_domain::retry;
use usher_operations::Context;
use usher_store::job::Claimed;
use usher_store::{StoreError, Tx, connector};
use usher_vocabulary::{ConnectorHealth, ErrorClass};

/// What a person reads about a failed call: never a secret, connectors see to that.
pub(crate) fn words_of(error: &ConnectorError) -> String {
    let mut words = error.to_string();
    // A target may answer with a page of text.
    if let Some((end, _)) = words.char_indices().nth(500) {
        words.truncate(end);
    }
    storable(&words)
}

/// A target may answer with characters that the database does not take.
pub(crate) fn storable(text: &str) -> String {
    text.replace('\0', "")
}

/// A target that asks to be left alone for longer is tried again after this all the same: removals wait for it.
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(1);

/// The pause that a target asks for, within reason.
pub(crate) fn asked(pause: Duration) -> TimeDelta {
    TimeDelta::from_std(pause).map_or(LONGEST_PAUSE, |pause| pause.min(LONGEST_PAUSE))
}

const fn cause_of(error: &ConnectorError) -> Cause {
    match error {
        ConnectorError::Retry { cause, .. }
        | ConnectorError::Reject { cause, .. }
        | ConnectorError::Unknown { cause, .. } => *cause,
        ConnectorError::AlreadyExists { .. } => Cause::Foreign,
    }
}

pub(crate) const fn class_of(error: &ConnectorError) -> ErrorClass {
    match (error, cause_of(error)) {
        (ConnectorError::Unknown { .. }, _) => ErrorClass::Unknown,
        (_, Cause::Throttled) => ErrorClass::Rate,
        (_, Cause::Credential) => ErrorClass::Auth,
        (_, Cause::Garbage) => ErrorClass::Schema,
        (ConnectorError::Retry { .. }, _) => ErrorClass::Transient,
        _ => ErrorClass::Permanent,
    }
}

pub(crate) const fn health_of(error: &ConnectorError) -> ConnectorHealth {
    match cause_of(error) {
        Cause::Unreachable => ConnectorHealth::Down,
        Cause::Throttled => ConnectorHealth::RateLimited,
        Cause::Credential => ConnectorHealth::AuthFailed,
        Cause::TargetFailed | Cause::Garbage | Cause::Settings => ConnectorHealth::Degraded,
        // The connector works: it is the value or the object that is refused.
        Cause::Invalid | Cause::Foreign => ConnectorHealth::Healthy,
    }
}

/// Failures in a row before a connector is left alone for a while.
const OPEN_AFTER: i32 = 5;

pub(crate) async fn note_health(
    cx: &Context,
    tx: &mut Tx,
    job: &Claimed,
    error: Option<&ConnectorError>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(error) = error.filter(|e| health_of(e) != ConnectorHealth::Healthy) else {
        return connector::note_success(tx, job.connector, now).await;
    };
    let words = words_of(error);
    let open_until = match error {
        ConnectorError::Retry { cause: Cause::Throttled, after, .. } => {
            after.map(|after| now + asked(after))
        }
        _ => None,
    };
    let report =
        connector::HealthReport { health: health_of(error), detail: Some(&words), open_until };
    let failures = connector::note_failure(tx, job.connector, &report, now).await?;
    if failures >= OPEN_AFTER && matches!(cause_of(error), Cause::Unreachable | Cause::Credential) {
        let pause =
            retry::wait(u32::try_from(failures - OPEN_AFTER + 1).unwrap_or(1), cx.jitter(), None)
                .min(TimeDelta::seconds(60));
        connector::open_until(tx, job.connector, now + pause).await?;
    }
    Ok(())
}
