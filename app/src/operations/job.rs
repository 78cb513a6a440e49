//! `GET /operations/jobs/{id}`: every try, and every call that a try made.

use axum::extract::Path;
use axum::response::Response;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::engine::{self, AttemptRow, CallRow, JobRow, RetryError};
use usher_ui::{
    Aside, Block, Button, ButtonKind, Cell, Column, DataTable, EmptyState, Fact, Facts, Head, Link,
    PageHead, Row, RowHead, Split,
};
use usher_vocabulary::{JobId, JobState};

use super::job_words;
use crate::people::runs_the_installation;
use crate::words::{t, t_with};
use crate::{Failure, Flash, Place, Posted, Visitor, WebError, when};

pub(super) async fn page(visitor: Visitor, Path(id): Path<String>) -> Result<Response, WebError> {
    let id = id.parse().map_err(|_| WebError(Failure::NotFound))?;
    let (job, tries) = engine::job(visitor.cx(), &visitor.caller, id).await?;
    let now = visitor.cx().now();
    let key = visitor.cx().id::<uuid::Uuid>().to_string();
    let crumbs = vec![
        Link::new("/operations", t("nav-operations")),
        Link::new("/operations/jobs", t("jobs-title")),
    ];
    let title = job_words::kind(job.kind);
    let key = runs_the_installation(&visitor.caller).then_some(key);
    visitor.page(title, crumbs, Place::Operations, move || view(job, tries, key, now)).await
}

