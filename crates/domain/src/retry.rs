//! When to try again. Capped exponential back-off with full jitter.

use chrono::TimeDelta;

/// First step of the back-off.
pub const FIRST: TimeDelta = TimeDelta::seconds(1);
/// The longest wait between two tries.
pub const LONGEST: TimeDelta = TimeDelta::minutes(5);

/// The wait before try `attempts + 1`. `jitter` is uniform in 0..1; `after` is what the target asked for
/// and is never undercut.
#[must_use]
pub fn wait(attempts: u32, jitter: f64, after: Option<TimeDelta>) -> TimeDelta {
    let exponent = attempts.saturating_sub(1).min(20);
    let ceiling =
        FIRST.num_milliseconds().saturating_mul(1 << exponent).min(LONGEST.num_milliseconds());
    // At least half of the step: full jitter alone would hammer a target that just failed.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "milliseconds below 2^19"
    )]
    let own =
        TimeDelta::milliseconds((ceiling as f64 * (0.5 + jitter.clamp(0.0, 1.0) / 2.0)) as i64);
    after.map_or(own, |after| own.max(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_cap_and_respect_retry_after() {
        assert_eq!(wait(1, 1.0, None), TimeDelta::seconds(1));
        assert_eq!(wait(3, 1.0, None), TimeDelta::seconds(4));
        assert_eq!(wait(3, 0.0, None), TimeDelta::seconds(2));
        assert_eq!(wait(60, 1.0, None), LONGEST);
        assert_eq!(wait(1, 0.0, Some(TimeDelta::seconds(30))), TimeDelta::seconds(30));
    }
}
