//! `usher connector` as somebody types it, on a real database and a real directory.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};
use secrecy::ExposeSecret as _;
use usher_testkit::World;

/// Ends the process at the end of its test.
struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        // It is gone already, or it goes now.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

/// Runs `usher connector` with these words, away from the test's own runtime.
async fn usher(world: &World, args: &[&str]) -> Result<Said> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_usher"));
    command.arg("connector").args(args).env("DATABASE_URL", world.database.url.expose_secret());
    command.env("USER", "ann").env_remove("SUDO_USER").env_remove("USHER_FILES_ROOT");
    let output = tokio::task::spawn_blocking(move || command.output()).await??;
    Ok(Said {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

fn secrets() -> Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("usher-connector-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("test"), "test")?;
    Ok(folder)
}

fn worker(world: &World) -> Result<Worker> {
    let secrets = secrets()?;
    let child = Command::new(env!("CARGO_BIN_EXE_usher"))
        .args(["work", "--log", "error", "--slots", "2", "--urgent-slots", "1"])
        .arg("--secrets-folder")
        .arg(&secrets)
        .arg("--mail-folder")
        .arg(secrets.join("mail"))
        .env("DATABASE_URL", world.database.url.expose_secret())
        .stdout(Stdio::null())
        .spawn()?;
    Ok(Worker(child))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_is_added_listed_and_tested() -> Result<()> {
    let world = World::open().await?;
    let base_url = format!("base_url={}", world.directory.base_url());
    let add = ["add", "--kind", "scim", "--name", "Second directory", "--set", &base_url];
    let rest = ["--set", "token=file:test", "--set", "allowed_networks=127.0.0.0/8"];
    let added = usher(&world, &[&add[..], &rest].concat()).await?;
    assert_eq!(added.code, Some(0), "{}", added.err);
    let id = added.out.trim();
    assert_eq!(id.len(), 36, "{}", added.out);

    let list = usher(&world, &["list"]).await?.out;
    let row = list.lines().find(|line| line.starts_with("Second directory  ")).context("a row")?;
    assert!(row.contains("scim") && row.contains("unknown") && row.contains("never"), "{list}");

    // Nobody works: the answer does not come, and the command says why instead of waiting for ever.
    let alone = usher(&world, &["test", "Second directory", "--wait", "1"]).await?;
    assert_eq!(alone.code, Some(1));
    assert!(alone.err.contains("usher work"), "{}", alone.err);

    let worker = worker(&world)?;
    let works = usher(&world, &["test", id]).await?;
    assert_eq!(works.code, Some(0), "{}", works.err);
    assert!(works.out.starts_with("Second directory works: "), "{}", works.out);
    let list = usher(&world, &["list"]).await?.out;
    assert!(list.lines().any(|l| l.starts_with("Second") && l.contains("healthy")), "{list}");

    let wrong = ["--set", "token=file:absent", "--set", "allowed_networks=127.0.0.0/8"];
    let add = ["add", "--kind", "scim", "--name", "No secret", "--set", &base_url];
    assert_eq!(usher(&world, &[&add[..], &wrong].concat()).await?.code, Some(0));
    let fails = usher(&world, &["test", "No secret"]).await?;
    assert_eq!((fails.code, fails.out.as_str()), (Some(1), ""));
    assert!(fails.err.contains("No secret does not work") && fails.err.contains("absent"));
    drop(worker);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_settings_are_named_and_no_value_is_repeated() -> Result<()> {
    let world = World::open().await?;
    let before = usher(&world, &["list"]).await?.out;
    let add = |kind: &'static str| ["add", "--kind", kind, "--name", "New"];
    for (kind, rest, named) in [
        ("scim", &["--set", "token=hunter2"][..], &["base_url: ", "token: "][..]),
        ("scim", &["--set", "hunter2"], &["SETTING=VALUE"]),
        ("scim", &["--concurrency", "0"], &["concurrency: ", "base_url: "]),
        ("files", &["--set", "folder=hunter2"], &["folder: ", "USHER_FILES_ROOT"]),
        ("files", &["--files-root", "/srv", "--set", "folder=/etc/hunter2"], &["folder: "]),
        ("manual", &["--set", "hunter=2"], &["instructions: ", "hunter: "]),
        ("fax", &[], &["kind: "]),
        ("manual", &["--settings-file", "/absent"], &["/absent"]),
    ] {
        let refused = usher(&world, &[&add(kind)[..], rest].concat()).await?;
        assert_eq!((refused.code, refused.out.as_str()), (Some(1), ""), "{kind} {rest:?}");
        for name in named {
            assert!(refused.err.contains(name), "{kind} {rest:?}: {}", refused.err);
        }
        assert!(!refused.err.contains("hunter2"), "{}", refused.err);
    }
    assert_eq!(usher(&world, &["list"]).await?.out, before);
    let nobody = usher(&world, &["test", "Nobody"]).await?;
    assert!(nobody.code == Some(1) && nobody.err.contains("there is no connector Nobody"));

    // Lines and objects come from a file.
    let file = std::env::temp_dir().join(format!("usher-settings-{}.json", std::process::id()));
    std::fs::write(&file, r#"{ "instructions": "Open the cabinet.\nSign the book." }"#)?;
    let path = file.to_str().context("a path")?;
    let added = usher(&world, &[&add("manual")[..], &["--settings-file", path]].concat()).await?;
    std::fs::remove_file(&file)?;
    assert_eq!(added.code, Some(0), "{}", added.err);
    Ok(())
}
