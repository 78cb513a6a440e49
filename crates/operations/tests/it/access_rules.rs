//! Access rules of one's own: who may change them, what no text can do, and that every process decides by the newest.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use usher_company::{ADMINISTRATOR, AUDITOR, EMPLOYEE, MANAGER};
use usher_operations::access_rules::{self, KnownRules, PutError, PutInForce, State};
use usher_operations::authorization::Denial;
use usher_operations::{Caller, Context, Fault, FieldFault, Key, engine, sign_in};
use usher_testkit::World;
use usher_vocabulary::{ApiTokenId, SignInMethod, TokenScope};

use crate::world::number;

/// A permit for one person to watch the engine.
fn watches(world: &World, email: &str) -> String {
    format!(
        "@id(\"watches the engine\")\npermit (\n  principal == Caller::\"{}\",\n  action == Action::\"view_operations\",\n  resource\n);\n",
        world.company.people[email]
    )
}

fn text(text: impl Into<String>, version: i32) -> PutInForce {
    PutInForce {
        text: text.into(),
        reason: "The service desk needs it.".to_owned(),
        version,
        restores: None,
    }
}

async fn put(world: &World, input: PutInForce) -> Result<i32> {
    let caller = world.caller(ADMINISTRATOR).await?;
    Ok(access_rules::put_in_force(&world.cx, &caller, &input, None).await?)
}

/// What is wrong with a text, by its code.
async fn refused(world: &World, input: PutInForce) -> Result<Vec<FieldFault>> {
    let caller = world.caller(ADMINISTRATOR).await?;
    match access_rules::put_in_force(&world.cx, &caller, &input, None).await {
        Err(PutError::Fields(faults)) => Ok(faults),
        other => anyhow::bail!("{other:?}"),
    }
}

/// Another process on the same database: it shares nothing else.
fn other_process(world: &World) -> Result<Context> {
    Ok(Context { rules: Arc::new(KnownRules::built_in()?), ..world.cx.clone() })
}

async fn caller_of(world: &World, cx: &Context, email: &str) -> Result<Caller> {
    let id = world.company.people[email];
    let found = sign_in::caller(cx, id, SignInMethod::Demo, None, cx.id()).await?;
    Ok(found.context("no such person")?.0)
}

async fn may_watch(world: &World, cx: &Context, email: &str) -> Result<bool> {
    let caller = caller_of(world, cx, email).await?;
    Ok(engine::overview(cx, &caller).await.is_ok())
}

const VERSIONS: &str = "select count(*) from access_rules_version";
const TOLD: &str = "select count(*) from audit_event where action like 'access_rules.%'";

#[tokio::test]
async fn a_text_decides_in_every_process_from_the_next_request_on() -> Result<()> {
    let world = World::open().await?;
    let there = other_process(&world)?;
    assert!(!may_watch(&world, &there, EMPLOYEE).await?);
    assert_eq!(put(&world, text(watches(&world, EMPLOYEE), 0)).await?, 1);
    assert!(may_watch(&world, &there, EMPLOYEE).await?);
    assert!(may_watch(&world, &world.cx, EMPLOYEE).await?);
    assert!(!may_watch(&world, &there, MANAGER).await?, "nobody else was named");

    assert_eq!(put(&world, text(watches(&world, MANAGER), 1)).await?, 2);
    assert!(!may_watch(&world, &there, EMPLOYEE).await?);
    assert!(may_watch(&world, &there, MANAGER).await?);

    assert_eq!(put(&world, text("  \r\n ", 2)).await?, 3);
    assert!(!may_watch(&world, &there, MANAGER).await?, "nothing is left of the second");
    let shown = access_rules::show(&there, &world.caller(AUDITOR).await?, None).await?;
    assert_eq!((shown.effective, shown.text.as_str()), (3, ""));
    Ok(())
}

#[tokio::test]
async fn nobody_but_an_administrator_in_person_changes_anything() -> Result<()> {
    let world = World::open().await?;
    let input = text(watches(&world, EMPLOYEE), 0);
    let token = (ApiTokenId(world.cx.id()), TokenScope::Admin);
    let id = world.company.people[ADMINISTRATOR];
    let by_token =
        sign_in::caller(&world.cx, id, SignInMethod::Token, Some(token), world.cx.id()).await?;
    let callers = [
        (world.caller(EMPLOYEE).await?, Denial::NoPolicy),
        (world.caller(MANAGER).await?, Denial::NoPolicy),
        (world.caller(AUDITOR).await?, Denial::ReadOnly),
        (by_token.context("the administrator")?.0, Denial::TokenScope),
        (Caller::stranger(world.cx.id()), Denial::NotSignedIn),
        (Caller::engine(world.cx.id()), Denial::NoPolicy),
        (Caller::operator("ann".to_owned(), world.cx.id()), Denial::NoPolicy),
    ];
    for (caller, why) in callers {
        let put = access_rules::put_in_force(&world.cx, &caller, &input, None).await;
        let is_refused =
            matches!(&put, Err(PutError::Fault(Fault::Denied(denial))) if *denial == why);
        assert!(is_refused, "{caller:?}: {put:?}");
        assert!(access_rules::check(&world.cx, &caller, &input.text).is_err(), "{caller:?}");
    }
    assert_eq!(number(&world, VERSIONS).await?, 0);
    assert_eq!(number(&world, TOLD).await?, 0);
    Ok(())
}

