use std::time::Duration;

use serde_json::json;
use usher_connector::conformance::{conforms, in_a_child, is_child};

use crate::relay::Relay;
use crate::world::{RolesWorld, connector};

/// How long the suite may take in a child process, its start included.
const CHILD_WITHIN: Duration = Duration::from_secs(120);

#[tokio::test]
async fn a_server_through_its_socket() {
    let world = RolesWorld::start().await;
    conforms(&world.connector, &world, 0).await.unwrap();
}

#[tokio::test]
async fn a_server_through_the_network() {
    let world = RolesWorld::start().await;
    let relay = Relay::start(world.server.address.socket_dir.join(".s.PGSQL.5432")).await;
    let settings = json!({
        "host": "127.0.0.1",
        "port": relay.port,
        "tls": "disable",
        "allowed_networks": "127.0.0.0/8",
    });
    conforms(&connector(&world.server, &settings), &world, 0).await.unwrap();
}

/// The body of the child process; without the variable it has nothing to do.
#[tokio::test]
async fn child() {
    if is_child() {
        let world = RolesWorld::start().await;
        conforms(&world.connector, &world, 0).await.unwrap();
    }
}

/// A connector that aborts, overflows its stack or hangs ends a child and not the tests.
#[test]
fn the_suite_in_a_process_of_its_own() {
    in_a_child("conformance::child", CHILD_WITHIN).unwrap();
}
