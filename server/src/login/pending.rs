//! Sign-ins that a browser has begun and not finished, in its session.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use usher_app::WebError;
use usher_oidc::Attempt;

/// Where the session keeps them.
const KEY: &str = "signing_in";
/// So many windows of one browser may sign in at the same time; the oldest is forgotten.
const AT_ONCE: usize = 4;
/// How long somebody may take at the identity provider.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);

/// One of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Pending {
    pub(super) attempt: Attempt,
    /// The path that was first asked for.
    pub(super) back: String,
    pub(super) begun_at: DateTime<Utc>,
}

/// Keeps one more.
pub(super) async fn keep(session: &Session, pending: Pending) -> Result<(), WebError> {
    let mut all = read(session).await?;
    all.push(pending);
    let surplus = all.len().saturating_sub(AT_ONCE);
    all.drain(..surplus);
    session.insert(KEY, all).await.map_err(WebError::session)
}

/// Takes the one with this state out, at once and for ever: an answer is looked at only once.
pub(super) async fn take(
    session: &Session,
    state: &str,
    now: DateTime<Utc>,
) -> Result<Option<Pending>, WebError> {
    let mut all = read(session).await?;
    let Some(position) = all.iter().position(|pending| pending.attempt.state == state) else {
        return Ok(None);
    };
    let taken = all.remove(position);
    session.insert(KEY, all).await.map_err(WebError::session)?;
    // Not at the end of the request: meanwhile the same answer may come again.
    session.save().await.map_err(WebError::session)?;
    Ok(Some(taken).filter(|pending| now < pending.begun_at + PATIENCE))
}

async fn read(session: &Session) -> Result<Vec<Pending>, WebError> {
    Ok(session.get(KEY).await.map_err(WebError::session)?.unwrap_or_default())
}
