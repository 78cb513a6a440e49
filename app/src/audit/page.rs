//! `GET /audit`: entries, the newest first, narrowed by a form whose fields are in the address.

use axum::extract::RawQuery;
use axum::response::Response;
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, TimeDelta, Utc};
use leptos::prelude::*;
use usher_operations::record::{self, Row, Search};
use usher_operations::request::Page;
use usher_ui::{
    Button, Choice, DataTable, EmptyState, Filters, Head, Link, LinkButton, PageHead, Pagination,
    RowMark, Rows, Select, TextInput,
};
use usher_vocabulary::CorrelationId;

use super::{entry, sentence};
use crate::when::Moments;
use crate::words::t;
use crate::{Place, Posted, Visitor, WebError};

/// Entries of one page.
const SHOWN: i64 = 50;

/// What the visitor looks for, as it stands in the address.
struct Wanted {
    action: String,
    person: String,
    correlation: String,
    /// Days as they were typed: the first and the last.
    from: String,
    until: String,
    cursor: String,
}

impl Wanted {
    fn of(query: Option<String>) -> Self {
        let query = Posted::parse(query.unwrap_or_default().as_bytes());
        let field = |name| query.text(name).trim().to_owned();
        Self {
            action: field("action"),
            person: field("person"),
            correlation: field("correlation"),
            from: field("from"),
            until: field("until"),
            cursor: field("cursor"),
        }
    }

    fn address(&self, cursor: Option<&str>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let fields = [
            ("action", &self.action),
            ("person", &self.person),
            ("correlation", &self.correlation),
            ("from", &self.from),
            ("until", &self.until),
        ];
        for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        if let Some(cursor) = cursor {
            query.append_pair("cursor", cursor);
        }
        let query = query.finish();
        if query.is_empty() { "/audit".to_owned() } else { format!("/audit?{query}") }
    }

    fn is_narrow(&self) -> bool {
        let fields = [&self.action, &self.person, &self.correlation, &self.from, &self.until];
        fields.iter().any(|field| !field.is_empty())
    }

    /// From the first day's first instant to the last day's last, in UTC like every time of the page.
    /// `None` when one of them is no day.
    fn days(&self) -> Option<Days> {
        let until = day(&self.until).ok()?;
        Some((day(&self.from).ok()?, until.map(|day| day + TimeDelta::days(1))))
    }
}

/// The first instant that is looked at, and the first that is not any more.
type Days = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// When a day begins; `None` for no words.
fn day(text: &str) -> Result<Option<DateTime<Utc>>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    let day = text.parse::<NaiveDate>().map_err(|_| ())?;
    // Years of four digits: every later sum stays in range.
    if !(1..=9998).contains(&day.year()) {
        return Err(());
    }
    Ok(Some(day.and_time(NaiveTime::MIN).and_utc()))
}

pub(super) async fn page(
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let wanted = Wanted::of(query);
    let correlation = wanted.correlation.parse::<CorrelationId>();
    // Something that is no id of ours was looked for: there is nothing of that name.
    let days = wanted.days();
    let is_lost = (!wanted.correlation.is_empty() && correlation.is_err()) || days.is_none();
    let (from, until) = days.unwrap_or_default();
    let search = Search {
        action: Some(wanted.action.clone()),
        person: Some(wanted.person.clone()),
        correlation: correlation.ok(),
        object: None,
        from,
        until,
    };
    let cursor = Some(wanted.cursor.as_str()).filter(|cursor| !cursor.is_empty());
    let mut found = record::list(visitor.cx(), &visitor.caller, search, cursor, SHOWN).await?;
    if is_lost {
        found = Page { items: Vec::new(), next: None };
    }
    let now = visitor.cx().now();
    let crumbs =
        if wanted.is_narrow() { vec![Link::new("/audit", t("nav-audit"))] } else { Vec::new() };
    let title = if wanted.is_narrow() { t("audit-found") } else { t("nav-audit") };
    visitor.page(title, crumbs, Place::Audit, move || view(wanted, found, now)).await
}

