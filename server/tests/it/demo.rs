//! The fence around the demonstration: loopback only, loopback names only, its own database only, and nothing
//! of it in a build without the feature.

use std::io::{BufRead as _, BufReader};
use std::net::{IpAddr, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use secrecy::ExposeSecret as _;
use usher_company::EMPLOYEE;
use usher_testkit::TestDatabase;

use crate::process::ask;

/// A demonstration that is killed when the test ends.
struct Demo {
    child: Child,
    folder: PathBuf,
    /// Where the pages are, and the directory with its switches.
    pages: String,
    directory: String,
}

impl Demo {
    fn open(database: &TestDatabase) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("usher-demo-{}", std::process::id()));
        let mut child = Command::new(env!("CARGO_BIN_EXE_usher"))
            .args(["demo", "--small", "--port", "4300", "--log", "error", "--database-url"])
            .arg(database.url.expose_secret())
            .arg("--folder")
            .arg(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let out = BufReader::new(child.stdout.take().context("its words")?);
        let (mut pages, mut directory) = (String::new(), String::new());
        for line in out.lines() {
            let line = line?;
            let address = || {
                let rest = line.split("http://").nth(1).unwrap_or_default();
                rest.split_whitespace().next().unwrap_or_default().to_owned()
            };
            match line.trim_start() {
                l if l.starts_with("Usher ") => pages = address(),
                l if l.starts_with("Staff directory ") => directory = address(),
                "Ctrl-C stops everything." => break,
                _ => {}
            }
        }
        ensure!(!pages.is_empty() && !directory.is_empty(), "it did not start");
        Ok(Self { child, folder, pages, directory })
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// An address of this machine that others can reach, when there is one.
fn reachable() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    // Nothing is sent: this only asks which address would be used.
    socket.connect("192.0.2.1:9").ok()?;
    Some(socket.local_addr().ok()?.ip()).filter(|ip| !ip.is_loopback())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demonstration_answers_on_loopback_and_to_loopback_names_only() -> Result<()> {
    let database = TestDatabase::create().await?;
    let demo = Demo::open(&database)?;
    let form = format!("email={EMPLOYEE}");
    let typed = "content-type: application/x-www-form-urlencoded";
    let lured = |method, path, body: &str| {
        ask_as("evil.example:4300", &demo.pages, method, path, &format!("{typed}\n\n{body}"))
    };
    assert_eq!(lured("GET", "/sign-in", "")?, 421);
    assert_eq!(lured("POST", "/sign-in/demo", &form)?, 421);
    assert_eq!(lured("GET", "/metrics", "")?, 421);
    assert_eq!(ask_as("evil.example", &demo.directory, "GET", "/", "")?, 403);
    assert_eq!(ask(&demo.directory, "GET", "/_faults", "")?.status, 401);
    let own = ask(&demo.pages, "POST", "/sign-in/demo", &format!("{typed}\n\n{form}"))?;
    assert_eq!(own.status, 303, "{}", own.body);
    let counters = ask(&demo.pages, "GET", "/metrics", "")?;
    assert!(counters.body.contains("usher_jobs{"), "{}", counters.body);

    if let Some(ip) = reachable() {
        for address in [&demo.pages, &demo.directory] {
            let port = address.rsplit(':').next().and_then(|p| p.parse().ok()).context("a port")?;
            let wait = Duration::from_secs(2);
            let outside = TcpStream::connect_timeout(&(ip, port).into(), wait);
            assert!(outside.is_err(), "{ip}:{port} is reached from outside");
        }
    }

    let serve = Command::new(env!("CARGO_BIN_EXE_usher"))
        .args(["serve", "--listen", "127.0.0.1:0", "--database-url"])
        .arg(database.url.expose_secret())
        .output()?;
    let said = String::from_utf8(serve.stderr)?;
    assert!(!serve.status.success() && said.contains("belongs to the demonstration"), "{said}");
    Ok(())
}

fn ask_as(host: &str, address: &str, method: &str, path: &str, more: &str) -> Result<u16> {
    Ok(crate::process::ask_as(host, address, method, path, more)?.status)
}

/// The executable takes the points from its environment, and none that it does not know.
#[cfg(feature = "failpoints")]
#[test]
fn a_point_that_does_not_exist_is_refused() -> Result<()> {
    let refused = Command::new(env!("CARGO_BIN_EXE_usher"))
        .arg("work")
        .env("USHER_FAILPOINTS", "after_call:dance")
        .output()?;
    let said = String::from_utf8(refused.stderr)?;
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("after_call:dance"), "{said}");
    Ok(())
}

/// Crates and features of the executable as cargo resolves them.
fn tree(more: &[&str]) -> Result<String> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--prefix", "none", "--edges", "normal"])
        .args(["--format", "{p} features: {f},"])
        .arg("--manifest-path")
        .arg(manifest)
        .args(more)
        .output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

#[test]
fn a_release_is_built_without_the_demonstration_and_without_failpoints() -> Result<()> {
    let (release, demo) = (tree(&[])?, tree(&["--features", "demo"])?);
    let tested = tree(&["--features", "demo,failpoints"])?;
    for part in ["usher-sandbox ", "usher-company ", "usher-cluster "] {
        assert!(!release.contains(part), "{part} is part of the release");
        assert!(demo.contains(part), "{part} is looked for in vain");
    }
    let may_click = |tree: &str| {
        tree.lines().any(|l| l.starts_with("usher-app ") && l.contains("features: demo,"))
    };
    assert!(may_click(&demo) && !may_click(&release), "the one-click sign-in");
    // The crate that failpoints are made with, and the feature of ours that makes them.
    let dies = |tree: &str| {
        let has = |name: &str, feature: &str| {
            tree.lines().any(|l| l.starts_with(name) && l.contains(feature))
        };
        (has("fail v", ""), has("usher-engine ", "failpoints"), has("usher ", "failpoints"))
    };
    assert_eq!(dies(&tested), (true, true, true), "they are looked for in vain");
    for tree in [&release, &demo] {
        assert_eq!(dies(tree), (false, false, false), "failpoints are compiled in");
    }
    Ok(())
}

/// What `scripts/release-check` looks for in an executable. The last two are those of failpoints.
const MARKS: &str = include_str!("../unreleased_marks.txt");

#[test]
fn the_marks_of_what_is_not_released_are_found_where_it_is_built_in() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let check =
        |binary: &str| Command::new(root.join("scripts/release-check")).arg(binary).output();
    let this = check(env!("CARGO_BIN_EXE_usher"))?;
    let said = String::from_utf8(this.stdout)?;
    assert!(!this.status.success(), "{said}");
    let has_failpoints = cfg!(feature = "failpoints");
    let absent = if has_failpoints { 0 } else { 2 };
    for mark in MARKS.lines().take(MARKS.lines().count() - absent) {
        assert!(said.contains(mark), "{mark} marks nothing any more: {said}");
    }
    assert!(check("/bin/true")?.status.success());
    assert!(!check("/nowhere/usher")?.status.success(), "what is not there is not proven");
    Ok(())
}
