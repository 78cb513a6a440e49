use std::time::Duration;

use serde_json::json;
use usher_connector::conformance::{
    CheckOutcome, IndependentRead, World, in_a_child, is_child, run,
};
use usher_connector::{
    AccountKey, AccountProfile, Capabilities, Cause, Change, Connector as _, ConnectorError, Grant,
};
use usher_connector_manual::ManualConnector;

/// How long the suite may take in a child process, its start included.
const CHILD_WITHIN: Duration = Duration::from_secs(60);

/// What a person serves: nobody can look at it.
struct NoTarget;

#[async_trait::async_trait]
impl World for NoTarget {
    fn fresh_key(&self, stem: &str) -> AccountKey {
        AccountKey { external_id: "1".into(), user_name: stem.into(), native_id: None }
    }

    fn grants(&self) -> [Grant; 2] {
        ["a", "b"].map(grant)
    }

    async fn independent_read(&self, _key: &AccountKey) -> IndependentRead {
        IndependentRead::NotAvailable
    }
}

fn grant(id: &str) -> Grant {
    Grant { kind: "badge".into(), native_id: id.into(), scope: String::new() }
}

fn subject() -> ManualConnector {
    ManualConnector::from_value(&json!({ "instructions": "Open the vault." })).unwrap()
}

/// It declares nothing, so every question is left out, and for that reason; were something declared, the
/// question about it would be asked and would fail.
async fn conforms() {
    let results = run(&subject(), &NoTarget).await;
    assert!(results.len() > 20, "{results:?}");
    for result in results {
        match &result.outcome {
            CheckOutcome::Skipped { why } if why.starts_with("declares no ") => {}
            other => panic!("{}: {other:?}", result.name),
        }
    }
    let manual = Capabilities { manual: true, ..Capabilities::default() };
    assert_eq!(subject().capabilities(), manual);
    assert_eq!(subject().instructions(), Some("Open the vault."));
    assert!(!subject().test().await.unwrap().is_empty());
}

/// Silence would be taken for success: whatever is asked beyond the instructions is refused for good.
async fn refuses() {
    let (subject, key) = (subject(), NoTarget.fresh_key("ann"));
    let profile = AccountProfile {
        display_name: "Ann".to_owned(),
        given_name: None,
        family_name: None,
        email: None,
    };
    for change in [
        Change::CreateAccount { profile },
        Change::EnableAccount,
        Change::DisableAccount,
        Change::DeleteAccount,
        Change::AddGrant { grant: grant("a") },
        Change::RemoveGrant { grant: grant("a") },
    ] {
        is_refused(subject.apply(&key, &change).await);
    }
    is_refused(subject.read(&key).await);
    is_refused(subject.list(None).await);
}

fn is_refused(answer: Result<impl std::fmt::Debug, ConnectorError>) {
    match answer {
        Err(ConnectorError::Reject { cause: Cause::Settings, why }) if !why.is_empty() => {}
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn nothing_is_promised_and_nothing_is_done() {
    conforms().await;
    refuses().await;
}

/// The body of the child process; without the variable it has nothing to do.
#[tokio::test]
async fn child() {
    if is_child() {
        conforms().await;
        refuses().await;
    }
}

/// A connector that aborts, overflows its stack or hangs ends a child and not the tests.
#[test]
fn the_suite_in_a_process_of_its_own() {
    in_a_child("conformance::child", CHILD_WITHIN).unwrap();
}
