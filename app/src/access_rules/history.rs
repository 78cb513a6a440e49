//! Every version with its author, reason and what it changed.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::access_rules::{AccessRules, State, Version};
use usher_ui::{
    Block, ButtonKind, Glyph, LinkButton, More, Pagination, Quote, Rows, Said, StatusKind,
};

use super::difference;
use crate::when;
use crate::words::{t, t_with};

pub(super) fn view(rules: &AccessRules, is_older: bool, now: DateTime<Utc>) -> Option<AnyView> {
    if rules.history.is_empty() {
        return None;
    }
    let rows =
        rules.history.iter().map(|version| row(version, rules.may_change, now)).collect::<Vec<_>>();
    let first = is_older.then(|| "/access-rules".to_owned());
    let next = rules.older.map(|before| format!("/access-rules?before={before}"));
    let pages = (first.is_some() || next.is_some()).then(|| {
        view! {
            <Pagination
                label=t("access-rules-pages")
                words=t("access-rules-newest-first")
                previous=t("access-rules-newest")
                previous_href=first
                next=t("access-rules-older")
                next_href=next
            />
        }
    });
    let history = view! {
        <Block id="history" heading=t("access-rules-history")>
            <Rows>{rows}</Rows>
            {pages}
        </Block>
    };
    Some(history.into_any())
}

fn row(version: &Version, may_change: bool, now: DateTime<Utc>) -> AnyView {
    let number = version.number.to_string();
    let title = t_with("access-rules-version", &[("number", number.clone().into())]);
    let state = state(version.state).view();
    let at = when::time(version.created_at, now);
    let author = version.author_name.clone();
    let restores = version.restores.map(|old| {
        let words = t_with("access-rules-restores", &[("number", old.to_string().into())]);
        view! { <p>{words}</p> }
    });
    let reason = version.reason.clone();
    let summary = t_with("access-rules-changed-in", &[("number", number.clone().into())]);
    let changed = difference::view(&version.text_before, &version.text, summary.clone());
    let again = (may_change && version.state != State::Effective).then(|| {
        let href = format!("/access-rules?take_up={number}");
        let words = t_with("access-rules-take-up", &[("number", number.into())]);
        view! {
            <LinkButton href kind=ButtonKind::Bare small=true>
                {words}
            </LinkButton>
        }
    });
    view! {
        <li class="version">
            <h3>{title} " " {state}</h3>
            <p class="s">{author} ", " {at}</p>
            {restores}
            <Quote words=reason />
            <More summary>{changed}</More>
            {again}
        </li>
    }
    .into_any()
}

fn state(state: State) -> Said {
    match state {
        State::Effective => {
            Said::new(StatusKind::Ok, t("access-rules-effective")).with(Glyph::ShieldCheck)
        }
        State::Superseded => Said::new(StatusKind::Off, t("access-rules-superseded")),
        State::RolledBack => {
            Said::new(StatusKind::Off, t("access-rules-rolled-back")).with(Glyph::Undo)
        }
    }
}
