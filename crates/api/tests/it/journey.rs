//! The main job through the API alone.

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use serde_json::{Value, json};
use usher_company::{ADMINISTRATOR, AUDITOR, EMPLOYEE, MANAGER};
use usher_testkit::World;
use usher_vocabulary::TokenScope;

use crate::client::{Answer, Client};

const ITEM: &str = "Display bank reconciliations";

async fn wish(employee: &Client, duration: &str) -> Result<Value> {
    let catalogue = employee.get("/api/v1/catalogue?q=bank").await?;
    let item = catalogue.named(ITEM)?;
    Ok(json!({
        "for": null,
        "items": [{"catalogue_item": item["id"], "starts_at": null, "duration": duration}],
        "reason": "Month-end for PT10"
    }))
}

async fn sent(employee: &Client, key: &str) -> Result<Answer> {
    let body = wish(employee, "PT2M").await?;
    employee.post("/api/v1/requests", &[("idempotency-key", key)], &body).await
}

fn events(request: &Answer) -> Vec<&str> {
    let timeline = request.json["items"][0]["timeline"].as_array();
    timeline.into_iter().flatten().filter_map(|moment| moment["event"].as_str()).collect()
}

#[tokio::test]
async fn a_request_is_sent_once_approved_verified_and_ends() -> Result<()> {
    let world = World::open().await?;
    let employee = Client::new(&world, EMPLOYEE, TokenScope::Request).await?;
    let manager = Client::new(&world, MANAGER, TokenScope::Decide).await?;

    let first = sent(&employee, "once-1").await?;
    assert_eq!(first.status, 201, "{first:?}");
    let again = sent(&employee, "once-1").await?;
    assert_eq!((again.status, &again.json), (201, &first.json), "the same key sends nothing again");
    assert_eq!(employee.get("/api/v1/requests").await?.items()?.len(), 1);
    assert_eq!(
        first.location,
        format!("/api/v1/requests/{}", first.json["id"].as_str().context("an id")?)
    );

    let request = employee.get(&first.location).await?;
    let item = &request.json["items"][0];
    assert_eq!(item["state"], "awaiting_approval");
    assert_eq!((&item["desired"], &item["realisation"]), (&Value::Null, &Value::Null));
    assert_eq!(item["words"], "<waits_for_approval>");
    assert_eq!(item["waits_for"], json!(["Marek Wiśniewski"]));
    assert_eq!(events(&request), ["submitted", "waiting"]);

    let tasks = manager.get("/api/v1/tasks").await?;
    let task = tasks.items()?.first().context("a task")?;
    let path = format!("/api/v1/tasks/{}/decision", task["id"].as_str().context("an id")?);
    let seen = format!("\"{}\"", task["version"]);
    let decided = manager
        .post(
            &path,
            &[("if-match", &seen), ("idempotency-key", "d-1")],
            &json!({"decision": "approve"}),
        )
        .await?;
    assert_eq!(decided.status, 200, "{decided:?}");
    let late = manager
        .post(&path, &[("if-match", &seen)], &json!({"decision": "deny", "reason": "No"}))
        .await?;
    assert_eq!((late.status, late.code()), (409, "task_not_open"), "{late:?}");

    world.settle().await?;
    let request = employee.get(&first.location).await?;
    let item = &request.json["items"][0];
    assert_eq!(
        (item["state"].as_str(), item["realisation"].as_str()),
        (Some("delivered"), Some("verified")),
        "{item}"
    );
    assert_eq!(item["desired"], "active");
    assert_eq!(events(&request), ["submitted", "approved", "applied", "verified"]);
    assert_eq!(employee.get("/api/v1/access").await?.named(ITEM)?["words"], "<you_have_this>");
    assert_eq!(employee.get("/api/v1/catalogue").await?.named(ITEM)?["held"], true);

    world.pass(TimeDelta::minutes(3), TimeDelta::seconds(30)).await?;
    let request = employee.get(&first.location).await?;
    let item = &request.json["items"][0];
    assert_eq!(
        (item["state"].as_str(), item["desired"].as_str()),
        (Some("ended"), Some("ended")),
        "{item}"
    );
    assert_eq!(item["lines"][0]["direction"], "revoke");
    assert_eq!(item["realisation"], "verified");
    Ok(())
}

