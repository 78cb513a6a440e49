//! What will be done when.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use usher_vocabulary::{Decision, SubjectId};

use super::Weather;

/// A request of the past, by its place in the plot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag(pub(super) usize);

/// Who asks for what.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    pub(super) asker: Who,
    /// Somebody who reports to the asker; `None` asks for oneself.
    pub(super) whom: Option<Who>,
    /// Name of the item.
    pub(super) item: String,
    /// How long; `None` takes the longest.
    pub(super) hours: Option<i64>,
    /// Days from the asking to the start.
    pub(super) starts_in_days: Option<i64>,
    pub(super) reason: String,
}

/// Somebody, by id or by user name.
#[derive(Debug, Clone)]
pub(super) enum Who {
    Known(SubjectId),
    Named(&'static str),
}

/// One thing that is done.
#[derive(Debug, Clone)]
pub(super) enum Deed {
    Ask(Tag, Wish),
    /// Somebody who is asked decides; `None` as the dice fall, and on to the last stage.
    Decide(Tag, Option<(Decision, String)>),
    Answer(Tag, String),
    Nudge(Tag),
    Withdraw(Tag),
    GiveBack(Tag),
    /// Whoever hands things out does what waits, or says that it cannot be done.
    HandOut {
        cannot: bool,
    },
    Turn(Weather),
}

/// Deeds in the order of their instants; those of one instant in the order in which they were planned.
#[derive(Debug)]
pub(super) struct Plot {
    pub(super) began: DateTime<Utc>,
    pub(super) end: DateTime<Utc>,
    deeds: BTreeMap<(DateTime<Utc>, usize), Deed>,
    planned: usize,
    tags: usize,
}

impl Plot {
    pub(super) const fn new(began: DateTime<Utc>, end: DateTime<Utc>) -> Self {
        Self { began, end, deeds: BTreeMap::new(), planned: 0, tags: 0 }
    }

    pub(super) const fn tag(&mut self) -> Tag {
        self.tags += 1;
        Tag(self.tags)
    }

    /// Plans a deed; what would lie beyond the end is never done.
    pub(super) fn at(&mut self, at: DateTime<Utc>, deed: Deed) {
        if at < self.end {
            self.planned += 1;
            self.deeds.insert((at, self.planned), deed);
        }
    }

    /// Plans a deed so many minutes before the end.
    pub(super) fn before_end(&mut self, minutes: i64, deed: Deed) {
        self.at(self.end - TimeDelta::minutes(minutes), deed);
    }

    pub(super) fn next_at(&self) -> Option<DateTime<Utc>> {
        self.deeds.first_key_value().map(|((at, _), _)| *at)
    }

    pub(super) fn take(&mut self) -> Option<Deed> {
        self.deeds.pop_first().map(|(_, deed)| deed)
    }
}
