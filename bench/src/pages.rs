//! SPEED-8: pages of the standard load beside the bare SELECT of the rows that they show.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::Value;
use sqlx::{PgConnection, Row as _};
use tower::ServiceExt as _;
use tower_sessions::session::{Id, Record};
use tower_sessions::{Session, SessionStore, session_store};
use usher_app::AppState;
use usher_cluster::Cluster;
use usher_company::{
    ADMINISTRATOR, Directory, Mark, Size, Targets, found, group_names, grow, grown_group_names,
    load, loaded_group_names,
};
use usher_operations::Context;
use usher_store::Store;
use usher_vocabulary::SubjectId;

use crate::ground::{context, database, number};
use crate::report::Report;
use crate::{machine, pairs};

const SIZE: Size = Size { people: 10_000, applications: 200 };
const SEED: u64 = 20_001;

/// Pages, or SELECTs, of a leg.
const TIMES: usize = 40;

/// A page, whose it is, and the rows that it shows. `$1` is whoever looks, or is looked at.
struct Page {
    name: &'static str,
    path: String,
    viewer: SubjectId,
    about: SubjectId,
    rows: &'static str,
}

const PEOPLE: &str = "select p.*, w.title, u.name from person p
     left join work_relationship w on w.person_id = p.subject_id left join org_unit u on u.id = w.org_unit_id
     where $1::uuid is not null order by p.display_name, p.subject_id limit 50";

const PERSON: &str = "select p.*, w.*, a.*, v.name, ap.name from person p
     left join work_relationship w on w.person_id = p.subject_id
     left join assignment a on a.subject_id = p.subject_id and a.state <> 'ended'
     left join catalogue_item_version v on v.id = a.item_version_id
     left join catalogue_item c on c.id = v.catalogue_item_id left join application ap on ap.id = c.application_id
     where p.subject_id = $1";

const INBOX: &str = "select t.*, i.*, r.*, v.name, q.display_name from approval_task t
     join request_item i on i.id = t.request_item_id join request r on r.id = i.request_id
     join catalogue_item_version v on v.id = i.item_version_id join person q on q.subject_id = r.requestee_id
     where t.approver_id = $1 and t.state = 'open' order by t.due_at limit 50";

const AUDIT: &str = "select e.*, p.display_name from audit_event e left join person p on p.subject_id = e.subject_id
     where $1::uuid is not null order by e.occurred_at desc, e.id desc limit 50";

pub(crate) async fn measure(cluster: &Cluster, report: &mut Report) -> Result<()> {
    report.section("Pages of the standard load (SPEED-8, bench/src/pages.rs)");
    let url = database(cluster, "bench_pages").await?;
    Store::migrate(&url).await?;
    let cx = context(&url).await?;
    let administrator = standard_load(&cx, report).await?;
    let mut owner =
        <PgConnection as sqlx::Connection>::connect(secrecy::ExposeSecret::expose_secret(&url))
            .await?;
    sqlx::query("vacuum analyze").execute(&mut owner).await?;
    let busiest = "select approver_id from approval_task where state = 'open' group by 1 order by count(*) desc, 1 limit 1";
    let approver = SubjectId(sqlx::query(busiest).fetch_one(&mut owner).await?.get(0));
    let page = |name, path: String, viewer, about, rows| Page { name, path, viewer, about, rows };
    let pages = [
        page("people", "/people".to_owned(), administrator, administrator, PEOPLE),
        page("one person", format!("/people/{approver}"), administrator, approver, PERSON),
        page("inbox", "/tasks".to_owned(), approver, approver, INBOX),
        page("audit", "/audit".to_owned(), administrator, administrator, AUDIT),
    ];
    let app = usher_app::router(AppState {
        cx,
        company: "Harbourline".to_owned(),
        doors: Arc::default(),
        demo: None,
    });
    for page in &pages {
        one(&app, &mut owner, page, report).await?;
    }
    Ok(())
}

