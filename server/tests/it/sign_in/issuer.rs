//! The identity provider, as a process of its own.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

pub(super) struct Issuer {
    process: Child,
    pub(super) address: String,
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A port that was free a moment ago.
pub(super) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// The folder of the provider, with its packages: they are installed when they are not there.
fn folder() -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = root.join("end2end/oidc");
    fs::create_dir_all(root.join("target/peers"))?;
    let lock = File::create(root.join("target/peers/oidc.lock"))?;
    lock.lock()?;
    if !folder.join("node_modules/oidc-provider").exists() {
        let missing = "the identity provider of the tests is missing: run `scripts/setup test`, \
                       or `npm ci` in end2end/oidc (Node 20 or newer)";
        let done = Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund", "--silent"])
            .current_dir(&folder)
            .stdin(Stdio::null())
            .status()
            .context(missing)?;
        ensure!(done.success(), missing);
    }
    Ok(folder)
}

impl Issuer {
    /// Ends it, so that nobody listens any more.
    pub(super) fn stop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Starts a provider that sends browsers back to `redirect` and knows `accounts` with their claims.
    pub(super) fn start(redirect: &str, accounts: &Value) -> Result<Self> {
        let port = free_port()?;
        let mut process = Command::new("node")
            .arg("server.mjs")
            .args([&port.to_string(), redirect, &accounts.to_string()])
            .current_dir(folder()?)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("Node is missing: install Node 20 or newer")?;
        let said = process.stdout.take().context("its output")?;
        // It says one line when it listens.
        let mut lines = BufReader::new(said).lines();
        let is_up = lines.any(|line| line.is_ok_and(|line| line.starts_with("listening")));
        let issuer = Self { process, address: format!("http://127.0.0.1:{port}") };
        ensure!(is_up, "the identity provider did not start");
        // It ends when nobody reads what else it says.
        std::thread::spawn(move || lines.count());
        Ok(issuer)
    }
}
