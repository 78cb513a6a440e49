//! TLS: the server's certificate must be signed by somebody who is trusted, and name the host.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::json;
use usher_connector::{Cause, Connector as _};
use usher_connector_sql::{SqlConnector, SqlSecrets, SqlSettings};

use crate::world::{PASSWORD, PROVISIONER, RolesWorld, add, creation, verdict};

/// How long one side is listened to before the other.
const TURN: Duration = Duration::from_millis(2);

/// How a client of Postgres asks for TLS (PostgreSQL documentation 55.7, SSLRequest).
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tls").join(name)
}

/// Takes TLS off for a server that is reached by a socket. Answers its port.
fn terminate(socket: PathBuf) -> u16 {
    let chain = vec![CertificateDer::from_pem_file(fixture("server.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_file(fixture("server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        while let Ok((caller, _)) = listener.accept() {
            let (config, socket) = (Arc::clone(&config), socket.clone());
            std::thread::spawn(move || serve(caller, config, &socket));
        }
    });
    port
}

fn serve(mut caller: TcpStream, config: Arc<ServerConfig>, socket: &Path) {
    let mut asked = [0; 8];
    caller.read_exact(&mut asked).unwrap();
    assert_eq!(asked, SSL_REQUEST, "nothing is said in clear");
    caller.write_all(b"S").unwrap();
    caller.set_read_timeout(Some(TURN)).unwrap();
    let mut server = UnixStream::connect(socket).unwrap();
    server.set_read_timeout(Some(TURN)).unwrap();
    let mut caller = StreamOwned::new(ServerConnection::new(config).unwrap(), caller);
    // A caller that does not like the certificate ends the stream.
    while pass(&mut caller, &mut server) && pass(&mut server, &mut caller) {}
}

/// Passes on what is there; `false` at the end of the stream.
fn pass(from: &mut impl Read, to: &mut impl Write) -> bool {
    let mut buffer = [0; 16_384];
    match from.read(&mut buffer) {
        Ok(0) => false,
        Ok(length) => to.write_all(&buffer[..length]).and_then(|()| to.flush()).is_ok(),
        Err(error) => matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
    }
}

fn connector(host: &str, port: u16, has_authority: bool) -> SqlConnector {
    let settings = json!({
        "host": host, "port": port, "user": PROVISIONER, "password": "file:roles",
        "ca_certificate": "file:authority", "allowed_networks": "127.0.0.0/8",
    });
    let authority = std::fs::read_to_string(fixture("authority.pem")).unwrap();
    let secrets = SqlSecrets {
        password: PASSWORD.into(),
        ca_certificate: has_authority.then(|| authority.into()),
    };
    SqlConnector::new(SqlSettings::from_value(&settings, secrets, None).unwrap())
}

#[tokio::test]
async fn a_certificate_must_be_trusted_and_name_the_host() {
    let world = RolesWorld::start().await;
    let port = terminate(world.server.address.socket_dir.join(".s.PGSQL.5432"));
    let trusting = connector("localhost", port, true);
    let words = trusting.test().await.unwrap();
    assert!(words.contains(PROVISIONER), "{words}");
    let key = usher_connector::conformance::World::fresh_key(&world, "ann");
    trusting.apply(&key, &creation()).await.unwrap();
    trusting.apply(&key, &add(crate::world::READER)).await.unwrap();
    assert_eq!(world.read(&key).await.unwrap().grants.len(), 1);

    let refused = ("reject", Some(Cause::Settings));
    let unknown_authority = connector("localhost", port, false).test().await;
    assert_eq!(verdict(unknown_authority), refused);
    let other_name = connector("127.0.0.1", port, true).test().await;
    assert_eq!(verdict(other_name), refused);
}
