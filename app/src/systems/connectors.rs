//! `GET /connectors`: who reaches which system, and how they are.

use axum::response::Response;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::connector::{self, Instance};
use usher_ui::{
    Cell, Column, DataTable, EmptyState, Glyph, Head, PageHead, Row, RowHead, RowMark, Said,
    StatusKind,
};
use usher_vocabulary::ConnectorHealth;

use crate::words::{t, t_with};
use crate::{Place, Visitor, WebError, when};

pub(super) async fn page(visitor: Visitor) -> Result<Response, WebError> {
    let found = connector::list(visitor.cx(), &visitor.caller).await?;
    let now = visitor.cx().now();
    visitor.page(t("nav-connectors"), Vec::new(), Place::Connectors, move || view(found, now)).await
}

/// Whether somebody should look at a connector.
fn is_troubled(health: ConnectorHealth) -> bool {
    match health {
        ConnectorHealth::Degraded
        | ConnectorHealth::RateLimited
        | ConnectorHealth::AuthFailed
        | ConnectorHealth::Down => true,
        ConnectorHealth::Unknown | ConnectorHealth::Healthy | ConnectorHealth::Paused => false,
    }
}

/// How a connector is, in words.
pub(super) fn said(health: ConnectorHealth) -> Said {
    match health {
        ConnectorHealth::Unknown => {
            Said::new(StatusKind::Off, t("health-unknown")).with(Glyph::Todo)
        }
        ConnectorHealth::Healthy => Said::new(StatusKind::Ok, t("health-healthy")),
        ConnectorHealth::Degraded => {
            Said::new(StatusKind::Wait, t("health-degraded")).with(Glyph::Warn)
        }
        ConnectorHealth::RateLimited => {
            Said::new(StatusKind::Wait, t("health-rate-limited")).with(Glyph::Hourglass)
        }
        ConnectorHealth::AuthFailed => Said::new(StatusKind::Bad, t("health-auth-failed")),
        ConnectorHealth::Down => Said::new(StatusKind::Bad, t("health-down")),
        ConnectorHealth::Paused => Said::new(StatusKind::Off, t("health-paused")).with(Glyph::Held),
    }
}

fn view(found: Vec<Instance>, now: DateTime<Utc>) -> AnyView {
    let troubled = found.iter().filter(|one| is_troubled(one.health)).count();
    let title = match found.len() {
        0 => t("connectors-none"),
        _ => t_with("connectors-heading", &[("count", troubled.into())]),
    };
    if found.is_empty() {
        return view! {
            <PageHead title=title.clone() />
            <EmptyState title words=t("connectors-none-words") />
        }
        .into_any();
    }
    let table = health(found, t("nav-connectors"), true, now);
    view! {
        <PageHead title />
        {table}
    }
    .into_any()
}

/// Connectors as a table, troubled ones first.
pub(crate) fn health(
    mut found: Vec<Instance>,
    caption: String,
    quiet: bool,
    now: DateTime<Utc>,
) -> AnyView {
    found.sort_by_key(|one| !is_troubled(one.health));
    let heads = vec![
        Head::words(t("connectors-name")),
        Head::words(t("connectors-health")),
        Head::number(t("connectors-waiting")),
        Head::time(t("connectors-last-success")),
        Head::words(t("connectors-targets")),
    ];
    let rows = found.into_iter().map(|one| row(one, now)).collect::<Vec<_>>();
    view! {
        <DataTable caption heads quiet>
            {rows}
        </DataTable>
    }
    .into_any()
}

fn row(one: Instance, now: DateTime<Utc>) -> AnyView {
    let mark = match one.health {
        ConnectorHealth::AuthFailed | ConnectorHealth::Down => RowMark::Bad,
        other if is_troubled(other) => RowMark::Wait,
        _ => RowMark::None,
    };
    let last = match one.last_success_at {
        Some(at) => when::time(at, now),
        None => t("connectors-never").into_any(),
    };
    let said = said(one.health).view();
    let targets = one.target_names.join(", ");
    view! {
        <Row mark>
            <RowHead note=kind(&one.kind)>
                <a href=format!("/connectors/{}", one.id)>{one.name}</a>
            </RowHead>
            <Cell label=t("connectors-health") note=one.health_detail>
                {said}
            </Cell>
            <Cell label=t("connectors-waiting") column=Column::Number>
                {one.waiting_jobs}
            </Cell>
            <Cell label=t("connectors-last-success") column=Column::Time>
                {last}
            </Cell>
            <Cell label=t("connectors-targets")>{targets}</Cell>
        </Row>
    }
    .into_any()
}

/// The kind in words; a kind that this page does not know shows itself.
pub(super) fn kind(kind: &str) -> String {
    match kind {
        "scim" => t("connector-kind-scim"),
        "sql" => t("connector-kind-sql"),
        "files" => t("connector-kind-files"),
        "manual" => t("connector-kind-manual"),
        other => other.to_owned(),
    }
}
