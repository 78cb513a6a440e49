use std::collections::HashMap;

use super::*;
use crate::cli::Command as Chosen;

/// Reads as `usher` would with these variables, and a file that is named by the environment.
fn read_with(
    arguments: &[&str],
    variables: &[(&str, &str)],
    text: Option<&str>,
) -> Result<Configuration, ConfigurationError> {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let mut variables: HashMap<String, OsString> =
        variables.iter().map(|(k, v)| ((*k).to_owned(), OsString::from(v))).collect();
    let name =
        format!("usher-{}-{}.toml", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let path = std::env::temp_dir().join(name);
    if let Some(text) = text {
        std::fs::write(&path, text).expect("a file");
        variables.insert(VARIABLE.to_owned(), path.clone().into_os_string());
    }
    let arguments: Vec<OsString> = ["usher"].iter().chain(arguments).map(OsString::from).collect();
    let read = read(&arguments, |name| variables.get(name).cloned());
    if text.is_some() {
        std::fs::remove_file(&path).expect("it is there");
    }
    read
}

fn listen(configuration: &Configuration) -> String {
    match &configuration.cli.command {
        Chosen::Serve(serve) => serve.listen.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn flags_come_before_the_file_and_the_file_before_what_is_built_in() {
    let file = Some("listen = \"127.0.0.1:4000\"\nslots = 3\nbehind_tls = true\n");
    let built_in = read_with(&["serve"], &[], None).expect("good");
    assert_eq!(listen(&built_in), "127.0.0.1:3000");
    let from_file = read_with(&["serve"], &[], file).expect("good");
    assert_eq!(listen(&from_file), "127.0.0.1:4000");
    let flagged = ["serve", "--listen", "127.0.0.1:5000", "--behind-tls=false"];
    let flagged = read_with(&flagged, &[], file).expect("good");
    assert_eq!(listen(&flagged), "127.0.0.1:5000");
    let Chosen::Serve(serve) = &flagged.cli.command else { panic!("serve") };
    assert_eq!((serve.engine.slots, serve.behind_tls), (3, false));
    let origin = |key: &str| {
        let value = flagged.values.iter().find(|value| value.key == key).expect("a value");
        value.origin.clone().unwrap_or_default()
    };
    assert_eq!(origin("listen"), "the flag --listen");
    assert!(origin("slots").ends_with(".toml, line 2"), "{}", origin("slots"));
    assert_eq!(origin("urgent_slots"), "");
}

#[test]
fn what_is_wrong_in_a_file_is_named_with_its_line() {
    for (text, words) in [
        ("listen = \"nowhere\"", "line 1: invalid value 'nowhere'"),
        ("\n\nsmtp_security = \"always\"", "line 3: invalid value 'always'"),
        ("slots = 1\nlisten_on = \"127.0.0.1:1\"", "line 2: listen_on is no setting"),
        ("smpt_host = \"mail\"", "did you mean smtp_host?"),
        ("as = \"me@x.example\"", "as is no setting"),
        ("config = \"other.toml\"", "config is no setting"),
        ("slots = [1, 2]", "line 1: slots takes one text"),
        ("[smtp]\nhost = 1", "smtp is no setting"),
        ("slots = -1", "invalid value '-1'"),
        ("slots = \n", "line 1"),
        ("slots = 1\nslots = 2\n", "line 2"),
        ("behind_tls = \"perhaps\"", "invalid value 'perhaps'"),
    ] {
        let error = read_with(&["serve"], &[], Some(text)).expect_err(text).to_string();
        assert!(error.contains(words), "{text}: {error}");
        assert!(error.contains(".toml, line"), "{text}: {error}");
    }
    let missing = ["serve", "--config", "/nowhere/usher.toml"];
    let error = read_with(&missing, &[], None).expect_err("no such file").to_string();
    assert_eq!(error, "cannot read /nowhere/usher.toml");
}

#[test]
fn an_option_that_takes_several_takes_a_list_in_a_file() {
    let file = "oidc_issuer = [\"https://a.example\", \"https://b.example\"]";
    let read = read_with(&["serve"], &[], Some(file)).expect("good");
    let Chosen::Serve(serve) = &read.cli.command else { panic!("serve") };
    let said = format!("{:?}", serve.sign_in);
    assert!(said.contains("\"https://a.example\", \"https://b.example\""), "{said}");
}

#[test]
fn a_secret_of_a_file_is_not_shown() {
    let file = "database_url = \"postgres://me:canary-7f3@127.0.0.1/x\"";
    let read = read_with(&["serve"], &[], Some(file)).expect("good");
    assert!(!format!("{read:?}").contains("canary-7f3"));
    let value = read.values.iter().find(|value| value.key == "database_url").expect("a value");
    assert_eq!((value.text.as_deref(), value.is_secret), (None, true));
    assert!(value.origin.as_deref().is_some_and(|origin| origin.ends_with("line 1")));
    let help = read_with(&["serve", "--help"], &[], Some(file)).expect_err("help").to_string();
    assert!(help.contains("--listen") && !help.contains("canary-7f3"), "{help}");
}
