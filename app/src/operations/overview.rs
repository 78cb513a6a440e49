//! `GET /operations`: where things stand, as a finding with its numbers.

use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;
use usher_operations::engine::{self, Depth, Figures, Overview};
use usher_ui::{
    Block, ButtonKind, Glyph, LinkButton, Note, NoteKind, PageHead, Said, Stat, Stats, StatusKind,
};
use usher_vocabulary::{ConnectorHealth, JobState};

use super::{incidents, job_words};
use crate::words::{t, t_with};
use crate::{Place, Visitor, WebError, systems, when};

/// Percent of tries and of answers below which somebody should look.
const GOOD: i64 = 90;

pub(super) async fn page(visitor: Visitor) -> Result<Response, WebError> {
    let overview = engine::overview(visitor.cx(), &visitor.caller).await?;
    let now = visitor.cx().now();
    let has_problem = visitor.caller.rules_problem().is_some();
    visitor
        .page(t("nav-operations"), Vec::new(), Place::Operations, move || {
            view(overview, has_problem, now)
        })
        .await
}

fn view(overview: Overview, has_problem: bool, now: DateTime<Utc>) -> AnyView {
    let rules = has_problem.then(rules);
    let title = finding(&overview);
    let lede = lede(&overview.depth, now);
    let stats = stats(&overview.figures);
    let incidents = incidents::view(overview.findings, now);
    let health = (!overview.connectors.is_empty()).then(|| {
        let table = systems::health(overview.connectors, t("operations-health"), false, now);
        view! { <section>{table}</section> }
    });
    let queue = queue(&overview.depth, now);
    view! {
        <PageHead title lede />
        {rules}
        {stats}
        {incidents}
        {health}
        {queue}
    }
    .into_any()
}

/// The access rules that are in force cannot be used. Why stands on their own page, for those who may see them.
fn rules() -> AnyView {
    view! {
        <Note kind=NoteKind::Bad title=t("access-rules-unusable")>
            {t("operations-rules-unusable")} " "
            <a href="/access-rules">{t("nav-access-rules")}</a>
        </Note>
    }
    .into_any()
}

/// What a person in charge should know first.
fn finding(overview: &Overview) -> String {
    let refusing = overview
        .connectors
        .iter()
        .filter(|one| matches!(one.health, ConnectorHealth::AuthFailed | ConnectorHealth::Down))
        .count();
    let incidents = overview.findings.len();
    let dead = overview.depth.dead;
    let mut said = Vec::new();
    if incidents > 0 {
        said.push(t_with("operations-incidents-open", &[("count", incidents.into())]));
    }
    if refusing > 0 {
        said.push(t_with("operations-refusing", &[("count", refusing.into())]));
    }
    if dead > 0 && incidents == 0 {
        said.push(t_with("operations-dead", &[("count", dead.into())]));
    }
    if said.is_empty() { t("operations-all-well") } else { said.join(", ") }
}

fn lede(depth: &Depth, now: DateTime<Utc>) -> String {
    match depth.oldest_run_at {
        Some(oldest) if oldest < now => t_with(
            "operations-lede-waiting",
            &[
                ("count", (depth.queued + depth.retrying).into()),
                ("words", when::span(now - oldest).into()),
            ],
        ),
        _ if depth.retrying > 0 => {
            t_with("operations-lede-later", &[("count", depth.retrying.into())])
        }
        _ => t("operations-lede-idle"),
    }
}

