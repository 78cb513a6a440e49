#![doc = include_str!("../README.md")]
#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "whoever measures reads along at the terminal"
)]

mod engine;
mod footprint;
mod ground;
mod machine;
mod null;
mod pages;
mod pairs;
mod queue;
mod report;

use std::process::ExitCode;

use anyhow::{Result, bail};

use ground::Ground;
use report::Report;

/// As in the executable that people get.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PARTS: [&str; 4] = ["engine", "queue", "pages", "footprint"];

#[tokio::main]
async fn main() -> ExitCode {
    // Every part shares one implementation of cryptography; a second installation is refused and harmless.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    match run(std::env::args().skip(1).collect()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(asked: Vec<String>) -> Result<()> {
    if let Some(unknown) = asked.iter().find(|part| !PARTS.contains(&part.as_str())) {
        bail!("{unknown} is none of {}", PARTS.join(", "));
    }
    let wants = |part: &str| asked.is_empty() || asked.iter().any(|one| one == part);
    let mut report = Report::default();
    let cluster = ground::cluster().await?;
    if wants("footprint") {
        footprint::measure(&cluster, &mut report).await?;
    }
    if wants("engine") {
        engine::measure(&Ground::open(&cluster, "bench_engine").await?, &mut report).await?;
    }
    if wants("queue") {
        queue::measure(&Ground::open(&cluster, "bench_queue").await?, &mut report).await?;
    }
    if wants("pages") {
        pages::measure(&cluster, &mut report).await?;
    }
    cluster.stop().await;
    print!("{}", report.text());
    if asked.is_empty() {
        report.write()?;
    }
    Ok(())
}
