//! The questions that every connector must answer alike, whatever it speaks to.
//!
//! A connector's tests give a [`World`] (a target they own) and [`run`] the suite; the answer is one
//! line per question. The suite trusts nothing: a call that panics or outlives the world's deadline
//! is a failed check, and where the world can look at the target past the connector, that look
//! decides. A connector that aborts the process cannot be caught here; run the suite in a child
//! process as well, by [`in_a_child`].

mod bench;
mod child;
mod life;
mod names;
mod ownership;

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

pub use child::{ChildError, in_a_child, is_child};

use crate::{AccountKey, Connector, Grant};

/// A target on which the suite may create and delete accounts.
#[async_trait::async_trait]
pub trait World: Send + Sync {
    /// A key that no account on the target has; its user name contains `stem` unchanged.
    fn fresh_key(&self, stem: &str) -> AccountKey;

    /// Two different grants that exist on the target.
    fn grants(&self) -> [Grant; 2];

    /// The longest time that one call may take.
    fn deadline(&self) -> Duration {
        Duration::from_secs(10)
    }

    /// Looks at the target past the connector, by the key's user name.
    async fn independent_read(&self, _key: &AccountKey) -> IndependentRead {
        IndependentRead::NotAvailable
    }

    /// Puts an account with this user name on the target that belongs to somebody else (another
    /// external id). Answers `false` where the target cannot hold such a thing.
    async fn plant_foreign(&self, _user_name: &str) -> bool {
        false
    }
}

/// What is on the target, seen past the connector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndependentRead {
    /// This world cannot look past the connector.
    NotAvailable,
    Absent,
    Present(IndependentAccount),
}

/// The accounts with one user name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndependentAccount {
    /// How many accounts carry the user name; two are a duplicate.
    pub count: usize,
    pub external_id: Option<String>,
    pub active: bool,
    pub grants: BTreeSet<Grant>,
}

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    pub name: String,
    pub outcome: CheckOutcome,
}

/// How a check ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckOutcome {
    Passed,
    /// The connector declares that it cannot do this, or the world cannot set it up.
    Skipped {
        why: String,
    },
    Failed {
        why: String,
    },
}

impl CheckResult {
    #[must_use]
    pub fn is_failed(&self) -> bool {
        matches!(self.outcome, CheckOutcome::Failed { .. })
    }
}

impl fmt::Display for CheckResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outcome {
            CheckOutcome::Passed => write!(f, "ok      {}", self.name),
            CheckOutcome::Skipped { why } => write!(f, "skipped {}: {why}", self.name),
            CheckOutcome::Failed { why } => write!(f, "FAILED  {}: {why}", self.name),
        }
    }
}

/// Puts every question to the connector, one after the other. The world is left with the accounts
/// that could not be deleted.
pub async fn run(subject: &dyn Connector, world: &dyn World) -> Vec<CheckResult> {
    let bench = bench::Bench::new(subject, world);
    let mut results = life::checks(&bench).await;
    results.extend(ownership::checks(&bench).await);
    results.extend(names::checks(&bench).await);
    results
}

/// Fewer answers mean that the suite itself did not go to its end.
const FEWEST_QUESTIONS: usize = 20;

/// A connector that does not conform; shows every line of the suite.
#[derive(thiserror::Error)]
#[error("{}", lines(.0))]
pub struct NotConforming(pub Vec<CheckResult>);

impl fmt::Debug for NotConforming {
    /// The lines as they are: this is what a failed `unwrap` prints.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn lines(results: &[CheckResult]) -> String {
    results.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Runs the suite and judges it: every question is answered, none fails, and as many are skipped as
/// were named, neither more nor fewer.
///
/// # Errors
/// [`NotConforming`] with every line.
pub async fn conforms(
    subject: &dyn Connector,
    world: &dyn World,
    skipped: usize,
) -> Result<(), NotConforming> {
    let results = run(subject, world).await;
    let is_skipped = |result: &&CheckResult| matches!(result.outcome, CheckOutcome::Skipped { .. });
    let conforms = results.len() > FEWEST_QUESTIONS
        && !results.iter().any(CheckResult::is_failed)
        && results.iter().filter(is_skipped).count() == skipped;
    if conforms { Ok(()) } else { Err(NotConforming(results)) }
}
