//! Durations as ISO 8601 writes them (ISO 8601-1:2019, section 5.5.2.3), as far as they have one length:
//! weeks, days, hours, minutes and seconds. Years and months have none and are refused.

/// Why a text is no duration of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DurationFault {
    NotADuration,
    /// A month is 28 to 31 days: say days.
    NoFixedLength,
}

const DAY: i64 = 86_400;

/// Seconds of a duration such as `P7D`, `PT2M`, `P1W` or `P1DT12H`.
///
/// # Errors
/// The text is no duration, or its length depends on the calendar.
pub fn parse_duration(text: &str) -> Result<i64, DurationFault> {
    let rest = text.strip_prefix('P').ok_or(DurationFault::NotADuration)?;
    let (date, time) = match rest.split_once('T') {
        Some((_, "")) => return Err(DurationFault::NotADuration),
        Some((date, time)) => (date, time),
        None => (rest, ""),
    };
    if date.is_empty() && time.is_empty() {
        return Err(DurationFault::NotADuration);
    }
    let days = sum(date, &[('Y', None), ('M', None), ('W', Some(7 * DAY)), ('D', Some(DAY))])?;
    let clock = sum(time, &[('H', Some(3_600)), ('M', Some(60)), ('S', Some(1))])?;
    days.checked_add(clock).ok_or(DurationFault::NotADuration)
}

/// Adds up parts such as `1W2D`; units come in their order, each at most once.
fn sum(mut text: &str, units: &[(char, Option<i64>)]) -> Result<i64, DurationFault> {
    let mut total = 0_i64;
    let mut units = units.iter();
    while !text.is_empty() {
        let end = text.find(|c: char| !c.is_ascii_digit()).ok_or(DurationFault::NotADuration)?;
        let (digits, rest) = text.split_at(end);
        let amount: i64 = digits.parse().map_err(|_| DurationFault::NotADuration)?;
        let unit = rest.chars().next().ok_or(DurationFault::NotADuration)?;
        let (_, seconds) =
            units.by_ref().find(|(name, _)| *name == unit).ok_or(DurationFault::NotADuration)?;
        let seconds = seconds.ok_or(DurationFault::NoFixedLength)?;
        total = amount
            .checked_mul(seconds)
            .and_then(|part| total.checked_add(part))
            .ok_or(DurationFault::NotADuration)?;
        text = &rest[unit.len_utf8()..];
    }
    Ok(total)
}

/// Writes seconds as a duration; a negative number becomes `PT0S`.
#[must_use]
pub fn write_duration(seconds: i64) -> String {
    let seconds = seconds.max(0);
    if seconds == 0 {
        return "PT0S".to_owned();
    }
    let part = |amount: i64, unit: char| {
        if amount > 0 { format!("{amount}{unit}") } else { String::new() }
    };
    let date = part(seconds / DAY, 'D');
    let clock = [
        part(seconds % DAY / 3_600, 'H'),
        part(seconds % 3_600 / 60, 'M'),
        part(seconds % 60, 'S'),
    ]
    .concat();
    if clock.is_empty() { format!("P{date}") } else { format!("P{date}T{clock}") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_write_is_read() {
        for (text, seconds) in [
            ("P7D", 7 * DAY),
            ("PT2M", 120),
            ("P1W", 7 * DAY),
            ("P1DT12H", DAY + 43_200),
            ("PT0S", 0),
            ("PT36H", 129_600),
            ("P2W3DT4H5M6S", 17 * DAY + 14_706),
        ] {
            assert_eq!(parse_duration(text), Ok(seconds), "{text}");
        }
    }

    #[test]
    fn what_has_no_fixed_length_says_so() {
        for text in ["P1Y", "P1M", "P1Y2M3D"] {
            assert_eq!(parse_duration(text), Err(DurationFault::NoFixedLength), "{text}");
        }
    }

    #[test]
    fn everything_else_is_none() {
        for text in [
            "",
            "P",
            "PT",
            "7D",
            "P7",
            "PD",
            "P-7D",
            "-P7D",
            "P1.5D",
            "P7d",
            "P1D2W",
            "P1D1D",
            "P1DT",
            "PT1H1H",
            "P1H",
            "PT1D",
            "P99999999999999999999D",
            "P9223372036854775807D",
            "P\u{0661}D",
            "P1D ",
            "P1é",
        ] {
            assert_eq!(parse_duration(text), Err(DurationFault::NotADuration), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(seconds in 0_i64..100_000_000_000) {
            prop_assert_eq!(parse_duration(&write_duration(seconds)), Ok(seconds));
        }

        #[test]
        fn no_text_breaks_it(text in "\\PC{0,40}") {
            let _ = parse_duration(&text);
        }
    }
}
