//! `usher serve` as a process of its own: its addresses, its log, and what it answers over HTTP.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use secrecy::ExposeSecret as _;
use usher_testkit::World;

/// A process that is killed when the test ends.
pub(crate) struct Process {
    child: Child,
    /// Where the pages are.
    pub(crate) pages: String,
    /// Where the counters are.
    pub(crate) metrics: String,
    secrets: std::path::PathBuf,
}

/// What an address answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

impl Process {
    /// Serves and works on the database of a world until it answers.
    pub(crate) fn serve(world: &World, arguments: &[&str]) -> Result<Self> {
        let name = format!("usher-process-{}", std::process::id());
        let secrets = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&secrets)?;
        std::fs::write(secrets.join("test"), "test")?;
        let mut child = Command::new(env!("CARGO_BIN_EXE_usher"))
            .args(["serve", "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0"])
            .arg("--database-url")
            .arg(world.database.url.expose_secret())
            .arg("--secrets-folder")
            .arg(&secrets)
            .arg("--mail-folder")
            .arg(secrets.join("mail"))
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let out = BufReader::new(child.stdout.take().context("its words")?);
        let (mut pages, mut metrics) = (String::new(), String::new());
        for line in out.lines() {
            let line = line?;
            let address = |text: &str| text.trim_end_matches("/metrics").to_owned();
            if let Some(text) = line.strip_prefix("Metrics are at http://") {
                metrics = address(text);
            }
            if let Some(text) = line.strip_prefix("Usher is at http://") {
                pages = address(text);
                break;
            }
        }
        ensure!(!pages.is_empty() && !metrics.is_empty(), "it did not start");
        Ok(Self { child, pages, metrics, secrets })
    }

    /// Asks it to stop, waits for its end, and returns its log.
    pub(crate) fn stop(mut self) -> Result<String> {
        let mut log: ChildStderr = self.child.stderr.take().context("its log")?;
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        let mut text = String::new();
        log.read_to_string(&mut text)?;
        let status = self.child.wait()?;
        ensure!(status.success(), "it ended with {status}: {text}");
        Ok(text)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.secrets);
    }
}

/// One request without a library: what is sent is what stands here.
pub(crate) fn ask(address: &str, method: &str, path: &str, more: &str) -> Result<Answer> {
    ask_as(address, address, method, path, more)
}

/// The same under another name for the address, as a page of another site would.
pub(crate) fn ask_as(
    host: &str,
    address: &str,
    method: &str,
    path: &str,
    more: &str,
) -> Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let (head, body) = more.split_once("\n\n").unwrap_or((more, ""));
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
    for line in head.lines() {
        request.push_str(line);
        request.push_str("\r\n");
    }
    request.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("no head")?;
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).context("no status")?;
    Ok(Answer { status, head: head.to_owned(), body: body.to_owned() })
}
