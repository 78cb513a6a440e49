use std::time::Duration;

use usher_connector::conformance::{conforms, in_a_child, is_child};

use crate::world::SandboxWorld;

/// How long the suite may take in a child process, its start included.
const CHILD_WITHIN: Duration = Duration::from_secs(60);

#[tokio::test]
async fn the_sandbox_through_the_connector() {
    let world = SandboxWorld::start();
    conforms(&world.connector, &world, 0).await.unwrap();
    world.sandbox.stop().await;
}

/// The body of the child process; without the variable it has nothing to do.
#[tokio::test]
async fn child() {
    if is_child() {
        let world = SandboxWorld::start();
        conforms(&world.connector, &world, 0).await.unwrap();
    }
}

/// A connector that aborts, overflows its stack or hangs ends a child and not the tests.
#[test]
fn the_suite_in_a_process_of_its_own() {
    in_a_child("conformance::child", CHILD_WITHIN).unwrap();
}
