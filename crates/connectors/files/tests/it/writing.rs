//! What reaches the target, what its answers mean, and folders that cannot be written.

use std::fs;
use std::os::unix::fs::symlink;

use usher_connector::conformance::World as _;
use usher_connector::{Cause, Change, Connector as _, ConnectorError};
use usher_sandbox::DropLie;

use crate::world::{FolderWorld, badge, connector, creation};

#[tokio::test]
async fn a_change_is_one_file_with_its_checksum_and_moves_away_when_answered() {
    let world = FolderWorld::start();
    let key = world.existing("-ann").await;
    let name = world.written("out/done").remove(0);
    assert!(name.starts_with("000001-") && world.written("out").is_empty(), "{name}");
    let done = world.folder().join("out/done");
    let text = fs::read_to_string(done.join(&name)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0].split(',').count(), 10);
    assert!(
        lines[1].starts_with(&format!("create_account,{},'-ann-0,", key.external_id)),
        "{text}"
    );
    assert!(lines[1].contains("\"'=HYPERLINK(\"\"x\"\")\""), "{text}");
    assert_eq!(fs::read_to_string(done.join(format!("{name}.sha256"))).unwrap().trim().len(), 64);
    let account = world.drop.account_named(&key.user_name).unwrap();
    assert_eq!(account.display_name, "=HYPERLINK(\"x\")", "it reads back to the same value");
    let left: Vec<_> = fs::read_dir(world.folder().join("out")).unwrap().collect();
    assert_eq!(left.len(), 3, "done, the lock and the last number: {left:?}");
}

#[tokio::test]
async fn the_same_change_later_is_a_new_file() {
    let world = FolderWorld::start();
    let key = world.existing("ann").await;
    let grant = badge("vault");
    for change in [
        Change::AddGrant { grant: grant.clone() },
        Change::RemoveGrant { grant: grant.clone() },
        Change::AddGrant { grant: grant.clone() },
    ] {
        world.apply(&key, &change).await.unwrap();
    }
    assert!(world.read(&key).await.unwrap().unwrap().grants.contains(&grant));
    let done = world.written("out/done");
    let tag = |name: &String| name.rsplit('-').next().unwrap_or_default().to_owned();
    assert_eq!((done.len(), tag(&done[1]) == tag(&done[3])), (4, true), "{done:?}");
    // An emptied folder does not give the numbers again.
    fs::remove_dir_all(world.folder().join("out/done")).unwrap();
    world.apply(&key, &Change::DisableAccount).await.unwrap();
    assert!(world.written("out/done")[0].starts_with("000005-"));
}

#[tokio::test]
async fn answers_carry_their_verdict() {
    let world = FolderWorld::waiting(300);
    let key = world.existing("ann").await;
    let add = |id| Change::AddGrant { grant: badge(id) };
    world.drop.lie(Some(DropLie::Refuses("no such\u{7} badge".to_owned())));
    match world.apply(&key, &add("gone")).await {
        Err(ConnectorError::Reject { cause: Cause::Invalid, why }) => {
            assert!(why.ends_with("refused: no such badge"), "{why:?}");
        }
        other => panic!("{other:?}"),
    }
    world.drop.lie(Some(DropLie::NoEffect));
    world.apply(&key, &add("vault")).await.unwrap();
    assert!(world.read(&key).await.unwrap().unwrap().grants.is_empty(), "applied, not verified");
    world.drop.lie(Some(DropLie::WrongChecksum));
    match world.apply(&key, &add("archive")).await {
        Err(ConnectorError::Unknown { cause: Cause::Garbage, .. }) => {}
        other => panic!("{other:?}"),
    }
    assert!(world.read(&key).await.unwrap().unwrap().grants.contains(&badge("archive")));
}

#[tokio::test]
async fn two_processes_share_one_folder() {
    let world = FolderWorld::start();
    let others: Vec<_> = (0..4).map(|_| connector(&world.root.0, 8_000)).collect();
    let mut sending = Vec::new();
    for connector in others {
        let keys: Vec<_> = (0..3).map(|_| world.fresh_key("many")).collect();
        sending.push(tokio::spawn(async move {
            for key in keys {
                connector.apply(&key, &creation()).await.unwrap();
            }
        }));
    }
    for sent in sending {
        sent.await.unwrap();
    }
    let done = world.written("out/done");
    let numbers: Vec<&str> = done.iter().map(|name| &name[..6]).collect();
    assert_eq!(world.drop.accounts().len(), 12);
    assert_eq!(numbers.len(), 12);
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:?}");
}

fn nothing_happened(answer: Result<impl std::fmt::Debug, ConnectorError>) -> String {
    match answer {
        Err(ConnectorError::Retry { cause: Cause::Unreachable, why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_loses_nothing() {
    let world = FolderWorld::waiting(200);
    let key = world.existing("ann").await;
    let out = world.folder().join("out");
    let disable = Change::DisableAccount;
    // The write fails in the middle, as on a full disk: what would be the new file is in the way.
    world.drop.lie(Some(DropLie::Sleeps));
    let full = out.join("..number.part");
    fs::create_dir(&full).unwrap();
    nothing_happened(world.apply(&key, &disable).await);
    assert!(world.written("out").is_empty(), "nothing is seen of it");
    assert!(world.read(&key).await.unwrap().is_some(), "nothing is under way");
    fs::remove_dir(&full).unwrap();
    // A link that was planted where we write is removed and never followed.
    let victim = world.root.0.join("victim");
    fs::write(&victim, "precious").unwrap();
    symlink(&victim, &full).unwrap();
    world.drop.lie(None);
    world.apply(&key, &disable).await.unwrap();
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");

    let aside = world.folder().join("aside");
    fs::rename(&out, &aside).unwrap();
    nothing_happened(world.apply(&key, &Change::EnableAccount).await);
    nothing_happened(world.connector.test().await);
    fs::write(&out, "a file where the folder was").unwrap();
    let why = nothing_happened(world.apply(&key, &Change::EnableAccount).await);
    assert!(why.contains("no folder"), "{why}");
    fs::remove_file(&out).unwrap();
    fs::rename(&aside, &out).unwrap();
    world.apply(&key, &Change::EnableAccount).await.unwrap();
    assert_eq!(
        world.connector.test().await.unwrap(),
        "The folder can be used; accounts: 1, changes without an answer: 0."
    );
}

/// What is left of a process that died while it wrote.
#[tokio::test]
async fn leftovers_of_a_dead_process_are_no_changes() {
    let world = FolderWorld::start();
    let out = world.folder().join("out");
    fs::write(out.join(".000009-x.csv.part"), "half a ch").unwrap();
    fs::write(out.join("..number.part"), "x").unwrap();
    fs::write(out.join("000009-0123456789ab-0123456789abcdef.csv.sha256"), "alone").unwrap();
    let key = world.existing("ann").await;
    assert!(world.read(&key).await.unwrap().is_some());
    assert_eq!(world.drop.accounts().len(), 1);
}
