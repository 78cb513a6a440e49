//! The ground that the legs run on: a durable cluster, a company, work to do.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tokio_util::sync::CancellationToken;
use usher_cluster::{Cluster, ClusterOptions, identity};
use usher_company::{Directory, Founded, Mark, Targets, found, group_names};
use usher_connector::Connector;
use usher_engine::{Engine, EngineOptions, EngineParts};
use usher_notify::{Letter, MailError, Mailer};
use usher_operations::access_rules::KnownRules;
use usher_operations::{Context, OsRandom, SystemClock};
use usher_store::{Store, StoreOptions};

use crate::null::OnlyThis;

/// A cluster of its own with statistics of statements.
pub(crate) async fn cluster() -> Result<Cluster> {
    let cluster = Cluster::start(options()?).await?;
    let mut owner = PgConnection::connect(cluster.url("postgres").expose_secret()).await?;
    let loaded: String =
        sqlx::query_scalar("show shared_preload_libraries").fetch_one(&mut owner).await?;
    if loaded.contains("pg_stat_statements") {
        return Ok(cluster);
    }
    owner.execute("alter system set shared_preload_libraries = 'pg_stat_statements'").await?;
    owner.close().await?;
    cluster.stop().await;
    Ok(Cluster::start(options()?).await?)
}

fn options() -> Result<ClusterOptions> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench");
    let is_root = nix::unistd::geteuid().is_root();
    // As root the server is somebody else, who may not be able to read the clone.
    let base = if is_root { identity::data_home().join("bench") } else { target };
    std::fs::create_dir_all(&base)?;
    let socket_dir = if is_root { base.join("s") } else { identity::socket_home().join("bench") };
    Ok(ClusterOptions {
        data_dir: base.join("data"),
        socket_dir,
        durable: true,
        max_connections: 200,
        run_as: None,
    })
}

/// An empty database that is migrated; one of the same name is dropped.
pub(crate) async fn database(cluster: &Cluster, name: &str) -> Result<SecretString> {
    let mut owner = PgConnection::connect(cluster.url("postgres").expose_secret()).await?;
    owner.execute(AssertSqlSafe(format!("drop database if exists {name} with (force)"))).await?;
    Store::create_database(&cluster.url("postgres"), name).await?;
    let url = cluster.url(name);
    let mut owner = PgConnection::connect(url.expose_secret()).await?;
    owner.execute("create extension if not exists pg_stat_statements").await?;
    Ok(url)
}

/// As many connections at most as the command whose work is measured may have.
pub(crate) async fn context(url: &SecretString, connections: u32) -> Result<Context> {
    let options = StoreOptions {
        url: url.clone(),
        connections,
        statement_timeout: Duration::from_secs(120),
        name: "usher bench",
    };
    Ok(Context {
        store: Store::connect(&options).await?,
        clock: Arc::new(SystemClock::default()),
        random: Arc::new(OsRandom),
        rules: Arc::new(KnownRules::built_in()?),
    })
}

/// A company without anything to do.
pub(crate) struct Ground {
    pub(crate) cx: Context,
    pub(crate) url: SecretString,
    pub(crate) company: Founded,
    loaded: std::cell::Cell<usize>,
}

impl std::fmt::Debug for Ground {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ground").finish_non_exhaustive()
    }
}

/// Ids like those of the product: those of one time stand beside each other in an index (RFC 9562, section 5.7).
const BENCH_ID: &str = "create function bench_id() returns uuid language sql volatile as $$
     select (lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
             || '7' || substr(r, 2, 3) || '8' || substr(r, 5, 15))::uuid
     from (select replace(gen_random_uuid()::text, '-', '') as r) random $$";

impl Ground {
    pub(crate) async fn open(cluster: &Cluster, name: &str) -> Result<Self> {
        let url = database(cluster, name).await?;
        Store::migrate(&url).await?;
        let cx = context(&url, 16).await?;
        let groups: BTreeMap<String, String> =
            group_names().into_iter().map(|name| (name.to_owned(), name.to_owned())).collect();
        let directory =
            Directory { settings: Value::Null, groups, concurrency: 16, call_timeout_ms: 10_000 };
        let company = found(&cx, &Targets::from(directory), Mark::Company).await?;
        PgConnection::connect(url.expose_secret()).await?.execute(BENCH_ID).await?;
        Ok(Self { cx, url, company, loaded: std::cell::Cell::new(0) })
    }

    pub(crate) async fn owner(&self) -> Result<PgConnection> {
        Ok(PgConnection::connect(self.url.expose_secret()).await?)
    }

    /// Calls at the same time that the target takes.
    pub(crate) async fn allow(&self, concurrency: i32) -> Result<()> {
        sqlx::query("update connector_instance set concurrency = $1")
            .bind(concurrency)
            .execute(&mut self.owner().await?)
            .await?;
        Ok(())
    }

