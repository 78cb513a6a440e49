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
const TIMES: usize = 500;

/// A page, whose it is, and the rows that it shows.
#[derive(Clone)]
struct Page {
    name: &'static str,
    path: String,
    viewer: SubjectId,
    about: SubjectId,
    /// Plain SELECTs of exactly those rows, with the columns that are shown: one for each kind of row. `$1` is whoever
    /// looks, or is looked at. What the frame says is not among them.
    rows: &'static [&'static str],
}

const PEOPLE: &[&str] = &[
    "select p.subject_id, p.display_name, p.state, p.locked_at, w.title, w.kind, w.location, u.name from person p
     left join work_relationship w on w.person_id = p.subject_id left join org_unit u on u.id = w.org_unit_id
     where $1::uuid is not null order by p.display_name, p.subject_id limit 50",
];

const PERSON: &[&str] = &[
    "select p.*, w.*, u.name, m.display_name from person p
     left join work_relationship w on w.person_id = p.subject_id left join org_unit u on u.id = w.org_unit_id
     left join person m on m.subject_id = w.manager_id where p.subject_id = $1",
    "select a.*, v.name, v.effect, v.risk, ap.name, r.id, r.number, t.decided_at, d.display_name from assignment a
     join catalogue_item_version v on v.id = a.item_version_id join catalogue_item c on c.id = v.catalogue_item_id
     join application ap on ap.id = c.application_id
     left join request_item i on i.id = a.request_item_id left join request r on r.id = i.request_id
     left join approval_task t on t.request_item_id = i.id and t.state = 'approved'
     left join person d on d.subject_id = t.approver_id
     where a.subject_id = $1 and a.state <> 'ended' order by ap.name, v.name, a.id",
    "select d.*, t.name, e.name from demand d join lane l on l.id = d.lane_id join target t on t.id = l.target_id
     join entitlement e on e.id = d.entitlement_id where l.subject_id = $1",
    "select a.*, t.name, ap.name, e.name from account a join lane l on l.id = a.lane_id join target t on t.id = l.target_id
     join application ap on ap.id = t.application_id left join observed_grant g on g.lane_id = a.lane_id
     left join entitlement e on e.id = g.entitlement_id where l.subject_id = $1 order by ap.name, t.name",
    "select p.display_name, w.title, u.name, w.location from work_relationship w join person p on p.subject_id = w.person_id
     left join org_unit u on u.id = w.org_unit_id where w.manager_id = $1 order by p.display_name",
];

const INBOX: &[&str] = &[
    // As many lines as the inbox has.
    "select t.id, t.state, t.version, t.due_at, t.opened_at, r.number, r.reason, i.duration_seconds, v.name, v.risk,
            a.name, pe.display_name, pr.display_name from approval_task t
     join request_item i on i.id = t.request_item_id join request r on r.id = i.request_id
     join catalogue_item_version v on v.id = i.item_version_id join catalogue_item c on c.id = v.catalogue_item_id
     join application a on a.id = c.application_id
     join person pe on pe.subject_id = r.requestee_id join person pr on pr.subject_id = r.requester_id
     where t.approver_id = $1 and t.state in ('open', 'returned') and t.opened_at is not null
     order by coalesce(t.due_at, '9999-12-31Z'::timestamptz), t.id limit 200",
    // The card of the first.
    "select i.*, r.*, v.*, p.*, w.* from request_item i join request r on r.id = i.request_id
     join catalogue_item_version v on v.id = i.item_version_id join person p on p.subject_id = r.requestee_id
     left join work_relationship w on w.person_id = p.subject_id
     where i.id = (select t.request_item_id from approval_task t where t.approver_id = $1 and t.state in ('open', 'returned')
                   and t.opened_at is not null order by coalesce(t.due_at, '9999-12-31Z'::timestamptz), t.id limit 1)",
    "select s.*, t.*, p.display_name from approval_stage s join approval_task t on t.stage_id = s.id
     join person p on p.subject_id = t.approver_id
     where s.request_item_id = (select t.request_item_id from approval_task t where t.approver_id = $1
                                and t.state in ('open', 'returned') and t.opened_at is not null
                                order by coalesce(t.due_at, '9999-12-31Z'::timestamptz), t.id limit 1)",
];

