//! `GET /work-items`: what waits for hands by when it is due, and what became of the rest.

use axum::extract::RawQuery;
use axum::response::Response;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::request::Page;
use usher_operations::work_item::{self, Item};
use usher_ui::{
    Cell, Column, DataTable, EmptyState, Head, Link, PageHead, Pagination, Row, RowHead, RowMark,
    Tab, Tabs,
};

use super::said;
use crate::words::{t, t_with};
use crate::{Place, Posted, Visitor, WebError, when};

const ROWS: i64 = 25;

pub(super) async fn page(
    mut visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let query = Posted::parse(query.unwrap_or_default().as_bytes());
    let is_open = query.text("closed") != "true";
    let cursor = Some(query.text("cursor")).filter(|cursor| !cursor.is_empty());
    let found = work_item::list(visitor.cx(), &visitor.caller, is_open, cursor, ROWS).await?;
    let open = visitor.numbers().await?.open_work_items;
    let now = visitor.cx().now();
    visitor
        .page(t("nav-work-items"), Vec::new(), Place::WorkItems, move || {
            view(&found, open, is_open, now)
        })
        .await
}

fn view(found: &Page<Item>, open: i64, is_open: bool, now: DateTime<Utc>) -> AnyView {
    let title = t_with("work-heading", &[("count", open.into())]);
    let tab =
        |href: &str, words, count, current| Tab { link: Link::new(href, words), count, current };
    let open = u64::try_from(open).ok().filter(|open| *open > 0);
    let tabs = vec![
        tab("/work-items", t("work-tab-open"), open, is_open),
        tab("/work-items?closed=true", t("work-tab-closed"), None, !is_open),
    ];
    let body = match (found.items.is_empty(), is_open) {
        (true, true) => {
            view! { <EmptyState title=t("work-none") words=t("work-none-words") /> }.into_any()
        }
        (true, false) => view! { <EmptyState title=t("work-none-closed") /> }.into_any(),
        (false, _) => table(found, is_open, now),
    };
    view! {
        <PageHead title lede=t("work-lede") />
        <Tabs label=t("nav-work-items") tabs />
        {body}
    }
    .into_any()
}

fn table(found: &Page<Item>, is_open: bool, now: DateTime<Utc>) -> AnyView {
    let when = if is_open { t("work-asked-at") } else { t("work-closed-at") };
    let heads = vec![
        Head::words(t("work-what")),
        Head::words(t("work-for")),
        Head::words(t("requests-state")),
        Head::time(when),
    ];
    let rows = found.items.iter().map(|item| row(item, now)).collect::<Vec<_>>();
    let words = t_with("requests-shown", &[("count", found.items.len().into())]);
    let next = found
        .next
        .as_ref()
        .map(|cursor| format!("/work-items?closed={}&cursor={cursor}", !is_open));
    view! {
        <DataTable caption=t("nav-work-items") heads quiet=true>
            {rows}
        </DataTable>
        <Pagination label=t("work-pages") words previous=t("work-first") next=t("work-more") next_href=next />
    }
    .into_any()
}

fn row(item: &Item, now: DateTime<Utc>) -> AnyView {
    let mark = if said::is_late(item, now) { RowMark::Bad } else { RowMark::None };
    let (href, what) = (format!("/work-items/{}", item.id), said::what(item));
    let note = t_with(
        "work-where",
        &[
            ("item", item.application_name.clone().into()),
            ("system", item.target_name.clone().into()),
        ],
    );
    let (name, user_name) = (item.subject_name.clone(), item.what.user_name.clone());
    let state = said::state(item, now).view();
    let (label, at) = match item.closed_at {
        Some(at) => (t("work-closed-at"), at),
        None => (t("work-asked-at"), item.opened_at),
    };
    let at = when::time(at, now);
    view! {
        <Row mark>
            <RowHead note=note>
                <a href=href>{what}</a>
            </RowHead>
            <Cell label=t("work-for") note=user_name>
                {name}
            </Cell>
            <Cell label=t("requests-state")>{state}</Cell>
            <Cell label=label column=Column::Time>
                {at}
            </Cell>
        </Row>
    }
    .into_any()
}
