use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};
use usher_operations::Clock;

/// Stands still until the test moves it.
#[derive(Debug)]
pub struct TestClock(Mutex<DateTime<Utc>>);

impl TestClock {
    /// Stands at the given second of the epoch.
    #[must_use]
    pub fn at(second: i64) -> Self {
        Self::standing(DateTime::from_timestamp(second, 0).unwrap_or_default())
    }

    /// Stands at this instant.
    #[must_use]
    pub const fn standing(at: DateTime<Utc>) -> Self {
        Self(Mutex::new(at))
    }

    /// Moves on.
    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
