//! The description is what the handlers are, and every operation in it refuses strangers.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use axum::body::Body;
use axum::http::Request;
use serde_json::Value;
use usher_testkit::World;
use usher_vocabulary::TokenScope;

use crate::client::Client;

fn document() -> Result<Value> {
    Ok(serde_json::to_value(usher_api::document())?)
}

#[test]
fn the_checked_in_description_is_current() -> Result<()> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    assert!(
        kept == document()?,
        "docs/openapi.json is stale: write it anew with `usher openapi > docs/openapi.json`"
    );
    Ok(())
}

#[test]
fn what_the_issue_promises_is_there() -> Result<()> {
    let document = document()?;
    for (path, method) in [
        ("people", "get"),
        ("applications", "get"),
        ("catalogue", "get"),
        ("requests", "get"),
        ("requests", "post"),
        ("requests/{id}", "get"),
        ("requests/{id}/withdraw", "post"),
        ("tasks", "get"),
        ("tasks/{id}/decision", "post"),
        ("access", "get"),
        ("access/{id}/give-back", "post"),
        ("jobs", "get"),
        ("jobs/{id}/retry", "post"),
        ("audit-events", "get"),
    ] {
        assert!(
            document["paths"][format!("/api/v1/{path}")][method].is_object(),
            "{method} {path}"
        );
    }
    Ok(())
}

/// Every answer has words, and what cannot be done is told as a problem (RFC 9457), outages included.
#[test]
fn every_operation_says_how_it_fails() -> Result<()> {
    let document = document()?;
    let failure = &document["components"]["responses"]["Failure"];
    let media: Vec<&String> = failure["content"].as_object().context("content")?.keys().collect();
    assert_eq!(media, ["application/problem+json"]);
    for (path, methods) in document["paths"].as_object().context("paths")? {
        for (method, operation) in methods.as_object().context("methods")? {
            let answers = operation["responses"].as_object().context("responses")?;
            for statuses in ["4XX", "5XX"] {
                let told = &answers[statuses]["$ref"];
                assert_eq!(told, "#/components/responses/Failure", "{method} {path} {statuses}");
            }
            for (status, answer) in answers.iter().filter(|(status, _)| !status.ends_with("XX")) {
                let words = answer["description"].as_str().unwrap_or_default();
                assert!(!words.is_empty(), "{method} {path} {status}");
            }
        }
    }
    Ok(())
}

/// What a list answers leads to what can be done with it: programs follow these links.
#[test]
fn every_change_of_something_is_reached_by_a_link() -> Result<()> {
    let document = document()?;
    let (mut known, mut linked) = (BTreeSet::new(), BTreeSet::new());
    for (path, methods) in document["paths"].as_object().context("paths")? {
        for operation in methods.as_object().context("methods")?.values() {
            let name = operation["operationId"].as_str().context("a name")?;
            if path.contains("{id}") {
                known.insert(name);
            }
            let answers = operation["responses"].as_object().context("responses")?.values();
            let links = answers.filter_map(|answer| answer["links"].as_object());
            linked.extend(
                links.flat_map(|links| links.values().filter_map(|l| l["operationId"].as_str())),
            );
        }
    }
    assert_eq!(linked, known);
    Ok(())
}

/// Every operation of the description, with ids that exist nowhere.
fn operations() -> Result<Vec<(String, String)>> {
    let document = document()?;
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().context("paths")? {
        let path = path.replace("{id}", "01890000-0000-7000-8000-000000000000");
        for method in methods.as_object().context("methods")?.keys() {
            found.push((method.to_uppercase(), path.clone()));
        }
    }
    Ok(found)
}

#[tokio::test]
async fn every_operation_refuses_whoever_has_no_usable_token() -> Result<()> {
    let world = World::open().await?;
    let expired = Client::new(&world, usher_company::EMPLOYEE, TokenScope::Read).await?;
    world.clock.advance(chrono::TimeDelta::days(2));
    let clients = [
        ("no token", Client::with_token(&world, "")),
        (
            "an unknown token",
            Client::with_token(&world, "usher_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ),
        ("a malformed token", Client::with_token(&world, "usher_\u{7e}%00")),
        ("an expired token", expired),
    ];
    for (method, path) in operations()? {
        for (what, client) in &clients {
            let request = Request::builder()
                .method(method.as_str())
                .uri(&path)
                .header("content-type", "application/json")
                .body(Body::from("{}"))?;
            let answer = client.send(request).await?;
            assert_eq!(answer.status, 401, "{method} {path} with {what}: {answer:?}");
            assert_eq!(answer.media_type, "application/problem+json");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_token_that_reads_changes_nothing() -> Result<()> {
    let world = World::open().await?;
    let client = Client::new(&world, usher_company::ADMINISTRATOR, TokenScope::Read).await?;
    let tries = [
        ("/api/v1/requests", serde_json::json!({"items": [], "reason": "x"})),
        ("/api/v1/jobs/01890000-0000-7000-8000-000000000000/retry", serde_json::json!({})),
    ];
    for (path, body) in tries {
        let answer = client.post(path, &[], &body).await?;
        assert_eq!((answer.status, answer.code()), (403, "token_scope"), "{path}: {answer:?}");
    }
    Ok(())
}
