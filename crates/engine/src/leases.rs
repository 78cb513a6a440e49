//! Jobs of processes that are gone.

use std::time::Duration;

use usher_operations::{Caller, Context};
use usher_store::job::{self, Lost};
use usher_store::{AuditEvent, StoreError, Tx, account};

use crate::judge::{GivenUp, Judged, give_up};
use crate::worker::Engine;

/// Gives back what dead processes held. Returns the pause until the next look.
pub(crate) async fn round(engine: &Engine) -> Result<Duration, StoreError> {
    give_back(&engine.cx).await?;
    Ok(Duration::from_secs(1))
}

/// Gives back every job whose lease has run out, and gives up those that have used up their tries: what
/// ends the process that works on it must not be tried for ever. Returns how many leases had run out.
///
/// # Errors
/// The database failed.
pub async fn give_back(cx: &Context) -> Result<u64, StoreError> {
    let mut tx = cx.store.begin().await?;
    let reaped = job::reap(&mut tx, cx.now()).await?;
    if reaped.leases == 0 {
        return Ok(0);
    }
    let mut events = Vec::new();
    for lost in &reaped.given_up {
        bury(cx, &mut tx, lost, &mut events).await?;
    }
    tx.commit(events).await?;
    usher_telemetry::leases_expired(reaped.leases);
    tracing::warn!(leases = reaped.leases, given_up = reaped.given_up.len(), "leases had run out");
    Ok(reaped.leases)
}

async fn bury(
    cx: &Context,
    tx: &mut Tx,
    lost: &Lost,
    events: &mut Vec<AuditEvent>,
) -> Result<(), StoreError> {
    let facts = match lost.lane {
        Some(lane) => account::facts(tx, lane).await?,
        None => None,
    };
    let given_up = GivenUp {
        job: lost.id,
        correlation: lost.correlation,
        words: job::LOST,
        judged: &Judged::default(),
    };
    let cause = Caller::engine(lost.correlation).cause();
    give_up(cx, tx, &given_up, facts.as_ref(), &cause, events).await
}
