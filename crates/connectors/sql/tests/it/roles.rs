//! The life of an account, each step seen by psql.

use usher_connector::{Cause, Change, ConnectorError, ObservedState};

use crate::world::{ODD, READER, RolesWorld, add, creation, member_of, remove, verdict};

/// Everything that a role could do besides what its memberships give.
const RIGHTS: &str = "select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,
        rolinherit, rolcanlogin, rolpassword is null, rolvaliduntil is null
    from pg_authid where rolname = :'name';";

const MEMBERSHIPS: &str = "select held.rolname, member.admin_option from pg_auth_members member
    join pg_roles held on held.oid = member.roleid
    where member.member = (select oid from pg_roles where rolname = :'name')
    order by held.rolname collate \"C\";";

#[tokio::test]
async fn a_new_role_can_sign_in_and_nothing_else() {
    let world = RolesWorld::start().await;
    let ann = world.existing("ann").await;
    let name = ann.native_id.clone().unwrap();
    assert_eq!(world.server.psql_about(&name, RIGHTS), "f|f|f|f|f|t|t|t|t");
    assert_eq!(world.server.psql_about(&name, MEMBERSHIPS), "");
    let mark = "select shobj_description(:'name'::regrole, 'pg_authid');";
    assert_eq!(
        world.server.psql_about(&format!("\"{name}\""), mark),
        format!("usher:{}", ann.external_id)
    );
}

#[tokio::test]
async fn a_membership_comes_and_goes_without_the_right_to_pass_it_on() {
    let world = RolesWorld::start().await;
    let ann = world.existing("ann").await;
    let name = ann.native_id.clone().unwrap();
    for role in [READER, ODD, READER] {
        let applied = world.apply(&ann, &add(role)).await.unwrap();
        assert!(applied.answer.starts_with("grant "), "{}", applied.answer);
    }
    assert_eq!(
        world.server.psql_about(&name, MEMBERSHIPS),
        format!("{ODD}|f\n{READER}|f"),
        "twice is once"
    );
    let seen = world.read(&ann).await.unwrap();
    assert_eq!(seen.grants, [member_of(READER), member_of(ODD)].into());
    assert!(seen.evidence.contains("can sign in") && seen.evidence.contains(READER));

    world.apply(&ann, &remove(ODD)).await.unwrap();
    assert_eq!(world.server.psql_about(&name, MEMBERSHIPS), format!("{READER}|f"));
    world
        .server
        .psql_about(&name, "revoke reporting_reader from :\"name\" granted by usher_provisioner;");
    assert!(world.read(&ann).await.unwrap().grants.is_empty(), "taken away by somebody else");
    world.apply(&ann, &remove(READER)).await.unwrap();
}

#[tokio::test]
async fn a_disabled_role_is_out_at_once() {
    let world = RolesWorld::start().await;
    let ann = world.existing("ann").await;
    let name = ann.native_id.clone().unwrap();
    world.apply(&ann, &add(READER)).await.unwrap();
    world.server.psql_about(&name, "alter role :\"name\" password 'of her own';");
    let mut session = world.server.session_of(&name, "of her own");
    session.tell("select pg_sleep(60);");
    let open = format!("select count(*) from pg_stat_activity where usename = '{name}';");
    crate::world::wait_for(&world.server, &open, "1");

    let applied = world.apply(&ann, &Change::DisableAccount).await.unwrap();
    assert!(applied.answer.contains("open sessions ended: 1"), "{}", applied.answer);
    assert!(session.ends(), "the session went on");
    assert!(world.server.session_of(&name, "of her own").ends(), "it could sign in again");
    assert_eq!(world.server.psql_about(&name, RIGHTS), "f|f|f|f|f|t|f|f|t", "nologin");
    let seen = world.read(&ann).await.unwrap();
    assert_eq!(seen.state, ObservedState::Disabled);
    assert!(seen.evidence.contains("cannot sign in, member of reporting_reader"));

    let again = world.apply(&ann, &Change::DisableAccount).await.unwrap();
    assert!(again.answer.contains("no open sessions"), "{}", again.answer);
    world.apply(&ann, &Change::EnableAccount).await.unwrap();
    assert_eq!(world.server.psql_about(&name, RIGHTS), "f|f|f|f|f|t|t|f|t");
}

