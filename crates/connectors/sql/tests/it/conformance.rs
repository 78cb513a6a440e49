use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;
use usher_connector::Connector;
use usher_connector::conformance::{CheckOutcome, World, run};

use crate::relay::Relay;
use crate::world::{RolesWorld, connector};

/// Set for the child process only.
const IN_CHILD: &str = "USHER_CONFORMANCE_CHILD";

/// How long the suite may take in a child process, its start included.
const CHILD_WITHIN: Duration = Duration::from_secs(120);

/// Runs the suite; every question must be answered, and none may be skipped.
async fn conforms(subject: &dyn Connector, world: &dyn World) {
    let results = run(subject, world).await;
    let lines: Vec<String> = results.iter().map(ToString::to_string).collect();
    let lines = lines.join("\n");
    assert!(results.len() > 20, "{lines}");
    assert!(results.iter().all(|result| result.outcome == CheckOutcome::Passed), "{lines}");
}

#[tokio::test]
async fn a_server_through_its_socket() {
    let world = RolesWorld::start().await;
    conforms(&world.connector, &world).await;
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
    conforms(&connector(&world.server, &settings), &world).await;
}

/// The body of the child process; without the variable it has nothing to do.
#[tokio::test]
async fn child() {
    if std::env::var_os(IN_CHILD).is_some() {
        let world = RolesWorld::start().await;
        conforms(&world.connector, &world).await;
    }
}

/// A connector that aborts, overflows its stack or hangs ends a child and not the tests.
#[test]
fn the_suite_in_a_process_of_its_own() {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "conformance::child", "--nocapture"])
        .env(IN_CHILD, "1")
        .spawn()
        .unwrap();
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if started.elapsed() > CHILD_WITHIN {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("the suite did not end within {CHILD_WITHIN:?}");
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(status.success(), "{status}");
}
