//! `GET /team`: the direct reports of whoever looks, and what of theirs ends soon.

use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;
use usher_operations::assignment::AccessRow;
use usher_operations::people::{self, Brief};
use usher_ui::{
    Cell, Column, DataTable, EmptyState, Head, IdLine, LinkButton, PageHead, Row, RowHead,
};
use usher_vocabulary::{AssignmentState, Risk};

use crate::words::{t, t_with};
use crate::{Place, Visitor, WebError, when};

/// How far ahead "soon" reaches.
const SOON: TimeDelta = TimeDelta::days(14);

pub(super) async fn page(visitor: Visitor) -> Result<Response, WebError> {
    let team = people::team(visitor.cx(), &visitor.caller).await?;
    let now = visitor.cx().now();
    visitor.page(t("nav-team"), Vec::new(), Place::Team, move || view(team, now)).await
}

fn view(team: Vec<(Brief, Vec<AccessRow>)>, now: DateTime<Utc>) -> AnyView {
    if team.is_empty() {
        return view! {
            <PageHead title=t("nav-team") />
            <EmptyState title=t("team-none") words=t("team-none-words") />
        }
        .into_any();
    }
    let ending = team.iter().map(|(_, access)| ending(access, now).len()).sum::<usize>();
    let title = t_with("team-heading", &[("count", ending.into())]);
    let lede = t_with("team-lede", &[("count", team.len().into())]);
    let heads = vec![
        Head::words(t("people-name")),
        Head::number(t("risk-high")),
        Head::number(t("risk-medium")),
        Head::number(t("risk-low")),
        Head::words(t("team-ends-soon")),
        Head::hidden(t("team-do")),
    ];
    let rows =
        team.into_iter().map(|(person, access)| row(person, &access, now)).collect::<Vec<_>>();
    view! {
        <PageHead title lede />
        <DataTable caption=t("nav-team") heads quiet=true>
            {rows}
        </DataTable>
    }
    .into_any()
}

fn ending(access: &[AccessRow], now: DateTime<Utc>) -> Vec<&AccessRow> {
    let mut found: Vec<_> = access
        .iter()
        .filter(|row| row.state == AssignmentState::Active && row.until - now <= SOON)
        .collect();
    found.sort_by_key(|row| row.until);
    found
}

fn row(person: Brief, access: &[AccessRow], now: DateTime<Utc>) -> AnyView {
    let of = |risk: Risk| {
        access
            .iter()
            .filter(|row| row.state == AssignmentState::Active && row.risk == risk)
            .count()
            .to_string()
    };
    let soon = ending(access, now)
        .into_iter()
        .map(|row| {
            let words = t_with(
                "team-ends",
                &[("item", row.name.clone().into()), ("until", when::words(row.until, now).into())],
            );
            view! { <div>{words}</div> }
        })
        .collect_view();
    let words = t_with("team-request-for", &[("name", person.display_name.clone().into())]);
    let (href, request) =
        (format!("/people/{}", person.id), format!("/access/request?for={}", person.id));
    let (high, medium, low) = (of(Risk::High), of(Risk::Medium), of(Risk::Low));
    view! {
        <Row>
            <RowHead>
                <IdLine name=person.display_name href note=person.title />
            </RowHead>
            <Cell label=t("risk-high") column=Column::Number>
                {high}
            </Cell>
            <Cell label=t("risk-medium") column=Column::Number>
                {medium}
            </Cell>
            <Cell label=t("risk-low") column=Column::Number>
                {low}
            </Cell>
            <Cell label=t("team-ends-soon")>{soon}</Cell>
            <Cell>
                <LinkButton href=request small=true>
                    {words}
                </LinkButton>
            </Cell>
        </Row>
    }
    .into_any()
}
