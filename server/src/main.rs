#![doc = include_str!("../README.md")]

mod cli;
mod commands;
mod configuration;
#[cfg(feature = "demo")]
mod demo;
mod http;
mod login;
mod secrets;
mod stop;
mod telemetry;
mod wiring;

use std::ffi::OsString;
use std::process::ExitCode;

use configuration::{Configuration, ConfigurationError};

/// What was asked for cannot be understood, as clap says it.
const NOT_UNDERSTOOD: u8 = 2;

/// A page is made of thousands of small pieces: with the allocator of the C library a third of its time went there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    match configuration::read(&arguments, |name| std::env::var_os(name)) {
        Ok(configuration) => run(configuration),
        Err(ConfigurationError::CommandLine(error)) => error.exit(),
        Err(error) => {
            telemetry::complain(&error.into());
            ExitCode::from(NOT_UNDERSTOOD)
        }
    }
}

fn run(configuration: Configuration) -> ExitCode {
    #[cfg(feature = "failpoints")]
    if let Err(unknown) = arm() {
        telemetry::complain(&unknown.into());
        return ExitCode::from(NOT_UNDERSTOOD);
    }
    let done = commands::prepare(&configuration.cli.command)
        .and_then(|()| telemetry::start(&configuration.cli.telemetry));
    let done = done.and_then(|telemetry| {
        // Every part shares one implementation of cryptography; a second installation is refused and harmless.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let done = commands::run(configuration);
        telemetry.stop();
        done
    });
    done.unwrap_or_else(|error| {
        telemetry::complain(&error);
        ExitCode::FAILURE
    })
}

/// Lets a test end this process where it likes.
#[cfg(feature = "failpoints")]
fn arm() -> Result<(), usher_engine::failpoints::UnknownPoint> {
    use usher_engine::failpoints;
    std::env::var(failpoints::VARIABLE).map_or(Ok(()), |points| failpoints::arm(&points))
}
