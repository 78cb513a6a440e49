//! Where a person stands, derived from work relationships (domain.md, section 2).

use chrono::{DateTime, Utc};
use usher_vocabulary::PersonState;

/// What the state is derived from, per relationship.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RelationshipFacts {
    pub starts_at: DateTime<Utc>,
    /// First instant after the relationship; `None` while no end is known.
    pub ends_at: Option<DateTime<Utc>>,
    pub on_leave_from: Option<DateTime<Utc>>,
    pub on_leave_until: Option<DateTime<Utc>>,
}

impl RelationshipFacts {
    fn is_current(&self, now: DateTime<Utc>) -> bool {
        self.starts_at <= now && self.ends_at.is_none_or(|end| now < end)
    }

    fn is_on_leave(&self, now: DateTime<Utc>) -> bool {
        self.on_leave_from.is_some_and(|from| from <= now)
            && self.on_leave_until.is_none_or(|until| now < until)
    }
}

/// The state of a person at `now`. Several relationships: the liveliest one speaks.
#[must_use]
pub fn state(relationships: &[RelationshipFacts], now: DateTime<Utc>) -> PersonState {
    let current: Vec<_> = relationships.iter().filter(|r| r.is_current(now)).collect();
    if current.is_empty() {
        return match relationships {
            [] => PersonState::Prospective,
            all if all.iter().any(|r| now < r.starts_at) => PersonState::PreHire,
            _ => PersonState::Terminated,
        };
    }
    if current.iter().all(|r| r.is_on_leave(now)) {
        return PersonState::OnLeave;
    }
    if current.iter().all(|r| r.ends_at.is_some()) {
        return PersonState::Notice;
    }
    PersonState::Active
}

/// The first instant at which no relationship is current any more; `None` while one has no end.
#[must_use]
pub fn last_instant(relationships: &[RelationshipFacts]) -> Option<DateTime<Utc>> {
    let mut last = None;
    for relationship in relationships {
        last = Some(relationship.ends_at?.max(last.unwrap_or(relationship.ends_at?)));
    }
    last
}

/// Whether a person in this state may hold, ask for and decide on access.
#[must_use]
pub const fn may_act(state: PersonState) -> bool {
    matches!(state, PersonState::Active | PersonState::Notice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(n * 86_400, 0).unwrap()
    }

    fn job(start: i64, end: Option<i64>) -> RelationshipFacts {
        RelationshipFacts {
            starts_at: day(start),
            ends_at: end.map(day),
            on_leave_from: None,
            on_leave_until: None,
        }
    }

    #[test]
    fn states_by_relationships() {
        let leave = RelationshipFacts {
            on_leave_from: Some(day(5)),
            on_leave_until: Some(day(9)),
            ..job(0, None)
        };
        let cases: &[(&[RelationshipFacts], i64, PersonState)] = &[
            (&[], 1, PersonState::Prospective),
            (&[job(10, None)], 1, PersonState::PreHire),
            (&[job(0, None)], 1, PersonState::Active),
            (&[job(0, Some(8))], 1, PersonState::Notice),
            (&[job(0, Some(8))], 8, PersonState::Terminated),
            (&[job(0, Some(8)), job(0, None)], 1, PersonState::Active),
            (&[job(0, Some(8)), job(20, None)], 9, PersonState::PreHire),
            (&[leave], 4, PersonState::Active),
            (&[leave], 5, PersonState::OnLeave),
            (&[leave], 9, PersonState::Active),
        ];
        for (relationships, now, expected) in cases {
            assert_eq!(
                state(relationships, day(*now)),
                *expected,
                "{relationships:?} on day {now}"
            );
        }
    }

    #[test]
    fn an_open_end_has_no_last_instant() {
        assert_eq!(last_instant(&[job(0, Some(8)), job(0, None)]), None);
        assert_eq!(last_instant(&[job(0, Some(8)), job(0, Some(12))]), Some(day(12)));
        assert_eq!(last_instant(&[]), None);
    }
}
