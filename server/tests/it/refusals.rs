use std::process::Command;

use anyhow::Result;

fn usher(args: &[&str]) -> Result<(bool, String)> {
    let output =
        Command::new(env!("CARGO_BIN_EXE_usher")).args(args).env_remove("DATABASE_URL").output()?;
    Ok((output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned()))
}

#[test]
fn plain_http_beyond_loopback_is_refused_with_a_way_out() -> Result<()> {
    let (is_ok, words) =
        usher(&["serve", "--listen", "0.0.0.0:0", "--database-url", "postgres://x/y"])?;
    assert!(!is_ok);
    assert!(words.contains("use TLS or loopback"), "{words}");
    Ok(())
}

#[test]
fn a_database_that_does_not_answer_is_named_without_its_password() -> Result<()> {
    let (is_ok, words) =
        usher(&["work", "--database-url", "postgres://me:canary-7f3@127.0.0.1:1/none"])?;
    assert!(!is_ok);
    assert!(words.contains("no connection to the database"), "{words}");
    assert!(!words.contains("canary-7f3"), "{words}");
    Ok(())
}
