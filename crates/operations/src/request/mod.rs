//! Asking for access.

mod answer;
mod deliver;
mod form;
mod list;
mod nudge;
mod show;
mod submit;
mod withdraw;

pub use answer::{AnswerError, answer};
pub use deliver::tell_delivered;
pub use form::{FormView, ItemChoice, ItemStanding, PersonChoice, StagePreview, form};
pub use list::{Page, RequestRow, RowItem, list};
pub use nudge::{NudgeError, nudge};
pub use show::{CommentView, ItemView, RequestView, StageView, TaskView, find_number, show};
pub use submit::{Item, Submit, SubmitError, Submitted, submit};
pub use withdraw::{WithdrawError, withdraw};

pub(crate) use form::item_choice;
pub(crate) use show::{item_views, stages_of};
pub(crate) use submit::{CheckedItem, People};
