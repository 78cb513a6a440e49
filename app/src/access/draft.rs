//! What was typed into the request form, from a query or from a post alike.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use usher_operations::FieldFault;
use usher_operations::request::{Item, Submit};
use usher_ui::Text;
use usher_vocabulary::{CatalogueItemId, SubjectId};

use crate::{FormErrors, Posted};

/// The form as it was left.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub(super) requestee: Option<SubjectId>,
    pub(super) search: String,
    pub(super) items: Vec<CatalogueItemId>,
    /// A preset in seconds, `end` for the end of the contract, or `days`.
    pub(super) duration: String,
    pub(super) days: String,
    pub(super) starts: String,
    pub(super) reason: String,
    pub(super) errors: FormErrors,
    /// The same faults one by one: several may stand beside one field.
    each: Vec<FormErrors>,
}

/// Groups of items on one page at most: the form finds 60 items, and what is chosen already.
const MOST_GROUPS: usize = 128;

/// Name of the choices of one application. It is their id as well, so each group has its own; the
/// first bears the name that faults have.
pub(super) fn group_name(place: usize) -> String {
    if place == 0 { "items".to_owned() } else { format!("items-{}", place + 1) }
}

/// The presets, in seconds, with the keys of their words.
pub(super) const PRESETS: [i64; 7] = [120, 3_600, 28_800, 86_400, 604_800, 2_592_000, 7_776_000];

impl Draft {
    pub(super) fn of(posted: &Posted) -> Self {
        Self {
            requestee: posted.text("for").parse().ok(),
            search: posted.text("q").trim().chars().take(100).collect(),
            items: chosen(posted),
            duration: posted.text("duration").to_owned(),
            days: posted.text("days").trim().to_owned(),
            starts: posted.text("starts_at").trim().to_owned(),
            reason: posted.text("reason").to_owned(),
            errors: FormErrors::default(),
            each: Vec::new(),
        }
    }

    /// Notes what an operation refused.
    pub(super) fn refuse(&mut self, faults: Vec<FieldFault>) {
        self.each = faults.iter().map(|fault| vec![fault.clone()].into()).collect();
        self.errors = faults.into();
    }

    /// Everything that is wrong with a field.
    pub(super) fn wrong(&self, field: &str) -> Text {
        let all: Vec<String> = self.each.iter().filter_map(|one| one.of(field).get()).collect();
        if all.is_empty() { self.errors.of(field) } else { all.join(" ").into() }
    }

    /// The request that this form means; faults of the form itself are noted.
    pub(super) fn submit(
        &mut self,
        now: DateTime<Utc>,
        last_day: Option<DateTime<Utc>>,
    ) -> Option<Submit> {
        let starts_at = self.start(now);
        let seconds = self.seconds(starts_at.unwrap_or(now), last_day);
        let items = self
            .items
            .iter()
            .map(|item| Item { catalogue_item: *item, starts_at, duration_seconds: seconds })
            .collect();
        let submit = Submit {
            requestee: self.requestee,
            items,
            reason: self.reason.clone(),
            channel: "web",
        };
        self.errors.is_empty().then_some(submit)
    }

    fn start(&mut self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.starts.is_empty() {
            return None;
        }
        let Ok(day) = self.starts.parse::<NaiveDate>() else {
            self.errors.add("starts_at", "not_a_date");
            return None;
        };
        // Today begins now: midnight lies in the past.
        (day != now.date_naive()).then(|| day.and_time(NaiveTime::MIN).and_utc())
    }

    fn seconds(&mut self, from: DateTime<Utc>, last_day: Option<DateTime<Utc>>) -> Option<i64> {
        // Whoever wrote a number of days and chose nothing meant the days.
        let chosen = match self.duration.as_str() {
            "" if !self.days.is_empty() => "days",
            chosen => chosen,
        };
        match (chosen, last_day) {
            ("", _) => {
                self.errors.add("duration", "choose_duration");
                None
            }
            ("end", Some(end)) => Some((end - from).num_seconds()),
            ("days", _) => match self.days.parse::<i64>().ok().and_then(TimeDelta::try_days) {
                Some(length) => Some(length.num_seconds()),
                None => {
                    self.errors.add("days", "not_a_number");
                    None
                }
            },
            (text, _) => {
                let seconds = text.parse().ok().filter(|seconds| PRESETS.contains(seconds));
                if seconds.is_none() {
                    self.errors.add("duration", "not_in_list");
                }
                seconds
            }
        }
    }
}

/// What is ticked in any group or named by a link, each once.
fn chosen(posted: &Posted) -> Vec<CatalogueItemId> {
    let names = ["item".to_owned()].into_iter().chain((0..MOST_GROUPS).map(group_name));
    let mut chosen = Vec::new();
    for name in names {
        for id in posted.all(&name).filter_map(|text| text.parse().ok()) {
            if !chosen.contains(&id) {
                chosen.push(id);
            }
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(query: &str) -> Draft {
        Draft::of(&Posted::parse(query.as_bytes()))
    }

    #[test]
    fn what_cannot_be_read_is_a_fault_and_kept() {
        let now = "2026-11-19T10:00:00Z".parse().expect("a time");
        for (query, field) in [
            ("duration=", "duration"),
            ("duration=17", "duration"),
            ("duration=days&days=ten", "days"),
            ("duration=days&days=99999999999999999999", "days"),
            ("duration=3600&starts_at=tomorrow", "starts_at"),
        ] {
            let mut draft = draft(query);
            assert!(draft.submit(now, None).is_none(), "{query}");
            assert!(draft.errors.of(field).get().is_some(), "{query}");
        }
    }

    #[test]
    fn items_of_every_group_are_chosen_once() {
        let id = |n: u8| format!("0198c0de-0000-7000-8000-00000000000{n}");
        let query =
            format!("items={0}&items-2={1}&item={0}&items-128={2}&items=x", id(1), id(2), id(3));
        let items: Vec<_> = draft(&query).items.iter().map(ToString::to_string).collect();
        assert_eq!(items, [id(1), id(2), id(3)]);
    }

    #[test]
    fn all_that_is_wrong_with_a_field_stands_beside_it() {
        let mut draft = Draft::default();
        let fault = |item: &str| FieldFault::new("items", "pending").with("item", item);
        draft.refuse(vec![fault("One"), fault("Two"), FieldFault::new("reason", "reason_empty")]);
        let words = draft.wrong("items").get().expect("words");
        assert!(words.contains("One") && words.contains("Two"), "{words}");
        assert_eq!(draft.wrong("duration").get(), None);
    }

    #[test]
    fn durations_in_seconds() {
        let now: DateTime<Utc> = "2026-11-19T10:00:00Z".parse().expect("a time");
        let end = Some(now + TimeDelta::days(71));
        for (query, seconds) in [
            ("duration=120", 120),
            ("duration=&days=2", 172_800),
            ("duration=days&days=-3", -259_200),
            ("duration=end", 6_134_400),
        ] {
            let id = "item=0198c0de-0000-7000-8000-000000000001&";
            let submit = draft(&format!("{id}{query}")).submit(now, end).expect("a request");
            assert_eq!(submit.items[0].duration_seconds, Some(seconds), "{query}");
        }
    }
}
