//! `GET /requests`: what the visitor asked for, and what was asked for them.

use axum::extract::RawQuery;
use axum::response::Response;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::request::{self, Page, RequestRow, RowItem};
use usher_ui::{
    Acts, ButtonKind, Cell, DataTable, EmptyState, Glyph, Head, Link, LinkButton, PageHead,
    Pagination, Row, RowHead, Said, StatusKind, Tab, Tabs,
};

use crate::words::{t, t_with};
use crate::{Place, Posted, Visitor, WebError, status, when};

const ROWS: i64 = 25;

/// Which requests, from the address.
pub(super) struct Wanted {
    all: bool,
    cursor: Option<String>,
}

impl Wanted {
    fn of(query: &Posted) -> Self {
        let cursor = Some(query.text("cursor")).filter(|cursor| !cursor.is_empty());
        Self { all: query.text("all") == "true", cursor: cursor.map(str::to_owned) }
    }
}

pub(super) async fn page(
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let wanted = Wanted::of(&Posted::parse(query.unwrap_or_default().as_bytes()));
    let (only_open, cursor) = (!wanted.all, wanted.cursor.as_deref());
    let found = request::list(visitor.cx(), &visitor.caller, only_open, cursor, ROWS).await?;
    let now = visitor.cx().now();
    visitor
        .page(t("nav-my-requests"), Vec::new(), Place::MyRequests, move || {
            view(&found, &wanted, now)
        })
        .await
}

fn view(found: &Page<RequestRow>, wanted: &Wanted, now: DateTime<Utc>) -> AnyView {
    let tab =
        |href: &str, words, current| Tab { link: Link::new(href, words), count: None, current };
    let tabs = vec![
        tab("/requests", t("requests-open"), !wanted.all),
        tab("/requests?all=true", t("requests-all"), wanted.all),
    ];
    let body = if found.items.is_empty() {
        let title = if wanted.all { t("requests-none-ever") } else { t("requests-none") };
        view! { <EmptyState title words=t("requests-none-words") /> }.into_any()
    } else {
        table(found, wanted, now)
    };
    view! {
        <PageHead title=t("nav-my-requests")>
            <Acts>
                <LinkButton href="/access/request" kind=ButtonKind::Go glyph=Glyph::Plus>
                    {t("nav-request-access")}
                </LinkButton>
            </Acts>
        </PageHead>
        <Tabs label=t("nav-my-requests") tabs />
        {body}
    }
    .into_any()
}

fn table(found: &Page<RequestRow>, wanted: &Wanted, now: DateTime<Utc>) -> AnyView {
    let heads = vec![
        Head::words(t("requests-request")),
        Head::words(t("requests-state")),
        Head::time(t("requests-sent")),
    ];
    let rows = found.items.iter().map(|row| line(row, now)).collect::<Vec<_>>();
    let words = t_with("requests-shown", &[("count", found.items.len().into())]);
    let next =
        found.next.as_ref().map(|cursor| format!("/requests?all={}&cursor={cursor}", wanted.all));
    view! {
        <DataTable caption=t("nav-my-requests") heads quiet=true>
            {rows}
        </DataTable>
        <Pagination label=t("requests-pages") words previous=t("requests-newest") next=t("requests-older") next_href=next />
    }
    .into_any()
}

/// A request as one row, with a line for each item.
pub(crate) fn line(row: &RequestRow, now: DateTime<Utc>) -> AnyView {
    let href = format!("/requests/{}", row.id);
    let names = row.items.iter().map(|item| item.name.clone()).collect::<Vec<_>>().join(", ");
    let number = status::request_number(row.number);
    let note = if row.is_for_other {
        t_with(
            "requests-for-other",
            &[("number", number.into()), ("name", row.requestee.clone().into())],
        )
    } else {
        number
    };
    let states = row.items.iter().map(state).collect::<Vec<_>>();
    let sent = when::time(row.submitted_at, now);
    view! {
        <Row>
            <RowHead note=note>
                <a href=href>{names}</a>
            </RowHead>
            <Cell label=t("requests-state")>{states}</Cell>
            <Cell label=t("requests-sent")>{sent}</Cell>
        </Row>
    }
    .into_any()
}

/// Where an item stands, and who must act.
fn state(item: &RowItem) -> AnyView {
    let asking: Vec<&str> = item.questions.iter().map(|asked| asked.author.as_str()).collect();
    let said = if asking.is_empty() || !item.waits_for.is_empty() {
        status::of(item.words.key())
    } else {
        Said::new(StatusKind::Wait, t("requests-question"))
    };
    let waits = (!item.waits_for.is_empty())
        .then(|| t_with("requests-waits-for", &[("name", item.waits_for.join(", ").into())]));
    let asked = (!asking.is_empty())
        .then(|| t_with("requests-asked-by", &[("name", asking.join(", ").into())]));
    view! { <div>{said.view()} <small>{waits} " " {asked}</small></div> }.into_any()
}
