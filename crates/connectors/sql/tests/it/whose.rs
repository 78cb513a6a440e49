//! Whose a role is: the comment decides, before every change and in its transaction.

use serde_json::json;
use usher_connector::conformance::World as _;
use usher_connector::{AccountKey, Cause, Change, Connector as _};

use crate::world::{READER, RolesWorld, add, connector, creation, remove, verdict};

const FOREIGN: (&str, Option<Cause>) = ("reject", Some(Cause::Foreign));

#[tokio::test]
async fn a_role_of_somebody_else_is_not_touched() {
    let world = RolesWorld::start().await;
    for (name, comment) in [
        ("carla", "null"),
        ("dora", "'the nightly job'"),
        ("emil", "'usher:somebody-else'"),
        ("fred", "'usher:1 '"),
    ] {
        world.server.psql(&format!(
            "create role {name} login; comment on role {name} is {comment};
             grant reporting_reader to {name};"
        ));
        let before = world.server.psql_about(name, WHOLE);
        let key = AccountKey {
            external_id: "1".to_owned(),
            user_name: name.to_owned(),
            native_id: Some(name.to_owned()),
        };
        assert_eq!(verdict(world.connector.read(&key).await), FOREIGN, "{name}");
        for change in [
            creation(),
            Change::EnableAccount,
            Change::DisableAccount,
            Change::DeleteAccount,
            add(READER),
            remove(READER),
        ] {
            assert_eq!(verdict(world.apply(&key, &change).await), FOREIGN, "{name} {change:?}");
        }
        assert_eq!(world.server.psql_about(name, WHOLE), before, "{name}");
    }
}

const WHOLE: &str = "select role.*, shobj_description(role.oid, 'pg_authid'),
        array(select roleid from pg_auth_members where member = role.oid)
    from pg_authid role where rolname = :'name';";

#[tokio::test]
async fn a_role_that_was_renamed_is_still_ours() {
    let world = RolesWorld::start().await;
    let ann = world.existing("ann").await;
    let name = ann.native_id.clone().unwrap();
    world.server.psql_about(&name, "alter role :\"name\" rename to married;");
    let seen = world.read(&ann).await.unwrap();
    assert_eq!((seen.native_id.as_str(), seen.user_name.as_str()), ("married", "married"));
    world.apply(&ann, &Change::DisableAccount).await.unwrap();
    assert_eq!(
        world.server.psql("select rolcanlogin from pg_roles where rolname = 'married';"),
        "f"
    );

    // Somebody else now has her old name: ours is still the one with the mark.
    world.server.psql_about(&name, "create role :\"name\" login;");
    assert_eq!(world.read(&ann).await.unwrap().native_id, "married");
    world.apply(&ann, &Change::DeleteAccount).await.unwrap();
    assert_eq!(verdict(world.connector.read(&ann).await), FOREIGN);
}

#[tokio::test]
async fn a_mark_that_was_taken_off_ends_our_say() {
    let world = RolesWorld::start().await;
    let ann = world.existing("ann").await;
    let name = ann.native_id.clone().unwrap();
    world.server.psql_about(&name, "comment on role :\"name\" is null;");
    assert_eq!(verdict(world.connector.read(&ann).await), FOREIGN);
    assert_eq!(verdict(world.apply(&ann, &Change::DeleteAccount).await), FOREIGN);
}

#[tokio::test]
async fn two_roles_with_one_mark_are_a_matter_for_a_person() {
    let world = RolesWorld::start().await;
    let ann = world.existing("ann").await;
    let mark = format!("'usher:{}'", ann.external_id);
    world.server.psql(&format!("create role double; comment on role double is {mark};"));
    assert_eq!(verdict(world.connector.read(&ann).await), FOREIGN);
    assert_eq!(verdict(world.apply(&ann, &Change::DisableAccount).await), FOREIGN);
}

#[tokio::test]
async fn two_installations_keep_apart_by_their_prefix() {
    let world = RolesWorld::start().await;
    let north = connector(&world.server, &json!({ "role_prefix": "north_" }));
    let key = world.fresh_key("ann");
    let made = north.apply(&key, &creation()).await.unwrap();
    assert_eq!(made.native_id, Some(format!("north_{}", key.user_name)));
    let seen = north.read(&key).await.unwrap().unwrap();
    assert_eq!(seen.user_name, key.user_name);

    let south = connector(&world.server, &json!({ "role_prefix": "south_" }));
    assert_eq!(south.read(&key).await.unwrap(), None);
    south.apply(&key, &Change::DeleteAccount).await.unwrap();
    assert!(north.read(&key).await.unwrap().is_some());
    assert!(south.list(None).await.unwrap().accounts.is_empty());
    assert_eq!(north.list(None).await.unwrap().accounts.len(), 1);
}
