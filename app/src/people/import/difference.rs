//! A report as tables: what is wrong, what changes, who is new, who is absent, how columns were read.

use leptos::prelude::*;
use usher_operations::import::Report;
use usher_operations::import::file::{Addition, Change, Fault, Zone};
use usher_ui::{
    Cell, Column, DataTable, GroupRow, Head, More, Row, RowHead, RowMark, Said, StatusKind,
};

use super::said::{field, or_nothing, why};
use crate::people::relationship;
use crate::words::{t, t_with};

/// Lines of one table at most; the numbers above are whole.
const SHOWN: usize = 100;

pub(super) fn view(report: &Report) -> AnyView {
    let plan = &report.plan;
    let faults = (!plan.faults.is_empty()).then(|| faults(&plan.faults));
    let held = (!plan.held.is_empty()).then(|| changes(t("people-import-held"), &plan.held));
    let changed =
        (!plan.changed.is_empty()).then(|| changes(t("people-import-changed"), &plan.changed));
    let added = (!plan.added.is_empty()).then(|| additions(&plan.added));
    let absent = (!plan.absent.is_empty()).then(|| absent(report));
    let columns = columns(report);
    view! {
        {faults}
        {held}
        {changed}
        {added}
        {absent}
        {columns}
    }
    .into_any()
}

fn more(all: usize) -> Option<AnyView> {
    let left = all.saturating_sub(SHOWN);
    let words = t_with("people-import-more", &[("count", left.into())]);
    (left > 0).then(|| view! { <p class="hint">{words}</p> }.into_any())
}

fn faults(faults: &[Fault]) -> AnyView {
    let heads = vec![
        Head::words(t("people-import-line")),
        Head::words(t("people-import-column")),
        Head::words(t("people-import-value")),
        Head::words(t("people-import-why")),
    ];
    let rows = faults.iter().take(SHOWN).map(fault).collect_view();
    let more = more(faults.len());
    view! {
        <section>
            <DataTable caption=t("people-import-faults") heads>
                {rows}
            </DataTable>
            {more}
        </section>
    }
    .into_any()
}

fn fault(fault: &Fault) -> AnyView {
    let column =
        if fault.column.is_empty() { t("people-import-whole-row") } else { fault.column.clone() };
    let (line, value) = (fault.line.to_string(), or_nothing(&fault.value));
    let said = Said::new(StatusKind::Wait, why(&fault.why)).view();
    view! {
        <Row>
            <RowHead>{line}</RowHead>
            <Cell label=t("people-import-column")>{column}</Cell>
            <Cell label=t("people-import-value")>{value}</Cell>
            <Cell label=t("people-import-why")>{said}</Cell>
        </Row>
    }
    .into_any()
}

fn changes(caption: String, changes: &[Change]) -> AnyView {
    let heads = vec![
        Head::words(t("people-import-field")),
        Head::words(t("people-import-before")),
        Head::words(t("people-import-after")),
    ];
    let rows = changes.iter().take(SHOWN).flat_map(change).collect_view();
    let more = more(changes.len());
    view! {
        <section>
            <DataTable caption heads>
                {rows}
            </DataTable>
            {more}
        </section>
    }
    .into_any()
}

fn change(change: &Change) -> Vec<AnyView> {
    let number = t_with("people-import-said-line", &[("number", change.line.to_string().into())]);
    let leaves =
        change.ends_on.clone().map(|day| t_with("people-import-leaves", &[("until", day.into())]));
    let note = [Some(change.key.clone()), Some(number), leaves]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ");
    let words = change.wanted.display_name.clone();
    let mut lines = vec![view! { <GroupRow words note columns=3 /> }.into_any()];
    let mark = if change.ends_on.is_some() { RowMark::Wait } else { RowMark::None };
    lines.extend(change.changes.iter().map(|one| {
        let (old, new) = (or_nothing(&one.old), or_nothing(&one.new));
        let name = field(one.field);
        view! {
            <Row mark>
                <RowHead>{name}</RowHead>
                <Cell label=t("people-import-before")>{old}</Cell>
                <Cell label=t("people-import-after")>{new}</Cell>
            </Row>
        }
        .into_any()
    }));
    lines
}

fn additions(added: &[Addition]) -> AnyView {
    let heads = vec![
        Head::words(t("people-name")),
        Head::words(t("people-import-field-email")),
        Head::words(t("people-kind")),
        Head::time(t("people-import-added-days")),
    ];
    let rows = added.iter().take(SHOWN).map(addition).collect_view();
    let more = more(added.len());
    view! {
        <section>
            <DataTable caption=t("people-import-added") heads>
                {rows}
            </DataTable>
            {more}
        </section>
    }
    .into_any()
}

fn addition(added: &Addition) -> AnyView {
    let wanted = &added.wanted;
    let line = t_with("people-import-said-line", &[("number", added.line.to_string().into())]);
    let note = [added.key.as_str(), &wanted.title, &line]
        .into_iter()
        .filter(|words| !words.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    let email = or_nothing(wanted.email.as_deref().unwrap_or_default());
    let zone = Zone::named(&wanted.time_zone);
    let day = |at| zone.as_ref().and_then(|zone| zone.day(at)).map(|day| day.to_string());
    let first = day(wanted.starts_at).unwrap_or_default();
    let last = wanted.ends_at.and_then(|at| day(at - chrono::TimeDelta::seconds(1)));
    let days = [Some(first), last].into_iter().flatten().collect::<Vec<_>>().join(" / ");
    let (name, kind) = (wanted.display_name.clone(), relationship(wanted.kind));
    let user = wanted.user_name.clone();
    view! {
        <Row>
            <RowHead note>{name}</RowHead>
            <Cell label=t("people-import-field-email") note=user>
                {email}
            </Cell>
            <Cell label=t("people-kind")>{kind}</Cell>
            <Cell label=t("people-import-added-days") column=Column::Time>
                {days}
            </Cell>
        </Row>
    }
    .into_any()
}

fn absent(report: &Report) -> AnyView {
    let absent = &report.plan.absent;
    let heads =
        vec![Head::words(t("people-name")), Head::words(t("people-import-field-employee-number"))];
    let rows = absent
        .iter()
        .take(SHOWN)
        .map(|one| {
            let (href, name) = (format!("/people/{}", one.person), one.name.clone());
            let key = one.key.clone();
            view! {
                <Row>
                    <RowHead>
                        <a href=href>{name}</a>
                    </RowHead>
                    <Cell label=t("people-import-field-employee-number")>{key}</Cell>
                </Row>
            }
        })
        .collect_view();
    let more = more(absent.len());
    view! {
        <section>
            <DataTable
                caption=t("people-import-absent")
                note=t("people-import-absent-note")
                heads
            >
                {rows}
            </DataTable>
            {more}
        </section>
    }
    .into_any()
}

fn columns(report: &Report) -> AnyView {
    let heads = vec![Head::words(t("people-import-column")), Head::words(t("people-import-field"))];
    let rows = report
        .file
        .columns
        .iter()
        .map(|(header, mapped)| {
            let (header, words) =
                (header.clone(), mapped.map_or_else(|| t("people-import-not-used"), field));
            view! {
                <Row>
                    <RowHead>{header}</RowHead>
                    <Cell label=t("people-import-field")>{words}</Cell>
                </Row>
            }
        })
        .collect_view();
    view! {
        <More summary=t("people-import-columns")>
            <DataTable caption=t("people-import-columns") heads quiet=true>
                {rows}
            </DataTable>
        </More>
    }
    .into_any()
}
