//! `GET /access`: what the visitor holds, why, until when, and how far each system is.

use axum::response::Response;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::assignment::{self, AccessRow, Line};
use usher_ui::{
    Acts, ButtonKind, Cell, DataTable, EmptyState, Glyph, GroupRow, Head, LinkButton, PageHead,
    Row, RowHead,
};
use usher_vocabulary::{Direction, Realisation};

use crate::words::{t, t_with};
use crate::{Place, Visitor, WebError, status, when};

pub(super) async fn page(visitor: Visitor) -> Result<Response, WebError> {
    let rows = assignment::list(visitor.cx(), &visitor.caller, None).await?;
    let now = visitor.cx().now();
    visitor.page(t("nav-my-access"), Vec::new(), Place::MyAccess, move || view(&rows, now)).await
}

fn view(rows: &[AccessRow], now: DateTime<Utc>) -> AnyView {
    let live = rows.iter().filter(|row| row.ended_at.is_none()).count();
    let title = t_with("access-heading", &[("count", live.into())]);
    let head = view! {
        <PageHead title lede=t("access-lede")>
            <Acts>
                <LinkButton href="/access/request" kind=ButtonKind::Go glyph=Glyph::Plus>
                    {t("nav-request-access")}
                </LinkButton>
            </Acts>
        </PageHead>
    };
    if rows.is_empty() {
        return view! { {head} <EmptyState title=t("home-nothing-yet") words=t("home-nothing-yet-words") /> }.into_any();
    }
    let heads = vec![
        Head::words(t("access-access")),
        Head::words(t("requests-state")),
        Head::words(t("access-why")),
        Head::time(t("access-until")),
        Head::hidden(t("access-do")),
    ];
    let mut body = Vec::new();
    let mut application = "";
    for row in rows {
        if row.application != application {
            application = &row.application;
            let words = row.application.clone();
            body.push(view! { <GroupRow words columns=5 /> }.into_any());
        }
        body.push(line(row, now));
    }
    view! {
        {head}
        <DataTable caption=t("nav-my-access") heads quiet=true>
            {body}
        </DataTable>
    }
    .into_any()
}

fn line(row: &AccessRow, now: DateTime<Utc>) -> AnyView {
    let (name, effect) = (row.name.clone(), row.effect.clone());
    let said = status::as_seen(status::of(row.words.key()), &row.lines).view();
    let systems = row.lines.iter().map(|line| system(line, now)).collect::<Vec<_>>();
    let why = why(row, now);
    let until = when::time(row.ended_at.unwrap_or(row.until), now);
    let acts = acts(row);
    view! {
        <Row>
            <RowHead note=effect>{name}</RowHead>
            <Cell label=t("requests-state")>{said} {systems}</Cell>
            <Cell label=t("access-why")>{why}</Cell>
            <Cell label=t("access-until")>{until}</Cell>
            <Cell>{acts}</Cell>
        </Row>
    }
    .into_any()
}

/// Where it came from: the request, who approved it, and under which rule.
fn why(row: &AccessRow, now: DateTime<Utc>) -> AnyView {
    let Some((id, number)) = row.request.zip(row.request_number) else {
        return t("access-by-rule").into_any();
    };
    let (href, number) = (format!("/requests/{id}"), status::request_number(number));
    let approved = (!row.approved_by.is_empty()).then(|| {
        t_with(
            "access-approved",
            &[
                ("name", row.approved_by.join(", ").into()),
                (
                    "until",
                    row.approved_at.map_or_else(String::new, |at| when::words(at, now)).into(),
                ),
            ],
        )
    });
    let policy = t_with(
        "access-policy",
        &[("name", row.policy.clone().into()), ("number", row.policy_version.into())],
    );
    view! {
        <a href=href>{number}</a>
        <small>{approved} " " {policy}</small>
    }
    .into_any()
}

/// One system: what it accepted, what a read showed there, and how it was read.
fn system(line: &Line, now: DateTime<Utc>) -> AnyView {
    let at = |at: DateTime<Utc>| [("until", when::words(at, now).into())];
    let applied = match line.applied_at {
        Some(instant) => t_with("access-applied", &at(instant)),
        None => t("access-not-applied"),
    };
    let verified = match (line.realisation, line.direction, line.verified_at) {
        (Realisation::Verified, Direction::Grant, Some(instant)) => {
            t_with("access-there", &at(instant))
        }
        (Realisation::Verified, Direction::Revoke, Some(instant)) => {
            t_with("access-gone", &at(instant))
        }
        (Realisation::NotEffective, ..) => t("access-no-effect"),
        (Realisation::Unverifiable, ..) => match line.confirmed_by.clone().zip(line.confirmed_at) {
            Some((name, at)) => t_with(
                "access-confirmed",
                &[("name", name.into()), ("until", when::words(at, now).into())],
            ),
            None => t("access-unreadable"),
        },
        (Realisation::WaitingManual, ..) => t("access-by-hand"),
        (Realisation::FailedDead, ..) => t("access-gave-up"),
        _ => t("access-not-checked"),
    };
    let system = ("system", line.target.clone().into());
    // What hands do, no system accepts.
    let is_by_hand = line.confirmed_by.is_some() || line.realisation == Realisation::WaitingManual;
    let words = if is_by_hand {
        t_with("access-line-by-hand", &[system, ("words", verified.into())])
    } else {
        t_with("access-line", &[system, ("applied", applied.into()), ("verified", verified.into())])
    };
    let evidence = line.evidence.clone().map(|words| view! { <small class="dim">{words}</small> });
    view! { <small>{words}</small> {evidence} }.into_any()
}

/// What can be done with it.
pub(crate) fn acts(row: &AccessRow) -> AnyView {
    let extend = row.may_extend.then(|| {
        let (href, name) =
            (format!("/access/request?item={}", row.catalogue_item), row.name.clone());
        view! {
            <LinkButton href kind=ButtonKind::Bare small=true>
                {t("access-extend")} <span class="vh">{name}</span>
            </LinkButton>
        }
    });
    let give_back = row.may_give_back.then(|| {
        let (href, name) = (format!("/access/{}/give-back", row.id), row.name.clone());
        view! {
            <LinkButton href kind=ButtonKind::Bare small=true>
                {t("access-give-back")} <span class="vh">{name}</span>
            </LinkButton>
        }
    });
    view! { <Acts>{extend} {give_back}</Acts> }.into_any()
}
