//! `usher doctor`: whether everything that serve needs is there, and which value comes from where.

use std::path::Path;

use anyhow::{Result, bail};
use usher_operations::access_rules;
use usher_vocabulary::ConnectorHealth;

use crate::cli::Serve;
use crate::configuration::Value;
use crate::secrets::Secrets;
use crate::telemetry::say;
use crate::wiring;

pub(super) async fn examine(options: &Serve, values: &[Value]) -> Result<()> {
    show(values);
    say("");
    let mut faults = surroundings(options);
    match super::address(&options.database) {
        Err(error) => faults.push(error.to_string()),
        Ok(url) => match wiring::context(&url, "usher doctor", 2).await {
            Ok(cx) => {
                say("ok    the database answers and has the schema of this release");
                connectors(&cx).await?;
                faults.extend(rules(&cx).await?);
                cx.store.close().await;
            }
            Err(error) => faults.push(format!("{error:#}")),
        },
    }
    for fault in &faults {
        say(&format!("wrong {fault}"));
    }
    match faults.len() {
        0 => Ok(()),
        1 => bail!("one thing is wrong"),
        several => bail!("{several} things are wrong"),
    }
}

/// Every value with its origin.
fn show(values: &[Value]) {
    let width = values.iter().map(|value| value.key.len()).max().unwrap_or_default();
    for value in values {
        let text = match (&value.text, value.is_secret, &value.origin) {
            (_, true, Some(_)) => "(a secret, not shown)",
            (Some(text), _, _) => text.as_str(),
            (None, _, _) => "(not set)",
        };
        let origin = value.origin.as_deref().unwrap_or("built in");
        say(&format!("{:width$}  {text}  <- {origin}", value.key));
    }
}

/// What the values name outside of the database.
fn surroundings(options: &Serve) -> Vec<String> {
    let mut faults = Vec::new();
    let mut look = |name: &str, result: Result<(), String>| match result {
        Ok(()) => say(&format!("ok    {name}")),
        Err(why) => faults.push(format!("{name}: {why}")),
    };
    let is_folder = |path: &Path| {
        if path.is_dir() { Ok(()) } else { Err(format!("{} is no folder", path.display())) }
    };
    let engine = &options.engine;
    if let Some(folder) = &engine.secrets_folder {
        look("secrets_folder", is_folder(folder));
    }
    if let Some(folder) = &engine.files_root {
        look("files_root", is_folder(folder));
    }
    if let Some(reference) = &engine.smtp_password {
        let secrets = Secrets::new(engine.secrets_folder.clone());
        look("smtp_password", secrets.resolve(reference).map(|_| ()));
    }
    if !options.listen.ip().is_loopback() && !options.behind_tls {
        let why = "is no loopback address, and behind_tls is not set: serve refuses it";
        look("listen", Err(format!("{} {why}", options.listen)));
    }
    faults
}

async fn connectors(cx: &usher_operations::Context) -> Result<()> {
    let mut conn = cx.store.conn().await?;
    for instance in &usher_store::connector::list(&mut conn, None).await? {
        let word = match instance.health {
            ConnectorHealth::Healthy | ConnectorHealth::Unknown => "ok   ",
            _ => "look ",
        };
        say(&format!("{word} connector {}: {}", instance.name, instance.health));
    }
    Ok(())
}

/// Access rules of one's own that this release does not understand permit nothing.
async fn rules(cx: &usher_operations::Context) -> Result<Option<String>> {
    let rules = access_rules::examine(cx).await?;
    let number = rules.number();
    match rules.problem() {
        Some(problem) => Ok(Some(format!("access rules, version {number}: {problem}"))),
        None if number == 0 => {
            say("ok    access rules: the built-in ones alone");
            Ok(None)
        }
        None => {
            say(&format!("ok    access rules, version {number}"));
            Ok(None)
        }
    }
}