#[tokio::test]
async fn a_credential_that_cannot_end_sessions_says_so() {
    let world = RolesWorld::start().await;
    world.server.psql("revoke pg_signal_backend from usher_provisioner;");
    let ann = world.existing("ann").await;
    let name = ann.native_id.clone().unwrap();
    world.server.psql_about(&name, "alter role :\"name\" password 'of her own';");
    let mut session = world.server.session_of(&name, "of her own");
    session.tell("select pg_sleep(60);");
    let open = format!("select count(*) from pg_stat_activity where usename = '{name}';");
    crate::world::wait_for(&world.server, &open, "1");

    let applied = world.apply(&ann, &Change::DisableAccount).await.unwrap();
    assert!(applied.answer.contains("could not be ended"), "{}", applied.answer);
    let seen = world.read(&ann).await.unwrap();
    assert_eq!(seen.state, ObservedState::Disabled);
    assert!(seen.evidence.ends_with("1 session still open"), "{}", seen.evidence);
}

#[tokio::test]
async fn a_role_that_owns_something_is_locked_out_but_not_dropped() {
    let world = RolesWorld::start().await;
    let ann = world.existing("ann").await;
    let name = ann.native_id.clone().unwrap();
    world.server.psql_about(&name, "create schema hers authorization :\"name\";");
    match world.apply(&ann, &Change::DeleteAccount).await {
        Err(ConnectorError::Reject { why, .. }) => {
            assert!(why.contains("owner of schema hers"), "{why}");
            assert!(why.contains("reassigned by a person"), "{why}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(world.server.psql_about(&name, RIGHTS), "f|f|f|f|f|t|f|t|t", "nologin");
    assert_eq!(world.server.psql("select count(*) from pg_namespace where nspname = 'hers';"), "1");
    world.server.psql("drop schema hers;");
    world.apply(&ann, &Change::DeleteAccount).await.unwrap();
    assert_eq!(world.server.psql_about(&name, RIGHTS), "", "gone");
}

#[tokio::test]
async fn a_role_that_was_dropped_outside_is_gone() {
    let world = RolesWorld::start().await;
    let ann = world.existing("ann").await;
    world.server.psql_about(ann.native_id.as_deref().unwrap(), "drop role :\"name\";");
    assert_eq!(world.read(&ann).await, None);
    for done in [Change::DisableAccount, Change::DeleteAccount, remove(READER)] {
        assert_eq!(world.apply(&ann, &done).await.unwrap().answer, "there is no such role");
    }
    for wanting in [Change::EnableAccount, add(READER)] {
        assert_eq!(verdict(world.apply(&ann, &wanting).await).0, "reject", "{wanting:?}");
    }
    world.apply(&ann, &creation()).await.unwrap();
    assert!(world.read(&ann).await.is_some(), "it can be made again");
}

#[tokio::test]
async fn what_would_reach_the_whole_server_is_not_granted() {
    let world = RolesWorld::start().await;
    let ann = world.existing("ann").await;
    let bob = world.existing("bob").await;
    world.server.psql(
        "create role maker createrole; create role root superuser; create role copier replication;
         create role seer bypassrls; create role inner_circle; create role outer_circle;
         grant maker to inner_circle; grant inner_circle to outer_circle;
         create role other_people login;",
    );
    for role in [
        "maker",
        "root",
        "copier",
        "seer",
        "inner_circle",
        "outer_circle",
        "pg_read_server_files",
        "pg_execute_server_program",
        "other_people",
        bob.native_id.as_deref().unwrap(),
        "no_such_role",
    ] {
        let answer = world.apply(&ann, &add(role)).await;
        assert_eq!(verdict(answer).0, "reject", "{role}");
    }
    assert!(world.read(&ann).await.unwrap().grants.is_empty());
    world.apply(&ann, &remove("no_such_role")).await.unwrap();
}

#[tokio::test]
async fn what_somebody_else_gave_is_taken_away_or_a_person_is_told() {
    let world = RolesWorld::start().await;
    let ann = world.existing("ann").await;
    let name = ann.native_id.clone().unwrap();
    world.server.psql_about(&name, "grant reporting_reader to :\"name\";");
    let answer = world.apply(&ann, &remove(READER)).await;
    let is_left = world.read(&ann).await.unwrap().grants.contains(&member_of(READER));
    if world.server.has_tamed_createrole() {
        assert_eq!((verdict(answer), is_left), (("reject", Some(Cause::Foreign)), true));
    } else {
        assert_eq!((verdict(answer), is_left), (("ok", None), false));
    }
}
