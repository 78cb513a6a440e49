//! From asking to a role in somebody's database and back, by the executable, looked at with psql.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use chrono::TimeDelta;
use secrecy::ExposeSecret as _;
use serde_json::json;
use usher_cluster::{Cluster, ClusterOptions};
use usher_company::{
    ADMINISTRATOR, Directory, EMPLOYEE, Founded, MANAGER, Mark, OWNER, SqlTarget, Targets, found,
    group_names,
};
use usher_domain::access::Words;
use usher_operations::access_rules::KnownRules;
use usher_operations::request::{self, ItemView};
use usher_operations::{Caller, Context, OsRandom, SystemClock, assignment, connector};
use usher_store::{Store, StoreOptions};
use usher_testkit::{TestDatabase, asking};
use usher_vocabulary::{Realisation, RequestId};

/// What the demonstration fills its second cluster with.
const CONTENT: &str = include_str!("../../src/demo/roles.sql");

const READ: &str = "Reporting tables, read";
const BILLS: &str = "Billing tables, read";

/// How long the executable may take for what takes it a second.
const WITHIN: Duration = Duration::from_secs(60);

struct Harness {
    cx: Context,
    company: Founded,
    worker: Child,
    warehouse: Cluster,
    folder: PathBuf,
}

impl Harness {
    async fn open() -> Result<Self> {
        // Short, because the path of a socket has to be.
        let folder = PathBuf::from(format!("/tmp/uwh-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("secrets"))?;
        std::fs::write(folder.join("secrets/roles-password"), "provision\n")?;
        let warehouse = Cluster::start(ClusterOptions {
            data_dir: folder.join("roles"),
            socket_dir: folder.join("s"),
            durable: false,
            max_connections: 20,
            run_as: None,
        })
        .await?;
        for _ in 0..2 {
            // The second time is the next start of the demonstration.
            psql(&warehouse, "postgres", &format!("\\set password provision\n{CONTENT}"))?;
        }
        let database = TestDatabase::create().await?;
        let options = StoreOptions {
            url: database.url.clone(),
            connections: 4,
            statement_timeout: Duration::from_secs(20),
            name: "usher warehouse test",
        };
        let cx = Context {
            store: Store::connect(&options).await?,
            clock: Arc::new(SystemClock::default()),
            random: Arc::new(OsRandom),
            rules: Arc::new(KnownRules::built_in()?),
        };
        let targets = Targets { sql: Some(sql_target(&warehouse)?), ..nowhere().into() };
        let company = found(&cx, &targets, Mark::Company).await?;
        let worker = Command::new(env!("CARGO_BIN_EXE_usher"))
            .args(["work", "--slots", "4", "--urgent-slots", "2", "--log", "error"])
            .arg("--database-url")
            .arg(database.url.expose_secret())
            .arg("--secrets-folder")
            .arg(folder.join("secrets"))
            .arg("--sockets-root")
            .arg(folder.join("s"))
            .arg("--mail-folder")
            .arg(folder.join("mail"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .context("the executable starts")?;
        Ok(Self { cx, company, worker, warehouse, folder })
    }

    async fn caller(&self, email: &str) -> Result<Caller> {
        asking::caller(&self.cx, &self.company, email).await
    }

    /// The employee asks, and everybody who has to approves.
    async fn approved(&self, item: &str) -> Result<RequestId> {
        let (cx, company) = (&self.cx, &self.company);
        let sent = asking::ask(cx, company, EMPLOYEE, item, TimeDelta::days(1)).await?;
        for approver in [MANAGER, OWNER] {
            asking::approve_all(cx, company, approver).await?;
        }
        Ok(sent.id)
    }

    async fn item(&self, request: RequestId) -> Result<ItemView> {
        let caller = self.caller(EMPLOYEE).await?;
        let mut view = request::show(&self.cx, &caller, request).await?;
        view.items.pop().context("an item")
    }

    async fn give_back(&self, request: RequestId) -> Result<()> {
        let id = self.item(request).await?.assignment.context("held")?;
        assignment::give_back(&self.cx, &self.caller(EMPLOYEE).await?, id, None).await?;
        Ok(())
    }

    /// Waits until a person reads these words.
    async fn wait_for(&self, request: RequestId, words: Words) -> Result<ItemView> {
        let end = Instant::now() + WITHIN;
        loop {
            let item = self.item(request).await?;
            if item.words == words {
                return Ok(item);
            }
            ensure!(
                Instant::now() < end,
                "{:?} instead of {words:?}: {:?}",
                item.words,
                item.lines
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// What the connector says to the administrator who tests it.
    async fn tested(&self) -> Result<String> {
        let caller = self.caller(ADMINISTRATOR).await?;
        let all = connector::list(&self.cx, &caller).await?;
        let id = all.iter().find(|c| c.kind == "sql").context("a connector")?.id;
        connector::test(&self.cx, &caller, id, None).await?;
        let end = Instant::now() + WITHIN;
        loop {
            if let Some(test) = connector::show(&self.cx, &caller, id).await?.last_test {
                ensure!(test.has_succeeded, "{}", test.words);
                return Ok(test.words);
            }
            ensure!(Instant::now() < end, "the test has no answer");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// What the superuser's psql shows of the employee's role: may it sign in, and its memberships.
    fn role(&self) -> Result<String> {
        let sql = "select rolcanlogin, array(
                select held.rolname from pg_auth_members member
                join pg_roles held on held.oid = member.roleid
                where member.member = role.oid order by 1
            ) from pg_roles role where rolname = 'ines.carvalho';";
        psql(&self.warehouse, "warehouse", sql)
    }
}

impl Drop for Harness {
    fn drop(&mut self) {
        let _ = self.worker.kill();
        let _ = self.worker.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A directory that no request here needs, at an address where nobody answers.
fn nowhere() -> Directory {
    Directory {
        settings: json!({ "base_url": "http://127.0.0.1:1", "token": "file:none" }),
        groups: group_names()
            .into_iter()
            .map(|g| (g.to_owned(), g.to_owned()))
            .collect::<BTreeMap<_, _>>(),
        concurrency: 1,
        call_timeout_ms: 1_000,
    }
}

fn sql_target(warehouse: &Cluster) -> Result<SqlTarget> {
    let roles = psql(warehouse, "postgres", "select rolname from pg_roles where not rolcanlogin;")?;
    Ok(SqlTarget {
        settings: json!({
            "host": warehouse.address().socket_dir,
            "database": "warehouse",
            "user": "usher_provisioner",
            "password": "file:roles-password",
        }),
        roles: roles.lines().map(str::to_owned).collect(),
    })
}

fn psql(cluster: &Cluster, database: &str, sql: &str) -> Result<String> {
    let address = cluster.address();
    ask(cluster, &address.user, address.password.expose_secret(), database, sql)
}

fn ask(cluster: &Cluster, user: &str, password: &str, database: &str, sql: &str) -> Result<String> {
    let mut child = Command::new(cluster.binaries().program("psql"))
        .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", user, "-d", database, "-h"])
        .arg(&cluster.address().socket_dir)
        .env("PGPASSWORD", password)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    child.stdin.take().context("psql listens")?.write_all(sql.as_bytes())?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_becomes_a_role_that_works_and_ends() -> Result<()> {
    let harness = Harness::open().await?;
    assert_eq!(harness.role()?, "", "nobody is there before");
    let words = harness.tested().await?;
    let version = psql(&harness.warehouse, "postgres", "show server_version_num;")?;
    let is_tamed = version.parse::<u32>()? >= 160_000;
    assert_eq!(words.contains("close to a superuser"), !is_tamed, "{words}");
    assert_eq!(words.matches("Warning").count(), usize::from(!is_tamed), "{words}");

    let reports = harness.approved(READ).await?;
    let item = harness.wait_for(reports, Words::YouHaveThis).await?;
    assert_eq!(item.lines[0].realisation, Realisation::Verified, "{:?}", item.lines);
    let evidence = item.lines[0].evidence.clone().context("evidence")?;
    assert!(
        evidence.contains("ines.carvalho") && evidence.contains("reporting_reader"),
        "{evidence}"
    );
    assert_eq!(harness.role()?, "t|{reporting_reader}");

    let bills = harness.approved(BILLS).await?;
    harness.wait_for(bills, Words::YouHaveThis).await?;
    assert_eq!(harness.role()?, "t|{billing_reader,reporting_reader}");

    // It is access, not only an entry: how she signs in is the server's own affair.
    psql(&harness.warehouse, "postgres", "alter role \"ines.carvalho\" password 'her own';")?;
    let as_her = |sql| ask(&harness.warehouse, "ines.carvalho", "her own", "warehouse", sql);
    assert_eq!(as_her("select count(*) > 0 from reporting.daily_figure;")?, "t");
    assert!(as_her("delete from billing.invoice;").is_err());

    harness.give_back(bills).await?;
    harness.wait_for(bills, Words::GivenBack).await?;
    assert_eq!(harness.role()?, "t|{reporting_reader}", "what she still has stays");
    assert!(as_her("select count(*) from billing.invoice;").is_err());

    harness.give_back(reports).await?;
    let item = harness.wait_for(reports, Words::GivenBack).await?;
    assert_eq!(item.lines[0].realisation, Realisation::Verified, "{:?}", item.lines);
    assert_eq!(harness.role()?, "f|{}", "the last access takes the sign-in with it");
    assert!(as_her("select 1;").is_err());
    Ok(())
}
