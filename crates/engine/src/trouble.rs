//! A failure that lasts. It is said when it begins, once a minute while it goes on, and when it is over: a database
//! that is away for a night must not fill the disk with lines that say so.

use std::time::{Duration, Instant};

use usher_store::StoreError;

/// Between two lines about the same trouble.
const BETWEEN: Duration = Duration::from_secs(60);

/// What one loop of the engine could not do since when.
#[derive(Debug)]
pub(crate) struct Trouble {
    what: &'static str,
    since: Option<Since>,
}

#[derive(Debug, Clone, Copy)]
struct Since {
    began: Instant,
    said: Instant,
    times: u64,
}

impl Trouble {
    /// None yet; `what` names the loop in the log.
    pub(crate) const fn new(what: &'static str) -> Self {
        Self { what, since: None }
    }

    /// It failed once more.
    pub(crate) fn failed(&mut self, error: &StoreError) {
        let what = self.what;
        if let Some(times) = self.count(Instant::now()) {
            let error = error as &dyn std::error::Error;
            tracing::warn!(error, what, times, "a round of the engine failed; it goes on trying");
        }
    }

    /// It worked.
    pub(crate) fn over(&mut self) {
        if let Some(since) = self.since.take() {
            let (what, seconds) = (self.what, since.began.elapsed().as_secs());
            tracing::info!(what, seconds, times = since.times, "the engine's rounds work again");
        }
    }

    /// Counts a failure; how many there were, when it is time to say so.
    fn count(&mut self, now: Instant) -> Option<u64> {
        let Some(since) = &mut self.since else {
            self.since = Some(Since { began: now, said: now, times: 1 });
            return Some(1);
        };
        since.times += 1;
        if now.duration_since(since.said) < BETWEEN {
            return None;
        }
        since.said = now;
        Some(since.times)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_every_second_is_said_once_a_minute() {
        let mut trouble = Trouble::new("work");
        let began = Instant::now();
        let said: Vec<u64> = (0..180)
            .filter_map(|second| trouble.count(began + Duration::from_secs(second)))
            .collect();
        assert_eq!(said, [1, 61, 121]);
        trouble.over();
        assert_eq!(trouble.count(began + Duration::from_secs(181)), Some(1));
    }
}
