//! What happens on the systems: applied and verified as two columns, and the end.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::assignment::Line;
use usher_operations::request::ItemView;
use usher_ui::{
    Cell, DataTable, Glyph, Head, Row, RowHead, Said, StatusKind, StepKind, TimelineStep,
};
use usher_vocabulary::{AssignmentState, DecisionState, Direction, Realisation};

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
        "you_have_this" | "ended" | "given_back" => StepKind::Done,
        "not_effective" | "set_up_failed" | "removal_failed" | "removal_not_effective" => {
            StepKind::Bad
        }
        "partly_yours" | "drifted" => StepKind::Warn,
        _ => StepKind::Run,
    }
}

fn set_up(item: &ItemView, now: DateTime<Utc>) -> AnyView {
    let key = item.words.key();
    let title =
        if key == "you_have_this" { t("step-set-up-checked") } else { status::of(key).words };
    let when = item.delivered_at.map(|at| when::words(at, now));
    let table = table(&item.lines, now);
    view! {
        <TimelineStep kind=kind_of(key) title when=when>
            {table}
        </TimelineStep>
    }
    .into_any()
}

fn set_up_before(item: &ItemView, now: DateTime<Utc>) -> AnyView {
    let Some(at) = item.delivered_at else { return ().into_any() };
    let when = when::words(at, now);
    view! { <TimelineStep kind=StepKind::Done title=t("step-set-up-checked") when=when /> }
        .into_any()
}

fn ends(item: &ItemView, now: DateTime<Utc>) -> AnyView {
    let Some(until) = item.until else { return ().into_any() };
    let title = t_with("step-ends", &[("until", when::words(until, now).into())]);
    view! {
        <TimelineStep kind=StepKind::Next title=title>
            <p>{t("step-ends-words")}</p>
        </TimelineStep>
    }
    .into_any()
}

fn ending(item: &ItemView, now: DateTime<Utc>) -> AnyView {
    let key = item.words.key();
    let title = match key {
        "given_back" => t("step-given-back-checked"),
        "ended" => t("step-ended-checked"),
        _ => status::of(key).words,
    };
    let when = item.ended_at.map(|at| when::words(at, now));
    let table = table(&item.lines, now);
    view! {
        <TimelineStep kind=kind_of(key) title when=when>
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
    let what = match line.direction {
        Direction::Grant => "request-adds",
        Direction::Revoke => "request-removes",
    };
    let args = [
        ("item", line.entitlement.clone().into()),
        ("name", line.account.clone().unwrap_or_default().into()),
    ];
    let note = if what == "request-adds" {
        t_with("request-adds", &args)
    } else {
        t_with("request-removes", &args)
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
    let next = line
        .next_try_at
        .map(|at| t_with("request-next-try", &[("until", when::words(at, now).into())]))
        .or_else(|| line.last_error.clone());
    match (line.realisation, line.verified_at) {
        (Realisation::Verified, Some(at)) => (
            Said::new(StatusKind::Ok, when::words(at, now)).view().into_any(),
            line.evidence.clone(),
        ),
        (Realisation::NotEffective, _) => {
            let evidence =
                line.evidence.iter().chain(&next).cloned().collect::<Vec<_>>().join(". ");
            (Said::new(StatusKind::Bad, t("words-not-effective")).view().into_any(), Some(evidence))
        }
        (Realisation::FailedDead, _) => (
            Said::new(StatusKind::Bad, t("request-gave-up")).view().into_any(),
            line.evidence.clone(),
        ),
        _ => (t("access-not-yet").into_any(), next),
    }
}
