//! Sending the outbox. A message is sent at least once; its id lets a receiver recognise a repetition.

use std::time::Duration;

use chrono::TimeDelta;
use tracing::Instrument as _;
use usher_domain::retry;
use usher_notify::{MailError, compose};
use usher_store::StoreError;
use usher_store::notification::{self, Outgoing};

use crate::worker::Engine;

const BATCH: i64 = 20;
/// Longer than a send may take.
const LEASE: TimeDelta = TimeDelta::seconds(120);

pub(crate) async fn round(engine: &Engine) -> Result<Duration, StoreError> {
    let now = engine.cx.now();
    let mut tx = engine.cx.store.begin().await?;
    let letters = notification::claim(&mut tx, BATCH, now + LEASE, now).await?;
    if letters.is_empty() {
        return Ok(engine.options.poll);
    }
    tx.commit_unaudited("lease of messages").await?;
    for outgoing in &letters {
        let span = tracing::info_span!("mail", notification = %outgoing.id, correlation = %outgoing.correlation);
        usher_telemetry::follow(&span, outgoing.correlation);
        send(engine, outgoing).instrument(span).await?;
    }
    Ok(Duration::ZERO)
}

async fn send(engine: &Engine, outgoing: &Outgoing) -> Result<(), StoreError> {
    let result = match &outgoing.email {
        None => Err(("the person has no e-mail address".to_owned(), true)),
        Some(address) => {
            let id = outgoing.id.to_string();
            let name = &outgoing.recipient_name;
            match compose(
                &outgoing.kind,
                &outgoing.payload,
                name,
                address,
                &id,
                &engine.options.base_url,
            ) {
                None => Err((format!("no words for a message of kind {}", outgoing.kind), true)),
                Some(letter) => engine.mailer.send(&letter).await.map_err(|error| {
                    let is_final = matches!(error, MailError::Reject(..));
                    (error.to_string(), is_final)
                }),
            }
        }
    };
    let now = engine.cx.now();
    let mut tx = engine.cx.store.begin().await?;
    match result {
        Ok(()) => notification::sent(&mut tx, outgoing.id, now).await?,
        Err((words, is_final)) => {
            let gives_up = is_final || outgoing.attempts >= notification::MAX_ATTEMPTS;
            let attempts = u32::try_from(outgoing.attempts).unwrap_or(1);
            let next = (!gives_up).then(|| now + retry::wait(attempts, engine.cx.jitter(), None));
            tracing::warn!(notification = %outgoing.id, gives_up, "a message was not sent");
            notification::failed(&mut tx, outgoing.id, &words, next).await?;
        }
    }
    tx.commit_unaudited("delivery of a message").await
}