#[tokio::test]
async fn auditors_and_administrators_see_them_and_nobody_else_does() -> Result<()> {
    let world = World::open().await?;
    // Whoever sees everything by a rule of one's own does not see the rules by it.
    let all = "@id(\"all eyes\") permit (principal, action in Action::\"view\", resource);";
    put(&world, text(all, 0)).await?;
    for email in [EMPLOYEE, MANAGER] {
        let caller = world.caller(email).await?;
        assert!(access_rules::show(&world.cx, &caller, None).await.is_err(), "{email}");
        assert!(access_rules::version(&world.cx, &caller, 1).await.is_err(), "{email}");
        assert!(may_watch(&world, &world.cx, email).await?, "{email}");
    }
    for (email, may_change) in [(AUDITOR, false), (ADMINISTRATOR, true)] {
        let caller = world.caller(email).await?;
        let shown = access_rules::show(&world.cx, &caller, None).await?;
        assert_eq!((shown.effective, shown.may_change), (1, may_change), "{email}");
    }
    Ok(())
}

#[tokio::test]
async fn no_text_forbids_opens_everything_or_what_could_open_everything_else() -> Result<()> {
    let world = World::open().await?;
    let action =
        |name| format!("@id(\"mine\") permit (principal, action == Action::\"{name}\", resource);");
    for (wrong, code) in [
        ("forbid (principal, action == Action::\"view_audit\", resource);".to_owned(), "forbids"),
        ("permit (principal, action, resource);".to_owned(), "unscoped"),
        (action("manage_access_rules"), "reserved"),
        (action("grant_administration"), "reserved"),
        (action("manage_tokens"), "reserved"),
        (action("view_access_rules"), "reserved"),
        (action("view_audits"), "invalid_at"),
        ("let everybody in".to_owned(), "syntax_at"),
        ("x".repeat(access_rules::LONGEST_TEXT + 1), "too_large"),
    ] {
        let faults = refused(&world, text(wrong.clone(), 0)).await?;
        assert_eq!(faults[0].code, code, "{faults:?}");
        assert_eq!(faults[0].field, "text");
        let caller = world.caller(ADMINISTRATOR).await?;
        assert_eq!(access_rules::check(&world.cx, &caller, &wrong)?, faults);
    }
    let both = refused(&world, PutInForce { reason: " ".to_owned(), ..text("permit", 0) }).await?;
    let fields: Vec<_> = both.iter().map(|fault| (fault.field.as_str(), fault.code)).collect();
    assert_eq!(fields, [("text", "syntax_at"), ("reason", "required")]);
    assert_eq!(number(&world, VERSIONS).await?, 0);
    assert_eq!(number(&world, TOLD).await?, 0);
    Ok(())
}

#[tokio::test]
async fn whoever_looked_before_somebody_else_changed_them_is_told() -> Result<()> {
    let world = World::open().await?;
    let caller = world.caller(ADMINISTRATOR).await?;
    let (mine, theirs) = (watches(&world, EMPLOYEE), watches(&world, MANAGER));
    let (mine, theirs) = (text(mine, 0), text(theirs, 0));
    let (first, second) = tokio::join!(
        access_rules::put_in_force(&world.cx, &caller, &mine, None),
        access_rules::put_in_force(&world.cx, &caller, &theirs, None),
    );
    let is_stale = |answer: &Result<i32, PutError>| matches!(answer, Err(PutError::Stale));
    assert!(is_stale(&first) != is_stale(&second), "{first:?} {second:?}");
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    for seen in [0, 2, -1] {
        let late = access_rules::put_in_force(&world.cx, &caller, &text("", seen), None).await;
        assert!(is_stale(&late), "{seen}: {late:?}");
    }
    assert_eq!(number(&world, VERSIONS).await?, 1);
    assert_eq!(number(&world, TOLD).await?, 1);
    Ok(())
}

#[tokio::test]
async fn the_same_key_puts_one_version_in_force_and_the_same_text_none() -> Result<()> {
    let world = World::open().await?;
    let caller = world.caller(ADMINISTRATOR).await?;
    let key = Key::parse("a-key");
    let input = text(watches(&world, EMPLOYEE), 0);
    for _ in 0..2 {
        let put = access_rules::put_in_force(&world.cx, &caller, &input, key.as_ref()).await?;
        assert_eq!(put, 1);
    }
    assert_eq!(number(&world, VERSIONS).await?, 1);
    let other = text(watches(&world, MANAGER), 1);
    let reused = access_rules::put_in_force(&world.cx, &caller, &other, key.as_ref()).await;
    assert!(matches!(reused, Err(PutError::Fault(Fault::KeyReused))), "{reused:?}");
    let same = refused(&world, text(watches(&world, EMPLOYEE), 1)).await?;
    assert_eq!(same, [FieldFault::new("text", "unchanged")]);
    Ok(())
}

