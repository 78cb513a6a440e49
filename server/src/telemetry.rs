//! What this process tells about itself, and the last words of a command that failed.

use std::io::Write as _;

use anyhow::Result;
use usher_telemetry::{LogFormat, Options, Telemetry};

use crate::cli;

/// Starts logging to standard error, and sending spans when there is a collector.
pub(crate) fn start(options: &cli::Telemetry) -> Result<Telemetry> {
    let telemetry = usher_telemetry::start(&Options {
        filter: options.log.clone(),
        format: match options.log_format {
            cli::LogFormat::Text => LogFormat::Text,
            cli::LogFormat::Json => LogFormat::Json,
        },
        otlp_endpoint: options.otlp_endpoint.as_ref().map(ToString::to_string),
    })?;
    Ok(telemetry)
}

/// Prints to standard output, for the person at the command line. A closed pipe is their wish.
pub(crate) fn say(words: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{words}");
}

/// Prints to standard error what the person at the command line has to decide on.
pub(crate) fn warn(words: &str) {
    let _ = writeln!(std::io::stderr().lock(), "usher: {words}");
}

/// Prints an error with everything that led to it.
pub(crate) fn complain(error: &anyhow::Error) {
    let mut out = std::io::stderr().lock();
    let _ = writeln!(out, "usher: {error}");
    for cause in error.chain().skip(1) {
        let _ = writeln!(out, "  because {cause}");
    }
}
