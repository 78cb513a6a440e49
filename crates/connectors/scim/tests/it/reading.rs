//! Calls counted, records recognised, memberships found: against the honest sandbox and against
//! small servers with one oddity each.

use std::collections::BTreeSet;

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use usher_connector::conformance::World as _;
use usher_connector::{AccountKey, Cause, Change, Connector as _, ConnectorError};
use usher_connector_scim::ScimConnector;

use crate::world::{SandboxWorld, group, settings};

#[tokio::test]
async fn a_create_is_two_calls_and_a_read_by_id_is_one() {
    let world = SandboxWorld::start();
    let before = world.sandbox.ledger(0).len();
    let key = world.existing("ann").await;
    let account = world.read(&key).await.unwrap();
    let calls: Vec<_> =
        world.sandbox.ledger(0)[before..].iter().map(|e| e.method.clone()).collect();
    assert_eq!(calls, ["POST", "GET"]);
    let id = key.native_id.unwrap();
    assert_eq!(account.evidence, format!("GET /Users/{id} 200"));
    assert_eq!(account.external_id.as_deref(), Some(key.external_id.as_str()));
}

#[tokio::test]
async fn an_account_that_was_made_anew_is_found_under_its_new_id() {
    let world = SandboxWorld::start();
    let key = world.existing("ann").await;
    world.connector.apply(&key, &Change::DeleteAccount).await.unwrap();
    assert_eq!(world.read(&key).await, None);
    let again = world.create(&key).await.unwrap().native_id;
    assert_ne!(again, key.native_id);
    assert_eq!(world.read(&key).await.map(|account| account.native_id), again);
}

#[tokio::test]
async fn an_id_that_became_somebody_elses_is_refused() {
    let world = SandboxWorld::start();
    let bob = world.existing("bob").await;
    let key = AccountKey { native_id: bob.native_id, ..world.fresh_key("ann") };
    let read = world.connector.read(&key).await;
    assert!(matches!(read, Err(ConnectorError::Reject { cause: Cause::Foreign, .. })), "{read:?}");
}

#[tokio::test]
async fn a_wrong_token_is_a_matter_for_a_person_and_stands_in_no_text() {
    let world = SandboxWorld::start();
    let mut wrong = settings(world.sandbox.base_url(), std::time::Duration::from_secs(1));
    wrong.token = "canary-wrong-77".into();
    let connector = ScimConnector::new(wrong).unwrap();
    let error = connector.test().await.unwrap_err();
    let text = format!("{error} {error:?} {connector:?} {:?}", world.connector);
    assert!(matches!(error, ConnectorError::Reject { cause: Cause::Credential, .. }), "{text}");
    assert!(!text.contains("canary"), "{text}");
}

#[tokio::test]
async fn the_test_says_what_it_found() {
    let world = SandboxWorld::start();
    world.existing("ann").await;
    let words = world.connector.test().await.unwrap();
    assert!(words.contains("accounts: 1."), "{words}");
}

/// Serves `router` and answers a connector to it.
async fn odd(router: Router) -> ScimConnector {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}/scim/v2", listener.local_addr().unwrap());
    let router = Router::new().nest("/scim/v2", router);
    tokio::spawn(async move { axum::serve(listener, router).await });
    ScimConnector::new(settings(&base_url, std::time::Duration::from_secs(1))).unwrap()
}

fn list(resources: Vec<Value>) -> Json<Value> {
    Json(json!({"totalResults": resources.len(), "Resources": resources}))
}

fn ann() -> AccountKey {
    AccountKey { external_id: "e-ann".to_owned(), user_name: "ann".to_owned(), native_id: None }
}

fn user(id: &str, name: &str) -> Value {
    json!({"id": id, "userName": name})
}

#[tokio::test]
async fn a_server_that_ignores_filters_gives_only_the_match() {
    let everyone = get(|| async { list(vec![user("1", "bob"), user("2", "ANN")]) });
    let nobody = get(|| async { list(vec![]) });
    let connector = odd(Router::new().route("/Users", everyone).route("/Groups", nobody)).await;
    assert_eq!(connector.read(&ann()).await.unwrap().unwrap().native_id, "2");
    let carla = AccountKey { user_name: "carla".to_owned(), ..ann() };
    assert_eq!(connector.read(&carla).await.unwrap(), None);
}

#[tokio::test]
async fn a_server_without_filters_is_read_whole() {
    let users = get(|Query(query): Query<Vec<(String, String)>>| async move {
        match query.iter().any(|(name, _)| name == "filter") {
            true => (StatusCode::BAD_REQUEST, Json(json!({"scimType": "invalidFilter"}))),
            false => (StatusCode::OK, list(vec![user("1", "bob"), user("2", "ann")])),
        }
    });
    let nobody = get(|| async { list(vec![]) });
    let connector = odd(Router::new().route("/Users", users).route("/Groups", nobody)).await;
    assert_eq!(connector.read(&ann()).await.unwrap().unwrap().native_id, "2");
}

#[tokio::test]
async fn memberships_that_the_user_does_not_show_are_asked_of_the_groups() {
    let users = get(|| async { list(vec![user("2", "ann")]) });
    // Ignores the filter and leaves the members out of the list.
    let groups = get(|| async { list(vec![json!({"id": "g1"}), json!({"id": "g2"})]) });
    let one = get(|Path(id): Path<String>| async move {
        let member = if id == "g2" { "2" } else { "9" };
        Json(json!({"id": id, "members": [{"value": member}]}))
    });
    let router =
        Router::new().route("/Users", users).route("/Groups", groups).route("/Groups/{id}", one);
    let connector = odd(router).await;
    let expected = BTreeSet::from([group("g2".to_owned())]);
    assert_eq!(connector.read(&ann()).await.unwrap().unwrap().grants, expected);
    assert_eq!(connector.list(None).await.unwrap().accounts[0].grants, expected);
}

#[tokio::test]
async fn two_accounts_marked_as_one_are_refused() {
    let twin = |id: &str| json!({"id": id, "userName": id, "externalId": "e-ann"});
    let users = get(move || async move { list(vec![twin("1"), twin("2")]) });
    let connector = odd(Router::new().route("/Users", users)).await;
    let read = connector.read(&ann()).await;
    assert!(matches!(read, Err(ConnectorError::Reject { cause: Cause::Foreign, .. })), "{read:?}");
}
