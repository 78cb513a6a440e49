#![doc = include_str!("../README.md")]

mod logs;
mod meter;
mod trace;

pub use logs::{LogFormat, Options, Telemetry, TelemetryError, start};
pub use meter::{Gauges, Meter, Pool, attempt_ended, lease_lost, leases_expired, request_served};
pub use trace::follow;
