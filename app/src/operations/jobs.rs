//! `GET /operations/jobs`: jobs by state, the newest first.

use axum::extract::RawQuery;
use axum::response::Response;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::engine::{self, JobRow};
use usher_operations::request::Page;
use usher_ui::{
    Cell, Column, DataTable, EmptyState, Head, Link, PageHead, Pagination, Row, RowHead, RowMark,
    Tab, Tabs,
};
use usher_vocabulary::JobState;

use super::job_words;
use crate::words::t;
use crate::{Place, Posted, Visitor, WebError, when};

/// Jobs of one page.
const SHOWN: i64 = 50;

pub(super) async fn page(
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let query = Posted::parse(query.unwrap_or_default().as_bytes());
    // A state that is none of ours shows all of them.
    let state = query.text("state").parse().ok();
    let cursor = Some(query.text("cursor")).filter(|cursor| !cursor.is_empty());
    let found = engine::jobs(visitor.cx(), &visitor.caller, state, cursor, SHOWN).await?;
    let (now, is_first) = (visitor.cx().now(), cursor.is_none());
    let crumbs = vec![Link::new("/operations", t("nav-operations"))];
    visitor
        .page(t("jobs-title"), crumbs, Place::Operations, move || view(state, found, is_first, now))
        .await
}

fn address(state: Option<JobState>, cursor: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if let Some(state) = state {
        query.append_pair("state", state.as_str());
    }
    if let Some(cursor) = cursor {
        query.append_pair("cursor", cursor);
    }
    let query = query.finish();
    if query.is_empty() {
        "/operations/jobs".to_owned()
    } else {
        format!("/operations/jobs?{query}")
    }
}

fn view(
    state: Option<JobState>,
    found: Page<JobRow>,
    is_first: bool,
    now: DateTime<Utc>,
) -> AnyView {
    let states = std::iter::once(None).chain(JobState::ALL.iter().copied().map(Some));
    let tabs = states
        .map(|of| Tab {
            link: Link::new(address(of, None), of.map_or_else(|| t("jobs-all"), job_words::state)),
            count: None,
            current: of == state,
        })
        .collect();
    let first = (!is_first).then(|| address(state, None));
    let next = found.next.as_deref().map(|cursor| address(state, Some(cursor)));
    let pages = (first.is_some() || next.is_some()).then(|| {
        view! {
            <Pagination
                label=t("jobs-pages")
                words=t("jobs-newest-first")
                previous=t("jobs-newest")
                previous_href=first
                next=t("jobs-older")
                next_href=next
            />
        }
    });
    let body = if found.items.is_empty() {
        view! { <EmptyState title=t("jobs-none") words=t("jobs-none-words") /> }.into_any()
    } else {
        table(found.items, now)
    };
    view! {
        <PageHead title=t("jobs-title") />
        <Tabs label=t("jobs-title") tabs />
        {body}
        {pages}
    }
    .into_any()
}

fn table(jobs: Vec<JobRow>, now: DateTime<Utc>) -> AnyView {
    let heads = vec![
        Head::words(t("job-what")),
        Head::words(t("job-state")),
        Head::number(t("job-tries")),
        Head::words(t("job-said")),
        Head::time(t("job-since")),
    ];
    let rows = jobs.into_iter().map(|job| row(job, now)).collect::<Vec<_>>();
    view! {
        <DataTable caption=t("jobs-title") heads quiet=true>
            {rows}
        </DataTable>
    }
    .into_any()
}

fn row(job: JobRow, now: DateTime<Utc>) -> AnyView {
    let mark = if job.state == JobState::DeadLetter { RowMark::Bad } else { RowMark::None };
    let said = job_words::said(job.state).view();
    let system = job.target_name.unwrap_or(job.connector_name);
    let note =
        [job.subject_name, Some(system)].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let class = job.error_class.as_deref().map(job_words::class);
    let since = when::time(job.enqueued_at, now);
    let href = format!("/operations/jobs/{}", job.id);
    view! {
        <Row mark>
            <RowHead note>
                <a href=href>{job_words::kind(job.kind)}</a>
            </RowHead>
            <Cell label=t("job-state")>{said}</Cell>
            <Cell label=t("job-tries") column=Column::Number>
                {job.attempts}
            </Cell>
            <Cell label=t("job-said") note=class>
                {job.last_error}
            </Cell>
            <Cell label=t("job-since") column=Column::Time>
                {since}
            </Cell>
        </Row>
    }
    .into_any()
}
