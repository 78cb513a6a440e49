//! Time and randomness, injected. The production clock follows the database's.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// Where instants come from.
pub trait Clock: Send + Sync + std::fmt::Debug {
    fn now(&self) -> DateTime<Utc>;
}

/// Where ids, salts and jitter come from.
pub trait Random: Send + Sync + std::fmt::Debug {
    fn fill(&self, bytes: &mut [u8]);
}

/// The machine's clock, corrected by the difference to the database's.
#[derive(Debug, Default)]
pub struct SystemClock {
    offset_us: AtomicI64,
}

impl SystemClock {
    /// Sets the difference from what the database said at about this instant.
    pub fn follow(&self, database: DateTime<Utc>) {
        let offset = database - machine_time();
        self.offset_us.store(offset.num_microseconds().unwrap_or(0), Ordering::Relaxed);
    }
}

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        let offset = TimeDelta::microseconds(self.offset_us.load(Ordering::Relaxed));
        // Postgres keeps microseconds: a finer instant would differ from itself after a round trip.
        (machine_time() + offset).trunc_subsecs(6)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the machine is asked for the time"
)]
fn machine_time() -> DateTime<Utc> {
    Utc::now()
}

/// The operating system's random source.
#[derive(Debug, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    fn fill(&self, bytes: &mut [u8]) {
        rand::fill(bytes);
    }
}
