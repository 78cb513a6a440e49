//! A state that is missing, torn, huge, garbled or not ours is never taken for "no account".

use std::fs;
use std::os::unix::fs::symlink;

use usher_connector::conformance::World as _;
use usher_connector::{Cause, Change, Connector as _, ConnectorError};
use usher_sandbox::{DropAccount, DropLie};

use crate::world::{FolderWorld, Root, badge, connector, creation};

fn cause(answer: Result<impl std::fmt::Debug, ConnectorError>) -> Cause {
    match answer {
        Err(ConnectorError::Retry { cause, why, .. }) if !why.is_empty() => cause,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_state_that_does_not_fit_its_checksum_is_no_state() {
    let world = FolderWorld::start();
    let key = world.existing("ann").await;
    let state = world.folder().join("in/state.csv");
    let whole = fs::read(&state).unwrap();
    // Cut off at the end of a row: without the checksum it would look like an account less.
    let end = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for torn in [&whole[..end], &whole[..end + 3], b"\xff\xfe", b"<html>503</html>", b""] {
        fs::write(&state, torn).unwrap();
        assert_eq!(cause(world.read(&key).await), Cause::Garbage, "{torn:?}");
        assert_eq!(cause(world.apply(&key, &Change::DisableAccount).await), Cause::Garbage);
        assert_eq!(cause(world.connector.list(None).await), Cause::Garbage);
    }
    assert!(world.written("out").is_empty(), "nothing is sent on a guess");
    fs::write(&state, &whole).unwrap();
    assert!(world.read(&key).await.unwrap().is_some());
    fs::remove_file(&state).unwrap();
    assert_eq!(cause(world.read(&key).await), Cause::Garbage);
}

#[tokio::test]
async fn garbage_with_a_right_checksum_is_garbage_still() {
    let world = FolderWorld::start();
    let key = world.existing("ann").await;
    let account = DropAccount { user_name: "twin".into(), ..DropAccount::default() };
    let twin = DropAccount { external_id: key.external_id.clone(), ..account };
    world.drop.plant(twin).unwrap();
    assert_eq!(cause(world.read(&key).await), Cause::Garbage, "one external id, two accounts");
}

#[tokio::test]
async fn a_huge_state_is_refused_and_a_large_one_is_paged() {
    let world = FolderWorld::start();
    let key = world.existing("ann").await;
    for number in 0..520 {
        let (user_name, external_id) = (format!("bulk-{number}"), format!("b-{number}"));
        let account =
            DropAccount { user_name, external_id, active: true, ..DropAccount::default() };
        world.drop.plant(account).unwrap();
    }
    let first = world.connector.list(None).await.unwrap();
    let second = world.connector.list(first.next.clone()).await.unwrap();
    assert_eq!((first.accounts.len(), second.accounts.len(), second.next), (500, 21, None));
    world.apply(&key, &Change::DisableAccount).await.unwrap();
    assert_eq!(cause(world.connector.list(first.next).await), Cause::Garbage, "it changed");

    let state = fs::File::options().write(true).open(world.folder().join("in/state.csv")).unwrap();
    state.set_len(65 * 1024 * 1024).unwrap();
    assert_eq!(cause(world.read(&key).await), Cause::Unreachable, "more than can be held");
}

#[tokio::test]
async fn a_change_without_an_answer_keeps_the_account_unread() {
    let world = FolderWorld::waiting(150);
    let key = world.existing("ann").await;
    world.drop.lie(Some(DropLie::Sleeps));
    let add = Change::AddGrant { grant: badge("vault") };
    let unknown = world.apply(&key, &add).await;
    assert!(matches!(unknown, Err(ConnectorError::Unknown { .. })), "{unknown:?}");
    assert_eq!(cause(world.read(&key).await), Cause::Unreachable, "it may still be given");
    let other = world.fresh_key("bob");
    assert!(world.read(&other).await.unwrap().is_none(), "others are not concerned");

    // A repetition waits for the same file.
    let before = world.written("out");
    assert!(world.apply(&key, &add).await.is_err());
    assert_eq!(world.written("out"), before);
    // Wanted no more: the later file undoes the earlier, in whatever order the target wakes up.
    let remove = Change::RemoveGrant { grant: badge("vault") };
    assert!(world.apply(&key, &remove).await.is_err());
    world.drop.lie(None);
    world.apply(&key, &remove).await.unwrap();
    let account = world.read(&key).await.unwrap().unwrap();
    assert!(account.grants.is_empty() && world.written("out").is_empty(), "{account:?}");
}

#[tokio::test]
async fn an_effect_that_shows_needs_no_acknowledgement() {
    let world = FolderWorld::waiting(150);
    let key = world.existing("ann").await;
    world.drop.lie(Some(DropLie::NoAcknowledgement));
    let add = Change::AddGrant { grant: badge("vault") };
    assert!(matches!(world.apply(&key, &add).await, Err(ConnectorError::Unknown { .. })));
    let account = world.read(&key).await.unwrap().unwrap();
    assert!(account.grants.contains(&badge("vault")) && account.evidence.contains("state.csv"));
    // An answer to a later change settles what stood before it.
    world.drop.lie(None);
    let remove = Change::RemoveGrant { grant: badge("vault") };
    world.apply(&key, &remove).await.unwrap();
    assert!(world.read(&key).await.unwrap().unwrap().grants.is_empty());
}

#[tokio::test]
async fn somebody_elses_name_without_an_id_is_foreign_too() {
    let world = FolderWorld::start();
    let account = DropAccount { user_name: "Ann".into(), active: true, ..DropAccount::default() };
    world.drop.plant(account).unwrap();
    let mut key = world.fresh_key("ann");
    key.user_name = "ann".to_owned();
    for answer in [world.read(&key).await.map(drop), world.apply(&key, &creation()).await.map(drop)]
    {
        let is_foreign =
            matches!(answer, Err(ConnectorError::Reject { cause: Cause::Foreign, .. }));
        assert!(is_foreign, "{answer:?}");
    }
}

#[tokio::test]
async fn links_lead_nowhere() {
    let world = FolderWorld::start();
    let key = world.existing("ann").await;
    let elsewhere = Root::new();
    let (state, moved) = (world.folder().join("in/state.csv"), elsewhere.0.join("state.csv"));
    fs::rename(&state, &moved).unwrap();
    symlink(&moved, &state).unwrap();
    assert_eq!(cause(world.read(&key).await), Cause::Unreachable, "a link in place of the state");

    let root = Root::new();
    symlink(world.folder(), root.0.join("badges")).unwrap();
    let through = connector(&root.0, 200);
    assert_eq!(
        cause(through.read(&key).await),
        Cause::Unreachable,
        "a link in place of the folder"
    );
    assert_eq!(cause(through.test().await), Cause::Unreachable);
    let missing = connector(&Root::new().0, 200);
    assert_eq!(cause(missing.test().await), Cause::Unreachable);
}
