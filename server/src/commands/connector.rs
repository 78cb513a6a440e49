//! `usher connector`: adding, listing and testing connectors at the command line.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use serde_json::{Map, Value};
use usher_operations::connector::{self, Add, AddError, Instance};
use usher_operations::{Caller, Context, engine};
use usher_vocabulary::{AttemptOutcome, JobId};

use super::{address, operator};
use crate::cli::Database;
use crate::telemetry::say;
use crate::wiring::{self, Kinds};

/// How often the answer of a test is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Commands about connectors.
#[derive(Debug, Subcommand)]
pub(crate) enum Connectors {
    /// Add a connector. Nothing is sent anywhere: `connector test` is the first call.
    Add(Adding),
    /// List connectors with their health.
    List {
        #[command(flatten)]
        database: Database,
    },
    /// Let whoever does the work ask a system whether it can be used, and say what it answered.
    Test {
        #[command(flatten)]
        database: Database,
        /// Name or id of the connector.
        connector: String,
        /// Seconds until the answer must be there.
        #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=600))]
        wait: u64,
    },
}

/// What a new connector is.
#[derive(Debug, Args)]
pub(crate) struct Adding {
    #[command(flatten)]
    database: Database,
    /// `scim`, `sql`, `files` or `manual`.
    #[arg(long)]
    kind: String,
    /// How people call it.
    #[arg(long)]
    name: String,
    /// One setting; a secret is named as env:USHER_SECRET_NAME or file:NAME and never given.
    #[arg(long = "set", value_name = "SETTING=VALUE")]
    settings: Vec<String>,
    /// File with settings as a JSON object; --set goes before it.
    #[arg(long, value_name = "FILE")]
    settings_file: Option<PathBuf>,
    /// Calls at the same time, all processes together.
    #[arg(long, default_value_t = 8)]
    concurrency: i32,
    /// Seconds after which a call is given up.
    #[arg(long, default_value_t = 20)]
    timeout: u64,
    /// Folder below which the drop folders of files connectors lie, as whoever does the work has it.
    #[arg(long, env = "USHER_FILES_ROOT")]
    files_root: Option<PathBuf>,
    /// Folder of the unix sockets of databases, as whoever does the work has it.
    #[arg(long, env = "USHER_SOCKETS_ROOT")]
    sockets_root: Option<PathBuf>,
}

pub(super) async fn run(command: Connectors) -> Result<()> {
    match command {
        Connectors::Add(adding) => add(adding).await,
        Connectors::List { database } => {
            let cx = wiring::context(&address(&database)?, "usher connector", 2).await?;
            let found = connector::list(&cx, &operator(&cx)).await?;
            table(&found);
            Ok(())
        }
        Connectors::Test { database, connector, wait } => {
            let cx = wiring::context(&address(&database)?, "usher connector", 2).await?;
            test(&cx, &connector, Duration::from_secs(wait)).await
        }
    }
}

async fn add(adding: Adding) -> Result<()> {
    let cx = wiring::context(&address(&adding.database)?, "usher connector", 2).await?;
    let input = Add {
        settings: settings(&adding)?,
        name: adding.name,
        kind: adding.kind,
        concurrency: adding.concurrency,
        call_timeout: Duration::from_secs(adding.timeout),
    };
    let kinds =
        Kinds { secrets: None, files_root: adding.files_root, sockets_root: adding.sockets_root };
    match connector::add(&cx, &operator(&cx), &input, &kinds).await {
        Ok(id) => {
            say(&format!("{id}"));
            tracing::info!("the connector is added; `usher connector test` is its first call");
            Ok(())
        }
        Err(AddError::Settings(faults)) => {
            let lines: Vec<String> =
                faults.iter().map(|fault| format!("  {}: {}", fault.field, fault.why)).collect();
            bail!("nothing was added:\n{}", lines.join("\n"))
        }
        Err(AddError::Fault(fault)) => Err(fault.into()),
    }
}

/// The settings of the file with those of the command line over them. No message repeats a value: it may be
/// one that belongs into a file of secrets.
fn settings(adding: &Adding) -> Result<Value> {
    let mut settings = match &adding.settings_file {
        None => Map::new(),
        Some(file) => {
            let name = file.display();
            let text =
                std::fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
            let read: Value =
                serde_json::from_str(&text).with_context(|| format!("{name} holds no JSON"))?;
            let Value::Object(settings) = read else {
                bail!("{name} holds no JSON object with one entry for each setting");
            };
            settings
        }
    };
    for (number, text) in adding.settings.iter().enumerate() {
        let given = text.split_once('=').map(|(name, value)| (name.trim(), value));
        let Some((name, value)) = given.filter(|(name, _)| !name.is_empty()) else {
            bail!("--set number {}: write it as SETTING=VALUE", number + 1);
        };
        settings.insert(name.to_owned(), Value::String(value.to_owned()));
    }
    Ok(Value::Object(settings))
}

fn table(found: &[Instance]) {
    if found.is_empty() {
        say("No connector is set up.");
        return;
    }
    let width = |of: fn(&Instance) -> usize| found.iter().map(of).max().unwrap_or(0);
    let name = width(|one| one.name.chars().count()).max(4);
    let kind = width(|one| one.kind.chars().count()).max(4);
    let health = width(|one| one.health.as_str().len()).max(6);
    say(&format!(
        "{:name$}  {:kind$}  {:health$}  {:20}  {:>7}  SYSTEMS",
        "NAME", "KIND", "HEALTH", "LAST SUCCESS", "WAITING"
    ));
    for one in found {
        let last = one
            .last_success_at
            .map_or_else(|| "never".to_owned(), |at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string());
        say(&format!(
            "{:name$}  {:kind$}  {:health$}  {last:20}  {:>7}  {}",
            one.name,
            one.kind,
            one.health.as_str(),
            one.waiting_jobs,
            one.target_names.join(", ")
        ));
    }
}

async fn test(cx: &Context, wanted: &str, wait: Duration) -> Result<()> {
    let caller = operator(cx);
    let found = connector::list(cx, &caller).await?;
    let is_wanted = |one: &&Instance| one.name == wanted || one.id.to_string() == wanted;
    let Some(one) = found.iter().find(is_wanted) else {
        bail!("there is no connector {wanted}: `usher connector list` names them");
    };
    let job = connector::test(cx, &caller, one.id, None).await?;
    let answered = tokio::time::timeout(wait, answer(cx, &caller, job)).await;
    let Ok(answer) = answered else {
        bail!(
            "nobody answered within {} s: is `usher serve` or `usher work` running?",
            wait.as_secs()
        );
    };
    let (works, words) = answer?;
    if !works {
        bail!("{} does not work: {words}", one.name);
    }
    say(&format!("{} works: {words}", one.name));
    Ok(())
}

/// What the test found, once somebody has done it.
async fn answer(cx: &Context, caller: &Caller, job: JobId) -> Result<(bool, String)> {
    loop {
        let (row, tries) = engine::job(cx, caller, job).await?;
        if row.finished_at.is_some() {
            let last = tries.into_iter().next();
            let outcome = last.as_ref().and_then(|last| last.outcome.clone());
            let works = outcome.as_deref() == Some(AttemptOutcome::Verified.as_str());
            let words = last.and_then(|last| last.detail).or(row.last_error);
            return Ok((works, words.unwrap_or_default()));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
