//! The executable as others meet it: killed processes, refused addresses, files of people, configuration, a
//! database that is a target, and what it tells about itself.

mod configuration;
mod connector;
mod crash;
mod demo;
mod import;
mod metrics;
mod process;
mod refusals;
mod sign_in;
mod tracing;
mod warehouse;
