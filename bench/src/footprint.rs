//! SPEED-15: size, memory and start of the executable that people get.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use futures::{StreamExt as _, stream};
use secrecy::{ExposeSecret as _, SecretString};
use usher_cluster::Cluster;

use crate::report::Report;
use crate::{ground, machine, pairs};

/// Starts and migrations that are measured.
const TIMES: usize = 7;

/// Requests of the storm, so many at the same time.
const STORM: usize = 20_000;
const AT_ONCE: usize = 64;

fn executable() -> Result<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/release/usher");
    ensure!(path.is_file(), "there is no release: bench/run builds it");
    Ok(path)
}

pub(crate) async fn measure(cluster: &Cluster, report: &mut Report) -> Result<()> {
    report.section("Footprint (SPEED-15, bench/src/footprint.rs)");
    let executable = executable()?;
    let megabytes = std::fs::metadata(&executable)?.len() as f64 / 1e6;
    report.line("executable", format!("{megabytes:.1} MB"), judged("MB", megabytes, 60.0));
    let mut migrations = Vec::new();
    let mut url = SecretString::from("");
    for _ in 0..TIMES {
        url = ground::database(cluster, "bench_footprint").await?;
        let began = Instant::now();
        let status = Command::new(&executable)
            .args(["migrate", "--log", "error", "--database-url"])
            .arg(url.expose_secret())
            .stdout(Stdio::null())
            .status()?;
        ensure!(status.success(), "the database was not migrated");
        migrations.push(began.elapsed().as_secs_f64());
    }
    let migration = pairs::median(&migrations);
    report.line(
        "empty database migrated",
        format!("{migration:.2} s"),
        judged("s", migration, 3.0),
    );
    let http = reqwest::Client::new();
    let mut starts = Vec::new();
    let mut last = None;
    for _ in 0..TIMES {
        drop(last.take());
        let (server, seconds) = Server::start(&executable, &url, &http).await?;
        starts.push(seconds);
        last = Some(server);
    }
    let start = pairs::median(&starts);
    report.line("start to ready", format!("{start:.2} s"), judged("s", start, 0.5));
    let server = last.context("a server")?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let idle = server.memory("VmRSS")?;
    report.line("memory at rest", format!("{idle:.0} MB"), judged("MB", idle, 60.0));
    server.storm(&http).await?;
    let storm = server.memory("VmHWM")?;
    report.line(
        &format!("memory at most, {STORM} pages, {AT_ONCE} at once"),
        format!("{storm:.0} MB"),
        judged("MB", storm, 250.0),
    );
    Ok(())
}

fn judged(unit: &str, figure: f64, most: f64) -> String {
    let words = if figure <= most { "met" } else { "not met" };
    format!("at most {most} {unit}: {words}")
}

/// `usher serve`, with workers.
struct Server {
    process: Child,
    address: String,
    folder: PathBuf,
}

impl Server {
    async fn start(
        executable: &Path,
        url: &SecretString,
        http: &reqwest::Client,
    ) -> Result<(Self, f64)> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let folder = std::env::temp_dir().join(format!("usher-bench-{}", std::process::id()));
        let address = format!("http://127.0.0.1:{port}");
        let began = Instant::now();
        let process = Command::new(executable)
            .args([
                "serve",
                "--log",
                "error",
                "--listen",
                &format!("127.0.0.1:{port}"),
                "--mail-folder",
            ])
            .arg(&folder)
            .arg("--database-url")
            .arg(url.expose_secret())
            .stdout(Stdio::null())
            .spawn()?;
        let server = Self { process, address, folder };
        let ready = format!("{}/health/ready", server.address);
        while !http.get(&ready).send().await.is_ok_and(|answer| answer.status().is_success()) {
            ensure!(began.elapsed() < Duration::from_secs(30), "the server does not get ready");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok((server, began.elapsed().as_secs_f64()))
    }

    fn memory(&self, figure: &str) -> Result<f64> {
        machine::memory_mb(&self.process.id().to_string(), figure)
    }

    async fn storm(&self, http: &reqwest::Client) -> Result<()> {
        let page = format!("{}/sign-in", self.address);
        let good = stream::iter(0..STORM)
            .map(|_| async {
                http.get(&page).send().await.is_ok_and(|answer| answer.status() == 200)
            })
            .buffer_unordered(AT_ONCE)
            .filter(|is_good| std::future::ready(*is_good))
            .count()
            .await;
        ensure!(good == STORM, "{good} of {STORM} pages came");
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
