//! Beside the timeline: who must act, and the facts.

use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;
use usher_operations::request::{ItemView, RequestView};
use usher_ui::{Aside, Block, Fact, Facts, IdLine};

use super::waiting::{self, MustAct};
use crate::words::{t, t_with};
use crate::{status, when};

pub(super) fn aside(request: &RequestView, now: DateTime<Utc>) -> AnyView {
    let people = waiting::people(request);
    let must_act = if people.is_empty() {
        view! { <p class="mute">{nobody(request)}</p> }.into_any()
    } else {
        people.into_iter().map(|must| person(must, now)).collect::<Vec<_>>().into_any()
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

fn person(must: MustAct<'_>, now: DateTime<Utc>) -> AnyView {
    let at = |at: DateTime<Utc>| [("until", when::words(at, now).into())];
    let (name, note) = match must {
        MustAct::Decide { name, since } => (name, since.map(|s| t_with("step-since", &at(s)))),
        MustAct::Answer { name, asked_at, .. } => (
            name,
            Some(asked_at.map_or_else(
                || t("request-must-answer"),
                |asked| t_with("request-must-answer-since", &at(asked)),
            )),
        ),
    };
    view! { <IdLine name=name.to_owned() note=note /> }.into_any()
}

/// Why no person is named.
fn nobody(request: &RequestView) -> String {
    let any = |keys: &[&str]| request.items.iter().any(|item| keys.contains(&item.words.key()));
    if request.items.iter().any(waiting::waits_for_hands) {
        t("request-hands-must-act")
    } else if any(&["set_up_failed", "removal_failed", "partly_yours"]) {
        t("request-operators-must-act")
    } else if any(&waiting::MACHINE) {
        t("request-nobody-must-act")
    } else {
        t("request-nothing-left")
    }
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
    policies.sort();
    policies.dedup();
    let mut lengths: Vec<i64> = request.items.iter().map(|item| item.asked_seconds).collect();
    lengths.sort_unstable();
    lengths.dedup();
    let asked: Vec<String> =
        lengths.into_iter().map(|s| when::duration(TimeDelta::seconds(s))).collect();
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
            <Fact term=t("request-time-asked")>{asked.join(", ")}</Fact>
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
