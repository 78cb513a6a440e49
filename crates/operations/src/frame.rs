//! What the frame of every page says about whoever reads it.

use usher_authorization::Resource;
use usher_store::frame;
use usher_vocabulary::Action;

use crate::{Caller, Context, Fault};

pub use usher_store::frame::Numbers;

/// Numbers and marks beside the navigation of the caller; none for a machine.
///
/// # Errors
/// The database failed.
pub async fn numbers(cx: &Context, caller: &Caller) -> Result<Numbers, Fault> {
    let Some(me) = caller.principal.id else { return Ok(Numbers::default()) };
    let sees_all_work = cx.may(caller, Action::ViewWorkItem, &Resource::System);
    let mut conn = cx.store.conn().await?;
    Ok(frame::numbers(&mut conn, me, sees_all_work, cx.now()).await?)
}
