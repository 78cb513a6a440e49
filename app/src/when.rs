//! Instants and lengths of time in words. All times are UTC, and the long form says so.

use chrono::{DateTime, NaiveDate, SecondsFormat, TimeDelta, Timelike as _, Utc};
use leptos::prelude::*;
use usher_ui::Markup;

use crate::words::{PLACE, t, t_text, t_with};

/// The time of the day, such as "10:41".
pub(crate) fn clock(at: DateTime<Utc>) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// An instant inside a sentence: "today 10:41", "tomorrow 09:00", "Fri 20 Nov 2026, 10:45".
pub(crate) fn words(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    day_words(at.date_naive(), now.date_naive()).replace(PLACE, &clock(at))
}

/// The words of a day around the time, which is put in afterwards.
fn day_words(day: NaiveDate, today: NaiveDate) -> String {
    let is = |other: Option<NaiveDate>| other == Some(day);
    if day == today {
        t_text("when-today", "until", PLACE)
    } else if is(today.succ_opt()) {
        t_text("when-tomorrow", "until", PLACE)
    } else if is(today.pred_opt()) {
        t_text("when-yesterday", "until", PLACE)
    } else {
        format!("{}, {PLACE}", day.format("%a %-d %b %Y"))
    }
}

/// An instant that stands by itself: its words, and the exact time for those who ask.
pub(crate) fn time(at: DateTime<Utc>, now: DateTime<Utc>) -> AnyView {
    Markup::drawn(|markup| Moments::new(now).write(markup, at))
}

/// Instants of one page: what those of one day share is found once.
pub(crate) struct Moments {
    now: DateTime<Utc>,
    day: Option<Day>,
}

/// Around the time, which is put in afterwards.
struct Day {
    date: NaiveDate,
    words: String,
    title: String,
}

impl Moments {
    pub(crate) const fn new(now: DateTime<Utc>) -> Self {
        Self { now, day: None }
    }

    /// Writes an instant that stands by itself.
    pub(crate) fn write(&mut self, markup: &mut Markup, at: DateTime<Utc>) {
        let date = at.date_naive();
        let day = match self.day.take().filter(|day| day.date == date) {
            Some(day) => day,
            None => Day::new(date, self.now.date_naive()),
        };
        let clock = clock(at);
        let title = day.title.replace(PLACE, &format!("{clock}:{:02}", at.second()));
        markup.time(&day.words.replace(PLACE, &clock), &exact(at), &title);
        self.day = Some(day);
    }
}

impl Day {
    fn new(date: NaiveDate, today: NaiveDate) -> Self {
        let long = format!("{}, {PLACE}", date.format("%A %-d %B %Y"));
        let title = t_text("when-exact", "until", &long);
        Self { date, words: capital(&day_words(date, today)), title }
    }
}

/// An instant as machines read it, RFC 3339 in UTC.
pub(crate) fn exact(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A length as it was asked for: "2 minutes", "8 hours", "90 days"; two units when it must.
pub(crate) fn duration(length: TimeDelta) -> String {
    let minutes = length.num_minutes();
    let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let parts = [("when-days", days), ("when-hours", hours), ("when-minutes", rest)];
    let words = |(key, count): (&'static str, i64)| match key {
        "when-days" => t_with("when-days", &[("count", count.into())]),
        "when-hours" => t_with("when-hours", &[("count", count.into())]),
        _ => t_with("when-minutes", &[("count", count.into())]),
    };
    let said: Vec<_> =
        parts.into_iter().filter(|(_, count)| *count > 0).take(2).map(words).collect();
    if said.is_empty() { t("when-moment") } else { said.join(" ") }
}

/// How long until or since something, short: "18 min", "1 h 18 min", "3 days".
pub(crate) fn span(length: TimeDelta) -> String {
    let minutes = length.num_minutes();
    if minutes < 1 {
        t("when-moment")
    } else if minutes < 60 {
        t_with("when-short-minutes", &[("count", minutes.into())])
    } else if minutes < 1440 {
        t_with(
            "when-short-hours",
            &[("count", (minutes / 60).into()), ("number", (minutes % 60).into())],
        )
    } else {
        t_with("when-days", &[("count", (minutes / 1440).into())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn near_days_have_names_and_others_their_date() {
        let now = at("2026-11-19T10:42:00Z");
        for (instant, expected) in [
            ("2026-11-19T12:00:00Z", "today 12:00"),
            ("2026-11-20T00:00:00Z", "tomorrow 00:00"),
            ("2026-11-18T23:59:59Z", "yesterday 23:59"),
            ("2026-11-27T10:45:00Z", "Fri 27 Nov 2026, 10:45"),
        ] {
            assert_eq!(words(at(instant), now), expected);
        }
    }

    #[test]
    fn moments_of_a_page_have_their_own_day() {
        let mut moments = Moments::new(at("2026-11-19T10:42:00Z"));
        for (instant, expected) in [
            ("2026-11-19T12:00:09Z", ("Today 12:00", "Thursday 19 November 2026, 12:00:09 UTC")),
            ("2026-11-19T09:05:00Z", ("Today 09:05", "Thursday 19 November 2026, 09:05:00 UTC")),
            (
                "2026-11-18T23:59:59Z",
                ("Yesterday 23:59", "Wednesday 18 November 2026, 23:59:59 UTC"),
            ),
            (
                "2026-11-02T00:00:00Z",
                ("Mon 2 Nov 2026, 00:00", "Monday 2 November 2026, 00:00:00 UTC"),
            ),
        ] {
            let mut markup = Markup::new();
            moments.write(&mut markup, at(instant));
            let html = markup.view().to_html();
            let (words, title) = expected;
            let exact = format!("<time datetime=\"{instant}\" title=\"{title}\">{words}</time>");
            assert_eq!(html, exact);
        }
    }

    #[test]
    fn lengths_use_the_units_that_they_need() {
        for (minutes, asked, left) in [
            (0, "less than a minute", "less than a minute"),
            (2, "2 minutes", "2 min"),
            (60, "1 hour", "1 h 0 min"),
            (78, "1 hour 18 minutes", "1 h 18 min"),
            (1440, "1 day", "1 day"),
            (129_600, "90 days", "90 days"),
            (-5, "less than a minute", "less than a minute"),
        ] {
            assert_eq!(duration(TimeDelta::minutes(minutes)), asked);
            assert_eq!(span(TimeDelta::minutes(minutes)), left);
        }
    }
}
