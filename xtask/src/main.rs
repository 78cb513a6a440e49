#![doc = include_str!("../README.md")]

mod edges;
mod file_sizes;
mod islands;
mod sql;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str =
    "cargo xtask sql [--check | --keep | --stop] | edges [--write] | file-sizes | islands";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["sql"] => sql::run(sql::Mode::Renew),
        ["sql", "--check"] => sql::run(sql::Mode::Check),
        ["sql", "--keep"] => sql::run(sql::Mode::Keep),
        ["sql", "--stop"] => sql::run(sql::Mode::Stop),
        ["edges"] => edges::check(),
        ["edges", "--write"] => edges::write(),
        ["file-sizes"] => file_sizes::check(),
        ["islands"] => islands::build(),
        _ => bail!("usage: {USAGE}"),
    }
}

/// Tells the person at the terminal something.
#[expect(clippy::print_stdout, reason = "the output of this program is for a terminal")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}