#[tokio::test]
async fn going_back_is_a_new_version_with_the_old_text() -> Result<()> {
    let world = World::open().await?;
    let first = watches(&world, EMPLOYEE);
    put(&world, text(first.clone(), 0)).await?;
    put(&world, text(watches(&world, MANAGER), 1)).await?;
    put(&world, PutInForce { restores: Some(1), ..text(first.clone(), 2) }).await?;
    assert!(may_watch(&world, &world.cx, EMPLOYEE).await?);
    assert!(!may_watch(&world, &world.cx, MANAGER).await?);
    let auditor = world.caller(AUDITOR).await?;
    let shown = access_rules::show(&world.cx, &auditor, None).await?;
    let states: Vec<_> = shown.history.iter().map(|v| (v.number, v.state, v.restores)).collect();
    assert_eq!(
        states,
        [
            (3, State::Effective, Some(1)),
            (2, State::RolledBack, None),
            (1, State::Superseded, None)
        ]
    );
    assert_eq!(shown.history[0].text_before, watches(&world, MANAGER));
    assert_eq!(shown.history[2].text_before, "");
    assert_eq!(shown.history[0].author, world.company.people[ADMINISTRATOR]);
    // A text that was taken up and then changed is one's own.
    let changed = format!("// changed\n{first}");
    put(&world, PutInForce { restores: Some(1), ..text(changed, 3) }).await?;
    let shown = access_rules::show(&world.cx, &auditor, None).await?;
    assert_eq!((shown.history[0].number, shown.history[0].restores), (4, None));
    let told = "select count(*) from audit_event where action = 'access_rules.rolled_back'
                and payload like '%\"restores\":1%'";
    assert_eq!(number(&world, told).await?, 1);
    Ok(())
}

#[tokio::test]
async fn the_record_says_by_which_rules_somebody_could_and_keeps_no_reason() -> Result<()> {
    let world = World::open().await?;
    let by_built_in =
        "select count(*) from audit_event where payload like '%\"policy_version\":0%'";
    let by_first = "select count(*) from audit_event where payload like '%\"policy_version\":1%'";
    sign_in::signed_in(&world.cx, &world.caller(EMPLOYEE).await?).await?;
    assert_eq!((number(&world, by_built_in).await?, number(&world, by_first).await?), (1, 0));
    put(&world, text(watches(&world, EMPLOYEE), 0)).await?;
    let told = "select count(*) from audit_event where action = 'access_rules.put_in_force'
                and payload like '%\"version\":1%' and payload like '%text_sha256%'
                and payload not like '%service desk%'";
    assert_eq!(number(&world, told).await?, 1);
    sign_in::signed_in(&world.cx, &world.caller(EMPLOYEE).await?).await?;
    assert_eq!(number(&world, by_first).await?, 1);
    Ok(())
}

/// As after a new release whose words are others: what cannot be read permits nothing, and the built-in rules go on.
#[tokio::test]
async fn a_text_that_a_release_cannot_read_permits_nothing_and_is_shown() -> Result<()> {
    let world = World::open().await?;
    let mut owner = world.database.owner().await?;
    sqlx::query(
        "insert into access_rules_version (id, version, text, reason, created_by, created_at)
         select gen_random_uuid(), 1,
                'permit (principal, action in [Action::\"view_operations\", Action::\"view_gone\"], resource);',
                'An older release.', subject_id, '2026-01-01'
         from person where email = $1",
    )
    .bind(ADMINISTRATOR)
    .execute(&mut owner)
    .await?;
    assert!(!may_watch(&world, &world.cx, EMPLOYEE).await?);
    assert!(may_watch(&world, &world.cx, ADMINISTRATOR).await?);
    let administrator = world.caller(ADMINISTRATOR).await?;
    let problem = administrator.rules_problem().context("a problem")?;
    assert!(problem.contains("view_gone"), "{problem}");
    let shown = access_rules::show(&world.cx, &administrator, None).await?;
    assert_eq!(shown.problem.as_deref(), Some(problem));
    let examined = access_rules::examine(&world.cx).await?;
    assert_eq!((examined.number(), examined.problem()), (1, Some(problem)));
    put(&world, text(watches(&world, EMPLOYEE), 1)).await?;
    assert!(may_watch(&world, &world.cx, EMPLOYEE).await?, "it was put right");
    Ok(())
}

#[tokio::test]
async fn versions_cannot_be_changed_by_the_application() -> Result<()> {
    let world = World::open().await?;
    put(&world, text(watches(&world, EMPLOYEE), 0)).await?;
    let mut owner = world.database.owner().await?;
    sqlx::query("set role usher_app").execute(&mut owner).await?;
    for change in ["update access_rules_version set text = ''", "delete from access_rules_version"]
    {
        let error = sqlx::query(change).execute(&mut owner).await.unwrap_err();
        assert!(error.to_string().contains("permission denied"), "{error}");
    }
    Ok(())
}
