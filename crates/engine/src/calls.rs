//! Calling a connector: with a deadline, and in a task of its own, so that one that panics or hangs
//! costs one try.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tracing::Instrument as _;
use usher_connector::{
    AccountKey, Applied, Cause, Change, Connector, ConnectorError, ObservedAccount,
};

/// Sends one change. A time-out or a panic after sending leaves the outcome unknown.
pub(crate) async fn apply(
    connector: &Arc<dyn Connector>,
    key: &AccountKey,
    change: &Change,
    limit: Duration,
) -> Result<Applied, ConnectorError> {
    let (connector, key, change) = (Arc::clone(connector), key.clone(), change.clone());
    let unknown = |why: String| ConnectorError::Unknown { cause: Cause::Unreachable, why };
    guarded("apply", limit, async move { connector.apply(&key, &change).await }, unknown).await
}

/// Reads one account. A read changes nothing: whatever fails may simply be tried again.
pub(crate) async fn read(
    connector: &Arc<dyn Connector>,
    key: &AccountKey,
    limit: Duration,
) -> Result<Option<ObservedAccount>, ConnectorError> {
    let (connector, key) = (Arc::clone(connector), key.clone());
    let retry = |why: String| ConnectorError::Retry { cause: Cause::Unreachable, why, after: None };
    guarded("read", limit, async move { connector.read(&key).await }, retry).await
}

/// Asks whether the connector works.
pub(crate) async fn test(
    connector: &Arc<dyn Connector>,
    limit: Duration,
) -> Result<String, ConnectorError> {
    let connector = Arc::clone(connector);
    let retry = |why: String| ConnectorError::Retry { cause: Cause::Unreachable, why, after: None };
    guarded("test", limit, async move { connector.test().await }, retry).await
}

async fn guarded<T: Send + 'static>(
    what: &'static str,
    limit: Duration,
    call: impl Future<Output = Result<T, ConnectorError>> + Send + 'static,
    failed: impl Fn(String) -> ConnectorError,
) -> Result<T, ConnectorError> {
    if limit.is_zero() {
        // The deadline passed between intent and call, as after a long stop of the process: not sent.
        let why = "not sent: its time had passed".to_owned();
        return Err(ConnectorError::Retry { cause: Cause::Unreachable, why, after: None });
    }
    // The task of its own keeps the id of the job: what the connector logs belongs to it.
    let span = tracing::info_span!("call", what);
    let mut task = tokio::spawn(call.instrument(span));
    match tokio::time::timeout(limit, &mut task).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(failed("the connector failed inside".to_owned())),
        Err(_) => {
            task.abort();
            Err(failed(format!("no answer within {} ms", limit.as_millis())))
        }
    }
}