#[tokio::test]
async fn what_is_held_is_given_back_once() -> Result<()> {
    let world = World::open().await?;
    let employee = Client::new(&world, EMPLOYEE, TokenScope::Request).await?;
    sent(&employee, "k").await?;
    world.approve_all(MANAGER).await?;
    world.settle().await?;
    let access = employee.get("/api/v1/access").await?;
    let path = format!(
        "/api/v1/access/{}/give-back",
        access.named(ITEM)?["id"].as_str().context("an id")?
    );
    for _ in 0..2 {
        let answer = employee.post(&path, &[("idempotency-key", "g")], &json!({})).await?;
        assert_eq!(answer.status, 204, "{answer:?}");
    }
    let answer = employee.post(&path, &[("idempotency-key", "h")], &json!({})).await?;
    assert_eq!((answer.status, answer.code()), (409, "ended"));
    world.settle().await?;
    assert_eq!(employee.get("/api/v1/access").await?.named(ITEM)?["words"], "<given_back>");
    Ok(())
}

#[tokio::test]
async fn a_request_is_withdrawn_and_lists_go_page_by_page() -> Result<()> {
    let world = World::open().await?;
    let employee = Client::new(&world, EMPLOYEE, TokenScope::Request).await?;
    let first = sent(&employee, "k").await?;
    let path = format!("{}/withdraw", first.location);
    assert_eq!(employee.post(&path, &[], &json!({})).await?.status, 204);
    let again = employee.post(&path, &[], &json!({})).await?;
    assert_eq!((again.status, again.code()), (409, "nothing_waits"));
    assert_eq!(employee.get("/api/v1/requests?open=true").await?.items()?.len(), 0);

    let mut names = Vec::new();
    let mut path = "/api/v1/people?limit=7".to_owned();
    loop {
        let page = employee.get(&path).await?;
        names.extend(page.items()?.iter().map(|person| person["display_name"].to_string()));
        let Some(next) = page.json["next"].as_str() else { break };
        path = format!("/api/v1/people?limit=7&cursor={next}");
    }
    assert_eq!(names.len(), 20);
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 20, "nobody comes twice");
    Ok(())
}

#[tokio::test]
async fn tasks_go_page_by_page_with_questions_at_the_end() -> Result<()> {
    let world = World::open().await?;
    let manager = Client::new(&world, MANAGER, TokenScope::Decide).await?;
    for item in [ITEM, "Maintain payment memos", "Post bank reconciliations"] {
        world.ask(EMPLOYEE, item, TimeDelta::days(1)).await?;
    }
    let tasks = manager.get("/api/v1/tasks").await?;
    let first = tasks.items()?[0]["id"].as_str().context("an id")?.to_owned();
    let asked = manager
        .post(
            &format!("/api/v1/tasks/{first}/decision"),
            &[],
            &json!({"decision": "ask", "reason": "For which bank?"}),
        )
        .await?;
    assert_eq!(asked.status, 200, "{asked:?}");
    let (mut ids, mut path) = (Vec::new(), "/api/v1/tasks?limit=1".to_owned());
    loop {
        let page = manager.get(&path).await?;
        ids.extend(
            page.items()?.iter().map(|task| task["id"].as_str().unwrap_or_default().to_owned()),
        );
        let Some(next) = page.json["next"].as_str() else { break };
        path = format!("/api/v1/tasks?limit=1&cursor={next}");
    }
    assert_eq!(ids.len(), 3);
    assert_eq!(ids[2], first, "what waits for an answer has no due time and comes last");
    Ok(())
}

#[tokio::test]
async fn the_record_and_the_jobs_are_for_those_who_may() -> Result<()> {
    let world = World::open().await?;
    let employee = Client::new(&world, EMPLOYEE, TokenScope::Read).await?;
    let auditor = Client::new(&world, AUDITOR, TokenScope::Read).await?;
    let administrator = Client::new(&world, ADMINISTRATOR, TokenScope::Read).await?;
    for path in ["/api/v1/audit-events", "/api/v1/jobs"] {
        assert_eq!(employee.get(path).await?.status, 403, "{path}");
    }
    let events = auditor.get("/api/v1/audit-events?action=token.").await?;
    assert_eq!(events.items()?.len(), 3, "{events:?}");
    assert_eq!(administrator.get("/api/v1/jobs?state=dead_letter").await?.items()?.len(), 0);
    assert_eq!(employee.get("/api/v1/applications").await?.items()?.len(), 5);
    Ok(())
}
