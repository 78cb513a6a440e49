//! What goes wrong between the connector and the server, and what it must mean.

use std::time::{Duration, Instant};

use serde_json::json;
use usher_connector::conformance::World as _;
use usher_connector::{Cause, Change, Connector as _, ObservedState};

use crate::relay::{Cut, Relay};
use crate::world::{
    OpenSession, READER, RolesWorld, add, connector, creation, remove, verdict, wait_for,
};

const UNREACHABLE: (&str, Option<Cause>) = ("retry", Some(Cause::Unreachable));

#[tokio::test]
async fn a_server_that_is_down_was_not_reached_and_comes_back() {
    let mut world = RolesWorld::start().await;
    let ann = world.existing("ann").await;
    world.server.stop().await;
    assert_eq!(verdict(world.connector.read(&ann).await), UNREACHABLE);
    assert_eq!(verdict(world.apply(&ann, &Change::DisableAccount).await), UNREACHABLE);
    assert_eq!(verdict(world.connector.list(None).await), UNREACHABLE);
    assert_eq!(verdict(world.connector.test().await), UNREACHABLE);
    world.server.start_again().await;
    assert_eq!(world.read(&ann).await.unwrap().state, ObservedState::Active);
    world.apply(&ann, &add(READER)).await.unwrap();
    // The connection that is kept has died meanwhile; nobody notices.
    world.server.stop().await;
    world.server.start_again().await;
    world.apply(&ann, &Change::DisableAccount).await.unwrap();
    assert_eq!(world.read(&ann).await.unwrap().state, ObservedState::Disabled);
}

#[tokio::test]
async fn what_only_a_person_can_put_right_is_not_tried_again() {
    let world = RolesWorld::start().await;
    let credential = ("reject", Some(Cause::Credential));
    let ann = world.existing("ann").await;
    let nobody = connector(&world.server, &json!({ "user": "nobody" }));
    assert_eq!(verdict(nobody.read(&ann).await), credential);
    let elsewhere = connector(&world.server, &json!({ "database": "no_such" }));
    assert_eq!(verdict(elsewhere.read(&ann).await), ("reject", Some(Cause::Settings)));

    world.server.psql("alter role usher_provisioner nocreaterole;");
    assert_eq!(verdict(world.apply(&ann, &Change::DisableAccount).await), credential);
    assert_eq!(verdict(world.apply(&world.fresh_key("bob"), &creation()).await), credential);
    assert_eq!(world.read(&ann).await.unwrap().state, ObservedState::Active);
    world.server.psql("alter role usher_provisioner password 'changed';");
    let anew = connector(&world.server, &json!({}));
    assert_eq!(verdict(anew.apply(&ann, &Change::DisableAccount).await), credential);
    assert_eq!(verdict(anew.test().await), credential);
}

#[tokio::test]
async fn a_server_that_is_full_is_left_alone_for_a_while() {
    let world = RolesWorld::start().await;
    world.server.psql("alter role usher_provisioner connection limit 0;");
    assert_eq!(verdict(world.connector.test().await), ("retry", Some(Cause::Throttled)));
}

/// Holds the role so that every change of it waits.
fn hold(world: &RolesWorld, name: &str) -> OpenSession {
    let mut session = world.server.session();
    session.tell(&format!("begin; alter role \"{name}\" connection limit 7;"));
    let held = "select count(*) from pg_stat_activity
        where state = 'idle in transaction' and query like '%connection limit 7%';";
    wait_for(&world.server, held, "1");
    session
}

#[tokio::test]
async fn a_session_that_is_ended_in_mid_call_has_changed_nothing() {
    let world = RolesWorld::start().await;
    let ann = world.existing("ann").await;
    let held = hold(&world, ann.native_id.as_deref().unwrap());
    let call = world.apply(&ann, &Change::DisableAccount);
    let end = async {
        let waiting = "select count(*) from pg_stat_activity
            where application_name = 'usher' and wait_event_type = 'Lock';";
        while world.server.psql(waiting) != "1" {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        world.server.psql(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'usher';",
        );
    };
    let (answer, ()) = tokio::join!(call, end);
    assert_eq!(verdict(answer), UNREACHABLE);
    drop(held);
    assert_eq!(world.read(&ann).await.unwrap().state, ObservedState::Active);
    world.apply(&ann, &Change::DisableAccount).await.unwrap();
}

#[tokio::test]
async fn a_call_that_waits_too_long_gives_up() {
    let world = RolesWorld::start().await;
    let ann = world.existing("ann").await;
    let hasty = connector(&world.server, &json!({ "statement_timeout_seconds": 1 }));
    let held = hold(&world, ann.native_id.as_deref().unwrap());
    let began = Instant::now();
    let answer = hasty.apply(&ann, &Change::DisableAccount).await;
    assert_eq!(verdict(answer), ("retry", Some(Cause::TargetFailed)));
    assert!(began.elapsed() < Duration::from_secs(5));
    drop(held);
    assert_eq!(world.read(&ann).await.unwrap().state, ObservedState::Active);
}

#[tokio::test]
async fn a_commit_without_an_answer_is_unknown_and_a_read_settles_it() {
    let world = RolesWorld::start().await;
    let relay = Relay::start(world.server.address.socket_dir.join(".s.PGSQL.5432")).await;
    let far = connector(
        &world.server,
        &json!({
            "host": "127.0.0.1", "port": relay.port, "tls": "disable",
            "allowed_networks": "127.0.0.1",
        }),
    );
    for (cut, took_effect) in [(Cut::BeforeCommit, false), (Cut::AfterCommit, true)] {
        let key = world.fresh_key("ann");
        relay.cut(cut);
        let answer = far.apply(&key, &creation()).await;
        assert_eq!(verdict(answer), ("unknown", Some(Cause::Unreachable)), "{cut:?}");
        relay.cut(Cut::Never);
        assert_eq!(far.read(&key).await.unwrap().is_some(), took_effect, "{cut:?}");
        let again = verdict(far.apply(&key, &creation()).await).0;
        assert_eq!(again, if took_effect { "exists" } else { "ok" }, "{cut:?}");
        for change in [add(READER), remove(READER), Change::DisableAccount, Change::DeleteAccount] {
            relay.cut(cut);
            let answer = far.apply(&key, &change).await;
            assert_eq!(
                verdict(answer),
                ("unknown", Some(Cause::Unreachable)),
                "{cut:?} {change:?}"
            );
            relay.cut(Cut::Never);
            far.apply(&key, &change).await.unwrap();
        }
        assert_eq!(far.read(&key).await.unwrap(), None, "{cut:?}");
    }
}

#[tokio::test]
async fn a_call_that_is_dropped_changes_nothing_and_leaves_no_connection_in_use() {
    let world = RolesWorld::start().await;
    let ann = world.existing("ann").await;
    let held = hold(&world, ann.native_id.as_deref().unwrap());
    for _ in 0..10 {
        let call = world.apply(&ann, &Change::DisableAccount);
        assert!(tokio::time::timeout(Duration::from_millis(100), call).await.is_err());
    }
    drop(held);
    let mine = "select count(*) from pg_stat_activity where application_name = 'usher';";
    wait_for(&world.server, mine, "0");
    assert_eq!(world.read(&ann).await.unwrap().state, ObservedState::Active);
}
