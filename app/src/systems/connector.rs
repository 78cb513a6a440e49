//! `GET /connectors/{id}`: settings, what it can do, how it is; and a button that tries it.

use axum::extract::Path;
use axum::response::Response;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use serde_json::Value;
use usher_operations::connector::{self, ConnectorView, Instance, LastTest};
use usher_ui::{
    Aside, Block, Button, ButtonKind, Cell, DataTable, Fact, Facts, Glyph, Head, Link, Note,
    NoteKind, PageHead, Quote, Row, RowHead, Said, Split, StatusKind,
};
use usher_vocabulary::ConnectorInstanceId;

use super::connectors::{kind, said};
use crate::people::runs_the_installation;
use crate::words::{t, t_with};
use crate::{Failure, Flash, Place, Posted, Visitor, WebError, when};

pub(super) async fn page(visitor: Visitor, Path(id): Path<String>) -> Result<Response, WebError> {
    let id = id.parse().map_err(|_| WebError(Failure::NotFound))?;
    let ConnectorView { instance: one, last_test } =
        connector::show(visitor.cx(), &visitor.caller, id).await?;
    let now = visitor.cx().now();
    let key = visitor.cx().id::<uuid::Uuid>().to_string();
    let crumbs = vec![Link::new("/connectors", t("nav-connectors"))];
    let key = runs_the_installation(&visitor.caller).then_some(key);
    visitor
        .page(one.name.clone(), crumbs, Place::Connectors, move || view(one, last_test, key, now))
        .await
}

