//! A clock that goes through the past and arrives in the present.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use usher_operations::Clock;

/// What passes between two looks at the clock while the past is lived, so that nothing takes no time.
const TICK: TimeDelta = TimeDelta::milliseconds(14);

/// Tells the present time until it is sent back, and again when it has arrived.
#[derive(Debug)]
pub struct LivedClock {
    present: Arc<dyn Clock>,
    /// Microseconds of the epoch; 0 in the present.
    past_us: AtomicI64,
}

impl LivedClock {
    #[must_use]
    pub fn new(present: Arc<dyn Clock>) -> Self {
        Self { present, past_us: AtomicI64::new(0) }
    }

    /// Begins to live at an instant of the past.
    pub fn depart(&self, at: DateTime<Utc>) {
        self.past_us.store(at.timestamp_micros(), Ordering::SeqCst);
    }

    /// Goes on to an instant; never back.
    pub(super) fn go_to(&self, at: DateTime<Utc>) {
        self.past_us.fetch_max(at.timestamp_micros(), Ordering::SeqCst);
    }

    /// From here on the present time is told.
    pub fn arrive(&self) {
        self.past_us.store(0, Ordering::SeqCst);
    }
}

impl Clock for LivedClock {
    fn now(&self) -> DateTime<Utc> {
        let tick = TICK.num_microseconds().unwrap_or(0);
        let step = |at: i64| (at != 0).then_some(at + tick);
        match self.past_us.fetch_update(Ordering::SeqCst, Ordering::SeqCst, step) {
            Ok(at) => {
                DateTime::from_timestamp_micros(at + tick).unwrap_or_else(|| self.present.now())
            }
            Err(_) => self.present.now(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Stopped(DateTime<Utc>);

    impl Clock for Stopped {
        fn now(&self) -> DateTime<Utc> {
            self.0
        }
    }

    #[test]
    fn time_passes_in_the_past_and_the_present_comes_back() {
        let present = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let clock = LivedClock::new(Arc::new(Stopped(present)));
        assert_eq!(clock.now(), present);
        let then = present - TimeDelta::days(60);
        clock.depart(then);
        let first = clock.now();
        assert!(first > then && clock.now() > first);
        clock.go_to(then + TimeDelta::days(1));
        clock.go_to(then);
        assert!(clock.now() > then + TimeDelta::days(1), "the past is not lived twice");
        clock.arrive();
        assert_eq!(clock.now(), present);
    }
}
