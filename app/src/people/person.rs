//! `GET /people/{id}`: who somebody is, what they hold, and their accounts as last read.

use axum::extract::Path;
use axum::response::Response;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use usher_operations::people::{self, AccountRow, Brief, Missing, PersonView};
use usher_ui::{
    Block, Cell, Column, DataTable, EmptyState, Fact, Facts, Glyph, Head, Link, LinkButton, Note,
    NoteKind, PageHead, Row, RowHead, Said, Stat, Stats, StatusKind, Two,
};
use usher_vocabulary::{AccountState, AssignmentState};

use super::{access_table, address, list, position, relationship, state};
use crate::words::{t, t_with};
use crate::{Failure, Place, Visitor, WebError, when};

pub(super) async fn page(visitor: Visitor, Path(id): Path<String>) -> Result<Response, WebError> {
    let id = id.parse().map_err(|_| WebError(Failure::NotFound))?;
    let person = people::show(visitor.cx(), &visitor.caller, id).await?;
    let now = visitor.cx().now();
    let may_ask = person.brief.manager == visitor.caller.principal.id;
    let manager = person.manager.as_ref().and_then(|manager| address(&visitor.caller, manager));
    let crumbs = vec![Link::new("/people", t("nav-people"))];
    let title = person.brief.display_name.clone();
    visitor.page(title, crumbs, Place::People, move || view(person, manager, may_ask, now)).await
}

fn view(
    person: PersonView,
    manager_page: Option<String>,
    may_ask: bool,
    now: DateTime<Utc>,
) -> AnyView {
    let PersonView { brief, manager, access, accounts, reports, missing } = person;
    let name = brief.display_name.clone();
    let ask = may_ask.then(|| {
        let href = format!("/access/request?for={}", brief.id);
        let words = t_with("team-request-for", &[("name", name.clone().into())]);
        view! {
            <LinkButton href glyph=Glyph::Plus>
                {words}
            </LinkButton>
        }
    });
    let active =
        access.iter().filter(|row| row.state == AssignmentState::Active).collect::<Vec<_>>();
    let mut systems = active.iter().map(|row| row.application.as_str()).collect::<Vec<_>>();
    systems.sort_unstable();
    systems.dedup();
    let held_words = t_with("person-held", &[("count", active.len().into())]);
    let systems_words = t_with("person-applications", &[("count", systems.len().into())]);
    let accounts_words = t_with("person-accounts", &[("count", accounts.len().into())]);
    let (held, systems) = (active.len().to_string(), systems.len().to_string());
    let accounts_count = accounts.len().to_string();
    let about = about(&brief, manager, manager_page, now);
    let access = if access.is_empty() {
        view! { <EmptyState title=t("person-no-access") /> }.into_any()
    } else {
        access_table::view(&name, access, now)
    };
    let accounts = (!accounts.is_empty()).then(|| accounts_table(accounts, now));
    let reports = reports_block(reports);
    let missing = missing.into_iter().map(|one| missed(one, now)).collect_view();
    view! {
        <PageHead title=name.clone() lede=position(&brief)>
            {ask}
        </PageHead>
        {missing}
        <Stats label=t_with("person-figures", &[("name", name.into())])>
            <Stat figure=held words=held_words />
            <Stat figure=systems words=systems_words />
            <Stat figure=accounts_count words=accounts_words />
        </Stats>
        <section>{access}</section>
        {accounts.map(|table| view! { <section>{table}</section> })}
        <Two>{about} {reports}</Two>
    }
    .into_any()
}

/// A source that knew the person does not name them any more; that ends nothing.
fn missed(one: Missing, now: DateTime<Utc>) -> AnyView {
    let until = when::words(one.since, now);
    let words =
        t_with("people-import-missing", &[("name", one.source.into()), ("until", until.into())]);
    view! { <Note kind=NoteKind::Wait>{words}</Note> }.into_any()
}

fn about(
    person: &Brief,
    manager: Option<Brief>,
    manager_page: Option<String>,
    now: DateTime<Utc>,
) -> AnyView {
    let manager = match (manager, manager_page) {
        (Some(manager), Some(href)) => view! { <a href=href>{manager.display_name}</a> }.into_any(),
        (Some(manager), None) => manager.display_name.into_any(),
        (None, _) => t("person-no-manager").into_any(),
    };
    let said = state(person).view();
    let kind = person.kind.map(relationship);
    let from = person.starts_at.map(|at| when::time(at, now));
    let until = person.ends_at.map(|at| {
        let time = when::time(at, now);
        view! { <Fact term=t("person-ends")>{time}</Fact> }
    });
    let (user_name, email) = (person.user_name.clone(), person.email.clone());
    view! {
        <Block id="about" heading=t("person-about")>
            <Facts>
                <Fact term=t("people-state")>{said}</Fact>
                <Fact term=t("person-manager")>{manager}</Fact>
                <Fact term=t("people-kind")>{kind}</Fact>
                <Fact term=t("person-starts")>{from}</Fact>
                {until}
                <Fact term=t("person-user-name")>{user_name}</Fact>
                <Fact term=t("person-email")>{email}</Fact>
            </Facts>
        </Block>
    }
    .into_any()
}

fn reports_block(reports: Vec<Brief>) -> Option<AnyView> {
    let note = t_with("person-reports-count", &[("count", reports.len().into())]);
    (!reports.is_empty()).then(|| {
        let lines = list::lines(reports);
        view! {
            <Block id="reports" heading=t("person-reports") note>
                {lines}
            </Block>
        }
        .into_any()
    })
}

fn accounts_table(accounts: Vec<AccountRow>, now: DateTime<Utc>) -> AnyView {
    let heads = vec![
        Head::words(t("account-target")),
        Head::words(t("account-name")),
        Head::words(t("account-state")),
        Head::words(t("account-grants")),
        Head::time(t("account-read")),
    ];
    let rows = accounts.into_iter().map(|row| account(row, now)).collect::<Vec<_>>();
    view! {
        <DataTable caption=t("account-caption") heads>
            {rows}
        </DataTable>
    }
    .into_any()
}

fn account(row: AccountRow, now: DateTime<Utc>) -> AnyView {
    let off = |words| Said::new(StatusKind::Off, words);
    let said = match row.state {
        AccountState::Absent => off(t("account-absent")),
        AccountState::Active => off(t("account-active")).with(Glyph::Applied),
        AccountState::Disabled => off(t("account-disabled")).with(Glyph::Held),
        AccountState::Locked => off(t("account-locked")).with(Glyph::Ban),
        AccountState::Unknown => off(t("account-unknown")).with(Glyph::Ask),
    };
    let grants = row.grant_names.join(", ");
    let read = when::time(row.last_seen_at, now);
    view! {
        <Row>
            <RowHead note=row.application_name>{row.target_name}</RowHead>
            <Cell label=t("account-name") note=row.native_id>
                {row.user_name}
            </Cell>
            <Cell label=t("account-state")>{said.view()}</Cell>
            <Cell label=t("account-grants")>{grants}</Cell>
            <Cell label=t("account-read") column=Column::Time>
                {read}
            </Cell>
        </Row>
    }
    .into_any()
}
