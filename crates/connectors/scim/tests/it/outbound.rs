//! The connector opens no socket where it may not.

use std::net::TcpListener;
use std::time::Duration;

use usher_connector::{Cause, Connector as _, ConnectorError};
use usher_connector_scim::{ScimConnector, ScimSettings};

#[tokio::test]
async fn a_name_that_resolves_to_loopback_is_refused_before_a_socket_is_opened() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    for scheme in ["http", "https"] {
        let connector = ScimConnector::new(ScimSettings {
            base_url: format!("{scheme}://localhost:{port}").parse().unwrap(),
            token: "t".into(),
            allowed_networks: "10.0.0.0/8".parse().unwrap(),
            request_timeout: Duration::from_secs(1),
        });
        let refused = connector.unwrap().test().await;
        let is_settings = matches!(
            &refused,
            Err(ConnectorError::Reject { cause: Cause::Settings, why }) if why.contains("loopback")
        );
        assert!(is_settings, "{refused:?}");
    }
    let nobody_came = listener.accept().unwrap_err().kind() == std::io::ErrorKind::WouldBlock;
    assert!(nobody_came);
}
