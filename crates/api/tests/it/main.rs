mod bad_input;
mod client;
mod description;
mod journey;
mod refusals;
