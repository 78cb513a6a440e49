//! Days become instants in the time zone of the person.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};

/// A time zone of the IANA list, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Zone {
    /// `None` when the list that this release carries has no such zone.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        let name = zone.iana_name().unwrap_or(name).to_owned();
        Some(Self { name, zone })
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first instant of a day: 00:00, or later where the clocks are put forward at midnight.
    #[must_use]
    pub fn first_instant(&self, day: NaiveDate) -> Option<DateTime<Utc>> {
        let date = Date::new(
            i16::try_from(day.year()).ok()?,
            i8::try_from(day.month()).ok()?,
            i8::try_from(day.day()).ok()?,
        )
        .ok()?;
        let instant = date.to_zoned(self.zone.clone()).ok()?.timestamp();
        DateTime::from_timestamp(instant.as_second(), 0)
    }

    /// The first instant after a day: where a relationship ends whose last day it is (half-open).
    #[must_use]
    pub fn end_of(&self, day: NaiveDate) -> Option<DateTime<Utc>> {
        self.first_instant(day.succ_opt()?)
    }

    /// The day that an instant falls on.
    #[must_use]
    pub fn day(&self, at: DateTime<Utc>) -> Option<NaiveDate> {
        let instant = Timestamp::from_second(at.timestamp()).ok()?;
        let date = instant.to_zoned(self.zone.clone()).date();
        NaiveDate::from_ymd_opt(
            i32::from(date.year()),
            u32::try_from(date.month()).ok()?,
            u32::try_from(date.day()).ok()?,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(zone: &str, day: &str) -> String {
        Zone::named(zone).unwrap().first_instant(day.parse().unwrap()).unwrap().to_rfc3339()
    }

    #[test]
    fn a_day_begins_where_the_person_is() {
        assert_eq!(first("UTC", "2026-11-20"), "2026-11-20T00:00:00+00:00");
        assert_eq!(first("Europe/Istanbul", "2026-11-20"), "2026-11-19T21:00:00+00:00");
        assert_eq!(first("Pacific/Kiritimati", "2026-11-20"), "2026-11-19T10:00:00+00:00");
        // Cairo puts its clocks forward at midnight: that day begins at one.
        assert_eq!(first("Africa/Cairo", "2026-04-24"), "2026-04-23T22:00:00+00:00");
        // Lisbon's clocks go back on this day; it is 25 hours long.
        let lisbon = Zone::named("Europe/Lisbon").unwrap();
        let day = "2026-10-25".parse().unwrap();
        let length = lisbon.end_of(day).unwrap() - lisbon.first_instant(day).unwrap();
        assert_eq!(length.num_hours(), 25);
        assert_eq!(lisbon.day(lisbon.first_instant(day).unwrap()), Some(day));
    }

    #[test]
    fn zones_are_known_by_their_names_only() {
        assert!(Zone::named("Mars/Olympus").is_none());
        assert_eq!(Zone::named("europe/lisbon").unwrap().name(), "Europe/Lisbon");
    }
}
