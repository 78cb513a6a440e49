//! Deciding: the inbox, one task, one decision or many.

mod decide;
mod inbox;
pub(crate) mod plan;
mod show;

pub use decide::{Decide, DecideError, Decided, decide};
pub use inbox::{Inbox, InboxRow, inbox, inbox_page};
pub use show::{TaskDetail, show};
