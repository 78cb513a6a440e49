//! A way to the server over the network of this machine that can be cut at the worst moment.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};

/// When the connection is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    Never,
    /// The server never hears of the commit.
    BeforeCommit,
    /// The server commits, and its answer is lost.
    AfterCommit,
}

pub(crate) struct Relay {
    pub(crate) port: u16,
    cut: Arc<Mutex<Cut>>,
}

impl Relay {
    /// Listens on loopback and passes everything on to a unix socket.
    pub(crate) async fn start(socket: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let cut = Arc::new(Mutex::new(Cut::Never));
        let when = Arc::clone(&cut);
        tokio::spawn(async move {
            while let Ok((caller, _)) = listener.accept().await {
                let server = UnixStream::connect(&socket).await.unwrap();
                tokio::spawn(pass(caller, server, Arc::clone(&when)));
            }
        });
        Self { port, cut }
    }

    pub(crate) fn cut(&self, when: Cut) {
        *self.cut.lock().unwrap() = when;
    }
}

async fn pass(mut caller: TcpStream, mut server: UnixStream, cut: Arc<Mutex<Cut>>) {
    let (mut from_caller, mut from_server) = ([0_u8; 16_384], [0_u8; 16_384]);
    loop {
        tokio::select! {
            read = caller.read(&mut from_caller) => {
                let Ok(length @ 1..) = read else { return };
                let sent = &from_caller[..length];
                let is_commit = sent.windows(7).any(|part| part == b"commit\0");
                let when = if is_commit { *cut.lock().unwrap() } else { Cut::Never };
                if when == Cut::BeforeCommit {
                    return;
                }
                server.write_all(sent).await.unwrap();
                if when == Cut::AfterCommit {
                    // The answer says that it is done; nobody hears it.
                    assert!(server.read(&mut from_server).await.unwrap() > 0);
                    return;
                }
            }
            read = server.read(&mut from_server) => {
                let Ok(length @ 1..) = read else { return };
                if caller.write_all(&from_server[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}
