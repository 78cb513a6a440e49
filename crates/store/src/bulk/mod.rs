//! Many rows at once, by sets: for founding a company and for measuring on a large one. The rows are as
//! the single functions write them; nothing here decides anything.

pub mod access;
pub mod catalogue;
pub mod engine;
pub mod machine;
pub mod request;
