//! What somebody holds, as other people look at it: why, what should be, what was seen, so it is.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::assignment::{AccessRow, Line};
use usher_ui::{Cell, Column, DataTable, GroupRow, Head, Row, RowHead};
use usher_vocabulary::{AssignmentState, Direction, Realisation};

use super::why;
use crate::words::{t, t_with};
use crate::{status, when};

/// The table, by application.
pub(super) fn view(name: &str, mut rows: Vec<AccessRow>, now: DateTime<Utc>) -> AnyView {
    rows.sort_by(|one, other| {
        (&one.application, &one.name).cmp(&(&other.application, &other.name))
    });
    let heads = vec![
        Head::words(t("held-name")),
        Head::words(t("held-why")),
        Head::words(t("held-should-have")),
        Head::words(t("held-seen")),
        Head::words(t("held-so-it-is")),
        Head::time(t("held-until")),
    ];
    let mut application = String::new();
    let mut lines = Vec::new();
    for row in &rows {
        if row.application != application {
            application.clone_from(&row.application);
            let words = application.clone();
            lines.push(view! { <GroupRow words columns=6 /> }.into_any());
        }
        lines.push(line(row, now));
    }
    let caption = t_with("held-caption", &[("name", name.into())]);
    view! {
        <DataTable caption heads>
            {lines}
        </DataTable>
    }
    .into_any()
}

fn line(row: &AccessRow, now: DateTime<Utc>) -> AnyView {
    let why = why(row);
    let should = should(row, now);
    let seen = row.lines.iter().map(|line| seen(line, now)).collect::<Vec<_>>();
    let said = status::as_seen(status::of_other(row.words.key()), &row.lines).view();
    let risk = status::risk(row.risk).view();
    let until = when::time(row.ended_at.unwrap_or(row.until), now);
    let (name, note) = (row.name.clone(), row.effect.clone());
    view! {
        <Row>
            <RowHead note>{name} " " {risk}</RowHead>
            <Cell label=t("held-why")>{why}</Cell>
            <Cell label=t("held-should-have")>{should}</Cell>
            <Cell label=t("held-seen")>{seen}</Cell>
            <Cell label=t("held-so-it-is")>{said}</Cell>
            <Cell label=t("held-until") column=Column::Time>
                {until}
            </Cell>
        </Row>
    }
    .into_any()
}

/// What should be.
fn should(row: &AccessRow, now: DateTime<Utc>) -> String {
    let since = |key: &str, at| {
        let until = when::words(at, now);
        let args = [("until", until.into())];
        match key {
            "scheduled" => t_with("held-scheduled", &args),
            "active" => t_with("held-active", &args),
            _ => t_with("held-ended", &args),
        }
    };
    match row.state {
        AssignmentState::Scheduled => since("scheduled", row.from),
        AssignmentState::Active => since("active", row.from),
        AssignmentState::Suspended => t("held-suspended"),
        AssignmentState::Ended => since("ended", row.ended_at.unwrap_or(row.until)),
    }
}

/// What was seen on one system.
fn seen(line: &Line, now: DateTime<Utc>) -> AnyView {
    let words = match (line.realisation, line.direction) {
        (Realisation::NotStarted, _) => t("seen-not-started"),
        (Realisation::InProgress, _) => t("seen-in-progress"),
        (Realisation::Applied, _) => t("seen-applied"),
        (Realisation::Verified, Direction::Grant) => t("seen-there"),
        (Realisation::Verified, Direction::Revoke) => t("seen-gone"),
        (Realisation::NotEffective, _) => t("seen-not-effective"),
        (Realisation::WaitingManual, _) => t("seen-waiting-manual"),
        (Realisation::FailedRetrying, _) => t("seen-retrying"),
        (Realisation::FailedDead, _) => t("seen-dead"),
        (Realisation::Drifted, _) => t("seen-drifted"),
        (Realisation::Unverifiable, _) => match line.confirmed_by.clone() {
            Some(name) => t_with("seen-confirmed", &[("name", name.into())]),
            None => t("seen-unverifiable"),
        },
    };
    let at = line.verified_at.or(line.applied_at).map(|at| when::words(at, now));
    let note = [Some(line.target.clone()), at, line.evidence.clone()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ");
    view! {
        <div>
            {words}
            <small>{note}</small>
        </div>
    }
    .into_any()
}
