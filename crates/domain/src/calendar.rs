//! When the clock of a task runs. Only `always` exists; a task cites the calendar version it was
//! opened under, so that a later calendar does not rewrite history.

use chrono::{DateTime, TimeDelta, Utc};

/// A calendar's definition, as stored in a version.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Calendar {
    /// The clock never stops.
    Always,
}

impl Calendar {
    /// The instant at which `budget` of running time is used up when the clock starts at `from`.
    #[must_use]
    pub fn due(&self, from: DateTime<Utc>, budget: TimeDelta) -> DateTime<Utc> {
        match self {
            Self::Always => from + budget,
        }
    }

    /// Running time between two instants; never negative.
    #[must_use]
    pub fn elapsed(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        match self {
            Self::Always => (to - from).max(TimeDelta::zero()),
        }
    }
}

/// The clock of one task: running time used so far, and since when it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskClock {
    pub elapsed: TimeDelta,
    pub running_since: Option<DateTime<Utc>>,
}

impl TaskClock {
    #[must_use]
    pub const fn started(now: DateTime<Utc>) -> Self {
        Self { elapsed: TimeDelta::zero(), running_since: Some(now) }
    }

    /// Stops the clock: what ran until `now` is kept.
    #[must_use]
    pub fn paused(self, calendar: &Calendar, now: DateTime<Utc>) -> Self {
        let ran =
            self.running_since.map_or(TimeDelta::zero(), |since| calendar.elapsed(since, now));
        Self { elapsed: self.elapsed + ran, running_since: None }
    }

    /// Starts the clock again; a running clock stays as it is.
    #[must_use]
    pub fn resumed(self, now: DateTime<Utc>) -> Self {
        Self { running_since: self.running_since.or(Some(now)), ..self }
    }

    /// When the answer is due; `None` while the clock stands still.
    #[must_use]
    pub fn due(&self, calendar: &Calendar, budget: TimeDelta) -> Option<DateTime<Utc>> {
        self.running_since
            .map(|since| calendar.due(since, (budget - self.elapsed).max(TimeDelta::zero())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + minute * 60, 0).unwrap()
    }

    #[test]
    fn a_pause_moves_the_due_time_by_its_length() {
        let budget = TimeDelta::minutes(60);
        let clock = TaskClock::started(at(0));
        assert_eq!(clock.due(&Calendar::Always, budget), Some(at(60)));
        let paused = clock.paused(&Calendar::Always, at(20));
        assert_eq!(paused.due(&Calendar::Always, budget), None);
        assert_eq!(paused.resumed(at(50)).due(&Calendar::Always, budget), Some(at(90)));
    }

    #[test]
    fn a_used_up_budget_is_due_at_once() {
        let clock = TaskClock { elapsed: TimeDelta::minutes(90), running_since: Some(at(5)) };
        assert_eq!(clock.due(&Calendar::Always, TimeDelta::minutes(60)), Some(at(5)));
    }
}
