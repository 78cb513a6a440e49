//! Opens the socket to the target: only where the connector may, and at the address that was judged.
//!
//! The driver resolves a host name by itself, after every check that could be made before. So the
//! connection is opened here and handed to the driver through a socket inside this process; the driver
//! still checks the server's certificate against the name.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::net::{TcpStream, UnixListener, UnixStream};
use usher_connector::{AddressRefused, AllowedNetworks};

/// How long the driver may take to come to the socket that was opened for it.
const TO_BE_FETCHED: Duration = Duration::from_secs(5);

/// Why no connection was opened. Nothing was sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotOpened {
    #[error(transparent)]
    Address(#[from] AddressRefused),
    #[error("without TLS the connector reaches only its allowed networks")]
    Plain,
    #[error("the folder of the socket leads out of the folder that sockets lie in")]
    OutsideRoot,
    #[error("the name has no address")]
    NoAddress,
    #[error("nobody answers: {0}")]
    Io(#[from] io::Error),
}

/// Opens a connection to the first address of `host` that may be reached and answers.
pub(crate) async fn dial(
    host: &str,
    port: u16,
    allowed: &AllowedNetworks,
    is_plain: bool,
) -> Result<TcpStream, NotOpened> {
    let found: Vec<SocketAddr> = tokio::net::lookup_host((host, port)).await?.collect();
    let mut last = NotOpened::NoAddress;
    for address in found {
        let opened = match permits(allowed, is_plain, address) {
            Ok(()) => TcpStream::connect(address).await.map_err(NotOpened::from),
            Err(refused) => Err(refused),
        };
        match opened {
            Ok(stream) => {
                // Statements are small and each waits for the answer to the one before.
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn permits(
    allowed: &AllowedNetworks,
    is_plain: bool,
    address: SocketAddr,
) -> Result<(), NotOpened> {
    allowed.permits(address.ip())?;
    match is_plain && !allowed.names(address.ip()) {
        true => Err(NotOpened::Plain),
        false => Ok(()),
    }
}

/// Refuses a folder that a link leads out of `root`.
pub(crate) async fn stays_below(root: &Path, folder: &Path) -> Result<(), NotOpened> {
    let root = tokio::fs::canonicalize(root).await?;
    let folder = tokio::fs::canonicalize(folder).await?;
    if folder.starts_with(root) { Ok(()) } else { Err(NotOpened::OutsideRoot) }
}

/// Makes `stream` reachable for the driver under the answered folder, once, and only from this process.
///
/// The name is in the abstract namespace of Linux, so it needs no folder and nothing is left behind.
pub(crate) fn hand_over(stream: TcpStream, port: u16) -> Result<String, NotOpened> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let folder = format!("\0usher-sql-{}-{number}", std::process::id());
    let listener = UnixListener::bind(format!("{folder}/.s.PGSQL.{port}"))?;
    tokio::spawn(relay(listener, stream));
    Ok(folder)
}

async fn relay(listener: UnixListener, target: TcpStream) {
    let Ok(Some(driver)) = tokio::time::timeout(TO_BE_FETCHED, own_process(&listener)).await else {
        return;
    };
    drop(listener);
    let (mut from_driver, mut to_driver) = driver.into_split();
    let (mut from_target, mut to_target) = target.into_split();
    // Whichever side ends first ends both: a lost connection must not look like a silent one.
    tokio::select! {
        _ = tokio::io::copy(&mut from_driver, &mut to_target) => {}
        _ = tokio::io::copy(&mut from_target, &mut to_driver) => {}
    }
}

/// The first caller that is this process; others are hung up on. `None` when the socket fails.
async fn own_process(listener: &UnixListener) -> Option<UnixStream> {
    let own = i32::try_from(std::process::id()).ok();
    loop {
        let (caller, _) = listener.accept().await.ok()?;
        if own.is_some() && caller.peer_cred().ok().and_then(|peer| peer.pid()) == own {
            return Some(caller);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(list: &str, is_plain: bool, address: &str) -> Result<(), String> {
        permits(&list.parse().unwrap(), is_plain, address.parse().unwrap())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn without_tls_only_named_networks_are_reached() {
        assert_eq!(judged("", false, "8.8.8.8:5432"), Ok(()));
        assert!(judged("", true, "8.8.8.8:5432").unwrap_err().contains("TLS"));
        assert_eq!(judged("10.0.0.0/8", true, "10.1.2.3:5432"), Ok(()));
        assert!(judged("10.0.0.0/8", false, "127.0.0.1:5432").unwrap_err().contains("loopback"));
        assert!(judged("", false, "169.254.169.254:5432").unwrap_err().contains("metadata"));
    }
}
