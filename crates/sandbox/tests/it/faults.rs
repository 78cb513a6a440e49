use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use usher_sandbox::{Fault, FaultRule};

use crate::{World, names};

fn once(fault: Fault) -> FaultRule {
    FaultRule { times: Some(1), ..FaultRule::always(fault) }
}

async fn post_under(fault: Fault) -> (World, reqwest::Response) {
    let world = World::start(None);
    world.sandbox.set_faults(vec![once(fault)]);
    let answer = world.send(Method::POST, "/Users", Some(json!({"userName": "ann"}))).await;
    (world, answer)
}

#[tokio::test]
async fn a_500_after_commit_has_happened() {
    let (world, answer) = post_under(Fault::Error500AfterCommit).await;
    assert_eq!(answer.status(), 500);
    assert!(world.sandbox.account_named("ann").is_some());
    let entry = &world.sandbox.ledger(0)[0];
    assert_eq!((entry.status, entry.took_effect), (500, true));
    assert_eq!(entry.fault, Some(Fault::Error500AfterCommit));
}

#[tokio::test]
async fn a_success_without_effect_has_not_happened() {
    let (world, answer) = post_under(Fault::OkWithoutEffect).await;
    assert_eq!(answer.status(), 201);
    let id = answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
    assert_eq!(world.send(Method::GET, &format!("/Users/{id}"), None).await.status(), 404);
    assert!(!world.sandbox.ledger(0)[0].took_effect);
}

#[tokio::test]
async fn a_withheld_answer_has_happened_and_ends_with_the_sandbox() {
    let world = World::start(None);
    world.sandbox.set_faults(vec![once(Fault::TimeoutAfterCommit)]);
    let url = format!("{}/Users", world.sandbox.base_url());
    let waiting = world.http.post(url).bearer_auth(crate::TOKEN).json(&json!({"userName": "ann"}));
    let short = waiting.try_clone().unwrap().timeout(Duration::from_millis(200));
    assert!(short.send().await.unwrap_err().is_timeout());
    assert!(world.sandbox.account_named("ann").is_some());

    world.sandbox.set_faults(vec![once(Fault::TimeoutAfterCommit)]);
    let waiting = tokio::spawn(waiting.send());
    tokio::time::sleep(Duration::from_millis(200)).await;
    let started = Instant::now();
    world.sandbox.stop().await;
    assert_eq!(waiting.await.unwrap().unwrap().status(), 504);
    assert!(started.elapsed() < Duration::from_secs(5), "stopping does not wait for the delay");
}

#[tokio::test]
async fn refusals_do_nothing() {
    for (fault, status) in
        [(Fault::False409, 409), (Fault::Throttle429, 429), (Fault::Down503, 503)]
    {
        let (world, answer) = post_under(fault).await;
        assert_eq!(answer.status(), status);
        assert!(answer.headers().get("retry-after").is_none());
        assert!(world.sandbox.accounts().is_empty(), "{fault:?}");
    }
    let world = World::start(None);
    let rule = FaultRule { retry_after_s: Some(7), ..once(Fault::Throttle429) };
    world.sandbox.set_faults(vec![rule]);
    let throttled = world.send(Method::GET, "/Users", None).await;
    assert_eq!(throttled.headers()["retry-after"], "7");
    assert_eq!(world.send(Method::GET, "/Users", None).await.status(), 200, "once is once");
}

#[tokio::test]
async fn lists_and_records_lie() {
    let world = World::start(None);
    let ann = world.user("ann").await;
    for name in ["bob", "carla", "dora"] {
        world.user(name).await;
    }
    world.sandbox.set_faults(vec![FaultRule::always(Fault::DroppedPage)]);
    let list = world.get("/Users").await;
    assert_eq!((names(&list), &list["totalResults"]), (vec!["ann", "bob"], &json!(4)));
    world.sandbox.set_faults(vec![FaultRule::always(Fault::RepeatedPage)]);
    let second = world.get("/Users?startIndex=3&count=2").await;
    assert_eq!((names(&second), &second["startIndex"]), (vec!["ann", "bob"], &json!(3)));
    world.sandbox.set_faults(vec![FaultRule::always(Fault::SomebodyElsesRecord)]);
    assert_eq!(world.get(&format!("/Users/{ann}")).await["userName"], "bob");
    assert_eq!(names(&world.get("/Users?filter=userName%20eq%20%22ann%22").await), ["bob"]);
}

#[tokio::test]
async fn answers_are_spoilt() {
    let (world, page) = post_under(Fault::Garbage).await;
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().starts_with("<!doctype"));
    assert!(world.sandbox.accounts().is_empty());
    let (world, half) = post_under(Fault::TruncatedBody).await;
    assert_eq!(half.status(), 201);
    assert!(half.json::<Value>().await.is_err());
    assert_eq!(world.sandbox.accounts().len(), 1);
    let (_world, mut endless) = post_under(Fault::EndlessBody).await;
    for _ in 0..100 {
        assert!(endless.chunk().await.unwrap().is_some());
    }
}

#[tokio::test]
async fn rules_choose_their_requests() {
    let world = World::start(None);
    let nth = FaultRule {
        every_nth: Some(2),
        path_prefix: Some("/Groups".to_owned()),
        ..FaultRule::always(Fault::Down503)
    };
    let slow = FaultRule { delay_ms: Some(60), ..FaultRule::always(Fault::Latency) };
    world.sandbox.set_faults(vec![nth, slow]);
    let started = Instant::now();
    let mut statuses = Vec::new();
    for path in ["/Groups", "/Users", "/Groups", "/Groups"] {
        statuses.push(world.send(Method::GET, path, None).await.status().as_u16());
    }
    assert_eq!(statuses, [200, 200, 503, 200]);
    assert!(started.elapsed() >= Duration::from_millis(240), "each waited");
}

#[tokio::test]
async fn the_same_seed_strikes_the_same_requests() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let world = World::start(None);
        let half = FaultRule { probability: Some(0.5), ..FaultRule::always(Fault::Down503) };
        world.sandbox.set_faults(vec![half]);
        let mut statuses = Vec::new();
        for _ in 0..32 {
            statuses.push(world.send(Method::GET, "/Users?count=0", None).await.status().as_u16());
        }
        assert!(statuses.contains(&503) && statuses.contains(&200), "{statuses:?}");
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
}