/// Gives a dead letter another chance.
pub(super) async fn retry(
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, WebError> {
    let id: JobId = id.parse().map_err(|_| WebError(Failure::NotFound))?;
    let flash = match engine::retry(visitor.cx(), &visitor.caller, id, posted.key().as_ref()).await
    {
        Ok(()) => Flash::waiting("job-retried", []),
        Err(RetryError::NotDead) => Flash::failed("job-not-dead", []),
        Err(RetryError::Fault(fault)) => return Err(fault.into()),
    };
    visitor.go(&format!("/operations/jobs/{id}"), flash).await
}

/// Without a key there is no button.
fn view(job: JobRow, tries: Vec<AttemptRow>, key: Option<String>, now: DateTime<Utc>) -> AnyView {
    let over = job_words::kind(job.kind);
    let system = job.target_name.clone().unwrap_or_else(|| job.connector_name.clone());
    let state = job_words::state(job.state);
    let title = match &job.subject_name {
        Some(name) => t_with(
            "job-heading-person",
            &[("name", name.clone().into()), ("system", system.into()), ("words", state.into())],
        ),
        None => t_with("job-heading", &[("system", system.into()), ("words", state.into())]),
    };
    let retry =
        key.filter(|_| job.state == JobState::DeadLetter).map(|key| retry_form(job.id, key));
    let lede = job.last_error.clone();
    let facts = facts(&job, now);
    let tries = if tries.is_empty() {
        view! { <EmptyState title=t("job-no-try") words=t("job-no-try-words") /> }.into_any()
    } else {
        tries.into_iter().map(|one| attempt(one, now)).collect::<Vec<_>>().into_any()
    };
    view! {
        <PageHead over title lede>
            {retry}
        </PageHead>
        <Split>
            <div>{tries}</div>
            <Aside label=t("job-facts")>{facts}</Aside>
        </Split>
    }
    .into_any()
}

fn retry_form(job: JobId, key: String) -> AnyView {
    let action = format!("/operations/jobs/{job}/retry");
    view! {
        <form method="post" action=action>
            <input type="hidden" name="key" value=key />
            <Button kind=ButtonKind::Go>{t("job-retry")}</Button>
        </form>
    }
    .into_any()
}

fn facts(job: &JobRow, now: DateTime<Utc>) -> AnyView {
    let said = job_words::said(job.state).view();
    let tries = t_with(
        "job-tries-of",
        &[("count", job.attempts.into()), ("limit", job.max_attempts.into())],
    );
    let since = when::time(job.enqueued_at, now);
    let is_waiting = matches!(job.state, JobState::Queued | JobState::RetryWait);
    let next = is_waiting.then(|| {
        let time = when::time(job.run_at, now);
        view! { <Fact term=t("job-next-try")>{time}</Fact> }
    });
    let ended = job.finished_at.map(|at| {
        let time = when::time(at, now);
        view! { <Fact term=t("job-ended")>{time}</Fact> }
    });
    let worker = job.claimed_by.clone().map(|name| {
        view! { <Fact term=t("job-worker")>{name}</Fact> }
    });
    let id = job.correlation.to_string();
    let related = format!("/audit?correlation={id}");
    let connector = job.connector_name.clone();
    view! {
        <Block id="facts" heading=t("job-facts")>
            <Facts>
                <Fact term=t("job-state")>{said}</Fact>
                <Fact term=t("job-tries")>{tries}</Fact>
                <Fact term=t("connectors-name")>{connector}</Fact>
                <Fact term=t("job-since")>{since}</Fact>
                {next}
                {ended}
                {worker}
                <Fact term=t("incidents-support")>
                    <a href=related>
                        <code>{id}</code>
                    </a>
                </Fact>
            </Facts>
        </Block>
    }
    .into_any()
}

fn attempt(one: AttemptRow, now: DateTime<Utc>) -> AnyView {
    let heading = t_with("job-try", &[("number", one.number.to_string().into())]);
    let said = job_words::outcome(one.outcome.as_deref()).view();
    let class = one.error_class.as_deref().map(job_words::class);
    let started = when::time(one.started_at, now);
    let took = one.finished_at.map(|end| {
        let milliseconds = (end - one.started_at).num_milliseconds();
        t_with("job-took", &[("number", milliseconds.to_string().into())])
    });
    let calls = (!one.calls.is_empty()).then(|| calls(one.calls, heading.clone(), now));
    let id = format!("try-{}", one.number);
    view! {
        <Block id heading note=one.worker>
            <Facts>
                <Fact term=t("job-outcome") note=class>
                    {said}
                </Fact>
                <Fact term=t("job-started") note=took>
                    {started}
                </Fact>
                {one.detail.filter(|words| !words.is_empty()).map(|words| view! { <Fact term=t("job-said")>{words}</Fact> })}
            </Facts>
            {calls}
        </Block>
    }
    .into_any()
}

fn calls(calls: Vec<CallRow>, heading: String, now: DateTime<Utc>) -> AnyView {
    let heads = vec![
        Head::words(t("call-intent")),
        Head::words(t("call-outcome")),
        Head::words(t("call-answer")),
        Head::number(t("call-latency")),
        Head::number(t("call-generation")),
        Head::time(t("call-sent")),
    ];
    let rows = calls.into_iter().map(|call| call_row(call, now)).collect::<Vec<_>>();
    let caption = t_with("call-caption", &[("words", heading.into())]);
    view! {
        <DataTable caption heads quiet=true>
            {rows}
        </DataTable>
    }
    .into_any()
}

fn call_row(call: CallRow, now: DateTime<Utc>) -> AnyView {
    let said = job_words::answered(call.outcome.as_deref()).view();
    let latency =
        call.latency_ms.map(|ms| t_with("call-milliseconds", &[("number", ms.to_string().into())]));
    let sent = when::time(call.intended_at, now);
    let kind = job_words::call(&call.kind);
    view! {
        <Row>
            <RowHead>{kind}</RowHead>
            <Cell label=t("call-outcome")>{said}</Cell>
            <Cell label=t("call-answer")>{call.answer}</Cell>
            <Cell label=t("call-latency") column=Column::Number>
                {latency}
            </Cell>
            <Cell label=t("call-generation") column=Column::Number>
                {call.generation}
            </Cell>
            <Cell label=t("call-sent") column=Column::Time>
                {sent}
            </Cell>
        </Row>
    }
    .into_any()
}
