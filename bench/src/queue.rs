//! SPEED-2: what the engine itself costs, with a target inside the process, beside the least that a durable queue does:
//! pgbench claims sixteen rows in one commit and completes them in another.

use std::process::Command;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use secrecy::ExposeSecret as _;
use sqlx::Executor as _;
use usher_cluster::find_binaries;

use crate::ground::{Ground, number};
use crate::null::NullTarget;
use crate::report::Report;
use crate::{machine, pairs};

/// Operations of a leg.
const OPERATIONS: usize = 4_000;

/// Finished operations that are there already.
const HISTORY: i64 = 1_000_000;

/// Jobs at the same time, clients of pgbench.
const CONCURRENCY: usize = 32;

const BATCH: usize = 16;

pub(crate) async fn measure(ground: &Ground, report: &mut Report) -> Result<()> {
    report.section("Claim and completion (SPEED-2, bench/src/queue.rs)");
    ground.allow(i32::try_from(CONCURRENCY)?).await?;
    history(ground).await?;
    let target = Arc::new(NullTarget::default());
    let pairs = pairs::run(
        async || {
            ground.load(OPERATIONS).await?;
            ground.work_off(Arc::<NullTarget>::clone(&target), CONCURRENCY).await
        },
        async || floor(ground).await,
    )
    .await?;
    report.line(
        "operations a second, audited and verified, against rows of a bare queue in batches of 16",
        format!("{} ({:.0}/s, {:.0}/s)", pairs.ratio(), pairs.ours(), pairs.reference()),
        "beside each other, no target",
    );
    costs(ground, &target, report).await
}

/// What noise cannot move.
async fn costs(ground: &Ground, target: &Arc<NullTarget>, report: &mut Report) -> Result<()> {
    const WAL: &str = "select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8";
    const STATEMENTS: &str = "select coalesce(sum(calls), 0)::float8 from pg_stat_statements s
         join pg_database d on d.oid = s.dbid where d.datname = current_database()
           and s.query not like 'select (select count(*) from job%'";
    let mut owner = ground.owner().await?;
    ground.load(OPERATIONS).await?;
    let before = (
        number(&mut owner, WAL).await?,
        number(&mut owner, STATEMENTS).await?,
        machine::cpu_seconds("self")?,
    );
    ground.work_off(Arc::<NullTarget>::clone(target), CONCURRENCY).await?;
    let after = (
        number(&mut owner, WAL).await?,
        number(&mut owner, STATEMENTS).await?,
        machine::cpu_seconds("self")?,
    );
    let each = |total: f64| total / OPERATIONS as f64;
    report.line(
        "WAL of an operation",
        format!("{:.0} bytes", each(after.0 - before.0)),
        "no regression",
    );
    report.line(
        "statements of an operation",
        format!("{:.1}", each(after.1 - before.1)),
        "no regression",
    );
    report.line(
        "CPU of an operation, without Postgres",
        format!("{:.2} ms", each(after.2 - before.2) * 1_000.0),
        "no regression",
    );
    Ok(())
}

/// Work of years that is done: it must not slow down what is claimed now.
async fn history(ground: &Ground) -> Result<()> {
    let mut owner = ground.owner().await?;
    eprintln!("  {HISTORY} finished operations are loaded");
    sqlx::query(
        "insert into job (id, kind, connector_instance_id, priority, state, run_at, max_attempts, correlation_id,
                          enqueued_at, started_at, finished_at, last_outcome)
         select bench_id(), 'test_connector', c.id, 3, 'done', now(), 12, bench_id(),
                now() - n * interval '1 minute', now(), now(), 'verified'
         from generate_series(1, $1) n, connector_instance c",
    )
    .bind(HISTORY)
    .execute(&mut owner)
    .await?;
    owner
        .execute("create table floor_job (id bigserial primary key, state smallint not null, owner integer, payload uuid)")
        .await?;
    owner.execute("create index floor_ready on floor_job (id) where state = 0").await?;
    owner.execute("create index floor_claimed on floor_job (owner) where state = 1").await?;
    Ok(())
}

/// Rows a second of the floor.
async fn floor(ground: &Ground) -> Result<f64> {
    let rows = 64_000_usize;
    let mut owner = ground.owner().await?;
    owner.execute("truncate floor_job").await?;
    sqlx::query("insert into floor_job (state, payload) select 0, gen_random_uuid() from generate_series(1, $1)")
        .bind(i64::try_from(rows)?)
        .execute(&mut owner)
        .await?;
    owner.execute("vacuum analyze floor_job").await?;
    owner.execute("checkpoint").await?;
    let script = std::env::temp_dir().join("usher-bench-floor.sql");
    std::fs::write(
        &script,
        format!(
            "update floor_job set state = 1, owner = :client_id where id in \
             (select id from floor_job where state = 0 order by id limit {BATCH} for update skip locked);\n\
             update floor_job set state = 2 where owner = :client_id and state = 1;\n"
        ),
    )?;
    let rounds = rows / BATCH / CONCURRENCY;
    let output = Command::new(find_binaries()?.program("pgbench"))
        .args(["-n", "-M", "prepared", "-j", "2", "-c"])
        .arg(CONCURRENCY.to_string())
        .arg("-t")
        .arg(rounds.to_string())
        .arg("-f")
        .arg(&script)
        .arg(ground.url.expose_secret())
        .output()
        .context("pgbench does not start")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let done: i64 = sqlx::query_scalar("select count(*) from floor_job where state = 2")
        .fetch_one(&mut owner)
        .await?;
    ensure!(done == i64::try_from(rows)?, "the floor completed {done} of {rows}");
    let text = String::from_utf8_lossy(&output.stdout);
    let tps = text
        .lines()
        .find_map(|line| {
            line.strip_prefix("tps = ")?.split_whitespace().next()?.parse::<f64>().ok()
        })
        .context("pgbench tells no rate")?;
    Ok(tps * BATCH as f64)
}
