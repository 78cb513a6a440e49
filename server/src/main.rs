#![doc = include_str!("../README.md")]

mod cli;
mod commands;
#[cfg(feature = "demo")]
mod demo;
mod http;
mod login;
mod secrets;
mod stop;
mod telemetry;
mod wiring;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    telemetry::start(&cli.log);
    // Every part shares one implementation of cryptography; a second installation is refused and harmless.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    match commands::run(cli.command) {
        Ok(code) => code,
        Err(error) => {
            telemetry::complain(&error);
            ExitCode::FAILURE
        }
    }
}
