//! What the connector says when the target lies or fails: the verdict, and what really happened.

use std::time::Duration;

use usher_connector::conformance::World as _;
use usher_connector::{AccountKey, Cause, Change, Connector as _, ConnectorError, ObservedState};
use usher_sandbox::{Fault, FaultRule};

use crate::world::SandboxWorld;

/// The verdict in one word and its cause.
fn verdict<T: std::fmt::Debug>(answer: Result<T, ConnectorError>) -> (&'static str, Option<Cause>) {
    match answer {
        Ok(_) => ("ok", None),
        Err(ConnectorError::Retry { cause, .. }) => ("retry", Some(cause)),
        Err(ConnectorError::Reject { cause, .. }) => ("reject", Some(cause)),
        Err(ConnectorError::Unknown { cause, .. }) => ("unknown", Some(cause)),
        Err(ConnectorError::AlreadyExists { .. }) => ("exists", None),
    }
}

#[tokio::test]
async fn a_create_under_each_fault() {
    for (fault, expected, exists) in [
        (Fault::Error500AfterCommit, ("unknown", Some(Cause::TargetFailed)), true),
        (Fault::TimeoutAfterCommit, ("unknown", Some(Cause::Unreachable)), true),
        (Fault::OkWithoutEffect, ("ok", None), false),
        (Fault::False409, ("exists", None), false),
        (Fault::Throttle429, ("retry", Some(Cause::Throttled)), false),
        (Fault::Down503, ("unknown", Some(Cause::TargetFailed)), false),
        (Fault::Garbage, ("unknown", Some(Cause::Garbage)), false),
        (Fault::TruncatedBody, ("unknown", Some(Cause::Garbage)), true),
        (Fault::EndlessBody, ("unknown", Some(Cause::Garbage)), false),
        (Fault::Redirect, ("reject", Some(Cause::Settings)), false),
    ] {
        let world = SandboxWorld::start();
        let key = world.fresh_key("ann");
        world.under(fault);
        assert_eq!(verdict(world.create(&key).await), expected, "{fault:?}");
        let posts = world.sandbox.ledger(0).iter().filter(|e| e.method == "POST").count();
        assert_eq!(posts, 1, "{fault:?}: a create is sent once");
        world.honest();
        assert_eq!(world.read(&key).await.is_some(), exists, "{fault:?}: the read tells the truth");
    }
}

#[tokio::test]
async fn every_other_change_under_each_fault() {
    for (fault, expected) in [
        (Fault::Error500AfterCommit, ("unknown", Some(Cause::TargetFailed))),
        (Fault::TimeoutAfterCommit, ("unknown", Some(Cause::Unreachable))),
        (Fault::OkWithoutEffect, ("ok", None)),
        (Fault::Throttle429, ("retry", Some(Cause::Throttled))),
        (Fault::Garbage, ("unknown", Some(Cause::Garbage))),
        (Fault::EndlessBody, ("unknown", Some(Cause::Garbage))),
        (Fault::Redirect, ("reject", Some(Cause::Settings))),
    ] {
        let world = SandboxWorld::start();
        let key = world.existing("ann").await;
        let grant = world.grants[0].clone();
        world.under(fault);
        for change in [
            Change::DisableAccount,
            Change::EnableAccount,
            Change::AddGrant { grant },
            Change::DeleteAccount,
        ] {
            let answer = world.connector.apply(&key, &change).await;
            assert_eq!(verdict(answer), expected, "{fault:?} {change:?}");
        }
    }
}

#[tokio::test]
async fn a_read_under_each_fault_never_says_none() {
    for (fault, expected) in [
        (Fault::Throttle429, ("retry", Some(Cause::Throttled))),
        (Fault::Down503, ("retry", Some(Cause::TargetFailed))),
        (Fault::Garbage, ("retry", Some(Cause::Garbage))),
        (Fault::TruncatedBody, ("retry", Some(Cause::Garbage))),
        (Fault::EndlessBody, ("retry", Some(Cause::Garbage))),
        (Fault::Redirect, ("reject", Some(Cause::Settings))),
    ] {
        let world = SandboxWorld::start();
        let key = world.existing("ann").await;
        world.under(fault);
        for key in [key.clone(), AccountKey { native_id: None, ..key.clone() }] {
            let read = world.connector.read(&key).await;
            assert_eq!(verdict(read), expected, "{fault:?} {key:?}");
            assert_eq!(verdict(world.connector.list(None).await), expected, "{fault:?}");
            assert_eq!(verdict(world.connector.test().await), expected, "{fault:?}");
        }
    }
}

