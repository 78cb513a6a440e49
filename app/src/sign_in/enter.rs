//! The one way into a session.

use tower_sessions::Session;
use usher_operations::Context;
use usher_vocabulary::{SignInMethod, SubjectId};

use super::kept;
use crate::WebError;
use crate::web::{METHOD, PERSON};

/// Makes the session that of a person. It gets a new id, and nothing of what it held stays: whoever knew
/// it before the sign-in knows nothing afterwards, and whoever used this browser before leaves nothing.
///
/// # Errors
/// The session could not be written.
pub async fn enter(
    cx: &Context,
    session: &Session,
    person: SubjectId,
    method: SignInMethod,
) -> Result<(), WebError> {
    session.cycle_id().await.map_err(WebError::session)?;
    session.clear().await;
    session.insert(PERSON, person).await.map_err(WebError::session)?;
    session.insert(METHOD, method).await.map_err(WebError::session)?;
    kept::note(cx, session, person).await
}
