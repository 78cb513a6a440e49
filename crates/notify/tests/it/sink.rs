//! A mail server made of aiosmtpd, written by others.
//!
//! The test installs it from PyPI into target/peers/smtp when it is not there.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use usher_notify::{SmtpMailer, SmtpOptions, SmtpSecurity};

use crate::world::FROM;

const PACKAGE: &str = "aiosmtpd==1.4.6";
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Sink {
    process: Child,
    lines: Receiver<String>,
    port: u16,
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The Python that has the package.
fn python() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/peers");
    fs::create_dir_all(&folder).unwrap();
    let lock = File::create(folder.join("smtp.lock")).unwrap();
    lock.lock().unwrap();
    let venv = folder.join("smtp");
    let whole = venv.join("usher-installed");
    if !whole.exists() {
        let install = |program: &Path, arguments: &[&str]| {
            let status = Command::new(program).args(arguments).stdout(Stdio::null()).status();
            let status = status.unwrap();
            assert!(status.success(), "{} {arguments:?} failed: {status}", program.display());
        };
        install(Path::new("python3"), &["-m", "venv", venv.to_str().unwrap()]);
        install(&venv.join("bin/pip"), &["install", "--quiet", PACKAGE]);
        fs::write(whole, PACKAGE).unwrap();
    }
    venv.join("bin/python")
}

impl Sink {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/sink.py");
        let mut process = Command::new(python())
            .arg(script)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let port = lines.recv_timeout(PATIENCE).unwrap().parse().unwrap();
        Self { process, lines, port }
    }

    /// The next mail that arrived.
    pub(crate) fn next(&self) -> Value {
        serde_json::from_str(&self.lines.recv_timeout(PATIENCE).unwrap()).unwrap()
    }

    /// Whether nothing arrived that was not taken out.
    pub(crate) fn is_empty(&self) -> bool {
        self.lines.recv_timeout(Duration::from_millis(200)).is_err()
    }

    pub(crate) fn options(&self) -> SmtpOptions {
        SmtpOptions {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            security: SmtpSecurity::None,
            user: None,
            password: None,
            from: FROM.to_owned(),
            timeout: Duration::from_secs(10),
        }
    }

    pub(crate) fn mailer(&self) -> SmtpMailer {
        SmtpMailer::new(self.options()).unwrap()
    }
}
