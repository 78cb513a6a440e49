//! The suite in a process of its own: a connector that aborts, overflows its stack or hangs ends that
//! process and not the tests.

use std::env;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};
use std::{io, thread};

/// Set for the child process only.
const IN_CHILD: &str = "USHER_CONFORMANCE_CHILD";

/// How often it is looked whether the child ended.
const PAUSE: Duration = Duration::from_millis(20);

/// Why the child process is no proof.
#[derive(Debug, thiserror::Error)]
pub enum ChildError {
    #[error("the child process cannot be run")]
    NotRun(#[from] io::Error),
    #[error("the child process ended with {0}")]
    Ended(ExitStatus),
    #[error("the child process did not end within {0:?}")]
    TooLong(Duration),
}

/// Whether this is the process that [`in_a_child`] started; a test that is the body of it has nothing
/// to do elsewhere.
#[must_use]
pub fn is_child() -> bool {
    env::var_os(IN_CHILD).is_some()
}

/// Runs one test of this test binary, by its full name, in a child process and waits for its end.
/// `within` counts from before its start.
///
/// # Errors
/// It cannot be started, fails or outlives `within`; then it is killed.
pub fn in_a_child(test: &str, within: Duration) -> Result<(), ChildError> {
    let started = Instant::now();
    let mut child = Command::new(env::current_exe()?)
        .args(["--exact", test, "--nocapture"])
        .env(IN_CHILD, "1")
        .spawn()?;
    loop {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(ChildError::Ended(status)),
            None if started.elapsed() > within => {
                child.kill()?;
                child.wait()?;
                return Err(ChildError::TooLong(within));
            }
            None => thread::sleep(PAUSE),
        }
    }
}