fn view(wanted: Wanted, found: Page<Row>, now: DateTime<Utc>) -> AnyView {
    let title = match (found.items.is_empty(), wanted.is_narrow()) {
        (true, _) => t("audit-heading-none"),
        (false, true) => t("audit-heading-found"),
        (false, false) => t("audit-heading"),
    };
    let filters = filters(&wanted);
    let pages = pages(&wanted, &found);
    let body = if found.items.is_empty() { nothing() } else { table(found.items, now) };
    view! {
        <PageHead title lede=t("audit-lede") />
        {filters}
        {body}
        {pages}
    }
    .into_any()
}

fn filters(wanted: &Wanted) -> AnyView {
    let mut choices = vec![Choice::new("", t("audit-family-all"), &wanted.action)];
    choices.extend(
        sentence::families()
            .into_iter()
            .map(|(beginning, words)| Choice::new(beginning, words, &wanted.action)),
    );
    let (person, correlation) = (wanted.person.clone(), wanted.correlation.clone());
    let (from, until) = (wanted.from.clone(), wanted.until.clone());
    view! {
        <Filters action="/audit" label=t("audit-filter")>
            <Select name="action" label=t("audit-filter-action") choices small=true />
            <TextInput
                name="person"
                label=t("audit-filter-person")
                value=person
                kind="search"
                small=true
            />
            <TextInput
                name="correlation"
                label=t("audit-filter-correlation")
                value=correlation
                kind="search"
                small=true
            />
            <TextInput
                name="from"
                label=t("audit-filter-from")
                value=from
                kind="date"
                small=true
            />
            <TextInput
                name="until"
                label=t("audit-filter-until")
                value=until
                kind="date"
                small=true
            />
            <Button>{t("audit-filter-show")}</Button>
        </Filters>
    }
    .into_any()
}

fn nothing() -> AnyView {
    view! {
        <EmptyState title=t("audit-none") words=t("audit-none-words")>
            <LinkButton href="/audit">{t("audit-show-all")}</LinkButton>
        </EmptyState>
    }
    .into_any()
}

fn table(rows: Vec<Row>, now: DateTime<Utc>) -> AnyView {
    let heads = vec![
        Head::time(t("audit-when")),
        Head::words(t("audit-what")),
        Head::words(t("audit-outcome")),
        Head::words(t("audit-more")),
    ];
    let labels = entry::Labels::new();
    let mut moments = Moments::new(now);
    let mut written = Rows::with_room(rows.len(), 1_500);
    for row in &rows {
        written.row(RowMark::None, |cells| entry::row(cells, row, &labels, &mut moments));
    }
    view! {
        <DataTable caption=t("audit-found") heads quiet=true>
            {written.view()}
        </DataTable>
    }
    .into_any()
}

/// Cursors lead one way: the way back is the browser's, or the first page.
fn pages(wanted: &Wanted, found: &Page<Row>) -> Option<AnyView> {
    let first = (!wanted.cursor.is_empty()).then(|| wanted.address(None));
    let next = found.next.as_deref().map(|cursor| wanted.address(Some(cursor)));
    (first.is_some() || next.is_some()).then(|| {
        view! {
            <Pagination
                label=t("audit-pages")
                words=t("audit-newest-first")
                previous=t("audit-newest")
                previous_href=first
                next=t("audit-older")
                next_href=next
            />
        }
        .into_any()
    })
}

#[cfg(test)]
mod tests {
    use super::Wanted;

    #[test]
    fn the_address_keeps_what_is_looked_for() {
        let wanted = Wanted::of(Some("action=task.&person=O%27Brien+%26+Co&cursor=abc".to_owned()));
        assert_eq!(wanted.address(None), "/audit?action=task.&person=O%27Brien+%26+Co");
        assert_eq!(
            wanted.address(Some("x")),
            "/audit?action=task.&person=O%27Brien+%26+Co&cursor=x"
        );
        assert_eq!(Wanted::of(None).address(None), "/audit");
    }
}
