//! A person asked whether a connector works.

use usher_connector::{Cause, ConnectorError, SettingsError};
use usher_store::job::{self, Claimed, Finish};
use usher_store::{StoreError, connector};
use usher_vocabulary::{AttemptOutcome, JobState};

use crate::health::{class_of, health_of, words_of};
use crate::{calls, worker};

pub(crate) async fn run(engine: &worker::Engine, claimed: &Claimed) -> Result<(), StoreError> {
    let mut conn = engine.cx.store.conn().await?;
    let configuration = connector::configuration(&mut conn, claimed.connector).await?;
    drop(conn);
    let opened = match configuration {
        Some(found) => worker::open_connector(engine, claimed.connector, &found),
        None => {
            let (field, why) = ("connector".to_owned(), "it is gone".to_owned());
            Err(SettingsError { field, why })
        }
    };
    let answer = match opened {
        Ok((connector, limit)) => calls::test(&connector, limit).await,
        Err(error) => {
            Err(ConnectorError::Reject { cause: Cause::Settings, why: error.to_string() })
        }
    };
    let now = engine.cx.now();
    let mut tx = engine.cx.store.begin().await?;
    let (state, outcome, text) = match &answer {
        Ok(words) => {
            connector::note_success(&mut tx, claimed.connector, now).await?;
            (JobState::Done, AttemptOutcome::Verified, words.clone())
        }
        Err(error) => {
            let words = words_of(error);
            let report = connector::HealthReport {
                health: health_of(error),
                detail: Some(&words),
                open_until: None,
            };
            connector::note_failure(&mut tx, claimed.connector, &report, now).await?;
            // A person waits for the answer: it is not tried again behind their back.
            (JobState::Done, AttemptOutcome::Rejected, words)
        }
    };
    let class = answer.as_ref().err().map(class_of);
    let finish = Finish {
        state,
        run_at: now,
        outcome,
        detail: &text,
        error: answer.is_err().then_some(text.as_str()),
        class,
        call: None,
    };
    let finished = job::finish(&mut tx, claimed, &finish, now).await?;
    failpoint!(BeforeAck, None);
    tx.commit_unaudited("the wish to test was recorded when it was made").await?;
    failpoint!(AfterAck, None);
    crate::completion::ended(outcome, finished.is_ours);
    Ok(())
}
