//! Importing as the administrator of the test's company.

use anyhow::{Result, bail};
use usher_company::ADMINISTRATOR;
use usher_operations::import::{self, Decision, Done, ImportError, Options, Outcome};
use usher_operations::people::{Brief, PersonView};
use usher_operations::{people, sign_in};
use usher_testkit::{World, count};
use usher_vocabulary::SourceEventId;

pub(crate) fn options() -> Options {
    Options::parse("", [], "").unwrap()
}

pub(crate) async fn import(world: &World, text: &str) -> Result<Done, ImportError> {
    import_as(world, text, &Decision::default()).await
}

pub(crate) async fn import_as(
    world: &World,
    text: &str,
    decision: &Decision,
) -> Result<Done, ImportError> {
    let caller = world.caller(ADMINISTRATOR).await.unwrap();
    import::apply(&world.cx, &caller, text.as_bytes(), &options(), None, decision).await
}

pub(crate) fn release(reason: &str) -> Decision {
    Decision { release: Some(reason.to_owned()), ..Decision::default() }
}

/// Asserts that the file was applied as a whole.
pub(crate) async fn apply(world: &World, text: &str) -> Result<Done> {
    let done = import(world, text).await?;
    assert!(matches!(done.outcome, Outcome::Applied(_)), "{:?}", done.outcome);
    Ok(done)
}

pub(crate) async fn by_email(world: &World, email: &str) -> Result<Brief> {
    Ok(sign_in::by_email(&world.cx, email).await?.expect("somebody has this address"))
}

pub(crate) async fn page(world: &World, email: &str) -> Result<PersonView> {
    let id = by_email(world, email).await?.id;
    Ok(people::show(&world.cx, &world.caller(ADMINISTRATOR).await?, id).await?)
}

pub(crate) async fn number(world: &World, sql: &'static str) -> Result<i64> {
    count(&mut world.database.owner().await?, sql).await
}

/// Everything that an import could have written.
pub(crate) async fn written(world: &World) -> Result<i64> {
    number(
        world,
        "select (select count(*) from audit_event) + (select count(*) from source_event)
              + (select count(*) from source) + (select count(*) from person)
              + (select coalesce(sum(version), 0)::bigint from person)
              + (select count(*) from source_record) + (select count(*) from timer)",
    )
    .await
}

/// One row changes the address that somebody signs in by, the other is harmless.
pub(crate) const HELD_IN_PART: &str = "id,email,title\nH1007,thief@harbourline.example,Analyst\n\
    H1008,aylin.demir@harbourline.example,Lead\n";

/// Links the employee and applies [`HELD_IN_PART`]: only their row waits.
pub(crate) async fn held_in_part(world: &World) -> Result<SourceEventId> {
    let link = "with linked as (
            insert into login_identity (issuer, subject_claim, person_id, linked_email, linked_at)
            select 'https://id.example', 'x', subject_id, email, updated_at from person
            where email = 'ines.carvalho@harbourline.example' returning 1)
        select count(*) from linked";
    assert_eq!(number(world, link).await?, 1);
    let done = import(world, HELD_IN_PART).await?;
    let Outcome::HeldInPart(id) = done.outcome else { bail!("{:?}", done.outcome) };
    Ok(id)
}
