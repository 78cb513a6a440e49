//! Beside the timeline: who must act, and the facts.

use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;
use usher_operations::request::{ItemView, RequestView};
use usher_ui::{Aside, Block, Fact, Facts, IdLine};
use usher_vocabulary::{StageState, TaskState};

use crate::words::{t, t_with};
use crate::{status, when};

/// Who must act on an item, and since when.
pub(super) fn waits_for(item: &ItemView) -> Vec<(String, Option<DateTime<Utc>>)> {
    let open = item.stages.iter().filter(|stage| stage.state == StageState::Open);
    open.flat_map(|stage| {
        stage
            .tasks
            .iter()
            .filter(|task| matches!(task.state, TaskState::Open | TaskState::Returned))
            .map(|task| (task.approver.clone(), stage.opened_at))
    })
    .collect()
}

pub(super) fn aside(request: &RequestView, now: DateTime<Utc>) -> AnyView {
    let mut people: Vec<(String, Option<DateTime<Utc>>)> =
        request.items.iter().flat_map(waits_for).collect();
    people.dedup_by(|a, b| a.0 == b.0);
    let must_act = if people.is_empty() {
        view! { <p class="mute">{t("request-nobody-must-act")}</p> }.into_any()
    } else {
        people
            .into_iter()
            .map(|(name, since)| {
                let note =
                    since.map(|at| t_with("step-since", &[("until", when::words(at, now).into())]));
                view! { <IdLine name note=note /> }
            })
            .collect::<Vec<_>>()
            .into_any()
    };
    let facts = facts(request, now);
    view! {
        <Aside label=t("request-facts")>
            <Block id="act" heading=t("request-who-must-act")>
                {must_act}
            </Block>
            <Block id="facts" heading=t("request-facts")>
                {facts}
            </Block>
        </Aside>
    }
    .into_any()
}

fn facts(request: &RequestView, now: DateTime<Utc>) -> AnyView {
    let number = status::request_number(request.number);
    let sent = when::words(request.submitted_at, now);
    let mut policies: Vec<String> = request
        .items
        .iter()
        .map(|item| {
            t_with(
                "access-policy",
                &[("name", item.policy.clone().into()), ("number", item.policy_version.into())],
            )
        })
        .collect();
    policies.dedup();
    let longest = |of: fn(&ItemView) -> Option<i64>| {
        request.items.iter().filter_map(of).max().map(|ms| when::span(TimeDelta::milliseconds(ms)))
    };
    // People and machines are never added up.
    let deciding = longest(|item| item.deciding_ms)
        .map(|words| view! { <Fact term=t("request-deciding-time")>{words}</Fact> });
    let machine = longest(|item| item.machine_ms)
        .map(|words| view! { <Fact term=t("request-machine-time")>{words}</Fact> });
    let (by, whom) = (request.requester.clone(), request.requestee.clone());
    let support = request.correlation.to_string();
    view! {
        <Facts>
            <Fact term=t("request-number-fact")>{number}</Fact>
            <Fact term=t("request-asked-by")>{by}</Fact>
            <Fact term=t("request-asked-for-whom")>{whom}</Fact>
            <Fact term=t("requests-sent")>{sent}</Fact>
            <Fact term=t("request-policy")>{policies.join(" ")}</Fact>
            {deciding}
            {machine}
            <Fact term=t("request-support-id")>
                <code>{support}</code>
            </Fact>
        </Facts>
    }
    .into_any()
}