async fn standard_load(cx: &Context, report: &mut Report) -> Result<SubjectId> {
    let names = group_names().into_iter().chain(grown_group_names()).map(str::to_owned);
    let names = names.chain(loaded_group_names(SIZE));
    let groups: BTreeMap<String, String> = names.map(|name| (name.clone(), name)).collect();
    let directory =
        Directory { settings: Value::Null, groups, concurrency: 16, call_timeout_ms: 10_000 };
    let began = Instant::now();
    let company = found(cx, &Targets::from(directory.clone()), Mark::Company).await?;
    let company = grow(cx, &company, &directory, SEED).await?;
    let loaded = load(cx, &company, &directory, SIZE, SEED, |_| {}).await?;
    report.line(
        "the load",
        format!(
            "{} people, {} applications, {} requests, {} assignments, {} entries in {:.0} s",
            loaded.people,
            loaded.applications,
            loaded.requests,
            loaded.assignments,
            loaded.events,
            began.elapsed().as_secs_f64()
        ),
        "",
    );
    company.people.get(ADMINISTRATOR).copied().context("no administrator")
}

async fn one(
    app: &Router,
    owner: &mut PgConnection,
    page: &Page,
    report: &mut Report,
) -> Result<()> {
    const STATEMENTS: &str = "select coalesce(sum(s.calls), 0)::float8 from pg_stat_statements s
         join pg_database d on d.oid = s.dbid
         where d.datname = current_database() and s.query not like '%pg_stat_statements%'";
    let bytes = show(app, page).await?;
    let statements = number(owner, STATEMENTS).await?;
    show(app, page).await?;
    let statements = number(owner, STATEMENTS).await? - statements;
    let mut cpu = 0.0;
    let mut rows = 0;
    let pairs = {
        let cpu = &mut cpu;
        let rows = &mut rows;
        pairs::run(
            async || {
                let (began, before) = (Instant::now(), machine::cpu_seconds("self")?);
                for _ in 0..TIMES {
                    show(app, page).await?;
                }
                *cpu += machine::cpu_seconds("self")? - before;
                Ok(TIMES as f64 / began.elapsed().as_secs_f64())
            },
            async || {
                let began = Instant::now();
                for _ in 0..TIMES {
                    *rows = sqlx::query(page.rows)
                        .bind(page.about.0)
                        .fetch_all(&mut *owner)
                        .await?
                        .len();
                }
                Ok(TIMES as f64 / began.elapsed().as_secs_f64())
            },
        )
        .await?
    };
    ensure!(rows > 0, "{} shows nothing", page.name);
    report.line(
        &format!("{}: pages a second against the bare SELECT of {rows} rows", page.name),
        format!("{} ({:.0}/s, {:.0}/s)", pairs.ratio(), pairs.ours(), pairs.reference()),
        format!("at least 0.2: {}", pairs.verdict(0.2)),
    );
    let is_met = if statements <= 8.0 { "met" } else { "not met" };
    report.line(
        &format!("{}: statements, without the session's own", page.name),
        format!("{statements:.0}"),
        format!("at most 8: {is_met}"),
    );
    let each = cpu / ((pairs::PAIRS + 1) * TIMES) as f64 * 1_000.0;
    report.line(&format!("{}: CPU", page.name), format!("{each:.1} ms, {bytes} bytes"), "reported");
    Ok(())
}

/// The whole page; its length.
async fn show(app: &Router, page: &Page) -> Result<usize> {
    let session = Session::new(None, Arc::new(Nowhere), None);
    session.insert("person", page.viewer).await?;
    session.insert("method", "demo").await?;
    let mut request = Request::get(&page.path).body(Body::empty())?;
    request.extensions_mut().insert(session);
    let response = app.clone().oneshot(request).await?;
    ensure!(response.status() == 200, "{} answers {}", page.path, response.status());
    Ok(to_bytes(response.into_body(), usize::MAX).await?.len())
}

/// A session that is written nowhere: what is measured is the page.
#[derive(Debug)]
struct Nowhere;

#[async_trait::async_trait]
impl SessionStore for Nowhere {
    async fn save(&self, _: &Record) -> session_store::Result<()> {
        Ok(())
    }

    async fn load(&self, _: &Id) -> session_store::Result<Option<Record>> {
        Ok(None)
    }

    async fn delete(&self, _: &Id) -> session_store::Result<()> {
        Ok(())
    }
}
