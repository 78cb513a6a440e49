//! The conformance suite judged by connectors whose flaws are known.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot go on ends its test")]

mod shelf;

use std::time::Duration;

use shelf::{Flaw, Shelf};
use usher_connector::conformance::{CheckResult, ChildError, conforms, in_a_child, is_child, run};

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

/// The bodies of the child processes; elsewhere they have nothing to do.
#[tokio::test]
async fn child_that_aborts() {
    if is_child() {
        drop(failures(Flaw::Aborts).await);
    }
}

#[tokio::test]
async fn child_that_overflows_its_stack() {
    if is_child() {
        drop(failures(Flaw::OverflowsStack).await);
    }
}

#[tokio::test]
async fn child_that_hangs() {
    if is_child() {
        std::future::pending::<()>().await;
    }
}

/// No code in the same process survives these, which is why the suite also runs in a child.
#[test]
fn an_abort_and_a_stack_overflow_end_the_child_only() {
    for poison in ["child_that_aborts", "child_that_overflows_its_stack"] {
        match in_a_child(poison, Duration::from_secs(60)) {
            Err(ChildError::Ended(status)) => {
                assert_eq!(status.code(), None, "{poison}: ended by a signal");
            }
            other => panic!("{poison}: {other:?}"),
        }
    }
}

#[test]
fn a_child_that_hangs_is_ended() {
    let hung = in_a_child("child_that_hangs", Duration::from_secs(1));
    assert!(matches!(hung, Err(ChildError::TooLong(_))), "{hung:?}");
}

#[tokio::test]
async fn the_suite_is_judged_by_what_failed_and_by_what_was_left_out() {
    let honest = Shelf::new(Flaw::None);
    conforms(&honest, &honest, 0).await.unwrap();
    assert!(conforms(&honest, &honest, 1).await.is_err(), "nothing was left out");
    let liar = Shelf::new(Flaw::LiesInRead);
    let report = conforms(&liar, &liar, 0).await.unwrap_err();
    assert!(format!("{report:?}").contains("\nFAILED  "), "{report:?}");
}
