//! `GET /applications`: what they are for and who answers for them.

use axum::response::Response;
use leptos::prelude::*;
use usher_operations::connector::{self, Application};
use usher_ui::{Cell, Column, DataTable, EmptyState, Head, PageHead, Row, RowHead};

use crate::people::sees_everybody;
use crate::words::{t, t_with};
use crate::{Place, Visitor, WebError};

pub(super) async fn page(visitor: Visitor) -> Result<Response, WebError> {
    let found = connector::applications(visitor.cx(), &visitor.caller).await?;
    let linked = sees_everybody(&visitor.caller);
    visitor
        .page(t("nav-applications"), Vec::new(), Place::Applications, move || view(found, linked))
        .await
}

fn view(found: Vec<Application>, linked: bool) -> AnyView {
    let title = t_with("applications-heading", &[("count", found.len().into())]);
    if found.is_empty() {
        return view! {
            <PageHead title=title.clone() />
            <EmptyState title words=t("applications-none") />
        }
        .into_any();
    }
    let ownerless = found.iter().filter(|application| application.owners.is_empty()).count();
    let lede =
        (ownerless > 0).then(|| t_with("applications-ownerless", &[("count", ownerless.into())]));
    let heads = vec![
        Head::words(t("applications-name")),
        Head::words(t("applications-owners")),
        Head::words(t("applications-criticality")),
        Head::number(t("applications-items")),
        Head::number(t("applications-targets")),
    ];
    let rows = found.into_iter().map(|one| row(one, linked)).collect::<Vec<_>>();
    view! {
        <PageHead title lede />
        <DataTable caption=t("nav-applications") heads quiet=true>
            {rows}
        </DataTable>
    }
    .into_any()
}

fn row(application: Application, linked: bool) -> AnyView {
    let owners = if application.owners.is_empty() {
        t("applications-no-owner").into_any()
    } else if !linked {
        application.owner_names.join(", ").into_any()
    } else {
        let links = application.owners.iter().zip(&application.owner_names).enumerate();
        links
            .map(|(place, (id, name))| {
                let comma = (place > 0).then_some(", ");
                view! {
                    {comma}
                    <a href=format!("/people/{id}")>{name.clone()}</a>
                }
            })
            .collect_view()
            .into_any()
    };
    let criticality = criticality(&application.criticality);
    view! {
        <Row>
            <RowHead note=application.purpose>{application.name}</RowHead>
            <Cell label=t("applications-owners")>{owners}</Cell>
            <Cell label=t("applications-criticality")>{criticality}</Cell>
            <Cell label=t("applications-items") column=Column::Number>
                {application.item_count}
            </Cell>
            <Cell label=t("applications-targets") column=Column::Number>
                {application.target_count}
            </Cell>
        </Row>
    }
    .into_any()
}

/// The words of the classes; the database takes no other.
fn criticality(class: &str) -> String {
    match class {
        "critical" => t("criticality-critical"),
        "standard" => t("criticality-standard"),
        _ => t("criticality-low"),
    }
}
