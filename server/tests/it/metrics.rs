//! What Prometheus reads.

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use usher_company::{EMPLOYEE, MANAGER};
use usher_testkit::World;

use crate::process::{Process, ask};

fn value(text: &str, name: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_stand_on_an_address_of_their_own_and_name_nobody() -> Result<()> {
    let world = World::open().await?;
    let sent = world.ask(EMPLOYEE, "Display bank reconciliations", TimeDelta::days(7)).await?;
    let process = Process::serve(&world, &[])?;
    let pages = process.pages.as_str();
    assert_eq!(ask(pages, "GET", "/sign-in", "")?.status, 200);
    assert_eq!(ask(pages, "GET", "/search?q=canary.7f3%40harbourline.example", "")?.status, 303);
    assert_eq!(ask(pages, "GET", "/canary-7f3", "")?.status, 404);
    assert_eq!(ask(pages, "CANARY7F3", "/sign-in", "")?.status, 405);
    let secret = format!("/requests/{}", sent.id);
    assert_eq!(ask(pages, "GET", &secret, "")?.status, 303);
    assert_ne!(ask(pages, "GET", "/metrics", "")?.status, 200, "counters beside the pages");

    let read = ask(&process.metrics, "GET", "/metrics", "")?;
    assert_eq!(read.status, 200);
    assert!(read.header("content-type").is_some_and(|t| t.starts_with("text/plain")));
    for line in [
        "usher_http_requests_total{method=\"GET\",route=\"/sign-in\",status=\"200\"} 1",
        "usher_http_requests_total{method=\"GET\",route=\"/requests/{id}\",status=\"303\"} 1",
        "usher_http_requests_total{method=\"GET\",route=\"other\",status=\"404\"} 2",
        "usher_http_request_duration_seconds_bucket{method=\"GET\",route=\"/sign-in\",status=\"200\",le=\"10\"} 1",
        "usher_jobs{state=\"queued\",band=\"urgent\"} 0",
        "usher_tasks_open 1",
        "usher_outbox_messages{state=\"dead\"} 0",
        "usher_oldest_due_job_seconds 0",
    ] {
        assert!(read.body.contains(line), "{line} is missing: {}", read.body);
    }
    for kept in ["canary", "CANARY", EMPLOYEE, "Carvalho", &sent.id.to_string()] {
        assert!(!read.body.contains(kept), "{kept} is in a label: {}", read.body);
    }
    for (pool, most) in [("main", 24.0), ("jobs", 8.0)] {
        let name = format!("usher_database_connections{{pool=\"{pool}\",state=\"most\"}}");
        assert_eq!(value(&read.body, &name), Some(most));
    }

    // Work that this process does is counted by how it ended.
    world.approve_all(MANAGER).await?;
    let verified = "usher_attempts_total{outcome=\"verified\"}";
    let end = std::time::Instant::now() + std::time::Duration::from_secs(30);
    let text = loop {
        let text = ask(&process.metrics, "GET", "/metrics", "")?.body;
        if value(&text, verified) == Some(1.0) {
            break text;
        }
        assert!(std::time::Instant::now() < end, "no verified try: {text}");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    };
    assert_eq!(value(&text, "usher_tasks_open"), Some(0.0));
    assert!(text.contains("# TYPE usher_attempts_total counter"), "{text}");
    assert!(text.contains("# HELP usher_jobs "), "{text}");
    drop(process);
    world.directory.accounts().first().context("the account was made")?;
    Ok(())
}
