//! Where an item stands, in words that name whoever said so.

use chrono::{DateTime, Utc};
use usher_operations::work_item::Item;
use usher_ui::{Glyph, Said, StatusKind};
use usher_vocabulary::{Direction, WorkItemState};

use crate::when;
use crate::words::{t, t_with};

/// What to do with which entitlement, without the person.
pub(super) fn what(item: &Item) -> String {
    let name = [("item", item.what.entitlement.clone().into())];
    match item.direction {
        Direction::Grant => t_with("work-give", &name),
        Direction::Revoke => t_with("work-take-away", &name),
    }
}

/// The state as a mark: when it is due while it is open, and whose word closed it.
pub(super) fn state(item: &Item, now: DateTime<Utc>) -> Said {
    let by = [("name", item.closed_by.clone().unwrap_or_default().into())];
    match item.state {
        WorkItemState::Open => due(item, now),
        // One tick: it is somebody's word, and nothing was read.
        WorkItemState::Done => {
            Said::new(StatusKind::Off, t_with("work-done-by", &by)).with(Glyph::Applied)
        }
        WorkItemState::Cannot => Said::new(StatusKind::Bad, t_with("work-cannot-by", &by)),
        WorkItemState::Withdrawn => Said::new(StatusKind::Off, t("work-withdrawn")),
        WorkItemState::Superseded => Said::new(StatusKind::Off, t("work-superseded")),
    }
}

/// Whether it is late.
pub(super) fn is_late(item: &Item, now: DateTime<Utc>) -> bool {
    item.state == WorkItemState::Open && item.due_at < now
}

fn due(item: &Item, now: DateTime<Utc>) -> Said {
    if is_late(item, now) {
        let late = t_with("work-late", &[("words", when::span(now - item.due_at).into())]);
        return Said::new(StatusKind::Bad, late);
    }
    let args = [
        ("until", when::words(item.due_at, now).into()),
        ("words", when::span(item.due_at - now).into()),
    ];
    Said::new(StatusKind::Wait, t_with("work-due", &args))
}

/// Why there is nothing to do any more, in a sentence; nothing while it is open.
pub(super) fn closing(item: &Item, now: DateTime<Utc>) -> Option<String> {
    let at = item.closed_at.map_or_else(String::new, |at| when::words(at, now));
    let args = [("name", item.closed_by.clone().unwrap_or_default().into()), ("until", at.into())];
    match item.state {
        WorkItemState::Open => None,
        WorkItemState::Done => Some(t_with("work-was-done", &args)),
        WorkItemState::Cannot => Some(t_with("work-was-cannot", &args)),
        WorkItemState::Withdrawn => Some(t_with("work-was-withdrawn", &args)),
        WorkItemState::Superseded => Some(t_with("work-was-superseded", &args)),
    }
}

/// Whether it waits for somebody's word.
pub(super) fn is_open(item: &Item) -> bool {
    item.state == WorkItemState::Open
}
