//! Where a connector may go: only where its settings and this process allow.

use std::os::unix::fs::symlink;

use serde_json::json;
use usher_connector::{Cause, Connector as _};
use usher_connector_sql::{SqlConnector, SqlSecrets, SqlSettings};

use crate::relay::Relay;
use crate::world::{PASSWORD, PROVISIONER, RolesWorld, connector, verdict};

const REFUSED: (&str, Option<Cause>) = ("reject", Some(Cause::Settings));

#[tokio::test]
async fn this_machine_is_reached_only_when_it_is_named() {
    let world = RolesWorld::start().await;
    let relay = Relay::start(world.server.address.socket_dir.join(".s.PGSQL.5432")).await;
    let with = |host: &str, tls: &str, networks: &str| {
        let settings = json!({
            "host": host, "port": relay.port, "tls": tls, "allowed_networks": networks,
        });
        connector(&world.server, &settings)
    };
    for (host, tls, networks) in [
        ("127.0.0.1", "disable", ""),
        ("localhost", "disable", "10.0.0.0/8"),
        ("127.0.0.1", "verify-full", ""),
        ("169.254.169.254", "verify-full", "169.254.0.0/16"),
    ] {
        let answer = with(host, tls, networks).test().await;
        assert_eq!(verdict(answer), REFUSED, "{host} {tls} {networks}");
    }
    let words = with("127.0.0.1", "disable", "127.0.0.0/8").test().await.unwrap();
    assert!(words.contains(PROVISIONER), "{words}");
    // A server without TLS is not spoken to in clear when TLS was asked for.
    let answer = with("127.0.0.1", "verify-full", "127.0.0.0/8").test().await;
    assert_eq!(verdict(answer), REFUSED);
}

#[tokio::test]
async fn a_link_does_not_lead_out_of_the_folder_of_sockets() {
    let world = RolesWorld::start().await;
    let root = world.server.folder.join("root");
    std::fs::create_dir(&root).unwrap();
    symlink(&world.server.address.socket_dir, root.join("link")).unwrap();
    let settings =
        json!({ "host": root.join("link"), "user": PROVISIONER, "password": "file:roles" });
    let secrets = SqlSecrets { password: PASSWORD.into(), ca_certificate: None };
    let settings = SqlSettings::from_value(&settings, secrets, Some(&root)).unwrap();
    assert_eq!(verdict(SqlConnector::new(settings).test().await), REFUSED);
}
