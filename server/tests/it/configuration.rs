//! Configuration as the executable reads it, with a real environment.

use std::path::PathBuf;
use std::process::{Command, Output};

use anyhow::Result;

/// Runs `usher doctor` in a folder of its own.
struct Place(PathBuf);

impl Place {
    fn with(name: &str, file: &str) -> Result<Self> {
        let path = std::env::temp_dir().join(format!("usher-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        std::fs::write(path.join("usher.toml"), file)?;
        Ok(Self(path))
    }

    fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Result<(Output, String)> {
        let output = Command::new(env!("CARGO_BIN_EXE_usher"))
            .args(arguments)
            .current_dir(&self.0)
            .env_clear()
            .envs(variables.iter().copied())
            .output()?;
        let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
        Ok((output, String::from_utf8(said)?))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const FILE: &str = "database_url = \"postgres://me:canary-7f3@127.0.0.1:1/none\"\n\
    listen = \"127.0.0.1:4000\"\nslots = 3\nsmtp_host = \"mail.example\"\n";

#[test]
fn doctor_says_which_value_comes_from_where_and_keeps_secrets() -> Result<()> {
    let place = Place::with("doctor", FILE)?;
    let variables = [("USHER_LISTEN", "127.0.0.1:5000"), ("USHER_SLOTS", "4")];
    let (output, said) = place.run(&["doctor", "--slots", "5"], &variables)?;
    let squeezed = said.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "database_url (a secret, not shown) <- usher.toml, line 1",
        "listen 127.0.0.1:5000 <- the environment variable USHER_LISTEN",
        "slots 5 <- the flag --slots",
        "smtp_host mail.example <- usher.toml, line 4",
        "urgent_slots 8 <- built in",
        "smtp_user (not set) <- built in",
        "no connection to the database",
    ] {
        assert!(squeezed.contains(words), "{words} is missing: {said}");
    }
    assert!(!said.contains("canary-7f3"), "{said}");
    assert!(!output.status.success(), "a database that does not answer is no good state");
    Ok(())
}

#[test]
fn a_wrong_value_is_named_with_its_origin() -> Result<()> {
    let place = Place::with("origin", FILE)?;
    for (arguments, variables, words) in [
        (
            ["doctor", "--listen", "nowhere"].as_slice(),
            [].as_slice(),
            "invalid value 'nowhere' for '--listen <LISTEN>'",
        ),
        (&["doctor"], &[("USHER_LISTEN", "nowhere")], "the environment variable USHER_LISTEN: "),
        (&["serve"], &[("USHER_SMTP_SECURITY", "always")], "possible values: none, start-tls, tls"),
        (&["work", "--config", "gone.toml"], &[], "cannot read gone.toml"),
        (&["work"], &[("USHER_CONFIG", "gone.toml")], "cannot read gone.toml"),
    ] {
        let (output, said) = place.run(arguments, variables)?;
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(words), "{words} is missing: {said}");
    }
    let unknown = Place::with("unknown", "\nsmpt_host = \"mail.example\"\n")?;
    let (output, said) = unknown.run(&["work"], &[])?;
    assert_eq!(output.status.code(), Some(2));
    let words = "usher.toml, line 2: smpt_host is no setting: did you mean smtp_host?";
    assert!(said.contains(words), "{said}");
    Ok(())
}
