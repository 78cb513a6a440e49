//! Doing a thing once, however often it is asked for (domain.md, invariant 5).

use chrono::TimeDelta;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use usher_store::idempotency::{self, Seen};
use usher_store::{StoreError, Tx};

use crate::{Caller, Context, Fault};

/// How long an answer is kept for whoever asks again with the same key. Later the key is as good as new.
pub const KEPT: TimeDelta = TimeDelta::hours(24);

/// The key that a caller gave a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// `None` for a text that is no key: empty, longer than 200 characters, or not printable ASCII.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_key =
            (1..=200).contains(&text.len()) && text.bytes().all(|b| (0x21..=0x7e).contains(&b));
        is_key.then(|| Self(text.to_owned()))
    }
}

/// A request under its key, inside the operation's transaction.
#[derive(Debug)]
pub struct Once {
    principal: String,
    key: String,
    hash: Vec<u8>,
}

/// Whether this is the first time.
#[derive(Debug)]
pub(crate) enum Begun<T> {
    First(Option<Once>),
    /// The earlier answer.
    Again(T),
}

/// Looks the key up. A concurrent twin waits here until the first has committed.
///
/// # Errors
/// The key was used for another request, or the database failed.
pub(crate) async fn begin<T: DeserializeOwned>(
    tx: &mut Tx,
    caller: &Caller,
    operation: &'static str,
    key: Option<&Key>,
    input: &impl Serialize,
) -> Result<Begun<T>, Fault> {
    let Some(key) = key else { return Ok(Begun::First(None)) };
    let json = |source| StoreError::Json { what: "an idempotent request", source };
    let input = serde_json::to_vec(input).map_err(json)?;
    let hash = Sha256::new()
        .chain_update(operation)
        .chain_update([0])
        .chain_update(input)
        .finalize()
        .to_vec();
    let once = Once { principal: caller.actor(), key: key.0.clone(), hash };
    match idempotency::begin(tx, &once.principal, &once.key, &once.hash).await? {
        Seen::Never => Ok(Begun::First(Some(once))),
        Seen::Same(body) => Ok(Begun::Again(serde_json::from_value(body).map_err(json)?)),
        Seen::Other => Err(Fault::KeyReused),
    }
}

/// Keeps the answer for whoever asks again.
///
/// # Errors
/// The database failed.
pub(crate) async fn finish(
    cx: &Context,
    tx: &mut Tx,
    once: Option<Once>,
    answer: &impl Serialize,
) -> Result<(), Fault> {
    let Some(once) = once else { return Ok(()) };
    let body = serde_json::to_value(answer)
        .map_err(|source| StoreError::Json { what: "an answer", source })?;
    idempotency::finish(tx, &once.principal, &once.key, &once.hash, &body, cx.now()).await?;
    Ok(())
}

/// Forgets the answers that were kept long enough. Returns how many.
///
/// # Errors
/// The database failed.
pub async fn forget(cx: &Context) -> Result<u64, StoreError> {
    let mut tx = cx.store.begin().await?;
    let forgotten = idempotency::forget(&mut tx, cx.now() - KEPT).await?;
    tx.commit_unaudited("answers that were kept long enough").await?;
    Ok(forgotten)
}