const AUDIT: &[&str] = &[
    "select e.*, s.display_name, a.display_name, v.ref, v.value from (
         select * from audit_event where $1::uuid is not null order by occurred_at desc, id desc limit 50) e
     left join person s on s.subject_id = e.subject_id
     left join person a on a.subject_id = case when e.actor like 'person:%' then right(e.actor, 36)::uuid end
     left join audit_personal v on v.event_id = e.id order by e.occurred_at desc, e.id desc",
];

pub(crate) async fn measure(cluster: &Cluster, report: &mut Report) -> Result<()> {
    report.section("Pages of the standard load (SPEED-8, bench/src/pages.rs)");
    let url = database(cluster, "bench_pages").await?;
    Store::migrate(&url).await?;
    let cx = context(&url, 24).await?;
    let administrator = standard_load(&cx, report).await?;
    let mut owner =
        <PgConnection as sqlx::Connection>::connect(secrecy::ExposeSecret::expose_secret(&url))
            .await?;
    sqlx::query("vacuum analyze").execute(&mut owner).await?;
    let busiest = "select approver_id from approval_task where state = 'open' group by 1 order by count(*) desc, 1 limit 1";
    let approver = SubjectId(sqlx::query(busiest).fetch_one(&mut owner).await?.get(0));
    let holder = "select subject_id from assignment where state <> 'ended' group by 1 order by count(*) desc, 1 limit 1";
    let holder = SubjectId(sqlx::query(holder).fetch_one(&mut owner).await?.get(0));
    let page = |name, path: String, viewer, about, rows| Page { name, path, viewer, about, rows };
    let pages = [
        page("people", "/people".to_owned(), administrator, administrator, PEOPLE),
        page("one person", format!("/people/{holder}"), administrator, holder, PERSON),
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
        owner = one(&app, owner, page, report).await?;
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
    mut owner: PgConnection,
    page: &Page,
    report: &mut Report,
) -> Result<PgConnection> {
    const STATEMENTS: &str = "select coalesce(sum(s.calls), 0)::float8 from pg_stat_statements s
         join pg_database d on d.oid = s.dbid
         where d.datname = current_database() and s.query not like '%pg_stat_statements%'";
    let bytes = show(app, page).await?;
    let statements = number(&mut owner, STATEMENTS).await?;
    show(app, page).await?;
    let statements = number(&mut owner, STATEMENTS).await? - statements;
    let mut owner = Some(owner);
    let mut cpu = 0.0;
    let mut rows = 0;
    let pairs = {
        let cpu = &mut cpu;
        let rows = &mut rows;
        let owner = &mut owner;
        pairs::run(
            async || {
                let (began, before) = (Instant::now(), machine::cpu_seconds("self")?);
                tokio::spawn(show_often(app.clone(), page.clone())).await??;
                *cpu += machine::cpu_seconds("self")? - before;
                Ok(TIMES as f64 / began.elapsed().as_secs_f64())
            },
            async || {
                let conn = owner.take().context("the connection is in use")?;
                let began = Instant::now();
                let (conn, found) = tokio::spawn(select_often(conn, page.clone())).await??;
                let took = began.elapsed();
                *rows = found;
                *owner = Some(conn);
                Ok(TIMES as f64 / took.as_secs_f64())
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
    owner.context("the connection is in use")
}

/// Both sides run as tasks, as requests do in the server: whoever reads from a socket is woken where it runs.
async fn show_often(app: Router, page: Page) -> Result<()> {
    for _ in 0..TIMES {
        show(&app, &page).await?;
    }
    Ok(())
}

/// How many rows were read the last time.
async fn select_often(mut conn: PgConnection, page: Page) -> Result<(PgConnection, usize)> {
    let mut rows = 0;
    for _ in 0..TIMES {
        rows = 0;
        for select in page.rows {
            rows += sqlx::query(*select).bind(page.about.0).fetch_all(&mut conn).await?.len();
        }
    }
    Ok((conn, rows))
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
