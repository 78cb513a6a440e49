//! Opens the socket to the target: only where the connector may, and at the address that was judged.
//!
//! The driver resolves a host name by itself, after every check that could be made before. So the
//! connection is opened here and handed to the driver through a socket inside this process; the driver
//! still checks the server's certificate against the name.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::net::{TcpStream, UnixListener, UnixStream};
use usher_connector::{AddressRefused, AllowedNetworks, NotReachable};

/// How long the driver may take to come to the socket that was opened for it.
const TO_BE_FETCHED: Duration = Duration::from_secs(5);

/// Why no connection was opened. Nothing was sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotOpened {
    #[error(transparent)]
    Address(AddressRefused),
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
    let mut last = NotOpened::NoAddress;
    for address in allowed.resolve(host, port, is_plain).await? {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                // Statements are small and each waits for the answer to the one before.
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => last = NotOpened::Io(error),
        }
    }
    Err(last)
}

impl From<NotReachable> for NotOpened {
    fn from(why: NotReachable) -> Self {
        match why {
            NotReachable::Refused(refused) => Self::Address(refused),
            NotReachable::Plain => Self::Plain,
            NotReachable::NoAddress => Self::NoAddress,
            NotReachable::NotResolved(error) => Self::Io(error),
        }
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

    async fn refused(list: &str, is_plain: bool, host: &str) -> String {
        dial(host, 5432, &list.parse().unwrap(), is_plain).await.unwrap_err().to_string()
    }

    #[tokio::test]
    async fn no_socket_is_opened_where_the_connector_may_not_speak() {
        assert!(refused("", true, "8.8.8.8").await.contains("TLS"));
        assert!(refused("10.0.0.0/8", false, "127.0.0.1").await.contains("loopback"));
        assert!(refused("", false, "169.254.169.254").await.contains("metadata"));
    }
}
