//! The list of the inbox, by when an answer is due.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::task::{Inbox, InboxRow};
use usher_ui::{InboxGroup, InboxLine, InboxList, Said, StatusKind};
use usher_vocabulary::{CatalogueItemId, Risk, TaskId};

use crate::when;
use crate::words::{t, t_with};

/// The finding on top of the page.
pub(super) struct Standing {
    pub(super) heading: String,
    pub(super) lede: String,
}

impl Standing {
    pub(super) fn of(inbox: &Inbox, now: DateTime<Utc>) -> Self {
        let waiting = inbox.rows.iter().filter(|row| section(row, now) != Section::Answer).count();
        let late = inbox.rows.iter().filter(|row| section(row, now) == Section::Breached).count();
        let today: Vec<_> =
            inbox.rows.iter().filter(|row| section(row, now) == Section::Today).collect();
        let next =
            inbox.rows.iter().filter(|row| !row.is_overdue).filter_map(|row| row.due_at).min();
        let mut lede = Vec::new();
        if late > 0 {
            lede.push(t_with("tasks-late", &[("count", late.into())]));
        }
        match next {
            Some(due) if today.is_empty() => {
                lede.push(t_with("tasks-next", &[("until", when::words(due, now).into())]));
            }
            Some(due) => lede.push(t_with(
                "tasks-today",
                &[("count", today.len().into()), ("until", when::clock(due).into())],
            )),
            None => {}
        }
        if inbox.has_more {
            lede.push(t("tasks-more"));
        }
        let heading = t_with("tasks-heading", &[("count", waiting.into())]);
        Self { heading, lede: lede.join(" ") }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Breached,
    Today,
    Later,
    Answer,
}

fn section(row: &InboxRow, now: DateTime<Utc>) -> Section {
    match row.due_at {
        _ if row.waits_for_answer => Section::Answer,
        _ if row.is_overdue => Section::Breached,
        Some(due) if due.date_naive() == now.date_naive() => Section::Today,
        _ => Section::Later,
    }
}

/// The list; `current` is the task whose card is open.
pub(super) fn view(inbox: Inbox, current: Option<TaskId>, now: DateTime<Utc>) -> AnyView {
    let together = together(&inbox.rows);
    let sections = [
        (Section::Breached, t("tasks-breached")),
        (Section::Today, t("tasks-due-today")),
        (Section::Later, t("tasks-later")),
        (Section::Answer, t("tasks-waits-for-answer")),
    ]
    .into_iter()
    .map(|(wanted, words)| {
        let rows: Vec<_> =
            inbox.rows.iter().filter(|row| section(row, now) == wanted).cloned().collect();
        (!rows.is_empty()).then(|| group(words, rows, current, now))
    })
    .collect_view();
    view! { <InboxList>{together} {sections}</InboxList> }.into_any()
}

fn group(
    words: String,
    rows: Vec<InboxRow>,
    current: Option<TaskId>,
    now: DateTime<Utc>,
) -> AnyView {
    let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let lines = rows.into_iter().map(|row| line(row, current, now)).collect_view();
    view! {
        <InboxGroup words count>
            {lines}
        </InboxGroup>
    }
    .into_any()
}

fn line(row: InboxRow, current: Option<TaskId>, now: DateTime<Utc>) -> AnyView {
    let (said, when) = match (section(&row, now), row.due_at) {
        (Section::Breached, Some(due)) => {
            let late = t_with("tasks-is-late", &[("words", when::span(now - due).into())]);
            (Some(Said::new(StatusKind::Bad, late)), None)
        }
        (Section::Today, Some(due)) => {
            (Some(Said::new(StatusKind::Wait, when::span(due - now))), None)
        }
        (_, Some(due)) => (None, Some(when::words(due, now))),
        (_, None) => (None, None),
    };
    let duration = when::duration(row.duration);
    let note = if row.risk == Risk::High {
        t_with(
            "tasks-line-high-risk",
            &[("name", row.requestee.into()), ("words", duration.into())],
        )
    } else {
        t_with("tasks-line", &[("name", row.requestee.into()), ("words", duration.into())])
    };
    view! {
        <InboxLine
            href=format!("/tasks/{}", row.id)
            title=row.name
            note=note
            said=said
            when=when
            current={current == Some(row.id)}
        />
    }
    .into_any()
}

/// What several people wait for: one decision with exceptions.
fn together(rows: &[InboxRow]) -> Option<AnyView> {
    let mut counts: HashMap<CatalogueItemId, usize> = HashMap::new();
    for row in rows.iter().filter(|row| !row.waits_for_answer) {
        *counts.entry(row.catalogue_item).or_default() += 1;
    }
    let mut seen = Vec::new();
    let mut lines = Vec::new();
    for row in rows {
        let count = counts.get(&row.catalogue_item).copied().unwrap_or(0);
        if count < 2 || seen.contains(&row.catalogue_item) {
            continue;
        }
        seen.push(row.catalogue_item);
        let title = t_with(
            "tasks-together-line",
            &[("item", row.name.clone().into()), ("count", count.into())],
        );
        let href = format!("/tasks/group/{}", row.catalogue_item);
        lines.push(view! { <InboxLine href title note=t("tasks-together-note") /> }.into_any());
    }
    let count = u64::try_from(lines.len()).unwrap_or(u64::MAX);
    (count > 0).then(|| {
        view! {
            <InboxGroup words=t("tasks-together") count>
                {lines}
            </InboxGroup>
        }
        .into_any()
    })
}
