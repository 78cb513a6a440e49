//! The executable as others meet it: processes that are killed, and an address that is refused.

mod crash;
mod import;
mod refusals;
mod sign_in;
