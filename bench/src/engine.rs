//! SPEED-1: durable, audited, verified provisioning beside a client that does no more than POST and GET.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use secrecy::SecretString;
use serde_json::{Value, json};
use usher_connector::Connector;
use usher_connector_scim::{ScimConnector, ScimSettings};
use usher_operations::{Clock as _, SystemClock};
use usher_sandbox::{Fault, FaultRule, Sandbox, SandboxHandle, SandboxOptions};

use crate::ground::Ground;
use crate::pairs;
use crate::report::Report;

/// Calls at the same time, on both sides.
const CONCURRENCY: usize = 16;

/// Accounts of a leg: with the eight pairs about 20,000.
const ACCOUNTS: usize = 1_250;

const LATENCY_MS: u64 = 20;

fn directory() -> Result<SandboxHandle> {
    let clock = SystemClock::default();
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    let directory = Sandbox::start(
        listener,
        SandboxOptions {
            token: SecretString::from("bench"),
            control_token: SecretString::from("control"),
            clock: Arc::new(move || clock.now()),
            seed: 1,
            ledger_file: None,
        },
    )?;
    let latency = FaultRule { delay_ms: Some(LATENCY_MS), ..FaultRule::always(Fault::Latency) };
    directory.set_faults(vec![latency]);
    Ok(directory)
}

pub(crate) async fn measure(ground: &Ground, report: &mut Report) -> Result<()> {
    report.section("Provisioning (SPEED-1, bench/src/engine.rs)");
    let directory = directory()?;
    let settings = json!({ "base_url": directory.base_url(), "allowed_networks": "127.0.0.0/8", "token": "env:USHER_SECRET_BENCH" });
    let settings = ScimSettings::from_value(&settings, SecretString::from("bench"))
        .map_err(|errors| anyhow::anyhow!("{errors:?}"))?;
    let connector: Arc<dyn Connector> = Arc::new(ScimConnector::new(settings)?);
    ground.allow(i32::try_from(CONCURRENCY)?).await?;
    let http = reqwest::Client::new();
    let next = AtomicUsize::new(0);
    let mut most_calls = 0.0_f64;
    let pairs = pairs::run(
        async || {
            ground.load(ACCOUNTS).await?;
            let before = directory.ledger(0).len();
            let rate = ground.work_off(Arc::clone(&connector), CONCURRENCY).await?;
            let calls = (directory.ledger(0).len() - before) as f64 / ACCOUNTS as f64;
            most_calls = most_calls.max(calls);
            Ok(rate)
        },
        async || raw(&http, directory.base_url(), &next).await,
    )
    .await?;
    report.line(
        &format!("accounts a second, {CONCURRENCY} at a time, {LATENCY_MS} ms at the target, against POST + GET"),
        format!("{} ({:.0}/s, {:.0}/s)", pairs.ratio(), pairs.ours(), pairs.reference()),
        format!("at least 0.8: {}", pairs.verdict(0.8)),
    );
    let is_met = if most_calls <= 2.0 { "met" } else { "not met" };
    report.line(
        "calls for each account",
        format!("{most_calls:.2}"),
        format!("at most 2: {is_met}"),
    );
    directory.stop().await;
    Ok(())
}

/// POST, then GET of what was made.
async fn raw(http: &reqwest::Client, base: &str, next: &AtomicUsize) -> Result<f64> {
    let began = Instant::now();
    let done: Vec<()> = stream::iter(0..ACCOUNTS)
        .map(|_| async {
            let name = format!("raw.{}", next.fetch_add(1, Ordering::Relaxed));
            let body = json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
                "userName": name, "externalId": name, "displayName": name, "active": true,
                "emails": [{ "value": format!("{name}@bench.example"), "primary": true }],
            });
            let made: Value = http
                .post(format!("{base}/Users"))
                .bearer_auth("bench")
                .header("content-type", "application/scim+json")
                .body(body.to_string())
                .send()
                .await?
                .error_for_status()?
                .json()
                .await?;
            let id = made["id"].as_str().context("no id")?;
            let read: Value = http
                .get(format!("{base}/Users/{id}"))
                .bearer_auth("bench")
                .send()
                .await?
                .error_for_status()?
                .json()
                .await?;
            ensure!(read["userName"] == name.as_str(), "somebody else's record");
            Ok(())
        })
        .buffer_unordered(CONCURRENCY)
        .try_collect()
        .await?;
    ensure!(done.len() == ACCOUNTS);
    Ok(ACCOUNTS as f64 / began.elapsed().as_secs_f64())
}
