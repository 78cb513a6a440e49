//! What may be asked for, and for how long.

use chrono::{DateTime, TimeDelta, Utc};

/// The shortest time that may be asked for, so that a grant can be set up before it ends.
pub const SHORTEST: TimeDelta = TimeDelta::seconds(60);
/// How far ahead a start may lie.
pub const FARTHEST_START: TimeDelta = TimeDelta::days(366);
/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 2_000;

/// A duration or start that cannot be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    #[error("the duration is shorter than {} seconds", SHORTEST.num_seconds())]
    TooShort,
    #[error("the duration is longer than the policy allows: {max}")]
    TooLong { max: TimeDelta },
    #[error("the start lies in the past")]
    StartsInPast,
    #[error("the start lies more than a year ahead")]
    StartsTooLate,
    #[error("the work relationship ends before the access would begin")]
    AfterLastDay,
}

/// Checks what was asked for at `now`; `last_day` is the end of the requestee's relationships.
///
/// # Errors
/// Says which bound is broken; nothing is rounded silently.
pub fn check_duration(
    now: DateTime<Utc>,
    starts_at: Option<DateTime<Utc>>,
    duration: TimeDelta,
    max: TimeDelta,
    last_day: Option<DateTime<Utc>>,
) -> Result<(), DurationError> {
    if duration < SHORTEST {
        return Err(DurationError::TooShort);
    }
    if duration > max {
        return Err(DurationError::TooLong { max });
    }
    if let Some(start) = starts_at {
        // A page may be open for a while; what began a few minutes ago begins now.
        if start < now - TimeDelta::minutes(10) {
            return Err(DurationError::StartsInPast);
        }
        if start > now + FARTHEST_START {
            return Err(DurationError::StartsTooLate);
        }
    }
    if last_day.is_some_and(|end| end <= starts_at.unwrap_or(now).max(now)) {
        return Err(DurationError::AfterLastDay);
    }
    Ok(())
}

/// The half-open validity of an assignment that is approved at `now` (domain.md, invariant 2):
/// never before the approval, never beyond the last day. `None` when nothing of it is left.
#[must_use]
pub fn validity(
    now: DateTime<Utc>,
    starts_at: Option<DateTime<Utc>>,
    duration: TimeDelta,
    last_day: Option<DateTime<Utc>>,
) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let start = starts_at.unwrap_or(now).max(now);
    let end = start.checked_add_signed(duration)?;
    let end = last_day.map_or(end, |last| end.min(last));
    (start < end).then_some((start, end))
}

/// A reason as people may write it: trimmed, printable, not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

/// Why a text is no reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReasonError {
    #[error("say what it is for")]
    Empty,
    #[error("the text is longer than {LONGEST_REASON} characters")]
    TooLong,
    #[error("the text contains characters that cannot be kept")]
    Unprintable,
}

impl Reason {
    /// # Errors
    /// An empty, overlong or unprintable text: NUL and other control characters but line breaks, and what makes the
    /// letters that follow stand in another order than they were typed (UAX #9, 2.2).
    pub fn parse(text: &str) -> Result<Self, ReasonError> {
        let text = text.trim();
        if text.chars().all(|c| c.is_whitespace() || is_invisible(c)) {
            return Err(ReasonError::Empty);
        }
        if text.chars().count() > LONGEST_REASON {
            return Err(ReasonError::TooLong);
        }
        if text.chars().any(is_unprintable) {
            return Err(ReasonError::Unprintable);
        }
        Ok(Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_unprintable(c: char) -> bool {
    // Embeddings and isolates stay: address books wrap numbers in them, and they turn nothing around.
    matches!(c, '\u{202d}' | '\u{202e}') || (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{00ad}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap()
    }

    #[test]
    fn durations_outside_the_policy_are_refused() {
        let max = TimeDelta::days(90);
        let check = |start: Option<i64>, seconds, last: Option<i64>| {
            check_duration(at(0), start.map(at), TimeDelta::seconds(seconds), max, last.map(at))
        };
        assert_eq!(check(None, 120, None), Ok(()));
        assert_eq!(check(None, 0, None), Err(DurationError::TooShort));
        assert_eq!(check(None, -5, None), Err(DurationError::TooShort));
        assert_eq!(check(None, 90 * 86_400 + 1, None), Err(DurationError::TooLong { max }));
        assert_eq!(check(Some(-3_600), 120, None), Err(DurationError::StartsInPast));
        assert_eq!(check(Some(400 * 86_400), 120, None), Err(DurationError::StartsTooLate));
        assert_eq!(check(Some(3_600), 120, Some(3_600)), Err(DurationError::AfterLastDay));
        assert_eq!(check(Some(3_600), 120, Some(3_601)), Ok(()));
    }

    #[test]
    fn validity_never_outlives_the_relationship_nor_starts_before_approval() {
        let hour = TimeDelta::hours(1);
        assert_eq!(validity(at(0), None, hour, None), Some((at(0), at(3_600))));
        assert_eq!(validity(at(50), Some(at(0)), hour, None), Some((at(50), at(3_650))));
        assert_eq!(validity(at(0), None, hour, Some(at(60))), Some((at(0), at(60))));
        assert_eq!(validity(at(0), Some(at(90)), hour, Some(at(60))), None);
    }

    #[test]
    fn reasons() {
        assert_eq!(Reason::parse(" \u{200b} "), Err(ReasonError::Empty));
        for unprintable in ["a\0b", "a\u{1b}[2J", "pay \u{202e}lla", "\u{202d}pay"] {
            assert_eq!(Reason::parse(unprintable), Err(ReasonError::Unprintable));
        }
        for kept in ["ليلى حداد", "call \u{202a}+44 20\u{202c}", "\u{2068}Ada\u{2069} asked"]
        {
            assert_eq!(Reason::parse(kept).unwrap().as_str(), kept);
        }
        assert_eq!(Reason::parse(&"x".repeat(2_001)), Err(ReasonError::TooLong));
        assert_eq!(Reason::parse(" O'Brien\nneeds it ").unwrap().as_str(), "O'Brien\nneeds it");
    }
}
