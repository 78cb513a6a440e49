//! What the browser's side promises, seen from outside.

mod access_rules;
mod asking;
mod bad_input;
mod browser;
mod by_hand;
mod connector;
mod desk;
mod full_disk;
mod import;
mod outage;
mod routes;
mod shell;
mod sign_in;
mod statements;
mod style_guide;
mod view_source;
mod words;