    /// Makes `count` people who are to have an account, and the jobs that give it to them. Plain SQL: it is not measured.
    pub(crate) async fn load(&self, count: usize) -> Result<()> {
        let first = self.loaded.replace(self.loaded.get() + count);
        let mut owner = self.owner().await?;
        let numbers = (i64::try_from(first)?, i64::try_from(first + count - 1)?);
        let target = self.company.target.0;
        sqlx::query(
            "insert into entitlement (id, target_id, kind, native_id, name, effect, risk)
             values (bench_id(), $1, 'account', '', 'An account', 'Sign in.', 'low') on conflict do nothing",
        )
        .bind(target)
        .execute(&mut owner)
        .await?;
        for statement in [
            "create temp table fresh as
             select n, bench_id() as subject, bench_id() as lane from generate_series($1::bigint, $2::bigint) n",
            "insert into subject (id, kind, created_at) select subject, 'person', now() from fresh where n between $1 and $2",
            "insert into person (subject_id, display_name, user_name, email, state, updated_at)
             select subject, 'Person ' || n, 'bench.' || n, 'bench.' || n || '@bench.example', 'active', now()
             from fresh where n between $1 and $2",
        ] {
            sqlx::query(statement).bind(numbers.0).bind(numbers.1).execute(&mut owner).await?;
        }
        for statement in [
            "insert into lane (id, subject_id, target_id, wanted_seq) select lane, subject, $1, 1 from fresh",
            "insert into demand (id, lane_id, entitlement_id, direction, realisation, wanted_seq, changed_at)
             select bench_id(), lane, e.id, 'grant', 'not_started', 1, now()
             from fresh, entitlement e where e.target_id = $1 and e.kind = 'account'",
            "insert into job (id, kind, lane_id, connector_instance_id, priority, state, run_at, max_attempts,
                              correlation_id, enqueued_at)
             select bench_id(), 'provision', lane, t.connector_instance_id, 3, 'queued', now(), 12,
                    bench_id(), now()
             from fresh, target t where t.id = $1",
        ] {
            sqlx::query(statement).bind(target).execute(&mut owner).await?;
        }
        // Every leg begins from the same place: what it touches first is logged as a whole page.
        owner.execute("vacuum analyze").await?;
        owner.execute("checkpoint").await?;
        Ok(())
    }

    /// Works off everything that was loaded. Returns operations in a second, after checking that every one is verified.
    pub(crate) async fn work_off(
        &self,
        connector: Arc<dyn Connector>,
        slots: usize,
    ) -> Result<f64> {
        let mut owner = self.owner().await?;
        // Each by its own index: looking must cost nothing, whatever the history.
        let waiting = "select (select count(*) from job where state in ('queued', 'retry_wait'))
                            + (select count(*) from job where state = 'running')";
        let count: i64 = sqlx::query_scalar(waiting).fetch_one(&mut owner).await?;
        let engine = Engine::new(EngineParts {
            cx: self.cx.clone(),
            factory: Arc::new(OnlyThis(connector)),
            mailer: Arc::new(Nobody),
            options: EngineOptions {
                worker: "bench".to_owned(),
                slots,
                urgent_slots: 2,
                urgent_reserve: 0,
                lease_margin: Duration::from_secs(3),
                poll: Duration::from_millis(20),
                base_url: "http://127.0.0.1".to_owned(),
            },
        });
        let stop = CancellationToken::new();
        let began = Instant::now();
        let working = tokio::spawn(engine.run(stop.clone()));
        while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut owner).await? > 0 {
            tokio::time::sleep(Duration::from_millis(25)).await;
            ensure!(began.elapsed() < Duration::from_secs(600), "the work does not end");
        }
        let seconds = began.elapsed().as_secs_f64();
        stop.cancel();
        working.await?;
        let left: i64 =
            sqlx::query_scalar("select count(*) from demand where realisation <> 'verified'")
                .fetch_one(&mut owner)
                .await?;
        ensure!(left == 0, "{left} operations are not verified");
        let unsaid: i64 = sqlx::query_scalar(
            "select count(*) from demand d where not exists (
                 select from audit_event a where a.action = 'demand.verified' and a.object_id = d.id)",
        )
        .fetch_one(&mut owner)
        .await?;
        ensure!(unsaid == 0, "{unsaid} operations are not in the record");
        Ok(count as f64 / seconds)
    }
}

/// Nobody is written to.
#[derive(Debug)]
struct Nobody;

#[async_trait::async_trait]
impl Mailer for Nobody {
    async fn send(&self, _: &Letter) -> Result<(), MailError> {
        Ok(())
    }
}

/// A number that the server keeps.
pub(crate) async fn number(owner: &mut PgConnection, sql: &'static str) -> Result<f64> {
    sqlx::query_scalar(sql).fetch_one(owner).await.context(sql)
}
