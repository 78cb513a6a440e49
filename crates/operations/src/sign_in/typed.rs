//! What somebody typed when their session had ended comes back to the same person, and is never sent by
//! itself.

use chrono::TimeDelta;
use usher_authorization::Resource;
use usher_store::{kept_input, session};
use usher_vocabulary::{Action, SubjectId, uuid::Uuid};

use crate::{Caller, Context, Fault};

pub use usher_store::kept_input::KeptInput;

/// How long it is kept.
const KEPT: TimeDelta = TimeDelta::hours(1);
/// Bytes of a form at most.
const MOST: usize = 64 * 1024;

/// Keeps a form that came with a session that has ended: whose it was, the session tells. `false` when the
/// session is not known any more, or the form is too large.
///
/// # Errors
/// The database failed.
pub async fn keep(cx: &Context, session_id: &str, input: &KeptInput) -> Result<bool, Fault> {
    if input.fields.len() + input.page.len() + input.action.len() > MOST {
        return Ok(false);
    }
    let mut tx = cx.store.begin().await?;
    let Some(person) = session::person_of(&mut tx, &session::hash(session_id)).await? else {
        return Ok(false);
    };
    let now = cx.now();
    kept_input::keep(&mut tx, cx.id::<Uuid>(), person, input, now, now + KEPT).await?;
    tx.commit_unaudited("what somebody typed and did not send").await?;
    Ok(true)
}

/// Whether anything of theirs is kept.
///
/// # Errors
/// The database failed.
pub async fn waits(cx: &Context, person: SubjectId) -> Result<bool, Fault> {
    let mut conn = cx.store.conn().await?;
    Ok(kept_input::count(&mut conn, person, cx.now()).await? > 0)
}

/// What the caller typed into a form on this page. Looking changes nothing: it is there until the form is
/// sent or the hour is over.
///
/// # Errors
/// The caller may not, or the database failed.
pub async fn find(cx: &Context, caller: &Caller, page: &str) -> Result<Option<KeptInput>, Fault> {
    let person = own(cx, caller)?;
    let mut conn = cx.store.conn().await?;
    Ok(kept_input::find(&mut conn, person, page, cx.now()).await?)
}

/// The form was sent. Returns whether anything else is kept.
///
/// # Errors
/// The database failed.
pub async fn forget(cx: &Context, person: SubjectId, action: &str) -> Result<bool, Fault> {
    let mut conn = cx.store.conn().await?;
    kept_input::forget(&mut conn, person, action).await?;
    Ok(kept_input::count(&mut conn, person, cx.now()).await? > 0)
}

fn own(cx: &Context, caller: &Caller) -> Result<SubjectId, Fault> {
    let id = caller.person()?;
    let me = Resource::Subject { id, managers: Vec::new() };
    cx.authorize(caller, Action::ManageOwnSession, &me)?;
    Ok(id)
}
