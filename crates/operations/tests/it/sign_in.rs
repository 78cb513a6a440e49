//! Who an identity provider means, and what somebody typed in a session that has ended.

use anyhow::Result;
use chrono::TimeDelta;
use usher_company::{EMPLOYEE, MANAGER};
use usher_operations::sign_in::identity::{Asserted, Entered, Refusal, enter};
use usher_operations::sign_in::typed::{self, KeptInput};
use usher_store::session::{self, Session};
use usher_testkit::World;

use crate::world::number;

const ISSUER: &str = "https://id.example";

fn asserted(issuer: &str, subject: &str, email: &str) -> Asserted {
    Asserted {
        issuer: issuer.to_owned(),
        subject: subject.to_owned(),
        email: Some(email.to_owned()),
        is_email_verified: true,
    }
}

#[tokio::test]
async fn of_two_who_come_at_once_with_one_address_one_is_linked() -> Result<()> {
    let world = World::open().await?;
    let comes = |subject: &'static str| {
        let (cx, id) = (world.cx.clone(), world.cx.id());
        async move { enter(&cx, &asserted(ISSUER, subject, EMPLOYEE), id).await }
    };
    let (a, b, c, d) = tokio::join!(comes("a"), comes("b"), comes("c"), comes("d"));
    let entered = [a?, b?, c?, d?];
    let person = world.company.people[EMPLOYEE];
    let inside = entered.iter().filter(|e| **e == Entered::In(person)).count();
    let refused = Entered::Refused(Refusal::LinkedToAnother);
    let outside = entered.iter().filter(|e| **e == refused).count();
    assert_eq!((inside, outside), (1, 3), "{entered:?}");
    assert_eq!(number(&world, "select count(*) from login_identity").await?, 1);
    Ok(())
}

#[tokio::test]
async fn another_issuer_is_another_link_to_the_same_person() -> Result<()> {
    let world = World::open().await?;
    let person = Entered::In(world.company.people[EMPLOYEE]);
    for issuer in [ISSUER, "https://other.example", ISSUER] {
        let entered = enter(&world.cx, &asserted(issuer, "a", EMPLOYEE), world.cx.id()).await?;
        assert_eq!(entered, person, "{issuer}");
    }
    // The address of somebody else changes nobody: issuer and subject count.
    let moved = asserted(ISSUER, "a", MANAGER);
    assert_eq!(enter(&world.cx, &moved, world.cx.id()).await?, person);
    assert_eq!(number(&world, "select count(*) from login_identity").await?, 2);
    Ok(())
}

#[tokio::test]
async fn what_was_typed_is_there_for_its_person_for_an_hour() -> Result<()> {
    let world = World::open().await?;
    let (cx, id) = (&world.cx, "an id of a session");
    let person = world.company.people[EMPLOYEE];
    let session = Session {
        data: serde_json::json!({}),
        created_at: cx.now() - TimeDelta::days(2),
        expires_at: cx.now() - TimeDelta::days(1),
    };
    session::create(&cx.store, &session::hash(id), Some(person), &session).await?;
    let input = KeptInput {
        page: "/access/request".to_owned(),
        action: "/access/request".to_owned(),
        fields: "reason=Month-end".to_owned(),
    };
    assert!(!typed::keep(cx, "another id", &input).await?);
    assert!(typed::keep(cx, id, &input).await?);
    let (mine, theirs) = (world.caller(EMPLOYEE).await?, world.caller(MANAGER).await?);
    assert!(typed::find(cx, &theirs, "/access/request").await?.is_none());
    assert!(typed::find(cx, &mine, "/tasks").await?.is_none());
    let found = typed::find(cx, &mine, "/access/request").await?;
    assert_eq!(found.map(|kept| kept.fields).as_deref(), Some("reason=Month-end"));
    world.clock.advance(TimeDelta::minutes(61));
    assert!(!typed::waits(cx, person).await?);
    assert!(typed::find(cx, &mine, "/access/request").await?.is_none());
    Ok(())
}
