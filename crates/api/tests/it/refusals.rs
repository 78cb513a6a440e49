//! Bad input gets a clear problem, and nothing is lost.

use anyhow::{Context as _, Result};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use usher_company::{EMPLOYEE, MANAGER};
use usher_testkit::World;
use usher_vocabulary::TokenScope;

use crate::client::Client;

#[tokio::test]
async fn values_that_cannot_be_taken_are_named() -> Result<()> {
    let world = World::open().await?;
    let client = Client::new(&world, EMPLOYEE, TokenScope::Request).await?;
    let catalogue = client.get("/api/v1/catalogue").await?;
    let id = &catalogue.named("Maintain payment memos")?["id"];
    let nobody = "01890000-0000-7000-8000-000000000000";
    let item = |duration: Value| json!([{"catalogue_item": id, "duration": duration}]);
    let cases = [
        (json!({"items": [], "reason": "x"}), "items", "choose_one"),
        (
            json!({"items": item(json!("P1M")), "reason": "x"}),
            "items[0].duration",
            "no_fixed_length",
        ),
        (
            json!({"items": item(json!("seven days")), "reason": "x"}),
            "items[0].duration",
            "not_a_duration",
        ),
        (
            json!({"items": item(json!("-P1D")), "reason": "x"}),
            "items[0].duration",
            "not_a_duration",
        ),
        (json!({"items": item(json!("PT0S")), "reason": "x"}), "items[0].duration", "too_short"),
        (json!({"items": item(json!("P4000D")), "reason": "x"}), "items[0].duration", "too_long"),
        (
            json!({"items": item(json!("P106751991167300D")), "reason": "x"}),
            "items[0].duration",
            "too_long",
        ),
        (json!({"items": item(json!("P1D")), "reason": " "}), "reason", "reason_empty"),
        (json!({"items": item(json!("P1D")), "reason": "a\u{0}b"}), "reason", "reason_unprintable"),
        (
            json!({"items": [{"catalogue_item": nobody}], "reason": "x"}),
            "items[0].catalogue_item",
            "unknown_item",
        ),
        (
            json!({"items": item(json!("P1D")), "reason": "x", "approved": true}),
            "body",
            "wrong_shape",
        ),
        (json!({"items": "all", "reason": "x"}), "body", "wrong_shape"),
    ];
    for (body, field, code) in cases {
        let answer = client.post("/api/v1/requests", &[], &body).await?;
        assert_eq!((answer.status, answer.code()), (422, "values_refused"), "{body}: {answer:?}");
        let error = &answer.json["errors"][0];
        assert_eq!(
            (error["field"].as_str(), error["code"].as_str()),
            (Some(field), Some(code)),
            "{body}: {answer:?}"
        );
        assert!(!error["detail"].as_str().unwrap_or_default().is_empty());
    }
    assert_eq!(client.get("/api/v1/requests").await?.items()?.len(), 0, "nothing was sent");
    Ok(())
}

