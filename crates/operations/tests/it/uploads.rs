//! Uploads that wait for somebody.

use anyhow::Result;
use chrono::TimeDelta;
use usher_company::{ADMINISTRATOR, EMPLOYEE};
use usher_operations::import::{self, Decision, ImportError};
use usher_operations::{Fault, Key};
use usher_testkit::World;
use usher_vocabulary::SourceEventState;

use crate::world::{apply, by_email, held_in_part, number, options};

const TEXT: &str = "id,title\nH1007,Head analyst\n";

fn seen(fingerprint: &str) -> Decision {
    Decision { fingerprint: Some(fingerprint.to_owned()), ..Decision::default() }
}

#[tokio::test]
async fn an_upload_changes_nothing_until_it_is_applied_once() -> Result<()> {
    let world = World::open().await?;
    let caller = world.caller(ADMINISTRATOR).await?;
    let id = import::keep(&world.cx, &caller, TEXT.as_bytes(), &options()).await?.expect("news");
    assert_eq!(by_email(&world, EMPLOYEE).await?.title.as_deref(), Some("Treasury analyst"));
    let again = import::keep(&world.cx, &caller, TEXT.as_bytes(), &options()).await?;
    assert_eq!(again, Some(id), "one upload of one file waits");
    let kept = import::show(&world.cx, &caller, id).await?;
    let report = kept.report.expect("it waits").expect("it can be read");

    let key = Key::parse("k1");
    let stale = import::decide(&world.cx, &caller, id, &seen("other"), None).await;
    assert!(matches!(stale, Err(ImportError::Fault(Fault::Stale))), "{stale:?}");
    let agreed = seen(&report.fingerprint);
    import::decide(&world.cx, &caller, id, &agreed, key.as_ref()).await?;
    import::decide(&world.cx, &caller, id, &agreed, key.as_ref()).await?;
    let late = import::decide(&world.cx, &caller, id, &agreed, None).await;
    assert!(matches!(late, Err(ImportError::Gone)), "{late:?}");
    assert_eq!(by_email(&world, EMPLOYEE).await?.title.as_deref(), Some("Head analyst"));
    let kept = import::show(&world.cx, &caller, id).await?;
    assert!(kept.report.is_none() && kept.delivery.state == SourceEventState::Applied);
    assert_eq!(import::keep(&world.cx, &caller, TEXT.as_bytes(), &options()).await?, None);
    Ok(())
}

#[tokio::test]
async fn an_upload_is_discarded_forgotten_or_replaced_with_its_file() -> Result<()> {
    let world = World::open().await?;
    let caller = world.caller(ADMINISTRATOR).await?;
    let state = async |id| -> Result<SourceEventState> {
        Ok(import::show(&world.cx, &caller, id).await?.delivery.state)
    };
    let keep = async |text: &str| -> Result<_> {
        let id = import::keep(&world.cx, &caller, text.as_bytes(), &options()).await?;
        Ok(id.expect("news"))
    };
    let first = keep(TEXT).await?;
    import::discard(&world.cx, &caller, first, None).await?;
    assert_eq!(state(first).await?, SourceEventState::Rejected);
    let second = keep(TEXT).await?;
    assert_ne!(first, second);
    world.pass(TimeDelta::minutes(59), TimeDelta::minutes(59)).await?;
    assert_eq!(state(second).await?, SourceEventState::Received);
    world.pass(TimeDelta::minutes(2), TimeDelta::minutes(2)).await?;
    assert_eq!(state(second).await?, SourceEventState::Rejected, "an hour is over");
    let third = keep(TEXT).await?;
    apply(&world, "id,title\nH1007,Newer\n").await?;
    assert_eq!(state(third).await?, SourceEventState::Superseded);
    for action in ["import.discarded", "import.forgotten", "import.superseded", "source.added"] {
        let entries = format!("select count(*) from audit_event where action = '{action}'");
        let found = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(entries))
            .fetch_one(&mut world.database.owner().await?)
            .await?;
        assert_eq!(found, 1, "{action}");
    }
    let bodies = "select count(*) from source_event where body is not null";
    assert_eq!(number(&world, bodies).await?, 0);
    assert_eq!(by_email(&world, EMPLOYEE).await?.title.as_deref(), Some("Newer"));
    Ok(())
}

#[tokio::test]
async fn what_was_applied_stays_applied_when_the_rest_of_the_file_is_dropped() -> Result<()> {
    let world = World::open().await?;
    let caller = world.caller(ADMINISTRATOR).await?;
    let id = held_in_part(&world).await?;
    import::discard(&world.cx, &caller, id, None).await?;
    let kept = import::show(&world.cx, &caller, id).await?;
    assert_eq!(kept.delivery.state, SourceEventState::Applied);
    assert_eq!(kept.delivery.decided_by, caller.principal.id, "whoever applied it");
    assert!(kept.report.is_none(), "the file is gone");
    let held = "select count(*) from person where email = 'thief@harbourline.example'";
    assert_eq!(number(&world, held).await?, 0);
    Ok(())
}
