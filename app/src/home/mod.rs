//! `GET /`: what waits, what is open, what ends soon.

mod questions;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, Timelike as _, Utc};
use leptos::prelude::*;
use usher_operations::assignment::AccessRow;
use usher_operations::home::{self, Home};
use usher_operations::request::RequestRow;
use usher_ui::{
    Acts, Aside, Block, ButtonKind, Cell, DataTable, EmptyState, Glyph, Head, LinkButton, PageHead,
    Row, RowHead, Rows, Split, Stat, Stats,
};

use crate::words::{t, t_with};
use crate::{AppState, Place, Visitor, WebError, status, when};

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/", get(page))
}

async fn page(mut visitor: Visitor) -> Result<Response, WebError> {
    let tasks = visitor.numbers().await?.tasks;
    let home = home::show(visitor.cx(), &visitor.caller).await?;
    let now = visitor.cx().now();
    let name = visitor.name.split(' ').next().unwrap_or_default().to_owned();
    visitor
        .page(t("nav-home"), Vec::new(), Place::Home, move || view(home, tasks, &name, now))
        .await
}

fn view(home: Home, tasks: i64, name: &str, now: DateTime<Utc>) -> AnyView {
    let args = [("name", name.to_owned().into())];
    let title = match now.hour() {
        0..=11 => t_with("home-morning", &args),
        12..=17 => t_with("home-afternoon", &args),
        _ => t_with("home-evening", &args),
    };
    let questions = questions::of(&home.open_requests);
    let lede = match questions.first() {
        Some(first) => t_with(
            "home-lede-asked",
            &[("name", first.asked.author.clone().into()), ("count", questions.len().into())],
        ),
        None => t_with("home-lede", &[("count", tasks.into())]),
    };
    let stats = stats(&home, tasks);
    let questions = questions::view(&questions, now);
    let requests = requests(&home.open_requests, now);
    let lately = lately(&home.lately, now);
    let ends = ends_soon(&home.ending_soon, now);
    view! {
        <PageHead title lede>
            <Acts>
                <LinkButton href="/access/request" kind=ButtonKind::Go glyph=Glyph::Plus>
                    {t("nav-request-access")}
                </LinkButton>
            </Acts>
        </PageHead>
        {stats}
        <Split>
            <div>{questions} {requests} {lately}</div>
            <Aside label=t("home-your-access")>{ends}</Aside>
        </Split>
    }
    .into_any()
}

fn stats(home: &Home, tasks: i64) -> AnyView {
    let count = |number: usize| [("count", number.into())];
    let (waits, open) = (tasks.to_string(), home.open_requests.len());
    let (soon, held) = (home.ending_soon.len(), home.held_count.to_string());
    let waiting = t_with("home-waiting", &[("count", tasks.into())]);
    let open_words = t_with("home-open", &count(open));
    let soon_words = t_with("home-ending", &count(soon));
    let held_words = t_with(
        "home-held",
        &[("count", home.application_count.into()), ("number", home.held_count.into())],
    );
    view! {
        <Stats label=t("home-glance")>
            <Stat figure=waits words=waiting href="/tasks" />
            <Stat figure=open.to_string() words=open_words href="#open" />
            <Stat figure=soon.to_string() words=soon_words href="#soon" />
            <Stat figure=held words=held_words href="/access" />
        </Stats>
    }
    .into_any()
}

fn requests(rows: &[RequestRow], now: DateTime<Utc>) -> AnyView {
    if rows.is_empty() {
        return view! {
            <Block id="open" heading=t("home-open-requests")>
                <p class="mute">{t("home-no-open-requests")}</p>
            </Block>
        }
        .into_any();
    }
    let heads = vec![
        Head::words(t("requests-request")),
        Head::words(t("requests-state")),
        Head::time(t("requests-sent")),
    ];
    let rows = rows.iter().map(|row| crate::requests::line(row, now)).collect::<Vec<_>>();
    view! {
        <section id="open">
            <DataTable caption=t("home-open-requests") heads>
                {rows}
            </DataTable>
        </section>
    }
    .into_any()
}

fn lately(rows: &[AccessRow], now: DateTime<Utc>) -> AnyView {
    if rows.is_empty() {
        return view! { <EmptyState title=t("home-nothing-yet") words=t("home-nothing-yet-words") /> }.into_any();
    }
    let heads = vec![
        Head::words(t("access-access")),
        Head::words(t("requests-state")),
        Head::time(t("home-since")),
    ];
    let rows = rows
        .iter()
        .map(|row| {
            let since = when::time(row.ended_at.unwrap_or(row.from), now);
            let (name, application, said) =
                (row.name.clone(), row.application.clone(), status::of(row.words.key()).view());
            view! {
                <Row>
                    <RowHead note=application>{name}</RowHead>
                    <Cell label=t("requests-state")>{said}</Cell>
                    <Cell label=t("home-since")>{since}</Cell>
                </Row>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <section>
            <DataTable caption=t("home-lately") heads>
                {rows}
            </DataTable>
        </section>
    }
    .into_any()
}

fn ends_soon(rows: &[AccessRow], now: DateTime<Utc>) -> AnyView {
    if rows.is_empty() {
        return view! {
            <Block id="soon" heading=t("home-ends-soon")>
                <p class="mute">{t("home-nothing-ends")}</p>
            </Block>
        }
        .into_any();
    }
    let rows = rows.iter().map(|row| ending(row, now)).collect::<Vec<_>>();
    view! {
        <Block id="soon" heading=t("home-ends-soon")>
            <Rows>{rows}</Rows>
        </Block>
    }
    .into_any()
}

fn ending(row: &AccessRow, now: DateTime<Utc>) -> AnyView {
    let ends = t_with(
        "home-ends",
        &[
            ("until", when::words(row.until, now).into()),
            ("words", when::span(row.until - now).into()),
        ],
    );
    let name = row.name.clone();
    let acts = crate::access::acts(row);
    view! {
        <li>
            <strong>{name}</strong>
            <br />
            <small>{ends}</small>
            {acts}
        </li>
    }
    .into_any()
}
