//! Logs, and the last words of a command that failed.

use std::io::Write as _;

use tracing_subscriber::EnvFilter;

/// Starts logging to standard error. A filter that cannot be read falls back to `info`.
pub(crate) fn start(filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_writer(std::io::stderr)
        .init();
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