fn stats(figures: &Figures) -> AnyView {
    let success = share(figures.attempts_good, figures.attempts_all);
    let success_words = t_with("operations-success", &[("count", figures.attempts_all.into())]);
    let success_said = said(figures.attempts_good, figures.attempts_all);
    let in_time = share(figures.answers_in_time, figures.answers_all);
    let in_time_words = t_with("operations-in-time", &[("count", figures.answers_all.into())]);
    let in_time_said = said(figures.answers_in_time, figures.answers_all);
    let medians = if figures.delivered == 0 {
        t("operations-no-figure")
    } else {
        t_with(
            "operations-medians",
            &[
                ("name", length(figures.deciding_median).into()),
                ("system", length(figures.machine_median).into()),
            ],
        )
    };
    let delivered = t_with("operations-delivered", &[("count", figures.delivered.into())]);
    view! {
        <Stats label=t("operations-figures")>
            <Stat figure=success words=success_words said=success_said />
            <Stat figure=medians words=delivered />
            <Stat figure=in_time words=in_time_words said=in_time_said />
        </Stats>
    }
    .into_any()
}

/// A share in percent with one digit; a dash when there is nothing to divide by.
fn share(part: i64, whole: i64) -> String {
    if whole == 0 {
        return t("operations-no-figure");
    }
    let tenths = part * 1000 / whole;
    t_with("operations-percent", &[("number", format!("{}.{}", tenths / 10, tenths % 10).into())])
}

fn said(part: i64, whole: i64) -> Option<Said> {
    (whole > 0).then(|| {
        if part * 100 >= whole * GOOD {
            Said::new(StatusKind::Ok, t("operations-good")).with(Glyph::Applied)
        } else {
            Said::new(StatusKind::Wait, t("operations-low")).with(Glyph::Warn)
        }
    })
}

/// A median: milliseconds below a second, seconds with one digit below a minute, otherwise as any other span.
fn length(median: Option<TimeDelta>) -> String {
    match median {
        None => t("operations-no-figure"),
        Some(length) if length < TimeDelta::seconds(1) => {
            let milliseconds = length.num_milliseconds().max(0);
            t_with("call-milliseconds", &[("number", milliseconds.to_string().into())])
        }
        Some(length) if length < TimeDelta::minutes(1) => {
            let tenths = length.num_milliseconds().max(0) / 100;
            let seconds = format!("{}.{}", tenths / 10, tenths % 10);
            t_with("operations-seconds", &[("number", seconds.into())])
        }
        Some(length) => when::span(length),
    }
}

fn queue(depth: &Depth, now: DateTime<Utc>) -> AnyView {
    let figure = |state: JobState, count: i64| {
        let href = format!("/operations/jobs?state={state}");
        view! { <Stat figure=count.to_string() words=job_words::state(state) href /> }
    };
    let figures = [
        figure(JobState::Queued, depth.queued),
        figure(JobState::Running, depth.running),
        figure(JobState::RetryWait, depth.retrying),
        figure(JobState::DeadLetter, depth.dead),
    ]
    .into_iter()
    .collect::<Vec<_>>();
    let oldest = depth.oldest_run_at.filter(|at| *at < now).map(|at| {
        let words = t("operations-oldest");
        view! { <Stat figure=when::span(now - at) words /> }
    });
    view! {
        <Block id="queue" heading=t("operations-queue")>
            <Stats label=t("operations-queue")>{figures} {oldest}</Stats>
            <LinkButton href="/operations/jobs" kind=ButtonKind::Bare small=true>
                {t("operations-all-jobs")}
            </LinkButton>
        </Block>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_need_something_to_divide_by() {
        assert_eq!(share(0, 0), "none yet");
        assert_eq!(share(999, 1000), "99.9 %");
        assert_eq!(share(1, 3), "33.3 %");
        assert!(said(0, 0).is_none());
        assert_eq!(said(9, 10).map(|said| said.kind), Some(StatusKind::Ok));
        assert_eq!(said(89, 100).map(|said| said.kind), Some(StatusKind::Wait));
    }

    #[test]
    fn medians_are_read_in_seconds_or_longer_units() {
        assert_eq!(length(None), "none yet");
        assert_eq!(length(Some(TimeDelta::milliseconds(47))), "47 ms");
        assert_eq!(length(Some(TimeDelta::milliseconds(2345))), "2.3 s");
        assert_eq!(length(Some(TimeDelta::minutes(90))), "1 h 30 min");
    }
}
