mod client;
mod description;
mod journey;
mod refusals;