#[tokio::test]
async fn somebody_elses_record_is_neither_ours_nor_absence() {
    let world = SandboxWorld::start();
    world.existing("bob").await;
    let key = world.existing("ann").await;
    world.under(Fault::SomebodyElsesRecord);
    let by_id = world.connector.read(&key).await;
    assert_eq!(verdict(by_id), ("retry", Some(Cause::Garbage)));
    let by_name = AccountKey { native_id: None, ..key.clone() };
    let found = world.read(&by_name).await.unwrap();
    assert_eq!(Some(found.native_id), key.native_id, "the whole list settles it");
    world.honest();
    world.connector.apply(&key, &Change::DeleteAccount).await.unwrap();
    world.under(Fault::SomebodyElsesRecord);
    assert_eq!(world.read(&by_name).await, None);
}

#[tokio::test]
async fn a_dropped_or_repeated_page_is_an_error_not_a_short_list() {
    let world = SandboxWorld::start();
    let key = world.existing("ann").await;
    world.under(Fault::DroppedPage);
    let by_name = AccountKey { native_id: None, ..key.clone() };
    assert_eq!(verdict(world.connector.read(&by_name).await), ("retry", Some(Cause::Garbage)));
    assert_eq!(verdict(world.connector.list(None).await), ("retry", Some(Cause::Garbage)));

    world.honest();
    for number in 0..120 {
        world.existing(&format!("user{number}")).await;
    }
    let first = world.connector.list(None).await.unwrap();
    world.under(Fault::RepeatedPage);
    let second = world.connector.list(first.next.clone()).await;
    assert_eq!(verdict(second), ("retry", Some(Cause::Garbage)));
    world.honest();
    let second = world.connector.list(first.next.clone()).await.unwrap();
    assert_eq!((first.accounts.len(), second.accounts.len(), second.next), (100, 21, None));
    world.existing("late").await;
    let changed = world.connector.list(first.next).await;
    assert_eq!(verdict(changed), ("retry", Some(Cause::Garbage)), "the list changed meanwhile");
}

#[tokio::test]
async fn retry_after_is_passed_on() {
    for (fault, seconds) in
        [(Fault::Throttle429, Some(7)), (Fault::Throttle429, None), (Fault::Down503, Some(3))]
    {
        let world = SandboxWorld::start();
        let rule = FaultRule { retry_after_s: seconds, ..FaultRule::always(fault) };
        world.sandbox.set_faults(vec![rule]);
        match world.create(&world.fresh_key("ann")).await {
            Err(ConnectorError::Retry { after, .. }) => {
                assert_eq!(after, seconds.map(Duration::from_secs), "{fault:?}");
            }
            other => panic!("{fault:?} gave {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_target_that_is_down_was_not_reached() {
    let world = SandboxWorld::start();
    let key = world.existing("ann").await;
    let SandboxWorld { sandbox, connector, .. } = world;
    sandbox.stop().await;
    let disable = connector.apply(&key, &Change::DisableAccount).await;
    assert_eq!(verdict(disable), ("retry", Some(Cause::Unreachable)));
    assert_eq!(verdict(connector.read(&key).await), ("retry", Some(Cause::Unreachable)));
}

#[tokio::test]
async fn a_disable_that_did_not_happen_is_seen_by_the_read() {
    let world = SandboxWorld::start();
    let key = world.existing("ann").await;
    world.under(Fault::OkWithoutEffect);
    world.connector.apply(&key, &Change::DisableAccount).await.unwrap();
    assert_eq!(world.read(&key).await.unwrap().state, ObservedState::Active);
}
