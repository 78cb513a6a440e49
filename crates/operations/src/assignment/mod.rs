//! What people hold, from the first instant to the verified removal.

mod give_back;
mod list;
mod settle;

pub use give_back::{GiveBackError, give_back};
pub use list::{AccessRow, Line, list, view_of};
pub(crate) use list::{EXTEND_FROM, Lines, by_assignment, demand_facts, held_since, row, views_of};
pub(crate) use settle::ended_event;
pub use settle::{settle, settle_due};
