use reqwest::Method;
use serde_json::{Value, json};
use usher_sandbox::{Effect, Sandbox, SandboxError};

use crate::{CONTROL, World, options};

#[tokio::test]
async fn every_request_is_on_record_with_what_it_did() {
    let world = World::start(None);
    let group = world.sandbox.seed_group("staff").unwrap();
    let ann = world.user("ann").await;
    let path = format!("/Users/{ann}");
    let member = json!({"op": "add", "path": "members", "value": [{"value": ann}]});
    world.patch(&format!("/Groups/{group}"), member).await;
    let off = json!({"op": "replace", "path": "active", "value": false});
    world.patch(&path, off.clone()).await;
    world.patch(&path, off).await;
    world.get(&path).await;
    world.send(Method::DELETE, &path, None).await;

    let ledger = world.sandbox.ledger(1);
    let seen: Vec<_> =
        ledger.iter().map(|e| (e.seq, e.method.as_str(), e.status, e.took_effect)).collect();
    let expected = [
        (2, "POST", 201, true),
        (3, "PATCH", 204, true),
        (4, "PATCH", 200, true),
        (5, "PATCH", 200, false),
        (6, "GET", 200, false),
        (7, "DELETE", 204, true),
    ];
    assert_eq!(seen, expected);
    assert_eq!(ledger[2].effects, [Effect::AccountDisabled { id: ann.clone() }]);
    let gone = [
        Effect::MemberRemoved { group, account: ann.clone() },
        Effect::AccountDeleted { id: ann.clone() },
    ];
    assert_eq!(ledger[5].effects, gone, "a deleted account leaves its groups first");
    assert_eq!(ledger[0].body.as_ref().unwrap()["userName"], "ann");
}

#[tokio::test]
async fn a_restart_restores_state_and_ids_from_the_file() {
    let file = std::env::temp_dir().join(format!("usher-sandbox-{}.jsonl", std::process::id()));
    let _ = std::fs::remove_file(&file);
    let world = World::start(Some(file.clone()));
    let group = world.sandbox.seed_group("staff").unwrap();
    let ann = world.user("ann").await;
    world.user("bob").await;
    let member = json!({"op": "add", "path": "members", "value": [{"value": ann}]});
    world.patch(&format!("/Groups/{group}"), member).await;
    let (accounts, groups, ledger) =
        (world.sandbox.accounts(), world.sandbox.groups(), world.sandbox.ledger(0));
    world.sandbox.stop().await;

    // What a process killed in the middle of a write leaves behind.
    let mut text = std::fs::read(&file).unwrap();
    text.extend_from_slice(b"{\"seq\":5,\"at\":\"20");
    std::fs::write(&file, text).unwrap();

    let world = World::start(Some(file.clone()));
    assert_eq!(world.sandbox.accounts(), accounts);
    assert_eq!(world.sandbox.groups(), groups);
    assert_eq!(world.sandbox.ledger(0), ledger);
    let carla = world.user("carla").await;
    assert!(accounts.iter().all(|account| account.id != carla), "no id returns");
    world.sandbox.stop().await;
    let world = World::start(Some(file.clone()));
    assert_eq!(world.sandbox.ledger(0).len(), ledger.len() + 1);
    std::fs::remove_file(file).unwrap();
}

#[tokio::test]
async fn the_same_seed_gives_the_same_ids() {
    let (first, second) = (World::start(None), World::start(None));
    let ann = first.user("ann").await;
    assert_eq!(second.user("ann").await, ann);
    assert_ne!(first.user("bob").await, ann);
}

#[tokio::test]
async fn switches_need_their_own_token_and_a_loopback_host() {
    let world = World::start(None);
    world.user("ann").await;
    let url = |path: &str| format!("{}{path}", world.sandbox.base_url());
    let ask = |path: &str, token: &str| {
        world.http.get(url(path)).header("X-Sandbox-Control", token).bearer_auth(crate::TOKEN)
    };
    for path in ["/_ledger", "/_state", "/_faults"] {
        assert_eq!(ask(path, crate::TOKEN).send().await.unwrap().status(), 401, "{path}");
        let rebound = ask(path, CONTROL).header("Host", "evil.example");
        assert_eq!(rebound.send().await.unwrap().status(), 403, "{path}");
        assert_eq!(ask(path, CONTROL).send().await.unwrap().status(), 200, "{path}");
    }
    let page: Value = ask("/_ledger?after=0", CONTROL).send().await.unwrap().json().await.unwrap();
    assert_eq!(page["last"], 1);
    assert_eq!(page["entries"][0]["effects"][0]["effect"], "account_created");
    let state: Value = ask("/_state", CONTROL).send().await.unwrap().json().await.unwrap();
    assert_eq!(state["accounts"][0]["external_id"], "ext-ann");
    let put = |body: Value| {
        world.http.put(url("/_faults")).header("X-Sandbox-Control", CONTROL).json(&body)
    };
    let rules = json!([{"fault": "throttle_429", "every_nth": 3, "retry_after_s": 2}]);
    assert_eq!(put(rules.clone()).send().await.unwrap().json::<Value>().await.unwrap(), rules);
    assert_eq!(put(json!([{"fault": "fire"}])).send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn the_page_shows_names_and_runs_none_of_them() {
    let world = World::start(None);
    world.user("<script>alert(1)</script>").await;
    world.user("\u{202e}nna").await;
    let page = world.http.get(world.sandbox.base_url()).send().await.unwrap();
    let html = page.text().await.unwrap();
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
    assert!(!html.contains("<script"), "{html}");
    assert!(html.contains("U+202E"), "a direction override is shown, not obeyed");
}

#[tokio::test]
async fn it_listens_on_loopback_only() {
    let listener = std::net::TcpListener::bind("0.0.0.0:0").unwrap();
    let refused = Sandbox::start(listener, options(None));
    assert!(matches!(refused, Err(SandboxError::NotLoopback(_))));
}
