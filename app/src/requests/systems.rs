//! What happens on the systems: applied and verified as two columns, and the end.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::assignment::Line;
use usher_operations::request::ItemView;
use usher_ui::{
    Cell, DataTable, Glyph, Head, Row, RowHead, Said, StatusKind, StepKind, TimelineStep,
};
use usher_vocabulary::{AssignmentState, DecisionState, Direction, Realisation};

use super::waiting::{is_by_hand, is_read_back};
use crate::words::{t, t_with};
use crate::{status, when};

/// The steps after the decision.
pub(super) fn steps(item: &ItemView, now: DateTime<Utc>) -> AnyView {
    let is_ended = item.desired == Some(AssignmentState::Ended);
    match item.decision {
        DecisionState::Approved if is_ended => {
            view! { {set_up_before(item, now)} {ending(item, now)} }.into_any()
        }
        DecisionState::Approved if item.lines.is_empty() => coming(),
        DecisionState::Approved => view! { {set_up(item, now)} {ends(item, now)} }.into_any(),
        DecisionState::AwaitingApproval => coming(),
        _ => ().into_any(),
    }
}

fn coming() -> AnyView {
    view! {
        <TimelineStep kind=StepKind::Next title=t("request-then-set-up")>
            <p>{t("request-then-set-up-words")}</p>
        </TimelineStep>
        <TimelineStep kind=StepKind::Next title=t("request-then-checked")>
            <p>{t("request-then-checked-words")}</p>
        </TimelineStep>
    }
    .into_any()
}

fn kind_of(key: &str) -> StepKind {
    match key {
        "ended" | "given_back" => StepKind::Off,
        "not_effective" | "set_up_failed" | "removal_failed" | "removal_not_effective" => {
            StepKind::Bad
        }
        "partly_yours" | "drifted" => StepKind::Warn,
        "waits_for_manual_work" => StepKind::Now,
        _ => StepKind::Run,
    }
}

fn set_up(item: &ItemView, now: DateTime<Utc>) -> AnyView {
    let key = item.words.key();
    // One tick for what the system accepted, two only for what a read showed.
    let (kind, title) = match key {
        "you_have_this" if is_read_back(item) => (StepKind::Done, t("step-set-up-checked")),
        "you_have_this" => (StepKind::Step, status::of(key).words),
        _ => (kind_of(key), status::of(key).words),
    };
    let when = item.delivered_at.map(|at| when::words(at, now));
    let datetime = item.delivered_at.map(when::exact);
    let table = table(&item.lines, now);
    view! {
        <TimelineStep kind title when=when datetime=datetime>
            {table}
        </TimelineStep>
    }
    .into_any()
}

fn set_up_before(item: &ItemView, now: DateTime<Utc>) -> AnyView {
    let Some(at) = item.delivered_at else { return ().into_any() };
    let (when, datetime) = (when::words(at, now), when::exact(at));
    view! { <TimelineStep kind=StepKind::Step title=t("step-set-up") when=when datetime=datetime /> }
        .into_any()
}

fn ends(item: &ItemView, now: DateTime<Utc>) -> AnyView {
    let Some(until) = item.until else { return ().into_any() };
    let words = if is_by_hand(item) { t("step-ends-by-hand") } else { t("step-ends-words") };
    let title = t_with("step-ends", &[("until", when::words(until, now).into())]);
    view! {
        <TimelineStep kind=StepKind::Next title=title>
            <p>{words}</p>
        </TimelineStep>
    }
    .into_any()
}

fn ending(item: &ItemView, now: DateTime<Utc>) -> AnyView {
    let key = item.words.key();
    // Something else may still want it on a system: then nothing is removed there.
    let is_gone = is_read_back(item) && item.lines.iter().all(|l| l.direction == Direction::Revoke);
    let (kind, title) = match (key, is_gone) {
        ("given_back", true) => (StepKind::Done, t("step-given-back-checked")),
        ("ended", true) => (StepKind::Done, t("step-ended-checked")),
        ("given_back", false) => (kind_of(key), t("step-given-back")),
        ("ended", false) => (kind_of(key), t("step-ended")),
        _ => (kind_of(key), status::of(key).words),
    };
    let when = item.ended_at.map(|at| when::words(at, now));
    let datetime = item.ended_at.map(when::exact);
    let table = (!item.lines.is_empty()).then(|| table(&item.lines, now));
    view! {
        <TimelineStep kind title when=when datetime=datetime>
            {table}
        </TimelineStep>
    }
    .into_any()
}

fn table(lines: &[Line], now: DateTime<Utc>) -> AnyView {
    let heads = vec![
        Head::words(t("request-system")),
        Head::words(t("request-applied")),
        Head::words(t("request-verified")),
    ];
    let rows = lines.iter().map(|line| row(line, now)).collect::<Vec<_>>();
    view! {
        <DataTable caption=t("request-systems") heads quiet=true>
            {rows}
        </DataTable>
    }
    .into_any()
}

fn row(line: &Line, now: DateTime<Utc>) -> AnyView {
    let item = ("item", line.entitlement.clone().into());
    let note = match (line.direction, line.account.clone()) {
        (Direction::Grant, Some(name)) => t_with("request-adds-to", &[item, ("name", name.into())]),
        (Direction::Grant, None) => t_with("request-adds", &[item]),
        (Direction::Revoke, Some(name)) => {
            t_with("request-removes-from", &[item, ("name", name.into())])
        }
        (Direction::Revoke, None) => t_with("request-removes", &[item]),
    };
    let applied = match line.applied_at {
        Some(at) => {
            Said::new(StatusKind::Off, when::words(at, now)).with(Glyph::Applied).view().into_any()
        }
        None => t("access-not-yet").into_any(),
    };
    let (verified, evidence) = verified(line, now);
    let target = line.target.clone();
    view! {
        <Row>
            <RowHead note=note>{target}</RowHead>
            <Cell label=t("request-applied")>{applied}</Cell>
            <Cell label=t("request-verified") note=evidence>
                {verified}
            </Cell>
        </Row>
    }
    .into_any()
}

/// What a read showed, and how it was read; or why it is not shown yet and what comes next.
fn verified(line: &Line, now: DateTime<Utc>) -> (AnyView, Option<String>) {
    let said = |kind, words| Said::new(kind, words).view();
    let next = line
        .next_try_at
        .map(|at| t_with("request-next-try", &[("until", when::words(at, now).into())]));
    let trouble = || {
        let known = [line.evidence.clone(), line.last_error.clone(), next.clone()];
        Some(known.into_iter().flatten().collect::<Vec<_>>().join(". "))
    };
    match (line.realisation, line.verified_at) {
        (Realisation::Verified, Some(at)) => {
            (said(StatusKind::Ok, when::words(at, now)), line.evidence.clone())
        }
        (Realisation::Unverifiable, _) => {
            let words = confirmed(line, now).unwrap_or_else(|| t("request-unreadable"));
            (said(StatusKind::Off, words), line.evidence.clone())
        }
        (Realisation::NotEffective, _) => {
            (said(StatusKind::Bad, t("words-not-effective")), trouble())
        }
        (Realisation::FailedDead, _) => (said(StatusKind::Bad, t("request-gave-up")), trouble()),
        _ => (t("access-not-yet").into_any(), trouble()),
    }
}

/// Whose word it is, where nothing can be read.
fn confirmed(line: &Line, now: DateTime<Utc>) -> Option<String> {
    let (name, at) = line.confirmed_by.clone().zip(line.confirmed_at)?;
    let args = [("name", name.into()), ("until", when::words(at, now).into())];
    Some(t_with("request-confirmed", &args))
}
