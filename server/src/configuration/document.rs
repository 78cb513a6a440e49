//! `docs/configuration.md`, made from the definitions. `USHER_RENEW=1` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use clap::CommandFactory as _;

use super::definition::{Setting, settings};
use crate::cli::Cli;

const HEAD: &str = "# Configuration

Every value is set by a flag, an environment variable or a line of a file; the first of these that says something
counts, and what nobody sets has the value of this list. The file is TOML with one value a line. It is named with
`--config FILE` or `USHER_CONFIG`; `usher.toml` in the folder of the process is read when it is there.

```toml
listen = \"127.0.0.1:3000\"
base_url = \"https://usher.example\"
behind_tls = true
oidc_issuer = [\"https://id.example\"]  # a list, where an option takes several
```

A value that cannot be taken is named with its origin (flag, variable, or file and line), an unknown name in the file
with the nearest known one; then nothing starts. `usher doctor` says which value comes from where, and never shows a
secret. Paths are relative to the folder of the process.

This list is made from the definitions of the command line: a test fails when it is not true any more.
";

fn table(settings: &[Setting]) -> String {
    let mut text = String::from("| in a file | environment | built in | |\n|---|---|---|---|\n");
    for setting in settings {
        let defaults = setting.argument.get_default_values().iter();
        let built_in: Vec<_> =
            defaults.map(|value| format!("`{}`", value.to_string_lossy())).collect();
        let help = setting.argument.get_help().map(ToString::to_string).unwrap_or_default();
        let words: Vec<String> = setting
            .argument
            .get_possible_values()
            .iter()
            // What stands for true and for false needs no list.
            .filter(|_| setting.argument.get_num_args() != Some((0..=1).into()))
            .map(|value| format!("`{}`", value.get_name()))
            .collect();
        let words =
            if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) };
        let _ = writeln!(
            text,
            "| `{}` | `{}` | {} | {help}{words} |",
            setting.key,
            setting.variable,
            built_in.join(", "),
        );
    }
    text
}

fn document() -> String {
    let all = settings(&Cli::command());
    let (demo, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(|s| s.commands == ["demo"]);
    let (shared, rest): (Vec<_>, Vec<_>) = rest.into_iter().partition(|s| s.commands.is_empty());
    let (work, rest): (Vec<_>, Vec<_>) =
        rest.into_iter().partition(|s| s.commands.iter().any(|c| c == "work"));
    [
        HEAD.to_owned(),
        format!("## Every command\n\n{}", table(&shared)),
        format!(
            "## `serve` and `work`\n\nOther commands know `database_url` of these.\n\n{}",
            table(&work)
        ),
        format!("## `serve`\n\n{}", table(&rest)),
        format!("## `demo`\n\nOnly in a build with the cargo feature `demo`.\n\n{}", table(&demo)),
    ]
    .join("\n")
}

#[test]
fn the_list_of_all_values_is_true() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/configuration.md");
    if std::env::var_os("USHER_RENEW").is_some() {
        std::fs::write(&path, document()).expect("the document is written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == document(),
        "docs/configuration.md is not true any more: USHER_RENEW=1 cargo test --workspace --features usher/demo,usher/failpoints configuration"
    );
}

#[test]
fn every_value_says_what_it_is_for() {
    for setting in settings(&Cli::command()) {
        let help = setting.argument.get_help().map(ToString::to_string).unwrap_or_default();
        assert!(help.len() > 8, "{} has no words", setting.key);
        assert!(setting.variable.starts_with("USHER_") || setting.variable == "DATABASE_URL");
    }
}
