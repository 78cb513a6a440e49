//! The conformance suite judged by connectors whose flaws are known.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on ends its test")]

mod shelf;

use std::process::Command;

use shelf::{Flaw, Shelf};
use usher_connector::conformance::{CheckResult, run};

/// Set for the child process only; names the flaw that ends it.
const IN_CHILD: &str = "USHER_CONFORMANCE_CHILD";

async fn failures(flaw: Flaw) -> Vec<String> {
    let shelf = Shelf::new(flaw);
    let results = run(&shelf, &shelf).await;
    results.into_iter().filter(CheckResult::is_failed).map(|result| result.to_string()).collect()
}

#[tokio::test]
async fn an_honest_connector_passes() {
    assert_eq!(failures(Flaw::None).await, Vec::<String>::new());
}

#[tokio::test]
async fn each_flaw_fails_the_check_that_is_about_it() {
    for (flaw, check) in [
        (Flaw::CreatesTwins, "create twice is one account"),
        (Flaw::IgnoresDisable, "disable, then enable, each twice"),
        (Flaw::IgnoresRemoval, "a removed grant is gone"),
        (Flaw::RefusesRepetition, "a removed grant is gone"),
        (Flaw::KeepsDeleted, "delete, then read none"),
        (Flaw::RefusesAbsentDelete, "delete of an absent account succeeds"),
        (Flaw::TakesOver, "somebody else's record is never changed"),
        (Flaw::TakesOver, "somebody else's record is refused by read"),
        (Flaw::LosesCase, "a name with an apostrophe"),
        (Flaw::RefusesMutely, "a name with 300 characters"),
        (Flaw::LiesInRead, "an added grant is seen"),
    ] {
        let failures = failures(flaw).await;
        let is_found = failures.iter().any(|line| line.contains(check));
        assert!(is_found, "{flaw:?} must fail '{check}', failed: {failures:#?}");
    }
}

#[tokio::test]
async fn a_panic_and_a_hang_are_failed_checks_and_the_suite_goes_on() {
    for (flaw, words) in [(Flaw::Panics, "panicked"), (Flaw::Hangs, "took longer")] {
        let shelf = Shelf::new(flaw);
        let results = run(&shelf, &shelf).await;
        let failed: Vec<String> =
            results.iter().filter(|r| r.is_failed()).map(ToString::to_string).collect();
        assert!(failed.iter().any(|line| line.contains(words)), "{failed:#?}");
        assert_eq!(results.len(), run(&Shelf::new(Flaw::None), &shelf).await.len());
    }
}

/// The body of the child process; without the variable it has nothing to do.
#[tokio::test]
async fn child() {
    match std::env::var(IN_CHILD).as_deref() {
        Ok("abort") => drop(failures(Flaw::Aborts).await),
        Ok("overflow") => drop(failures(Flaw::OverflowsStack).await),
        _ => {}
    }
}

/// No code in the same process survives these, which is why the suite also runs in a child.
#[test]
fn an_abort_and_a_stack_overflow_end_the_child_only() {
    for poison in ["abort", "overflow"] {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child"])
            .env(IN_CHILD, poison)
            .output()
            .unwrap();
        assert!(!child.status.success() && child.status.code().is_none(), "{poison}: {child:?}");
    }
}
