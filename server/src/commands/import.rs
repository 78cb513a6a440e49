//! `usher import people`: the same comparison and the same brake as on the page, at a terminal.

use std::io::Read as _;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use usher_app::{
    import_field_words, import_file_words, import_obstacle_words, import_report_words,
};
use usher_operations::import::file::Limits;
use usher_operations::import::{self, Decision, Done, ImportError, Options, Outcome, Report};

use crate::cli::ImportPeople;
use crate::telemetry::{say, warn};
use crate::wiring;

/// Lines of a report that are shown unless everything is asked for.
const SHOWN: usize = 200;

/// Refused or held: nothing is wrong with the program, and somebody has to decide.
const REFUSED: u8 = 2;

pub(super) async fn people(options: ImportPeople) -> Result<ExitCode> {
    let mapping = options.map.iter().map(String::as_str);
    let reading = match Options::parse(&options.source, mapping, &options.time_zone) {
        Ok(reading) => reading,
        Err(faults) => return Ok(refuse(import_field_words(faults))),
    };
    let body = read(&options)?;
    let cx = wiring::context(&super::address(&options.database)?, "usher import", 2).await?;
    let operator = super::operator(&cx);
    let done = if options.dry_run {
        import::preview(&cx, &operator, &body, &reading).await.map(|report| {
            show(&report, options.all);
            foretell(&report, options.skip_bad_rows)
        })
    } else {
        let decision = Decision {
            skip_bad_rows: options.skip_bad_rows,
            release: options.release.clone(),
            fingerprint: None,
        };
        let share = options.brake.map(|percent| f64::from(percent) / 100.0);
        let applied = import::apply(&cx, &operator, &body, &reading, share, &decision).await;
        applied.map(|done| {
            show(&done.report, options.all);
            tell(&done)
        })
    };
    cx.store.close().await;
    match done {
        Ok(code) => Ok(code),
        Err(ImportError::File(error)) => Ok(refuse([import_file_words(&error)])),
        Err(ImportError::Fields(faults)) => Ok(refuse(import_field_words(faults))),
        Err(ImportError::BadRows(report)) => {
            show(&report, options.all);
            Ok(refuse(["Nothing is applied. Correct the file, or leave the rows out with \
                        --skip-bad-rows."]))
        }
        Err(other) => Err(other).context("the file was not applied"),
    }
}

/// The bytes of the file, and one more than is taken so that a larger one is refused in words.
fn read(options: &ImportPeople) -> Result<Vec<u8>> {
    let unread = || format!("cannot read {}", options.file.display());
    let file = std::fs::File::open(&options.file).with_context(unread)?;
    let most = u64::try_from(Limits::DEFAULT.bytes).unwrap_or(u64::MAX).saturating_add(1);
    let mut body = Vec::new();
    file.take(most).read_to_end(&mut body).with_context(unread)?;
    Ok(body)
}

fn show(report: &Report, is_all: bool) {
    let lines = import_report_words(report);
    let shown = if is_all { lines.len() } else { SHOWN.min(lines.len()) };
    for line in lines.iter().take(shown) {
        say(line);
    }
    if shown < lines.len() {
        say(&format!("... and {} more lines: --all shows them.", lines.len() - shown));
    }
}

/// What a dry run says at its end.
fn foretell(report: &Report, skip_bad_rows: bool) -> ExitCode {
    let is_refused = !skip_bad_rows && !report.plan.faults.is_empty();
    let obstacles = import_obstacle_words(report);
    let is_held = report.plan.brake.is_pulled || !report.plan.held.is_empty();
    say("Nothing is changed: this was a dry run.");
    if is_refused {
        return refuse(["The file would be refused: rows cannot be taken."]);
    }
    if is_held {
        return refuse(obstacles);
    }
    warn_all(obstacles);
    ExitCode::SUCCESS
}

fn tell(done: &Done) -> ExitCode {
    let obstacles = import_obstacle_words(&done.report);
    match done.outcome {
        Outcome::Nothing => say("The directory says this already. Nothing is changed."),
        Outcome::Applied(id) => say(&format!("Applied as {id}.")),
        Outcome::HeldInPart(id) => {
            say(&format!("Applied as {id} but for the rows that are held."));
            return refuse(obstacles);
        }
        Outcome::Held(id) => {
            say(&format!("Held as {id}. Nothing is applied."));
            warn_all(obstacles);
            return refuse(["Release it with --release REASON, or on the page."]);
        }
    }
    warn_all(obstacles);
    ExitCode::SUCCESS
}

fn warn_all(lines: impl IntoIterator<Item = impl AsRef<str>>) {
    lines.into_iter().for_each(|line| warn(line.as_ref()));
}

fn refuse(lines: impl IntoIterator<Item = impl AsRef<str>>) -> ExitCode {
    warn_all(lines);
    ExitCode::from(REFUSED)
}
