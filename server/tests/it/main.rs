//! The executable as others meet it: processes that are killed, an address that is refused, a database that is a target.

mod connector;
mod crash;
mod import;
mod refusals;
mod sign_in;
mod warehouse;
