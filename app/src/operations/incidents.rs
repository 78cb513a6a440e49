//! Findings that are open: where a system is not as it was decided.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::engine::FindingRow;
use usher_ui::{Cell, Column, DataTable, Head, Row, RowHead, RowMark, Said, StatusKind};
use usher_vocabulary::FindingKind;

use crate::when;
use crate::words::{t, t_with};

/// The table; nothing when nothing is open.
pub(super) fn view(findings: Vec<FindingRow>, now: DateTime<Utc>) -> Option<AnyView> {
    let note = t_with("incidents-note", &[("count", findings.len().into())]);
    let heads = vec![
        Head::words(t("incidents-what")),
        Head::words(t("incidents-person")),
        Head::words(t("incidents-target")),
        Head::time(t("incidents-since")),
        Head::words(t("incidents-support")),
    ];
    let rows = findings.into_iter().map(|finding| row(finding, now)).collect::<Vec<_>>();
    (!rows.is_empty()).then(|| {
        view! {
            <section id="incidents">
                <DataTable caption=t("incidents-caption") note heads>
                    {rows}
                </DataTable>
            </section>
        }
        .into_any()
    })
}

fn row(finding: FindingRow, now: DateTime<Utc>) -> AnyView {
    let said = match finding.kind {
        FindingKind::NotEffective => Said::new(StatusKind::Bad, t("incident-not-effective")),
        FindingKind::LateEffect => Said::new(StatusKind::Bad, t("incident-late-effect")),
        FindingKind::CannotByHand => Said::new(StatusKind::Bad, t("incident-cannot-by-hand")),
        FindingKind::DeadLetter => Said::new(StatusKind::Bad, t("incident-dead-letter")),
    };
    let job = finding.job.map(|job| {
        let href = format!("/operations/jobs/{job}");
        view! {
            " "
            <a href=href>{t("incidents-job")}</a>
        }
    });
    let since = when::time(finding.opened_at, now);
    let id = finding.correlation.to_string();
    let related = format!("/audit?correlation={id}");
    view! {
        <Row mark=RowMark::Bad>
            <RowHead note=finding.detail>{said.view()}</RowHead>
            <Cell label=t("incidents-person")>{finding.subject_name}</Cell>
            <Cell label=t("incidents-target") note=finding.entitlement_name>
                {finding.target_name}
            </Cell>
            <Cell label=t("incidents-since") column=Column::Time>
                {since}
            </Cell>
            <Cell label=t("incidents-support")>
                <a href=related>
                    <code>{id}</code>
                </a>
                {job}
            </Cell>
        </Row>
    }
    .into_any()
}
