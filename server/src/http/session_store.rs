//! Sessions in Postgres, by the hash of their id. A row that was deleted never comes back: signing out
//! everywhere and ending a person's access work within the next request.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tower_sessions_core::session::{Id, Record};
use tower_sessions_core::session_store::{Error, Result, SessionStore as Port};
use usher_operations::Context;
use usher_store::session::{self, Session};
use usher_vocabulary::SubjectId;

/// A session ends this long after its sign-in, however busy it is.
const OLDEST: TimeDelta = TimeDelta::hours(24);
/// A session ends this long after it was last used.
const IDLE: TimeDelta = TimeDelta::hours(2);
/// A session without a person is there to sign in, and for nothing else.
const STRANGER: TimeDelta = TimeDelta::minutes(30);

#[derive(Debug, Clone)]
pub(crate) struct SessionStore {
    cx: Context,
}

impl SessionStore {
    pub(crate) const fn new(cx: Context) -> Self {
        Self { cx }
    }
}

fn hash(id: &Id) -> Vec<u8> {
    session::hash(&id.to_string())
}

fn failed(error: usher_store::StoreError) -> Error {
    tracing::error!(error = &error as &dyn std::error::Error, "the session store failed");
    Error::Backend("the session store failed".to_owned())
}

/// By our own clock: the record carries the instant of the browser's cookie.
fn expiry(record: &Record, now: DateTime<Utc>) -> DateTime<Utc> {
    now + if person(record).is_some() { OLDEST } else { STRANGER }
}

/// Whose session it is: the table must know, so that all sessions of a person can be ended.
fn person(record: &Record) -> Option<SubjectId> {
    record.data.get("person").and_then(Value::as_str).and_then(|text| text.parse().ok())
}

fn data(record: &Record) -> Result<Value> {
    serde_json::to_value(&record.data).map_err(|e| Error::Encode(e.to_string()))
}

#[async_trait]
impl Port for SessionStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let now = self.cx.now();
            let session =
                Session { data: data(record)?, created_at: now, expires_at: expiry(record, now) };
            let is_new =
                session::create(&self.cx.store, &hash(&record.id), person(record), &session)
                    .await
                    .map_err(failed)?;
            if is_new {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let (id, now) = (hash(&record.id), self.cx.now());
        session::save(&self.cx.store, &id, person(record), &data(record)?, expiry(record, now), now)
            .await
            .map_err(failed)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let now = self.cx.now();
        let found = session::load(&self.cx.store, &hash(id), now, now - OLDEST, now - IDLE)
            .await
            .map_err(failed)?;
        found
            .map(|session| {
                Ok(Record {
                    id: *id,
                    data: serde_json::from_value(session.data)
                        .map_err(|e| Error::Decode(e.to_string()))?,
                    expiry_date: time::OffsetDateTime::from_unix_timestamp(
                        session.expires_at.timestamp(),
                    )
                    .map_err(|e| Error::Decode(e.to_string()))?,
                })
            })
            .transpose()
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        session::delete(&self.cx.store, &hash(id)).await.map_err(failed)
    }
}