#[tokio::test]
async fn bodies_queries_and_headers_that_make_no_sense() -> Result<()> {
    let world = World::open().await?;
    let client = Client::new(&world, EMPLOYEE, TokenScope::Request).await?;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (body, media_type, status) in [
        ("{", "application/json", 400),
        ("", "application/json", 400),
        (deep.as_str(), "application/json", 422),
        (r#"{"reason":"a","reason":"b","items":[]}"#, "application/json", 422),
        ("{}", "text/plain", 415),
    ] {
        let request = Request::post("/api/v1/requests")
            .header("content-type", media_type)
            .body(Body::from(body.to_owned()))?;
        let answer = client.send(request).await?;
        assert_eq!(answer.status, status, "{}: {answer:?}", &body[..body.len().min(30)]);
        assert_eq!(answer.media_type, "application/problem+json");
    }
    for (path, code) in [
        ("/api/v1/people?limit=0", "limit_invalid"),
        ("/api/v1/people?limit=201", "limit_invalid"),
        ("/api/v1/people?limit=many", "query_invalid"),
        ("/api/v1/people?cursor=%00", "cursor_invalid"),
        ("/api/v1/requests?cursor=AAAA", "cursor_invalid"),
        ("/api/v1/catalogue?cursor=AAAA", "cursor_invalid"),
        ("/api/v1/tasks?cursor=-", "cursor_invalid"),
        ("/api/v1/access?person=me", "query_invalid"),
    ] {
        let answer = client.get(path).await?;
        assert_eq!((answer.status, answer.code()), (400, code), "{path}: {answer:?}");
    }
    for path in [
        "/api/v1/requests/none",
        "/api/v1/requests/01890000-0000-7000-8000-000000000000",
        "/api/v1/nothing",
    ] {
        let answer = client.get(path).await?;
        assert_eq!((answer.status, answer.code()), (404, "not_found"), "{path}: {answer:?}");
    }
    let answer = client.send(Request::delete("/api/v1/people").body(Body::empty())?).await?;
    assert_eq!((answer.status, answer.code()), (405, "method_not_allowed"), "{answer:?}");
    let answer = client.post("/api/v1/requests", &[("idempotency-key", "a b")], &json!({})).await?;
    assert_eq!((answer.status, answer.code()), (400, "idempotency_key_invalid"), "{answer:?}");
    Ok(())
}

#[tokio::test]
async fn a_key_belongs_to_one_request_and_one_person() -> Result<()> {
    let world = World::open().await?;
    let employee = Client::new(&world, EMPLOYEE, TokenScope::Request).await?;
    let manager = Client::new(&world, MANAGER, TokenScope::Request).await?;
    let catalogue = employee.get("/api/v1/catalogue").await?;
    let wish = |item: &str, reason: &str| -> Result<Value> {
        Ok(
            json!({"items": [{"catalogue_item": catalogue.named(item)?["id"], "duration": "P1D"}], "reason": reason}),
        )
    };
    let key = [("idempotency-key", "k1")];
    let first =
        employee.post("/api/v1/requests", &key, &wish("Maintain payment memos", "a")?).await?;
    assert_eq!(first.status, 201);
    let other =
        employee.post("/api/v1/requests", &key, &wish("Maintain payment memos", "b")?).await?;
    assert_eq!((other.status, other.code()), (422, "idempotency_key_reused"), "{other:?}");
    let theirs = manager.post("/api/v1/requests", &key, &wish("Yard plan, view", "a")?).await?;
    assert_eq!(theirs.status, 201, "{theirs:?}");
    Ok(())
}

#[tokio::test]
async fn nobody_decides_for_others_or_on_what_they_asked_for() -> Result<()> {
    let world = World::open().await?;
    let employee = Client::new(&world, EMPLOYEE, TokenScope::Decide).await?;
    let manager = Client::new(&world, MANAGER, TokenScope::Decide).await?;
    let sent = world.ask(EMPLOYEE, "Maintain payment memos", chrono::TimeDelta::days(1)).await?;
    let tasks = manager.get("/api/v1/tasks").await?;
    let task = &tasks.items()?.first().context("a task")?;
    let path = format!("/api/v1/tasks/{}/decision", task["id"].as_str().context("an id")?);
    let answer = employee.post(&path, &[], &json!({"decision": "approve"})).await?;
    assert!(matches!(answer.status, 403 | 404), "{answer:?}");
    let stale =
        manager.post(&path, &[("if-match", "\"99\"")], &json!({"decision": "approve"})).await?;
    assert_eq!((stale.status, stale.code()), (409, "changed_meanwhile"), "{stale:?}");
    let wordless = manager.post(&path, &[], &json!({"decision": "deny"})).await?;
    assert_eq!(
        (wordless.status, wordless.json["errors"][0]["code"].as_str()),
        (422, Some("deny_reason_empty"))
    );
    let odd = manager.post(&path, &[], &json!({"decision": "maybe"})).await?;
    assert_eq!(odd.status, 422);
    let view = world.request(EMPLOYEE, sent.id).await?;
    assert_eq!(
        view.items[0].state,
        usher_vocabulary::ItemState::AwaitingApproval,
        "nothing was decided"
    );
    Ok(())
}