/// Tries the connector: a job does it, and its page says how it went.
pub(super) async fn test(
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, WebError> {
    let id: ConnectorInstanceId = id.parse().map_err(|_| WebError(Failure::NotFound))?;
    let job = connector::test(visitor.cx(), &visitor.caller, id, posted.key().as_ref()).await?;
    let flash = Flash::waiting("connector-test-sent", []);
    visitor.go(&format!("/operations/jobs/{job}"), flash).await
}

/// Without a key there is no button.
fn view(
    one: Instance,
    last_test: Option<LastTest>,
    key: Option<String>,
    now: DateTime<Utc>,
) -> AnyView {
    let state = said(one.health);
    let title = t_with(
        "connector-heading",
        &[("name", one.name.clone().into()), ("words", state.words.clone().into())],
    );
    let action = format!("/connectors/{}/test", one.id);
    let test = key.map(|key| {
        view! {
            <form method="post" action=action>
                <input type="hidden" name="key" value=key />
                <Button kind=ButtonKind::Go glyph=Glyph::Activity>
                    {t("connector-test")}
                </Button>
            </form>
        }
    });
    let over = kind(&one.kind);
    let health = health(&one, state, now);
    let abilities = abilities(&one.capabilities);
    let tested = last_test.map(|test| tested(test, now));
    let settings = settings(&one.settings);
    view! {
        <PageHead over title>
            {test}
        </PageHead>
        <Split wide=true>
            <div>{tested} {abilities}</div>
            <Aside label=t("connectors-health")>{health} {settings}</Aside>
        </Split>
    }
    .into_any()
}

fn health(one: &Instance, state: Said, now: DateTime<Utc>) -> AnyView {
    let moment = |at: Option<DateTime<Utc>>| match at {
        Some(at) => when::time(at, now),
        None => t("connectors-never").into_any(),
    };
    let paused = one.open_until_at.filter(|at| *at > now).map(|at| {
        let time = when::time(at, now);
        view! { <Fact term=t("connector-left-alone")>{time}</Fact> }
    });
    let (succeeded, failed) = (moment(one.last_success_at), moment(one.last_failure_at));
    let targets = one.target_names.join(", ");
    let (detail, failures, waiting) = (one.health_detail.clone(), one.failures, one.waiting_jobs);
    let limits = t_with(
        "connector-limits",
        &[("count", one.concurrency.into()), ("limit", (one.call_timeout_ms / 1000).into())],
    );
    view! {
        <Block id="health" heading=t("connectors-health")>
            <Facts>
                <Fact term=t("connector-state") note=detail>
                    {state.view()}
                </Fact>
                <Fact term=t("connectors-last-success")>{succeeded}</Fact>
                <Fact term=t("connector-last-failure")>{failed}</Fact>
                <Fact term=t("connector-failures")>{failures}</Fact>
                {paused}
                <Fact term=t("connectors-waiting")>{waiting}</Fact>
                <Fact term=t("connectors-targets")>{targets}</Fact>
                <Fact term=t("connector-calls")>{limits}</Fact>
            </Facts>
        </Block>
    }
    .into_any()
}

/// What the last test said, in the connector's own words: they hold the warnings too.
fn tested(test: LastTest, now: DateTime<Utc>) -> AnyView {
    let kind = if test.has_succeeded { NoteKind::Plain } else { NoteKind::Wait };
    let title = if test.has_succeeded { t("connector-tested") } else { t("connector-test-failed") };
    let time = when::time(test.finished_at, now);
    view! {
        <Note kind title>
            {test.words} " " <a href=format!("/operations/jobs/{}", test.job)>{time}</a>
        </Note>
    }
    .into_any()
}

/// What the connector declares that it can do, as a list of names and yes or no.
fn abilities(declared: &Value) -> AnyView {
    let known = [
        ("create", t("ability-create")),
        ("disable", t("ability-disable")),
        ("delete", t("ability-delete")),
        ("grants", t("ability-grants")),
        ("verify_read", t("ability-verify-read")),
        ("list", t("ability-list")),
        ("manual", t("ability-manual")),
    ];
    let rows = known
        .into_iter()
        .map(|(name, words)| {
            let can = declared.get(name).and_then(Value::as_bool).unwrap_or(false);
            let said = if can {
                Said::new(StatusKind::Off, t("ability-yes")).with(Glyph::Applied)
            } else {
                Said::new(StatusKind::Off, t("ability-no"))
            };
            view! {
                <Row>
                    <RowHead>{words}</RowHead>
                    <Cell label=t("ability-can")>{said.view()}</Cell>
                </Row>
            }
        })
        .collect::<Vec<_>>();
    let unverified = !declared.get("verify_read").and_then(Value::as_bool).unwrap_or(false);
    let note = unverified.then(|| t("ability-unverified"));
    let heads = vec![Head::words(t("ability-what")), Head::words(t("ability-can"))];
    view! {
        <DataTable caption=t("ability-caption") note heads>
            {rows}
        </DataTable>
    }
    .into_any()
}

/// The settings by their names; a secret is kept elsewhere and shows where.
fn settings(settings: &Value) -> AnyView {
    let facts = settings
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            let (words, note) = setting(value);
            // Several lines are prose, such as instructions.
            let shown = if words.contains('\n') {
                view! { <Quote words /> }.into_any()
            } else {
                view! { <code>{words}</code> }.into_any()
            };
            view! {
                <Fact term=name.clone() note>
                    {shown}
                </Fact>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <Block id="settings" heading=t("connector-settings")>
            <Facts>{facts}</Facts>
        </Block>
    }
    .into_any()
}

fn setting(value: &Value) -> (String, Option<String>) {
    match value {
        Value::String(text) if is_reference(text) => {
            (text.clone(), Some(t("connector-secret-elsewhere")))
        }
        Value::String(text) => (text.clone(), None),
        Value::Array(many) => {
            (many.iter().map(|one| setting(one).0).collect::<Vec<_>>().join(", "), None)
        }
        other => (other.to_string(), None),
    }
}

/// Whether a setting says where a secret is kept.
fn is_reference(text: &str) -> bool {
    text.starts_with("env:") || text.starts_with("file:")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::setting;

    #[test]
    fn a_secret_is_shown_as_the_place_where_it_is_kept() {
        assert!(setting(&json!("env:USHER_SECRET_SCIM")).1.is_some());
        assert_eq!(setting(&json!("https://scim.example")).1, None);
        assert_eq!(setting(&json!(["a", "b"])).0, "a, b");
        assert_eq!(setting(&json!(5)).0, "5");
    }
}
