use reqwest::Method;
use serde_json::{Value, json};

use crate::{World, names};

#[tokio::test]
async fn a_user_lives_and_ends() {
    let world = World::start(None);
    let id = world.user("O'Brien").await;
    let path = format!("/Users/{id}");

    let user = world.get(&path).await;
    assert_eq!(user["userName"], "O'Brien");
    assert_eq!(user["active"], true);
    assert_eq!(user["groups"], json!([]));
    assert_eq!(user["meta"]["version"], "W/\"1\"");

    let patched = world.patch(&path, json!({"op": "Replace", "path": "active", "value": "False"}));
    assert_eq!(patched.await.json::<Value>().await.unwrap()["active"], false);
    let replaced = json!({"userName": "obrien2", "displayName": "Ann"});
    let replaced = world.send(Method::PUT, &path, Some(replaced)).await;
    let replaced: Value = replaced.json().await.unwrap();
    assert_eq!(replaced["active"], false, "a PUT without active enables nobody");
    assert_eq!(replaced.get("externalId"), None);
    assert_eq!(world.get(&path).await, replaced, "the answer shows what is kept");

    assert_eq!(world.send(Method::DELETE, &path, None).await.status(), 204);
    assert_eq!(world.send(Method::GET, &path, None).await.status(), 404);
    assert_eq!(world.send(Method::DELETE, &path, None).await.status(), 404);
    world.sandbox.stop().await;
}

#[tokio::test]
async fn user_names_are_unique_in_any_case() {
    let world = World::start(None);
    world.user("Ann").await;
    let bob = world.user("bob").await;
    let twin = world.send(Method::POST, "/Users", Some(json!({"userName": "aNN"}))).await;
    assert_eq!(twin.status(), 409);
    assert_eq!(twin.json::<Value>().await.unwrap()["scimType"], "uniqueness");
    let rename = json!({"op": "replace", "value": {"userName": "ANN"}});
    assert_eq!(world.patch(&format!("/Users/{bob}"), rename).await.status(), 409);
    let own = json!({"op": "replace", "value": {"userName": "BOB"}});
    assert_eq!(world.patch(&format!("/Users/{bob}"), own).await.status(), 200);
}

#[tokio::test]
async fn filters_and_pages() {
    let world = World::start(None);
    for number in 1..=5 {
        world.user(&format!("user{number}")).await;
    }
    let found = world.get("/Users?filter=userName%20eq%20%22USER3%22").await;
    assert_eq!((names(&found), &found["totalResults"]), (vec!["user3"], &json!(1)));
    let found = world.get("/Users?filter=externalId+eq+%22ext-user4%22").await;
    assert_eq!(names(&found), ["user4"]);
    let found = world.get("/Users?filter=externalId%20eq%20%22EXT-user4%22").await;
    assert_eq!(names(&found), Vec::<&str>::new(), "external ids have a case");
    let page = world.get("/Users?startIndex=4&count=10").await;
    assert_eq!((names(&page), &page["totalResults"]), (vec!["user4", "user5"], &json!(5)));
    let none = world.get("/Users?count=0").await;
    assert_eq!((names(&none), &none["totalResults"]), (vec![], &json!(5)));
    let wrong = world.send(Method::GET, "/Users?filter=userName%20like%20%22a%22", None).await;
    assert_eq!(wrong.status(), 400);
    assert_eq!(wrong.json::<Value>().await.unwrap()["scimType"], "invalidFilter");
}

#[tokio::test]
async fn members_show_on_both_sides() {
    let world = World::start(None);
    let group = world.sandbox.seed_group("staff").unwrap();
    assert_eq!(world.sandbox.seed_group("staff").unwrap(), group, "seeding again finds it");
    let ann = world.user("ann").await;
    let path = format!("/Groups/{group}");
    let add = json!({"op": "add", "path": "members", "value": [{"value": ann}]});
    assert_eq!(world.patch(&path, add.clone()).await.status(), 204);
    assert_eq!(world.patch(&path, add).await.status(), 204, "adding again is no error");
    assert_eq!(world.get(&format!("/Users/{ann}")).await["groups"][0]["value"], group.as_str());
    let filtered = world.get(&format!("/Groups?filter=members.value%20eq%20%22{ann}%22")).await;
    assert_eq!(filtered["Resources"][0]["members"][0]["value"], ann.as_str());

    let stranger = json!({"op": "add", "path": "members", "value": [{"value": "nobody"}]});
    assert_eq!(world.patch(&path, stranger).await.status(), 400);
    let remove = json!({"op": "remove", "path": format!("members[value eq \"{ann}\"]")});
    assert_eq!(world.patch(&path, remove.clone()).await.status(), 204);
    assert_eq!(world.patch(&path, remove).await.status(), 400, "noTarget, as strict targets say");
    assert_eq!(world.get(&format!("/Users/{ann}")).await["groups"], json!([]));
}

#[tokio::test]
async fn versions_guard_changes() {
    let world = World::start(None);
    let ann = world.user("ann").await;
    let url = format!("{}/Users/{ann}", world.sandbox.base_url());
    let body = json!({"Operations": [{"op": "replace", "path": "active", "value": false}]});
    let stale = world.http.patch(&url).bearer_auth(crate::TOKEN).header("If-Match", "W/\"9\"");
    assert_eq!(stale.json(&body).send().await.unwrap().status(), 412);
    let fresh = world.http.patch(&url).bearer_auth(crate::TOKEN).header("If-Match", "W/\"1\"");
    assert_eq!(fresh.json(&body).send().await.unwrap().headers()["etag"], "W/\"2\"");
    let same = world.http.get(&url).bearer_auth(crate::TOKEN).header("If-None-Match", "W/\"2\"");
    assert_eq!(same.send().await.unwrap().status(), 304);
}

#[tokio::test]
async fn strangers_and_nonsense_are_refused() {
    let world = World::start(None);
    let url = format!("{}/Users", world.sandbox.base_url());
    for token in ["", "wrong", crate::CONTROL] {
        let refused = world.http.get(&url).bearer_auth(token).send().await.unwrap();
        assert_eq!(refused.status(), 401);
    }
    for body in ["", "{", "[]", "7", "{\"userName\": 7}", "{\"userName\": \"a\\u0000b\"}"] {
        let post = world.http.post(&url).bearer_auth(crate::TOKEN).body(body.to_owned());
        assert_eq!(post.send().await.unwrap().status(), 400, "{body}");
    }
    let huge = world.http.post(&url).bearer_auth(crate::TOKEN).body(vec![b'x'; 2 << 20]);
    // The connection may also end before the body is sent whole.
    if let Ok(answer) = huge.send().await {
        assert_eq!(answer.status(), 413);
    }
    assert_eq!(world.send(Method::GET, "/Nothing", None).await.status(), 404);
    assert_eq!(world.send(Method::DELETE, "/Users", None).await.status(), 405);
    assert!(world.sandbox.accounts().is_empty());
}

#[tokio::test]
async fn discovery_says_what_is_true() {
    let world = World::start(None);
    let config = world.get("/ServiceProviderConfig").await;
    assert_eq!(config["patch"]["supported"], true);
    assert_eq!(config["bulk"]["supported"], false);
    assert_eq!(world.get("/ResourceTypes").await["totalResults"], 2);
    assert_eq!(world.get("/ResourceTypes/User").await["endpoint"], "/Users");
    let schema = world.get("/Schemas/urn:ietf:params:scim:schemas:core:2.0:User").await;
    assert_eq!(schema["name"], "User");
}
