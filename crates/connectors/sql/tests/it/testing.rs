//! The connection test: what a person reads on the connector's page.

use serde_json::json;
use usher_connector::{Cause, Connector as _};

use crate::world::{RolesWorld, connector, verdict};

#[tokio::test]
async fn the_credential_is_judged_in_words() {
    let world = RolesWorld::start().await;
    world.existing("ann").await;
    let words = world.connector.test().await.unwrap();
    let version = world.server.psql("show server_version;");
    assert!(
        words.contains(&format!("PostgreSQL {version} answers as usher_provisioner")),
        "{words}"
    );
    assert!(words.contains("roles of ours: 1"), "{words}");
    assert!(!words.contains("pg_signal_backend"), "{words}");
    let is_warned = words.contains("close to a superuser");
    assert_eq!(is_warned, !world.server.has_tamed_createrole(), "{words}");

    world.server.psql("revoke pg_signal_backend from usher_provisioner;");
    let words = world.connector.test().await.unwrap();
    assert!(words.contains("cannot end the sessions"), "{words}");
    world.server.psql("alter role usher_provisioner nocreaterole;");
    assert_eq!(verdict(world.connector.test().await), ("reject", Some(Cause::Credential)));
}

#[tokio::test]
async fn a_superuser_is_more_than_is_needed() {
    let world = RolesWorld::start().await;
    let root = connector(&world.server, &json!({ "user": world.server.address.user }));
    let words = root.test().await.unwrap();
    assert!(words.contains("is a superuser; a role with CREATEROLE would do"), "{words}");
}
